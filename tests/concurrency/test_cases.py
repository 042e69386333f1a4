"""Two hands on one return at the same moment: one outcome, money and goods once."""

import time
from functools import partial

import pytest

from catalog.models import StockItem, StockMovement
from core.errors import ForbiddenTransition
from core.models import StatusChange
from orders.errors import CaseIsOpen
from orders.models import ReturnCase
from orders.services import case_money, cases, paying
from orders.states import CASE
from orders.tests.returning import C, ask, bring, delivered, receive
from payments.models import JournalEntry, Refund
from tests.books import all_invariants
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sub(cast, make_product):
    return delivered(make_product(cast.producer, stock=10), cast=cast, quantity=2)


def seen(case):
    """The case as another browser has it before it."""
    return ReturnCase.objects.select_related("sub_order").get(pk=case.pk)


def moves():
    return list(StatusChange.objects.filter(machine=CASE.name).values_list("to_state", flat=True))


def on_hand():
    return StockItem.objects.get().on_hand


def test_two_people_refund_at_once(cast, sub):
    case = ask(sub, cast.buyer)
    close = [
        partial(cases.accept, case=seen(case), goods_back=False, actor=person)
        for person in (cast.owner, cast.staff) * 5
    ]
    assert sorted(race(close)) == [False] * 9 + [True]
    assert (moves(), Refund.objects.count()) == ([C.CLOSED], 1)
    assert JournalEntry.objects.filter(kind="return").count() == 1
    assert all_invariants() == {}


def test_goods_are_received_once(cast, sub):
    case = bring(ask(sub, cast.buyer), C.ACCEPTED, cast)
    results = race([partial(receive, seen(case), cast.owner) for _ in range(10)])
    assert sorted(results) == [False] * 9 + [True]
    assert (on_hand(), Refund.objects.count()) == (10, 1)
    assert StockMovement.objects.filter(kind="return").count() == 1
    assert all_invariants() == {}


def test_without_the_guard_goods_are_received_twice(cast, sub, monkeypatch):
    """The control: nobody waits for the order, and each believes the copy in hand."""
    case = bring(ask(sub, cast.buyer), C.ACCEPTED, cast)

    def careless(row, *, machine, to, actor, at, reason="", values=None):
        if row.status == to:
            return False
        time.sleep(0.3)
        ReturnCase.objects.filter(pk=row.pk).update(status=to, **values or {})
        row.status = to
        return True

    monkeypatch.setattr(paying, "lock", lambda *, order_id: case.sub_order.order)
    monkeypatch.setattr(case_money, "transition", careless)
    results = race([partial(receive, seen(case), cast.owner) for _ in range(2)])
    assert results == [True, True]
    assert on_hand() == 12
    assert "orders.restocked_is_moved" in all_invariants()


def test_withdrawing_and_accepting_is_one_of_the_two(cast, make_product):
    product = make_product(cast.producer, stock=50)
    for _ in range(6):
        case = ask(delivered(product, cast=cast), cast.buyer)
        results = race(
            [
                partial(cases.withdraw, case=seen(case), actor=cast.buyer),
                partial(cases.accept, case=seen(case), goods_back=False, actor=cast.owner),
            ]
        )
        assert sorted(type(result).__name__ for result in results) == ["ForbiddenTransition", "bool"], results
        stored = seen(case)
        is_closed = stored.status == C.CLOSED
        assert stored.status == (C.CLOSED if results[1] is True else C.WITHDRAWN)
        assert Refund.objects.filter(reference=case.code).exists() == is_closed
    assert all_invariants() == {}


def test_two_officers_rule_and_one_word_stands(cast, sub):
    case = bring(ask(sub, cast.buyer), C.DISPUTED, cast)
    results = race(
        [
            partial(cases.rule, case=seen(case), refund=True, ruling="Hoàn", actor=cast.province_officer),
            partial(cases.rule, case=seen(case), refund=False, ruling="Không", actor=cast.province_leader),
        ]
    )
    assert results.count(True) == 1
    assert sum(isinstance(result, ForbiddenTransition) for result in results) == 1
    stored = seen(case)
    assert (stored.status, stored.ruling) == (
        (C.CLOSED, "Hoàn") if results[0] is True else (C.REJECTED, "Không")
    )
    assert all_invariants() == {}


def test_asking_twice_is_one_case(cast, sub):
    results = race([partial(ask, sub, cast.buyer) for _ in range(8)])
    assert sum(isinstance(result, ReturnCase) for result in results) == 1
    assert sum(isinstance(result, CaseIsOpen) for result in results) == 7, results
    assert ReturnCase.objects.count() == 1
    assert all_invariants() == {}


def test_without_the_lock_asking_twice_meets_the_constraint(cast, sub, monkeypatch):
    """The control: all find the parcel free, and only the database keeps them from two cases."""
    checked = cases._require_returnable

    def slow(*args):
        number = checked(*args)
        time.sleep(0.3)
        return number

    monkeypatch.setattr(paying, "lock", lambda *, order_id: sub.order)
    monkeypatch.setattr(cases, "_require_returnable", slow)
    results = race([partial(ask, sub, cast.buyer) for _ in range(2)])
    assert sorted(type(result).__name__ for result in results) == ["IntegrityError", "ReturnCase"]


def test_the_timer_and_the_buyer_meet_at_a_refusal(cast, sub):
    case = bring(ask(sub, cast.buyer), C.DECLINED, cast)
    results = race(
        [
            partial(cases.lapse_declined, at=case.answer_by),
            partial(cases.dispute, case=seen(case), actor=cast.buyer, at=case.answer_by),
        ]
    )
    assert moves()[1:] in ([C.WITHDRAWN], [C.DISPUTED]), results
    assert all_invariants() == {}
