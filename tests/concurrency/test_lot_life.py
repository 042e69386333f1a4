"""Two phones, two windows: circles of lots, and what is sent twice at the same moment."""

import time
import uuid
from functools import partial

import pytest

from core import clock
from tests.books import all_invariants
from tests.concurrency.racing import race
from traceability.errors import InvalidInput
from traceability.models import LotInput, LotPaper
from traceability.services import inputs, journal, lots, papers
from traceability.services.inputs import Material
from traceability.tests.life import photo, upload

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair(cast, make_product, private_files):
    product = make_product(cast.producer)
    made = {"produced_on": clock.today(), "quantity": 10, "actor": None}
    return [lots.create(product=product, code=code, **made) for code in ("A", "B")]


@pytest.fixture
def name_each_other(pair, monkeypatch):
    """Both lots name the other at the same moment; every check takes its time."""
    check = inputs._check

    def slow(*args):
        check(*args)
        time.sleep(0.3)

    monkeypatch.setattr(inputs, "_check", slow)

    def say(lot, source):
        return inputs.set_all(lot=lot, materials=[Material("Mật", source_lot=source)], actor=None)

    return lambda: race([partial(say, *pair), partial(say, *pair[::-1])])


def test_two_lots_do_not_name_each_other(name_each_other):
    results = name_each_other()
    assert {type(result) for result in results} == {list, InvalidInput}
    assert LotInput.objects.count() == 1
    assert all_invariants("traceability") == {}


def test_without_turns_they_do(name_each_other, monkeypatch):
    """The control, without the events, whose locks would end in a deadlock; and the books tell of it."""
    monkeypatch.setattr(inputs, "take_turns", lambda producer_id: None)
    monkeypatch.setattr(inputs, "_tell", lambda *args: None)
    name_each_other()
    assert LotInput.objects.count() == 2
    assert "traceability.no_lot_is_made_of_itself" in all_invariants("traceability")


def test_a_step_sent_four_times_at_once_is_one(cast, pair):
    mine = uuid.uuid4()

    def send():
        return journal.note(
            lot=pair[0],
            step="ocop:harvesting",
            event_id=mine,
            actor=cast.owner,
            photos=[upload(photo())],
        )[0].pk

    assert len(set(race([send] * 4))) == 1
    assert (pair[0].events.count(), LotPaper.objects.count()) == (2, 1)


def test_a_paper_sent_four_times_at_once_is_one(cast, pair):
    def keep():
        return papers.keep(lot=pair[0], file=upload(), title="Phiếu", actor=cast.owner).pk

    assert len(set(race([keep] * 4))) == 1
