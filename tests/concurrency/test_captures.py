"""Programs that hand over events at once."""

import uuid
from functools import partial

import pytest

from tests.concurrency.racing import race
from traceability.models import TraceEvent
from traceability.services import captures, epcis_tokens
from traceability.tests.epcis import document, event
from traceability.tests.test_events import make_lot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def token(cast):
    issued = epcis_tokens.issue(producer=cast.producer, name="x", may_capture=True, actor=cast.owner)
    return issued.token


@pytest.fixture
def pair(cast, make_product):
    product = make_product(cast.producer)
    return make_lot(product, "L1"), make_lot(product, "L2")


def capture(said, token):
    return partial(captures.capture, document=document(*said), token=token)


def test_one_document_sent_by_many_is_taken_once(token, pair):
    said = [event(pair[0]) for _number in range(5)]
    jobs = race([capture(said, token)] * 4)
    assert [job.success for job in jobs] == [True] * 4
    assert pair[0].events.count() == 6


def test_one_id_for_two_lots_at_once_is_taken_once(token, pair):
    name = f"urn:uuid:{uuid.uuid4()}"
    jobs = race([capture([event(lot, eventID=name)], token) for lot in pair])
    assert sorted(job.success for job in jobs) == [False, True]
    [refused] = [job for job in jobs if not job.success]
    assert refused.results[0]["errors"][0]["path"] in ("$", "eventID")
    assert TraceEvent.objects.filter(event_id=name[9:]).count() == 1


def test_documents_that_cross_do_not_block_each_other(token, pair):
    """Each takes its lots in one order before it writes."""
    forth = [event(lot) for lot in pair * 20]
    back = [event(lot) for lot in pair[::-1] * 20]
    jobs = race([capture(forth, token), capture(back, token)])
    assert [job.success for job in jobs] == [True, True]
