"""Label sheets in the admin sites: asked for, watched, fetched; by the producer's people only."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from traceability.models import LabelJob
from traceability.services import labels, lots

FORM = {"paper": "a4-3x8", "count": 24, "with_serials": "on"}


@pytest.fixture
def lot(product, private_files):
    return lots.create(product=product, code="L2026-07", produced_on=clock.today(), quantity=120, actor=None)


@pytest.fixture
def job(lot, cast):
    return labels.ask(
        lot=lot, paper="roll-50x30", count=3, with_serials=True, with_price=False, actor=cast.owner
    )


def step(lot):
    return reverse("producer:traceability_lot_step", args=[lot.pk, "in-tem"])


def page_of(lot):
    return reverse("producer:traceability_lot_change", args=[lot.pk])


def file_of(job):
    return reverse("producer:traceability_labeljob_file", args=[job.pk])


def test_from_the_lot_to_the_file(client_for, cast, lot):
    client = client_for(cast.owner)
    assert step(lot) in client.get(page_of(lot)).content.decode()
    assert 'value="120"' in client.get(step(lot)).content.decode()  # as many as the lot has
    assert client.post(step(lot), FORM).url == page_of(lot)
    job = LabelJob.objects.get()
    assert (job.count, job.with_serials, job.with_price) == (24, True, False)
    waiting = client.get(page_of(lot)).content.decode()
    assert "data-going" in waiting
    assert file_of(job) not in waiting
    labels.draw(job_id=job.pk)
    done = client.get(page_of(lot)).content.decode()
    assert "data-going" not in done
    assert file_of(job) in done
    answer = client.get(file_of(job))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == (
        'attachment; filename="tem-mat-ong-rung-duy-xuyen-lo-l2026-07-24.pdf"'
    )
    assert "no-store" in answer["Cache-Control"]
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"%PDF-")
    assert b"".join(client.get(file_of(job)).streaming_content) == content  # printed again


@pytest.mark.parametrize("count", ["1000000", "0", "-5"])
def test_a_refusal_names_the_bound(client_for, cast, lot, count):
    answer = client_for(cast.owner).post(step(lot), FORM | {"count": count})
    assert answer.status_code == 400
    assert "từ 1 đến 20.000 tem" in answer.content.decode()
    assert not LabelJob.objects.exists()


@pytest.mark.parametrize("count", ["", "nhiều", "1.5", "1e4"])
def test_what_is_no_number_is_refused(client_for, cast, lot, count):
    assert client_for(cast.owner).post(step(lot), FORM | {"count": count}).status_code == 422
    assert not LabelJob.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [("staff", 200), ("rival_owner", 404), ("province_officer", 403), ("buyer", 403), ("admin", 403)],
)
def test_whose_file_it_is(client_for, cast, job, role, status):
    labels.draw(job_id=job.pk)
    assert client_for(getattr(cast, role)).get(file_of(job)).status_code == status


def test_another_producers_lot_is_not_there(client_for, cast, lot):
    client = client_for(cast.rival_owner)
    assert client.get(step(lot)).status_code == 404
    assert client.post(step(lot), FORM).status_code == 404
    assert not LabelJob.objects.exists()


def test_no_file_before_it_is_done(client_for, cast, job):
    assert client_for(cast.owner).get(file_of(job)).status_code == 404


def test_a_lost_file_is_not_an_error(client_for, cast, job, private_files):
    labels.draw(job_id=job.pk)
    for found in private_files.rglob("*.pdf"):
        found.unlink()
    assert client_for(cast.owner).get(file_of(job)).status_code == 404


def test_officers_see_sheets_of_their_area_without_the_file(client_for, cast, job):
    labels.draw(job_id=job.pk)
    rows = reverse("province:traceability_labeljob_changelist")
    page = reverse("province:traceability_labeljob_change", args=[job.pk])
    seen = client_for(cast.province_officer)
    for address in (rows, page):
        text = seen.get(address).content.decode()
        assert "Mật ong rừng Duy Xuyên" in text
        assert "/tai/" not in text
    elsewhere = client_for(cast.other_officer)
    assert "Mật ong" not in elsewhere.get(rows).content.decode()
    assert elsewhere.get(page).status_code == 404


def test_a_failed_sheet_offers_to_try_again(client_for, cast, job):
    LabelJob.objects.update(status="failed")
    client = client_for(cast.owner)
    address = reverse("producer:traceability_labeljob_step", args=[job.pk, "tao-lai"])
    assert address in client.get(page_of(job.lot)).content.decode()
    assert client.post(address).status_code == 302
    job.refresh_from_db()
    assert job.status == "waiting"


@pytest.mark.parametrize("site", ["producer", "province"])
def test_lists_cost_the_same_for_many(client_for, cast, lot, job, site):
    client = client_for(cast.owner if site == "producer" else cast.province_officer)
    addresses = [reverse(f"{site}:traceability_labeljob_changelist")]
    addresses += [page_of(lot)] if site == "producer" else []
    counts = []
    for more in (0, 19):
        for _ in range(more):
            labels.ask(
                lot=lot, paper="a4-3x8", count=1, with_serials=False, with_price=True, actor=cast.owner
            )
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            counts.append(len(captured))
    assert counts[: len(addresses)] == counts[len(addresses) :]
