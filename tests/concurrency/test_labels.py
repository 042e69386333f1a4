"""Two workers at one label sheet."""

import time
from functools import partial

import pytest

from core import clock
from core.storage import private_storage
from tests.concurrency.racing import race
from traceability.models import LabelJob, Serial
from traceability.services import labels, lots

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4


@pytest.fixture
def job(cast, make_product, private_files):
    lot = lots.create(
        product=make_product(cast.producer),
        code="L1",
        produced_on=clock.today(),
        quantity=2000,
        actor=cast.owner,
    )
    return labels.ask(
        lot=lot, paper="a4-4x10", count=40, with_serials=True, with_price=True, actor=cast.owner
    )


@pytest.fixture
def drawn(monkeypatch):
    """Who got to draw; every drawing takes its time."""
    seen = []
    work = labels._work

    def slow(job_id, sign):
        seen.append(sign)
        time.sleep(0.2)
        work(job_id, sign)

    monkeypatch.setattr(labels, "_work", slow)
    return seen


def test_one_of_many_workers_draws(job, drawn, private_files):
    before = list(Serial.objects.order_by("position").values_list("value", flat=True))
    results = race([partial(labels.draw, job_id=job.pk)] * WORKERS)
    assert results == [None] * WORKERS
    assert len(drawn) == 1
    job.refresh_from_db()
    assert (job.status, job.done) == ("done", 40)
    assert list(Serial.objects.order_by("position").values_list("value", flat=True)) == before
    assert [found.name for found in private_files.rglob("*.pdf")] == [f"{job.pk}.pdf"]


def test_without_the_condition_all_of_them_draw(job, drawn):
    """The control: whoever looks first and writes then."""

    def careless():
        found = LabelJob.objects.get(pk=job.pk)
        if found.status == "waiting":
            time.sleep(0.2)
            sign = clock.now()
            LabelJob.objects.filter(pk=job.pk).update(status="working", worked_at=sign)
            labels._work(job.pk, sign)

    race([careless] * WORKERS)
    assert len(drawn) > 1


def test_a_silent_job_is_taken_up_once(job, drawn):
    LabelJob.objects.update(status="working", worked_at=clock.now() - labels.SILENCE)
    assert sorted(race([labels.resume] * WORKERS)) == [0, 0, 0, 1]
    assert len(drawn) == 1
    job.refresh_from_db()
    assert job.status == "done"
    assert private_storage().exists(job.file)


def test_two_requests_at_once_have_different_serials(job, cast):
    def ask():
        return labels.ask(
            lot=job.lot, paper="a4-3x8", count=500, with_serials=True, with_price=False, actor=cast.owner
        )

    jobs = race([ask, ask])
    assert {found.count for found in jobs} == {500}
    assert Serial.objects.values("value").distinct().count() == 1040
