"""The whole country, and the real recognitions, loaded once per module and taken away again.

Both live in a transaction around the module's tests, so nothing stays, not even after a kill.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings


@contextmanager
def kept_for_the_module(blocker: Any) -> Iterator[None]:
    from django.db import transaction

    with blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
    try:
        yield
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


@pytest.fixture(scope="module")
def country(django_db_setup: Any, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """34 provinces, 3,321 communes and what they were before; gives the loader's counts."""
    from core import reference

    with kept_for_the_module(django_db_blocker):
        with django_db_blocker.unblock():
            counts = reference.load()
        yield counts


RECOGNITIONS = Path(settings.BASE_DIR) / "ratings" / "reference" / "recognised-products.csv"


@pytest.fixture(scope="module")
def recognised(country: Any, django_db_blocker: Any) -> Iterator[Any]:
    """The 192 real recognitions in the register; gives the import's report."""
    from catalog import reference
    from ratings.services import imports

    with kept_for_the_module(django_db_blocker):
        with django_db_blocker.unblock():
            reference.load()
            report = imports.run(content=RECOGNITIONS.read_bytes(), name=RECOGNITIONS.name, actor=None)
        yield report
