"""Whatever happens to orders and their money, in whatever order: the books hold after every step.

A history is played upon the services and, beside them, upon ``plain_books``: each account of the
ledger has to agree. A refusal (MarketError) is an answer; anything else is a mistake of ours.
"""

import datetime as dt
from contextlib import suppress

from django.db import connection
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from catalog.models import StockItem
from core import clock
from core.errors import MarketError
from orders.models import ReturnCase
from orders.selectors.cases import refund_key
from orders.services import cases, payouts
from orders.states import CASE_IS_OPEN, CaseReason, CaseStatus, SubOrderStatus
from payments.models import PayoutBatch, Posting, Refund
from payments.services import payouts as bank
from payments.services import refunds
from payments.states import PayoutStatus, RefundStatus, RefundWay
from tests.books import all_invariants
from tests.properties.order_history import ANY, OrderHistory, pick, pks
from tests.properties.stage import (
    UNITS,
    account_of,
    owner_of,
    world,
)

__all__ = ["world"]  # the fixture
CASE_STEPS = ("accept", "accept", "receive_goods", "decline", "dispute", "rule", "withdraw")


class Histories(OrderHistory):
    """And the money that goes on: back to buyers, and to producers."""

    # --- returns ----------------------------------------------------------------------
    @precondition(lambda self: self.of_status(SubOrderStatus.DELIVERED))
    @rule(
        which=ANY, units=st.integers(1, 3), lines=st.integers(1, 2), reason=st.sampled_from(CaseReason.values)
    )
    def ask_back(self, which, units, lines, reason):
        sub = pick(self.of_status(SubOrderStatus.DELIVERED), which)
        wanted = {line.pk: min(units, line.quantity) for line in sub.lines.order_by("pk")[:lines]}
        with suppress(MarketError):
            cases.open(
                sub_order=sub, reason=reason, story="Hàng hỏng", quantities=wanted, actor=self.buyer(sub)
            )

    @precondition(lambda self: ReturnCase.objects.filter(status__in=CASE_IS_OPEN).exists())
    @rule(which=ANY, steps=st.lists(st.sampled_from(CASE_STEPS), min_size=1, max_size=3), flag=st.booleans())
    def answer(self, which, steps, flag):
        rows = ReturnCase.objects.filter(status__in=CASE_IS_OPEN).order_by("pk")
        case = pick(list(rows.select_related("sub_order__order__payment", "sub_order__producer")), which)
        with suppress(MarketError):
            for step in steps:
                self.case_step(case, step, flag)
                if case.status == CaseStatus.CLOSED:
                    self.gone_back(case)
                    return

    def case_step(self, case, step, flag):
        owner, officer = owner_of(case.sub_order.producer), self.world.cast.province_officer
        if step == "accept":
            cases.accept(case=case, goods_back=flag, actor=owner)
        elif step == "receive_goods":
            fate = "restocked" if flag else "written_off"
            cases.receive_goods(case=case, fates=dict.fromkeys(pks(case.lines), fate), actor=owner)
        elif step == "decline":
            cases.decline(case=case, answer="không", actor=owner)
        elif step == "rule":
            cases.rule(
                case=case, refund=True, goods_back=False, with_shipping=flag, ruling="hoàn", actor=officer
            )
        else:
            getattr(cases, step)(case=case, actor=self.buyer(case.sub_order))

    def gone_back(self, case):
        _, parcel = self.plain(case.sub_order)
        numbers = pks(case.sub_order.lines)
        units = {numbers.index(line.order_line_id): line.quantity for line in case.lines.all()}
        owed = self.books.returned(parcel, units, with_shipping=case.refunds_shipping)
        assert owed == sum(Refund.objects.filter(key=refund_key(case)).values_list("amount", flat=True))

    # --- money back -------------------------------------------------------------------
    @precondition(lambda self: Refund.objects.exists())
    @rule(
        which=ANY,
        steps=st.lists(
            st.sampled_from(
                ["name_account", "approve", "reject_account", "done", "failed", "send_again", "by_transfer"]
            ),
            min_size=1,
            max_size=3,
        ),
        second=st.booleans(),
    )
    def move_refund(self, which, steps, second):
        refund = pick(list(Refund.objects.order_by("pk")), which)
        cast = self.world.cast
        actor = cast.chief_treasurer if second else cast.treasurer
        account = {"bank_bin": "970436", "account_number": "0123456789", "account_name": "Nguyễn Thị Mua"}
        for step in steps:
            more = {"name_account": account, "reject_account": {"reason": "sai"}, "failed": {"reason": "lỗi"}}
            with suppress(MarketError):
                moved = getattr(refunds, step)(refund=refund, actor=actor, **more.get(step, {}))
                if moved and step == "done":
                    is_gateways = refund.way == RefundWay.GATEWAY
                    self.books.refunded(refund.amount, where="gateway:vnpay" if is_gateways else "bank")

    # --- money to producers -----------------------------------------------------------
    @precondition(lambda self: self.books.earned)
    @rule(
        days_ago=st.integers(0, 3),
        steps=st.lists(st.sampled_from(["approve", "drop", "all_paid", "bounce", "account"]), max_size=4),
    )
    def pay_out(self, days_ago, steps):
        cast, day = self.world.cast, clock.today() - dt.timedelta(days=days_ago)
        with suppress(MarketError):
            payouts.prepare(up_to=day, actor=cast.treasurer)
        for batch in PayoutBatch.objects.order_by("-pk")[:2]:
            for step in steps:
                with suppress(MarketError):
                    self.payout_step(batch, step, cast.chief_treasurer)

    def payout_step(self, batch, step, actor):
        paid_before = set(pks(batch.payouts.filter(status=PayoutStatus.PAID)))
        if step == "approve":
            if payouts.approve(batch=batch, actor=actor):
                for payout in batch.payouts.all():
                    self.books.sent(f"producer:{payout.producer_id}", payout.amount)
        elif step == "drop":
            bank.drop(batch=batch, reason="nhầm", actor=actor)
        elif step == "all_paid":
            bank.mark_all_paid(batch=batch, bank_reference="FT1", actor=actor)
            for payout in batch.payouts.filter(status=PayoutStatus.PAID).exclude(pk__in=paid_before):
                self.books.bank_paid(payout.amount)
        elif step == "bounce":
            payout = batch.payouts.select_related("producer", "batch").first()
            if bank.bounce(payout=payout, reason="sai tài khoản", actor=actor):
                was_paid = payout.pk in paid_before
                self.books.bounced(f"producer:{payout.producer_id}", payout.amount, was_paid=was_paid)
        else:
            for producer in self.world.producers:
                account_of(self.world, producer)

    # --- what holds after every step --------------------------------------------------
    @invariant()
    def books_hold(self):
        with connection.cursor() as cursor:  # what would be checked at the commit
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        assert all_invariants() == {}
        rows = Posting.objects.values_list("account__code").annotate(sum=Sum("amount")).order_by()
        ledger = {code: amount for code, amount in rows if amount}
        assert ledger == {code: amount for code, amount in self.books.accounts.items() if amount}
        assert sum(ledger.values()) == 0

        self.every_dong_is_somewhere()
        assert all(0 <= item.on_hand <= UNITS for item in StockItem.objects.all())

    def every_dong_is_somewhere(self):
        books, accounts = self.books, self.books.accounts
        assert accounts["deposits"] == -sum(deal.held for deal in self.deals.values())
        for producer, earned in books.earned.items():
            assert earned == books.cash_kept[producer] + books.paid_out[producer] - accounts[producer]
        kept = sum(books.cash_kept.values())
        assert sum(accounts[name] for name in ("bank", "gateway:vnpay", "cod:ghn")) + kept == (
            books.came_in - books.went_out
        )
        open_refunds = (
            Refund.objects.exclude(status=RefundStatus.DONE).aggregate(sum=Sum("amount"))["sum"] or 0
        )
        assert accounts["refunds"] == -open_refunds


def test_histories(world):
    Histories.world = world
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
