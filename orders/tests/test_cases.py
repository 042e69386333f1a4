"""Returns and disputes: who may take which step, when, and what it does to goods and money."""

import datetime as dt

import pytest

from catalog.models import StockItem, StockMovement
from core.errors import ForbiddenTransition, NotAllowed
from core.models import AuditEntry, OutboxMessage, StatusChange
from orders import policies
from orders.errors import (
    BadReturn,
    CaseIsOpen,
    CaseWordsNeeded,
    FateNeeded,
    NotReturnable,
    ReturnTooLate,
    ShippingGone,
    StillTime,
    TooManyCases,
)
from orders.models import CaseLine, ReturnCase
from orders.selectors.cases import events_of, held_parcel_codes
from orders.services import cases
from orders.states import CaseReason, CaseStatus, SubOrderStatus
from orders.tests.buying import parcel
from orders.tests.returning import C, ask, bring, delivered, late, receive
from payments.models import JournalEntry, Refund
from payments.states import Method, RefundStatus
from tests.books import all_invariants

SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=10, price=100_000)


@pytest.fixture
def sub(cast, product):
    return delivered(product, cast=cast, quantity=3)


@pytest.fixture
def case(cast, sub):
    return ask(sub, cast.buyer)


def on_hand(product):
    return StockItem.objects.get(variant__product=product).on_hand


def facts():
    return [
        model.objects.count()
        for model in (StatusChange, AuditEntry, OutboxMessage, StockMovement, JournalEntry, Refund)
    ]


def steps(cast):
    """Every step, by who takes it, with the states that it starts from and ends in."""
    owner, buyer, officer = cast.owner, cast.buyer, cast.province_officer
    return {
        "accept": (
            lambda c, at: cases.accept(case=c, goods_back=True, actor=owner, at=at),
            {C.OPENED},
            C.ACCEPTED,
        ),
        "refund at once": (
            lambda c, at: cases.accept(case=c, goods_back=False, actor=owner, at=at),
            {C.OPENED, C.ACCEPTED},
            C.CLOSED,
        ),
        "decline": (
            lambda c, at: cases.decline(case=c, answer="Không", actor=owner, at=at),
            {C.OPENED},
            C.DECLINED,
        ),
        "receive": (lambda c, at: receive(c, owner, at=at), {C.ACCEPTED}, C.CLOSED),
        "withdraw": (
            lambda c, at: cases.withdraw(case=c, actor=buyer, at=at),
            {C.OPENED, C.DECLINED, C.DISPUTED},
            C.WITHDRAWN,
        ),
        "dispute": (
            lambda c, at: cases.dispute(case=c, actor=buyer, at=at),
            {C.OPENED, C.DECLINED, C.ACCEPTED},
            C.DISPUTED,
        ),
        "rule for the buyer": (
            lambda c, at: cases.rule(case=c, refund=True, ruling="Hoàn", actor=officer, at=at),
            {C.DISPUTED},
            C.CLOSED,
        ),
        "rule goods back": (
            lambda c, at: cases.rule(
                case=c, refund=True, goods_back=True, ruling="Gửi lại", actor=officer, at=at
            ),
            {C.DISPUTED},
            C.ACCEPTED,
        ),
        "rule against": (
            lambda c, at: cases.rule(case=c, refund=False, ruling="Không", actor=officer, at=at),
            {C.DISPUTED},
            C.REJECTED,
        ),
    }


@pytest.mark.parametrize("start", CaseStatus)
def test_every_step_from_every_state(cast, make_product, start):
    for name, (step, starts, end) in steps(cast).items():
        sub = delivered(make_product(cast.producer), cast=cast, quantity=2)
        case = bring(ask(sub, cast.buyer), start, cast)
        before, at = facts(), late(case)
        if start in starts:
            assert step(case, at) is True, name
            assert case.status == ReturnCase.objects.get(pk=case.pk).status == end, name
        elif start == end and not name.startswith("rule"):
            assert step(case, at) is False, name
            assert facts() == before, name
        else:
            with pytest.raises(ForbiddenTransition):
                step(case, at)
            assert facts() == before, name
    assert all_invariants() == {}


def test_who_may(cast, make_product):
    """Each step is one side's; nobody else's hand moves anything."""
    allowed = {
        "accept": {"owner", "staff"},
        "refund at once": {"owner", "staff"},
        "decline": {"owner", "staff"},
        "receive": {"owner", "staff"},
        "withdraw": {"buyer"},
        "dispute": {"buyer"},
        "rule": {"province_officer", "province_leader", "admin"},
    }
    start = {"receive": C.ACCEPTED, "withdraw": C.OPENED, "dispute": C.DECLINED, "rule": C.DISPUTED}
    act = {
        "accept": lambda c, who: cases.accept(case=c, goods_back=True, actor=who),
        "refund at once": lambda c, who: cases.accept(case=c, goods_back=False, actor=who),
        "decline": lambda c, who: cases.decline(case=c, answer="Không", actor=who),
        "receive": receive,
        "withdraw": lambda c, who: cases.withdraw(case=c, actor=who),
        "dispute": lambda c, who: cases.dispute(case=c, actor=who),
        "rule": lambda c, who: cases.rule(case=c, refund=False, ruling="Không", actor=who),
    }
    product = make_product(cast.producer, stock=100)
    for name, step in act.items():
        for role, person in cast.people.items():
            case = bring(ask(delivered(product, cast=cast), cast.buyer), start.get(name, C.OPENED), cast)
            before = facts()
            if role in allowed[name]:
                assert step(case, person) is True, (name, role)
            elif person is not None:
                with pytest.raises(NotAllowed):
                    step(case, person)
                assert facts() == before, (name, role)
    assert all_invariants() == {}


def test_nobody_rules_in_an_own_matter(cast, sub, case):
    bring(case, C.DISPUTED, cast)
    cast.producer.memberships.create(user=cast.province_officer, role="staff")
    with pytest.raises(NotAllowed):
        cases.rule(case=case, refund=False, ruling="Không", actor=cast.province_officer)


def test_only_the_buyer_asks(cast, sub):
    for role, person in cast.people.items():
        if role != "buyer":
            with pytest.raises(NotAllowed):
                ask(sub, person)
    assert not ReturnCase.objects.exists()


def test_a_guest_asks_for_the_order_that_is_held(cast, product):
    sub = delivered(product, cast=cast)
    sub.order.buyer = None
    sub.order.save()
    with pytest.raises(NotAllowed):
        ask(sub, policies.Holder(sub.order_id + 1))
    case = ask(sub, policies.Holder(sub.order_id))
    assert cases.withdraw(case=case, actor=policies.Holder(sub.order_id))


def test_the_trail_names_the_buyer_by_side_only(cast, case):
    cases.withdraw(case=case, actor=cast.buyer)
    entries = AuditEntry.objects.filter(object_type="orders.returncase")
    assert {(entry.actor_id, entry.actor_label) for entry in entries} == {(cast.buyer.pk, "Người mua")}
    assert [str(event.side) for event in events_of(case)] == ["Người mua", "Người mua"]


@pytest.mark.parametrize(
    ("reason", "days"), [(CaseReason.DAMAGED, 7), (CaseReason.OTHER, 7), (CaseReason.WRONG_INFORMATION, 30)]
)
def test_the_window_to_the_second(cast, sub, reason, days):
    last = sub.delivered_at + dt.timedelta(days=days)
    with pytest.raises(ReturnTooLate):
        ask(sub, cast.buyer, reason=reason, at=last + SECOND)
    case = ask(sub, cast.buyer, reason=reason, at=last)
    assert case.answer_by == last + dt.timedelta(days=3)


@pytest.mark.parametrize("status", [s for s in SubOrderStatus if s != SubOrderStatus.DELIVERED])
def test_only_delivered_parcels_come_back(cast, product, status):
    sub = parcel(product, status=status, commune=cast.hoi_an, user=cast.buyer)
    with pytest.raises(NotReturnable):
        ask(sub, cast.buyer)


@pytest.mark.parametrize("units", [0, -1, 4, True, 1.5, "1", None])
def test_no_more_than_there_is(cast, sub, units):
    with pytest.raises(BadReturn):
        ask(sub, cast.buyer, quantities={sub.lines.get().pk: units})
    assert not ReturnCase.objects.exists()


def test_crooked_wishes(cast, sub, make_product):
    other = delivered(make_product(cast.producer), cast=cast).lines.get()
    for changes in ({"quantities": {}}, {"quantities": {other.pk: 1}}, {"reason": "vì thích"}):
        with pytest.raises(BadReturn):
            ask(sub, cast.buyer, **changes)
    for story in ("", " \x00\n ", "x" * 2001, "x" * 10_000):
        with pytest.raises(CaseWordsNeeded):
            ask(sub, cast.buyer, story=story)
    case = ask(sub, cast.buyer, story="Vỡ\x00 <script>alert(1)</script>\r\n\r\n\r\n\r\nướt")
    assert case.story == "Vỡ <script>alert(1)</script>\n\nướt"


def test_one_open_case_per_parcel_and_not_for_ever(cast, sub, case, settings):
    with pytest.raises(CaseIsOpen) as refused:
        ask(sub, cast.buyer)
    assert refused.value.data == {"case": f"{sub.code}-T1"}
    cases.withdraw(case=case, actor=cast.buyer)
    assert ask(sub, cast.buyer).code == f"{sub.code}-T2"
    cases.withdraw(case=ReturnCase.objects.get(code=f"{sub.code}-T2"), actor=cast.buyer)
    for _ in range(cases.MOST_CASES - 2):
        cases.withdraw(case=ask(sub, cast.buyer), actor=cast.buyer)
    with pytest.raises(TooManyCases):
        ask(sub, cast.buyer)


def test_what_was_returned_cannot_be_asked_back_again(cast, sub):
    bring(ask(sub, cast.buyer, quantity=2), C.CLOSED, cast)
    with pytest.raises(BadReturn):
        ask(sub, cast.buyer, quantity=2)
    assert bring(ask(sub, cast.buyer, quantity=1), C.CLOSED, cast).status == C.CLOSED
    with pytest.raises(BadReturn):
        ask(sub, cast.buyer, quantity=1)


@pytest.mark.parametrize("end", [C.REJECTED, C.WITHDRAWN])
def test_what_came_to_nothing_can_be_asked_again(cast, sub, end):
    bring(ask(sub, cast.buyer), end, cast)
    assert ask(sub, cast.buyer).status == C.OPENED
    assert all_invariants() == {}


def test_the_province_is_called_when_the_time_is_over(cast, case):
    with pytest.raises(StillTime):
        cases.dispute(case=case, actor=cast.buyer, at=case.answer_by - SECOND)
    assert cases.dispute(case=case, actor=cast.buyer, at=case.answer_by)


def test_after_a_refusal_at_once(cast, case):
    cases.decline(case=case, answer="Hàng nguyên khi gửi.", actor=cast.owner)
    assert cases.dispute(case=case, words="Xem ảnh", actor=cast.buyer)
    assert [str(event.side) for event in events_of(case)] == ["Người mua", "Người bán", "Người mua"]


@pytest.mark.parametrize("caller", ["buyer", "owner"])
def test_goods_that_do_not_come_are_for_the_province(cast, case, caller):
    """Neither side can leave the other waiting for ever."""
    bring(case, C.ACCEPTED, cast)
    person = getattr(cast, caller)
    with pytest.raises(StillTime):
        cases.dispute(case=case, actor=person, at=case.answer_by - SECOND)
    assert cases.dispute(case=case, words="Chưa thấy", actor=person, at=case.answer_by)
    assert cases.rule(case=case, refund=False, ruling="Hàng không về.", actor=cast.province_officer)
    assert all_invariants() == {}


def test_a_refusal_left_standing_ends_the_case(cast, sub, case):
    bring(case, C.DECLINED, cast)
    assert held_parcel_codes() == {sub.code}
    assert cases.lapse_declined(at=case.answer_by - SECOND) == 0
    assert cases.lapse_declined(at=case.answer_by) == 1
    assert cases.lapse_declined(at=case.answer_by) == 0
    assert held_parcel_codes() == set()


def test_silence_is_told_once(cast, case):
    assert cases.tell_of_silence(at=case.answer_by - SECOND) == 0
    assert cases.tell_of_silence(at=case.answer_by) == 1
    assert cases.tell_of_silence(at=case.answer_by) == 0
    assert OutboxMessage.objects.filter(topic="orders.case_unanswered").count() == 1


@pytest.mark.parametrize("status", CaseStatus)
def test_open_cases_hold_back_the_parcels_money(cast, sub, case, status):
    bring(case, status, cast)
    is_over = status in (C.CLOSED, C.REJECTED, C.WITHDRAWN)
    assert held_parcel_codes() == (set() if is_over else {sub.code})


def test_words_are_needed_where_somebody_is_refused(cast, case):
    with pytest.raises(CaseWordsNeeded):
        cases.decline(case=case, answer=" ", actor=cast.owner)
    bring(case, C.DISPUTED, cast)
    for words in ("", "\x00", "x" * 2001):
        with pytest.raises(CaseWordsNeeded):
            cases.rule(case=case, refund=True, ruling=words, actor=cast.province_officer)
    assert case.status == C.DISPUTED


def test_goods_on_sale_again_or_written_off(cast, make_product):
    goods = [make_product(cast.producer, stock=10, price=price) for price in (100_000, 50_000)]
    sub = delivered(*goods, cast=cast, quantity=2)
    case = bring(ask(sub, cast.buyer), C.ACCEPTED, cast)
    first, second = case.lines.all()
    for fates in ({}, {first.pk: "restocked"}, {first.pk: "restocked", second.pk: "eaten"}):
        with pytest.raises(FateNeeded):
            cases.receive_goods(case=case, fates=fates, actor=cast.owner)
    fates = {first.pk: CaseLine.Fate.RESTOCKED, second.pk: CaseLine.Fate.WRITTEN_OFF}
    assert cases.receive_goods(case=case, fates=fates, actor=cast.owner)
    assert [on_hand(product) for product in goods] == [10, 8]
    assert StockMovement.objects.get(kind="return").reference == case.code
    assert all_invariants() == {}


def test_the_buyer_keeps_the_goods(cast, product, case):
    bring(case, C.CLOSED, cast)
    assert (on_hand(product), case.needs_goods_back) == (7, False)
    assert not StockMovement.objects.filter(kind="return").exists()


def refunded():
    return sum(Refund.objects.values_list("amount", flat=True))


@pytest.mark.parametrize("reason", sorted(set(CaseReason) - {CaseReason.RECALLED}))
def test_shipping_comes_back_with_the_last_unit(cast, sub, reason):
    """300.000 of goods and 30.000 for sending, in two cases."""
    by_seller = reason in (CaseReason.DAMAGED, CaseReason.WRONG_GOODS, CaseReason.WRONG_INFORMATION)
    bring(ask(sub, cast.buyer, quantity=2, reason=reason), C.CLOSED, cast)
    assert refunded() == 200_000
    last = bring(ask(sub, cast.buyer, quantity=1, reason=reason), C.CLOSED, cast)
    assert refunded() == (330_000 if by_seller else 300_000)
    assert last.refunds_shipping == by_seller
    assert all_invariants() == {}


@pytest.mark.parametrize("with_shipping", [True, False])
def test_shipping_as_the_province_rules(cast, sub, with_shipping):
    case = bring(ask(sub, cast.buyer, quantity=1), C.DISPUTED, cast)
    officer = cast.province_officer
    cases.rule(
        case=case, refund=True, goods_back=True, with_shipping=with_shipping, ruling="Gửi lại", actor=officer
    )
    assert receive(case, cast.owner)
    assert refunded() == 100_000 + 30_000 * with_shipping
    rest = bring(ask(sub, cast.buyer, quantity=2), C.DISPUTED, cast)
    if with_shipping:
        with pytest.raises(ShippingGone):
            cases.rule(case=rest, refund=True, with_shipping=True, ruling="Hoàn", actor=officer)
    cases.rule(case=rest, refund=True, with_shipping=not with_shipping, ruling="Hoàn", actor=officer)
    assert refunded() == 330_000
    assert all_invariants() == {}


def test_a_buyer_who_paid_cash_names_an_account(cast, case):
    bring(case, C.CLOSED, cast)
    refund = Refund.objects.get()
    assert (refund.reference, refund.payment, refund.status) == (case.code, None, RefundStatus.NEEDS_ACCOUNT)
    assert refund.key == f"case:{case.code}"


def test_a_refund_hangs_on_the_payment(cast, product):
    sub = delivered(product, cast=cast, method=Method.TRANSFER)
    bring(ask(sub, cast.buyer), C.CLOSED, cast)
    assert Refund.objects.get().payment == sub.order.payment
    assert all_invariants() == {}
