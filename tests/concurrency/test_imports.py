"""Two officers at one list, and two lists at one province."""

import io
import time
from contextlib import nullcontext
from functools import partial

import openpyxl
import pytest
from django.db import IntegrityError, transaction

from catalog.models import Product
from catalog.services import products
from ratings.models import Certificate, ImportBatch
from ratings.services import import_batches, import_undo, imports
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def kept_here(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }


def checked(officer, rows=3):
    book = openpyxl.Workbook()
    book.active.append(["Tên sản phẩm", "Tên chủ thể", "Hạng sao", "Số QĐ", "Ngày ký"])
    for number in range(rows):
        book.active.append([f"Mật ong {number}", "HTX Rừng", "4", "12/QĐ-UBND", "15/10/2025"])
    stream = io.BytesIO()
    book.save(stream)
    province = officer.assignments.get().province
    batch = import_batches.upload(content=stream.getvalue(), name="a.xlsx", province=province, actor=officer)
    mapping = {int(column): field for column, field in batch.mapping.items()}
    return import_batches.map_columns(batch=batch, mapping=mapping, actor=officer)


def confirm(pk, actor):
    return import_batches.confirm(batch=ImportBatch.objects.get(pk=pk), actor=actor)


def test_two_officers_confirm_the_same_list_once(cast):
    batch = checked(cast.province_officer)
    people = [cast.province_officer, cast.province_leader] * 3
    results = race([partial(confirm, batch.pk, person) for person in people])
    assert {result.status for result in results} == {"applied"}
    assert Certificate.objects.count() == Product.objects.count() == 3
    batch.refresh_from_db()
    assert sum(len(row.before) for row in batch.rows.all()) == 3 + 3 + 1 + 1  # with producer and decision


def test_without_the_lock_both_write(cast, monkeypatch):
    """The control: whoever reads the state without holding it writes the list again."""
    batch = checked(cast.province_officer)
    written = []

    def careless(found, actor, at):
        found.refresh_from_db()
        if found.status == "preview":
            time.sleep(0.3)
            written.append(actor)
            import_batches._apply(found, actor, at, lambda done: None)

    monkeypatch.setattr(import_batches, "_confirm", careless)
    race([partial(confirm, batch.pk, person) for person in (cast.province_officer, cast.province_leader)])
    assert len(written) == 2


def test_two_lists_with_the_same_rows_are_one_import(cast):
    one, two = checked(cast.province_officer), checked(cast.province_leader)
    results = race(
        [partial(confirm, one.pk, cast.province_officer), partial(confirm, two.pk, cast.province_leader)]
    )
    assert {result.status for result in results} == {"applied"}
    assert Certificate.objects.count() == Product.objects.count() == 3
    counts = sorted(str(batch.counts) for batch in ImportBatch.objects.all())
    assert counts == ["{'created': 3}", "{'unchanged': 3}"]


def test_without_waiting_the_second_list_breaks(cast, monkeypatch):
    """The control: both find nothing in the register, and only a constraint stops the second."""
    one, two = checked(cast.province_officer), checked(cast.province_leader)
    monkeypatch.setattr(imports, "one_at_a_time", lambda *, province: nullcontext())
    judge = import_batches._judge

    def slow(batch):
        found = judge(batch)
        time.sleep(0.5)
        return found

    monkeypatch.setattr(import_batches, "_judge", slow)
    results = race(
        [partial(confirm, one.pk, cast.province_officer), partial(confirm, two.pk, cast.province_leader)]
    )
    assert any(isinstance(result, IntegrityError) for result in results) or Product.objects.count() > 3


def test_undo_waits_for_a_new_use_of_the_product_and_is_refused(cast):
    """Undo asks what refers to the product only while it holds it."""

    batch = checked(cast.province_officer, rows=1)
    confirm(batch.pk, cast.province_officer)
    product = Product.objects.get()

    def use():
        with transaction.atomic():
            products.add_variant(product=product, name="gói", price=1000, actor=None)
            time.sleep(0.2)

    def undo():
        time.sleep(0.1)
        return import_undo.undo(batch=ImportBatch.objects.get(pk=batch.pk), actor=cast.province_officer)

    results = race([use, undo])
    assert results[0] is None
    assert isinstance(results[1], import_undo.UndoRefused)
    assert Product.objects.filter(pk=product.pk, variants__isnull=False).exists()
