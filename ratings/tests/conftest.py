"""Who hands in lists, and where their files are kept."""

import pytest

from accounts.models import Role
from core.models import Province
from tests.cast import make_officer


@pytest.fixture
def da_nang(country):
    return Province.objects.get(pk="48")


@pytest.fixture
def officer(da_nang, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    return make_officer("Cán bộ nhập liệu", Role.PROVINCE_OFFICER, da_nang)
