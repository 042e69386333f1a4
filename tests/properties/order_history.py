"""What people, timers, banks and gateways may do to orders, as rules of a state machine."""

import datetime as dt
import itertools
import uuid
from contextlib import suppress
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
)

from catalog.services import stock
from core import clock
from core.errors import MarketError
from orders import policies
from orders.models import Order, SubOrder
from orders.services import cart as carts
from orders.services import checkout, fulfilment, paying, vouchers
from orders.states import SubOrderStatus
from orders.tests.buying import contact
from payments.services import payments
from payments.services.receipts import Statement
from payments.states import Method
from tests.properties.plain_books import Books, Deal
from tests.properties.stage import (
    CODES,
    PRICES,
    START,
    World,
    owner_of,
    written_down,
)

ANY = st.integers(0, 40)  # which of those there are
STEPS = ("confirm", "prepare", "hand_over", "deliver", "refuse", "take_back")
CARRIERS = st.sampled_from(["manual", "ghn"])


class OrderHistory(RuleBasedStateMachine):
    """Orders, the money for them, time, and parcels on their way."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.now = START
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.books = Books()
        self.deals: dict[int, Deal] = {}  # order id → the same in plain numbers
        self.statements: list[tuple[Statement, int | None, Any]] = []
        self.keys: list[tuple[Any, str, int]] = []
        self.numbers = itertools.count(1)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    # --- orders -----------------------------------------------------------------------
    @rule(
        wishes=st.dictionaries(st.integers(0, len(PRICES) - 1), st.integers(1, 4), min_size=1, max_size=3),
        method=st.sampled_from([Method.COD, Method.TRANSFER, Method.VNPAY]),
        codes=st.sets(st.integers(0, 4), max_size=3),
        as_guest=st.booleans(),
    )
    def place(self, wishes, method, codes, as_guest):
        user = None if as_guest else self.world.cast.buyer
        cart = carts.ensure(user=user)
        with suppress(MarketError):
            for number, units in wishes.items():
                carts.add(cart=cart, variant=self.world.variants[number], quantity=units)
        for number in codes:
            with suppress(MarketError):
                vouchers.enter(cart=cart, code=CODES[number])
        key = uuid.uuid4().hex
        with suppress(MarketError):
            order = self.checkout(cart, key, method, user)
            self.keys.append((cart, key, order.pk))
            self.deals[order.pk] = written_down(order)

    def checkout(self, cart, key, method, user):
        return checkout.place(
            cart=cart,
            contact=contact(self.world.cast.hoi_an),
            idempotency_key=key,
            actor=user,
            language="vi",
            method=method,
        )

    @precondition(lambda self: self.keys)
    @rule(which=ANY)
    def place_again(self, which):
        cart, key, order_id = pick(self.keys, which)
        assert self.checkout(cart, key, Method.COD, cart.user).pk == order_id

    # --- money from buyers ------------------------------------------------------------
    @precondition(lambda self: self.deals)
    @rule(
        which=ANY,
        how=st.sampled_from(["exact", "exact", "exact", "under", "over", "one"]),
        via=st.sampled_from(["bank", "vnpay"]),
    )
    def pay(self, which, how, via):
        order, deal = self.order(which)
        due = max(deal.missing, 0) or deal.total or 1
        amount = {"exact": due, "under": max(due - 10_000, 1), "over": due + 5_000, "one": 1}[how]
        attempt = None
        if via == "vnpay" and order.payment and order.payment.missing:
            attempt = payments.attempt(
                payment=order.payment, gateway="vnpay", expires_at=clock.now(), at=clock.now()
            )
        self.receive(self.said(amount, "vnpay" if attempt else "bank"), order, attempt)

    @precondition(lambda self: self.statements)
    @rule(which=ANY)
    def say_again(self, which):
        """A repeated notice, now perhaps in another state of its order."""
        statement, order_id, attempt = pick(self.statements, which)
        order = Order.objects.get(pk=order_id) if order_id else None
        assert not paying.receive(statement=statement, order=order, attempt=attempt).is_new

    @rule(amount=st.integers(1, 300_000))
    def pay_for_nothing_known(self, amount):
        self.receive(self.said(amount, "bank"), None, None)

    @precondition(lambda self: self.deals)
    @rule(which=ANY, changes=st.sampled_from([{"currency": "USD"}, {"is_paid": False}, {"amount": -50_000}]))
    def say_what_is_no_money(self, which, changes):
        order, deal = self.order(which)
        statement = self.said(deal.total or 1, "bank", **changes)
        assert not paying.receive(statement=statement, order=order).notice.is_booked

    def said(self, amount, gateway, /, **changes):
        return Statement(
            gateway=gateway,
            notice_id=f"n{next(self.numbers)}",
            source="statement",
            raw="…",
            occurred_at=clock.now(),
            **{"amount": amount} | changes,
        )

    def receive(self, statement, order, attempt):
        received = paying.receive(statement=statement, order=order, attempt=attempt)
        assert received.is_new
        self.statements.append((statement, order and order.pk, attempt))
        believed = attempt is None or attempt.amount == statement.amount
        assert received.notice.is_booked == believed
        if not believed:
            return
        went_on = order is not None and not waiting(order)
        where = "gateway:vnpay" if attempt else "bank"
        deal = self.deals[order.pk] if order else None
        self.books.money_in(deal, statement.amount, where=where, goods_there=went_on)

    # --- time -------------------------------------------------------------------------
    @rule(
        passes=st.sampled_from(
            [dt.timedelta(minutes=5), dt.timedelta(minutes=16), dt.timedelta(hours=49), dt.timedelta(days=9)]
        ),
        timers=st.sets(st.sampled_from(["unpaid", "unconfirmed", "stock"])),
    )
    def time_passes(self, passes, timers):
        self.world.now += passes
        if "stock" in timers:
            stock.lapse()
        if "unpaid" in timers:
            paying.lapse_unpaid()
        if "unconfirmed" in timers:
            before = {sub.pk for sub in SubOrder.objects.filter(status=SubOrderStatus.PLACED)}
            fulfilment.cancel_unconfirmed()
            for sub in SubOrder.objects.filter(pk__in=before, status=SubOrderStatus.CANCELLED):
                self.owed_for(sub)

    # --- parcels ----------------------------------------------------------------------
    @precondition(lambda self: self.deals)
    @rule(
        which=ANY, first=st.integers(0, 5), count=st.integers(1, 5), carrier=CARRIERS, by_owner=st.booleans()
    )
    def push(self, which, first, count, carrier, by_owner):
        """Some steps one after the other; the first refused one ends it."""
        sub = self.parcel(which)
        actor = owner_of(sub.producer) if by_owner else None
        with suppress(MarketError):
            for step in STEPS[first : first + count]:
                more = {"carrier": carrier} if step == "hand_over" else {}
                moved = getattr(fulfilment, step)(sub_order=sub, actor=actor, **more)
                self.pushed(sub, step, carrier, moved)

    def pushed(self, sub, step, carrier, moved):
        deal, parcel = self.plain(sub)
        if moved and step == "hand_over":
            parcel.carrier = "" if carrier == "manual" else carrier
        elif moved and step == "deliver":
            self.books.delivered(deal, parcel)
        elif moved and step == "take_back":
            self.owed_for(sub)

    @precondition(lambda self: self.deals)
    @rule(which=ANY, by=st.sampled_from(["buyer", "owner", "market"]))
    def cancel(self, which, by):
        sub = self.parcel(which)
        deal, _ = self.plain(sub)
        actor = {"buyer": self.buyer(sub), "owner": owner_of(sub.producer), "market": None}[by]
        was_waiting = sub.status == SubOrderStatus.AWAITING
        with suppress(MarketError):
            if not fulfilment.cancel(sub_order=sub, actor=actor, reason="đổi ý"):
                return
            if was_waiting:
                deal.state = "cancelled"
                self.books.owe_back(deal, deal.held)
            else:
                self.owed_for(sub)

    def owed_for(self, sub):
        """The parcel does not come about: what was paid for it in advance is owed back."""
        deal, parcel = self.plain(sub)
        if deal.state == "paid":
            self.books.owe_back(deal, parcel.total)

    # --- looking things up ------------------------------------------------------------
    def order(self, which):
        order_id = pick(list(self.deals), which)
        return Order.objects.select_related("payment").get(pk=order_id), self.deals[order_id]

    def of_status(self, status):
        rows = SubOrder.objects.filter(status=status).select_related("order__payment", "producer")
        return list(rows.order_by("pk"))

    def buyer(self, sub):
        return sub.order.buyer or policies.Holder(sub.order_id)

    def parcel(self, which):
        subs = SubOrder.objects.select_related("order__payment", "producer").order_by("pk")
        return pick(list(subs), which)

    def plain(self, sub):
        deal = self.deals[sub.order_id]
        return deal, next(parcel for parcel in deal.parcels if parcel.code == sub.code)


def pks(rows):
    return list(rows.order_by("pk").values_list("pk", flat=True))


def pick(things, which):
    return things[which % len(things)]


def waiting(order):
    return order.sub_orders.filter(status__in=[SubOrderStatus.AWAITING, SubOrderStatus.LAPSED]).exists()
