"""What returns give back: to the đồng, whatever the parts, and also after the producer was paid out."""

import datetime as dt

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import StockMovement
from orders.invariants import INVARIANTS
from orders.models import CaseLine, OrderLine, ReturnCase, SettlementLine
from orders.selectors.cases import refund_key
from orders.services import case_money, cases, payouts
from orders.services.settlement import Wanted, part_of
from orders.states import CaseReason
from orders.tests.buying import broken
from orders.tests.earning import account
from orders.tests.returning import C, ask, bring, delivered, receive
from payments.models import AccountKind, JournalEntry, Posting, Refund
from payments.selectors.balances import balance
from payments.services import ledger, refunds
from payments.states import Method, RefundStatus
from tests.books import all_invariants


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.rival, stock=20, price=100_001)


@pytest.fixture
def sub(cast, product):
    """Of a household: fee and tax are kept."""
    return delivered(product, cast=cast, quantity=7)


def line_of(quantity, price, off_producer, off_market, rate):
    """An order line and what was kept of it, without a database."""
    total = price * quantity
    producer = total * off_producer // 100
    line = OrderLine(
        pk=1,
        quantity=quantity,
        line_total=total,
        producer_discount=producer,
        market_discount=(total - producer) * off_market // 100,
    )
    kept = SettlementLine(
        order_line=line,
        commission=line.earned * rate // 10_000,
        vat=line.earned // 100,
        pit=line.earned // 200,
    )
    return line, kept


@settings(max_examples=300, deadline=None)
@given(
    price=st.integers(1, 10**7),
    percents=st.tuples(st.integers(0, 100), st.integers(0, 100)),
    rate=st.integers(0, 5000),
    cuts=st.lists(st.integers(1, 5), min_size=1, max_size=8),
)
def test_parts_sum_to_the_whole_and_none_is_negative(price, percents, rate, cuts):
    line, kept = line_of(sum(cuts), price, *percents, rate)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SettlementLine.objects, "filter", lambda **_: [kept])
        parts: list[CaseLine] = []
        for units in cuts:
            parts += part_of(wanted=[Wanted(line, units)], before=parts)
    for name, whole in (
        ("goods", line.earned),
        ("market_discount", line.market_discount),
        ("paid", line.paid),
        ("commission", kept.commission),
        ("vat", kept.vat),
        ("pit", kept.pit),
    ):
        values = [getattr(part, name) for part in parts]
        assert sum(values) == whole, name
        assert min(values) >= 0, name


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_unit_by_unit_everything_comes_back(cast, product, data):
    """However a parcel is cut into cases, ledger and refunds end as if nothing had been sold."""
    sub = delivered(product, cast=cast, quantity=3)
    before = kept_of(sub)
    assert before[AccountKind.PRODUCER] < 0
    left = 3
    while left:
        units = data.draw(st.integers(1, left))
        case = ask(sub, cast.buyer, quantity=units)
        seen = case_money.worth(case).paid
        bring(case, C.ACCEPTED, Cast(cast))
        receive(case, cast.rival_owner, data.draw(st.sampled_from(["restocked", "written_off"])))
        assert Refund.objects.get(key=refund_key(case)).amount == seen == case_money.worth(case).paid
        left -= units
    after = kept_of(sub)
    assert after.pop(AccountKind.REFUNDS) == -sub.total
    assert set(after.values()) == {0}
    assert all_invariants() == {}


class Cast:
    """The cast with the rival's owner as the seller."""

    def __init__(self, cast):
        self.owner, self.buyer, self.province_officer = cast.rival_owner, cast.buyer, cast.province_officer


def kept_of(sub):
    """Account kind → what stands there of the parcel, but for the buyer's own money."""
    kinds = (AccountKind.PRODUCER, AccountKind.FEES, AccountKind.VAT, AccountKind.PIT, AccountKind.REFUNDS)
    rows = Posting.objects.filter(
        reference=sub.code, account__kind__in=kinds, entry__kind__in=["settlement", "return"]
    )
    return dict(rows.values_list("account__kind").annotate(sum=Sum("amount")))


def test_half_a_return_takes_back_half(cast, make_product):
    """1.000.000 of goods: 10.000 + 5.000 of tax; half of it back reverses half."""
    sub = delivered(make_product(cast.rival, price=500_000), cast=cast, quantity=2)
    settled = SettlementLine.objects.get(order_line__sub_order=sub)
    assert (settled.vat, settled.pit) == (10_000, 5_000)
    case = ask(sub, cast.buyer, quantity=1, reason=CaseReason.OTHER)
    cases.accept(case=case, goods_back=False, actor=cast.rival_owner)
    line = case.lines.get()
    assert (line.goods, line.vat, line.pit, line.commission) == (
        500_000,
        5_000,
        2_500,
        settled.commission // 2,
    )
    entry = JournalEntry.objects.get(key=f"return:{case.code}")
    vat = entry.postings.get(account__kind=AccountKind.VAT)
    assert vat.amount == 5_000
    assert all_invariants() == {}


def test_a_return_after_the_payout_is_owed_by_the_producer(cast, product):
    """What was paid out already comes off the next payout; the ledger shows the debt meanwhile."""
    sub = delivered(product, cast=cast, quantity=7, method=Method.TRANSFER)
    own = ledger.account(kind=AccountKind.PRODUCER, producer=cast.rival)
    credit = -balance(own)
    at = sub.delivered_at + dt.timedelta(days=20)
    account(cast.rival, owner=cast.rival_owner, treasurer=cast.treasurer)
    batch = payouts.prepare(up_to=at.date(), actor=cast.treasurer, at=at)
    payouts.approve(batch=batch, actor=cast.chief_treasurer, at=at)
    assert balance(own) == 0 < credit
    case = ask(sub, cast.buyer, reason=CaseReason.WRONG_INFORMATION, at=at)
    cases.accept(case=case, goods_back=False, actor=cast.rival_owner, at=at)
    assert balance(own) == credit  # a debit: the producer owes it
    posting = Posting.objects.filter(entry__key=f"return:{case.code}", account=own).first()
    assert posting.due_on == at.date()
    assert Refund.objects.get().amount == sub.total
    assert all_invariants() == {}


def test_the_refund_goes_its_way(cast, sub):
    bring(ask(sub, cast.buyer), C.CLOSED, Cast(cast))
    refund = Refund.objects.get()
    refunds.name_account(
        refund=refund,
        bank_bin="970436",
        account_number="0123456789",
        account_name="Người Mua",
        actor=cast.buyer,
    )
    refunds.approve(refund=refund, actor=cast.treasurer)
    refunds.done(refund=refund, actor=cast.treasurer)
    assert refund.status == RefundStatus.DONE
    assert balance(ledger.account(kind=AccountKind.REFUNDS)) == 0
    assert all_invariants() == {}


def test_what_cost_nothing_gives_nothing_back(cast, sub):
    """A voucher of the market paid for all of it: the goods come back, no money moves to the buyer."""
    line = sub.lines.get()
    OrderLine.objects.filter(pk=line.pk).update(market_discount=line.line_total)
    case = ask(sub, cast.buyer, reason=CaseReason.OTHER)
    assert cases.accept(case=case, goods_back=False, actor=cast.rival_owner)
    assert case_money.worth(case).paid == 0
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("orders.closed_cases_are_booked", lambda: Refund.objects.update(amount=1)),
        ("orders.closed_cases_are_booked", lambda: CaseLine.objects.update(goods=1)),
        ("orders.closed_cases_are_booked", lambda: CaseLine.objects.update(vat=1)),
        (
            "orders.closed_cases_are_booked",
            lambda: ReturnCase.objects.update(status="opened", closed_at=None),
        ),
        ("orders.restocked_is_moved", lambda: StockMovement.objects.filter(kind="return").delete()),
        ("orders.restocked_is_moved", lambda: CaseLine.objects.update(fate="written_off")),
    ],
)
def test_each_invariant_catches_its_own(cast, sub, name, spoil):
    receive(bring(ask(sub, cast.buyer), C.ACCEPTED, Cast(cast)), cast.rival_owner)
    assert broken(INVARIANTS) == {}
    spoil()
    assert name in broken(INVARIANTS)
