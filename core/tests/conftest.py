"""Places of the whole country, loaded once for the tests that need them."""

from typing import Any

import pytest


@pytest.fixture(scope="module")
def country(django_db_setup: Any, django_db_blocker: Any) -> Any:
    """All units; stays for the module's tests, then leaves the tables as they were."""
    from core import reference
    from core.models import Commune, LegacyCommune, Province

    with django_db_blocker.unblock():
        counts = reference.load()
    yield counts
    with django_db_blocker.unblock():
        LegacyCommune.objects.all().delete()
        Commune.objects.all().delete()
        Province.objects.all().delete()
