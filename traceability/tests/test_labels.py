"""Label sheets: asked for, their serials reserved once, drawn by the worker however often it dies."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError

from catalog.models import Product
from catalog.services import products
from core import clock
from core.errors import NotAllowed
from core.models import AuditEntry, OutboxMessage
from core.storage import private_storage
from traceability import labels as drawing
from traceability.errors import InvalidLabelJob
from traceability.models import LabelJob, Serial
from traceability.services import codes, labels, lots
from traceability.tests.conftest import GTIN
from traceability.tests.outbox import run_worker
from traceability.tests.unit.scanning import by_zxing, crop, pages, words

S = LabelJob.Status


@pytest.fixture
def lot(product, private_files, settings):
    settings.SITE_URL = "https://cho-ocop.example"
    return lots.create(product=product, code="L2026-07", produced_on=clock.today(), quantity=1000, actor=None)


@pytest.fixture
def ask(lot, cast):
    def make(count=30, **more):
        wanted = {"paper": "a4-3x8", "with_serials": True, "with_price": True, "actor": cast.owner} | more
        return labels.ask(lot=lot, count=count, **wanted)

    return make


def contents(job):
    with private_storage().open(job.file, "rb") as file:
        return file.read()


def serials(job):
    return list(job.serials.order_by("position").values_list("value", "check_code"))


def files(folder):
    return sorted(str(found.relative_to(folder)) for found in folder.rglob("*.pdf"))


def die_after(count, monkeypatch, error=KeyboardInterrupt):
    """The worker is killed once it has given ``count`` signs."""
    renew, seen = labels._Claim.renew, []

    def failing(claim, **values):
        renew(claim, **values)
        seen.append(values)
        if len(seen) == count:
            raise error

    monkeypatch.setattr(labels._Claim, "renew", failing)


# --- Asking ---


def test_serials_are_reserved_with_the_job(ask, lot, cast):
    job = ask(with_checks=True)
    rows = list(job.serials.order_by("position"))
    assert [row.position for row in rows] == list(range(1, 31))
    assert len({row.value for row in rows}) == 30
    shape = re.compile(f"[{codes.ALPHABET}]{{10}}")
    assert all(shape.fullmatch(row.value) and re.fullmatch(r"\d{6}", row.check_code) for row in rows)
    assert {row.lot_id for row in rows} == {lot.pk}
    assert OutboxMessage.objects.get(topic="traceability.labels_asked").payload == {"id": job.pk}
    entry = AuditEntry.objects.get(action="traceability.labels.asked")
    assert (entry.object_id, entry.actor_id) == (str(job.pk), cast.owner.pk)


def test_serials_tell_nothing_about_their_neighbours(ask):
    values = [value for value, _check in serials(ask(count=200))]
    assert len({value[:3] for value in values}) > 100
    assert values != sorted(values)


@pytest.mark.parametrize("count", [0, -1, 20_001, 1_000_000, 10**30])
def test_a_sheet_has_bounds_and_says_them(ask, count):
    with pytest.raises(InvalidLabelJob, match=r"từ 1 đến 20\.000 tem"):
        ask(count=count)
    assert not LabelJob.objects.exists()
    assert not Serial.objects.exists()
    assert not OutboxMessage.objects.filter(topic="traceability.labels_asked").exists()


def test_other_refusals_name_the_field(ask, product):
    for field, wrong in (
        ("paper", {"paper": "a5"}),
        ("with_checks", {"with_checks": True, "with_serials": False}),
    ):
        with pytest.raises(InvalidLabelJob) as refused:
            ask(**wrong)
        assert refused.value.data["field"] == field
    Product.objects.filter(pk=product.pk).update(price_from=None)
    product.refresh_from_db()
    with pytest.raises(InvalidLabelJob, match="chưa có giá"):
        ask()
    assert ask(with_price=False).pk


def test_only_people_of_the_producer(ask, cast):
    for person in (cast.rival_owner, cast.province_officer, cast.commune_officer, cast.buyer, cast.admin):
        with pytest.raises(NotAllowed):
            ask(actor=person)
    assert not LabelJob.objects.exists()
    assert ask(actor=cast.staff).asked_by == cast.staff.pk


def test_a_serial_that_is_taken_is_drawn_again(ask, monkeypatch):
    first = ask(count=1)
    (taken,) = [value for value, _check in serials(first)]
    drawn = iter([taken, "ABCDEFGHJK"])
    monkeypatch.setattr(codes, "draw", lambda *, length: next(drawn))
    assert serials(ask(count=1)) == [("ABCDEFGHJK", "")]


def test_the_database_keeps_a_serial_unique_in_its_lot(ask):
    row = ask(count=1).serials.get()
    with pytest.raises(IntegrityError):
        Serial.objects.create(lot=row.lot, position=2, value=row.value)


# --- Drawing ---


def test_the_sheet_holds_what_was_asked_for(ask, lot, star):
    star(clock.today() + dt.timedelta(days=90))
    lot.product.refresh_from_db()
    job = ask(count=25)
    labels.draw(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.done) == (S.DONE, 25)
    pdf, paper = contents(job), drawing.PAPERS[job.paper]
    sheets, places = pages(pdf, 150), list(paper.places())
    code = lot.code_row.value
    for number, (serial, _check) in enumerate(serials(job)):
        page, place = divmod(number, 24)
        picture = crop(sheets[page], paper, places[place], 150)
        assert by_zxing(picture) == [f"https://cho-ocop.example/truy-xuat/{code}/?s={serial}"]
    text = " ".join(words(pdf)[0].split())
    for fact in (lot.product.name, "HTX Duy Xuyên", "Lô L2026-07", "85.000 ₫ / chai 500 ml", "OCOP 4 sao"):
        assert text.count(fact) == 24
    serial = serials(job)[0][0]
    assert f"{serial[:4]} {serial[4:7]} {serial[7:]}" in text


def test_a_product_with_gtin_has_a_digital_link(ask, lot):
    products.update(product=lot.product, gtin=GTIN, actor=None)
    job = ask(count=1, paper="roll-50x30")
    labels.draw(job_id=job.pk)
    job.refresh_from_db()
    (page,) = pages(contents(job), 300)
    serial = serials(job)[0][0]
    assert by_zxing(page) == [f"https://cho-ocop.example/01/{GTIN}/10/L2026-07/21/{serial}"]


def test_without_serials_every_label_leads_to_the_lot(ask, lot):
    job = ask(count=2, paper="roll-80x50", with_serials=False, with_price=False)
    labels.draw(job_id=job.pk)
    job.refresh_from_db()
    found = [by_zxing(page) for page in pages(contents(job), 150)]
    assert found == [[f"https://cho-ocop.example/truy-xuat/{lot.code_row.value}/"]] * 2
    assert "₫" not in words(contents(job))[0]
    assert not Serial.objects.exists()


@pytest.mark.parametrize(("days", "is_printed"), [(1, True), (0, True), (-1, False), (None, False)])
def test_only_a_live_star_is_printed(ask, lot, star, days, is_printed):
    star(None if days is None else clock.today() + dt.timedelta(days=days))
    lot.product.refresh_from_db()
    job = ask(count=1)
    labels.draw(job_id=job.pk)
    job.refresh_from_db()
    assert ("sao" in words(contents(job))[0]) is is_printed


def test_the_worker_is_told_through_the_outbox(ask, monkeypatch, django_capture_on_commit_callbacks):
    told = []
    monkeypatch.setattr("traceability.tasks.draw_labels.delay", told.append)
    with django_capture_on_commit_callbacks(execute=True):
        job = ask()
        run_worker()
    assert told == [job.pk]


# --- However often the worker dies ---


def test_twice_gives_the_same_serials_and_one_file(ask, private_files):
    job = ask()
    before = serials(job)
    labels.draw(job_id=job.pk)
    job.refresh_from_db()
    first = contents(job)
    labels.draw(job_id=job.pk)
    assert labels.resume(at=clock.now() + dt.timedelta(hours=1)) == 0
    job.refresh_from_db()
    assert contents(job) == first
    assert serials(job) == before
    assert files(private_files) == [f"labels/{job.pk}.pdf"]


@pytest.mark.parametrize("signs", [1, 2, 3])
def test_a_killed_worker_is_followed_by_another(ask, private_files, monkeypatch, signs):
    """Killed while drawing, before storing, and before the last word."""
    job = ask(count=101)
    before = serials(job)
    with monkeypatch.context() as killed:
        if signs == 3:
            store = labels._store

            def store_and_die(name, content):
                store(name, content)
                raise KeyboardInterrupt

            killed.setattr(labels, "_store", store_and_die)
        else:
            die_after(signs, killed)
        with pytest.raises(KeyboardInterrupt):
            labels.draw(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.file) == (S.WORKING, "")
    assert job.done == (100 if signs == 1 else 101)
    labels.draw(job_id=job.pk)  # the broker gives the same task once more
    assert labels.resume() == 0  # nobody is silent yet
    assert labels.resume(at=clock.now() + labels.SILENCE) == 1
    job.refresh_from_db()
    assert (job.status, job.done) == (S.DONE, 101)
    assert serials(job) == before
    assert files(private_files) == [f"labels/{job.pk}.pdf"]
    assert len(pages(contents(job), 20)) == 5


def test_a_job_whose_task_got_lost_is_drawn(ask):
    job = ask(count=1)
    assert labels.resume() == 0
    assert labels.resume(at=clock.now() + labels.SILENCE) == 1
    job.refresh_from_db()
    assert job.status == S.DONE


def test_one_that_was_overtaken_touches_nothing(ask, private_files, monkeypatch):
    """A worker that was only slow comes back after another took the job."""
    job = ask(count=101)
    tell, taken = labels._Claim.tell, []

    def slow(claim, done):
        if done == 100 and not taken:
            taken.append(done)
            assert labels.resume(at=clock.now() + labels.SILENCE) == 1
        tell(claim, done)

    monkeypatch.setattr(labels._Claim, "tell", slow)
    store, stored = labels._store, []
    monkeypatch.setattr(labels, "_store", lambda name, file: stored.append(name) or store(name, file))
    labels.draw(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, stored) == (S.DONE, [f"labels/{job.pk}.pdf"])


def test_a_failure_is_said_and_tried_again_with_the_same_serials(ask, cast, monkeypatch):
    job = ask()
    before = serials(job)
    with monkeypatch.context() as broken:
        broken.setattr(labels, "write", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            labels.draw(job_id=job.pk)
    job.refresh_from_db()
    assert job.status == S.FAILED
    with pytest.raises(NotAllowed):
        labels.again(job=job, actor=cast.rival_owner)
    labels.again(job=job, actor=cast.owner)
    assert OutboxMessage.objects.filter(topic="traceability.labels_asked").count() == 2
    labels.draw(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, serials(job)) == (S.DONE, before)
    labels.again(job=job, actor=cast.owner)
    job.refresh_from_db()
    assert job.status == S.DONE


def test_no_more_serials_than_items(ask):
    ask(600)
    with pytest.raises(InvalidLabelJob, match="còn 400 sản phẩm") as refusal:
        ask(401)
    assert refusal.value.data == {"field": "count", "most": 400}
    assert Serial.objects.count() == 600


def test_no_labels_for_a_lot_past_its_date(ask, lot):
    lot.produced_on, lot.expires_on = (clock.today() - dt.timedelta(days) for days in (9, 1))
    lot.save()
    with pytest.raises(InvalidLabelJob, match="quá hạn"):
        ask(1)
