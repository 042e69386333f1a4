"""Who hands in lists, and where private files of a test are kept."""

import pytest

from accounts.models import Role
from core.models import Province
from tests.cast import make_officer


@pytest.fixture
def da_nang(country):
    return Province.objects.get(pk="48")


@pytest.fixture
def officer(da_nang, private_files):
    return make_officer("Cán bộ nhập liệu", Role.PROVINCE_OFFICER, da_nang)
