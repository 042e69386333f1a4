"""When the demo is not built, or not by the services one by one."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from catalog import reference
from catalog.models import Product
from ocop_market.demo import province
from ratings import reference as ratings_reference
from ratings.models import Certificate


def test_refuses_beside_real_people(country, cast):
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("seed_demo", products=40)
    assert not User.objects.filter(email__endswith="@demo.example").exists()


def test_a_failure_leaves_nothing(country, db, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = str(tmp_path)
    reference.load()
    ratings_reference.load()
    monkeypatch.setattr(province.Shop, "place_all", lambda shop: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        province.build(products=40)
    assert not Product.objects.exists()
    assert not User.objects.exists()
    assert connection.features.uses_savepoints


def test_volume_copies_keep_every_rule(country, db, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = str(tmp_path)
    reference.load()
    ratings_reference.load()
    monkeypatch.setattr(province, "PRODUCTS", 40)
    monkeypatch.setattr(province, "THROUGH_SERVICES", 50)
    province.build(products=150)
    assert Product.objects.count() == 150
    assert Certificate.objects.filter(status="issued").count() == Product.objects.exclude(stars=None).count()
    assert Product.objects.exclude(main_variant_id=None).count() == 150
    assert Product.objects.values("slug").distinct().count() == 150
    call_command("check_invariants")  # raises when one is broken
