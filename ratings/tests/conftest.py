"""Who hands in lists, and where private files of a test are kept."""

import pytest

from accounts.models import Role
from core.models import Province
from ratings.models import Evidence
from tests.cast import make_officer


@pytest.fixture
def private_files(tmp_path, monkeypatch):
    """Papers of the test go into a folder of its own; returns the folder."""
    storage = Evidence._meta.get_field("file").storage
    monkeypatch.setitem(storage.__dict__, "base_location", str(tmp_path))
    monkeypatch.setitem(storage.__dict__, "location", str(tmp_path))
    return tmp_path


@pytest.fixture
def da_nang(country):
    return Province.objects.get(pk="48")


@pytest.fixture
def officer(da_nang, private_files):
    return make_officer("Cán bộ nhập liệu", Role.PROVINCE_OFFICER, da_nang)
