"""What the market made of it all, asked of its database. Importable once Django is set up."""

import io
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from django.core.management import CommandError, call_command
from django.db import connections
from django.db.models import Count, Sum

from catalog.models import ProductSet, SaleMode, StockItem, Variant
from catalog.services import products
from core import clock
from core.models import Commune, OutboxDelivery
from core.text import fold, slugify
from notifications.models import Delivery, Notification
from orders.models import Order, OrderLine
from orders.states import SubOrderStatus
from payments.models import JournalEntry, PaymentNotice, Posting
from producers.models import Producer, ProducerKind, ProducerStatus
from tests.faults.clients import Payment, Told

PLENTY = 2_000


def stocked(per_kind: int = 3) -> tuple[list[tuple[int, str]], Commune]:
    """Products of three producers, made through the services: variant id and address; a place to send to."""
    commune = Commune.objects.order_by("pk")[0]
    product_set = ProductSet.objects.exclude(sale_mode=SaleMode.REQUEST).order_by("pk")[0]
    goods = []
    for kind in (ProducerKind.COOPERATIVE, ProducerKind.HOUSEHOLD, ProducerKind.INDIVIDUAL):
        name = f"Chủ thể {kind.label}"
        producer = Producer.objects.create(
            name=name,
            slug=slugify(name),
            kind=kind,
            province_id=commune.province_id,
            commune=commune,
            status=ProducerStatus.ACTIVE,
            phone="+84905123456",
            search_text=fold(name),
        )
        for number in range(per_kind):
            product = products.create(
                producer=producer,
                name=f"Mật ong {kind.label} {number}",
                product_set=product_set,
                province=producer.province,
                commune=commune,
                actor=None,
            )
            products.add_variant(
                product=product,
                name="chai 500 ml",
                price=50_001 + 17_003 * number,
                net_quantity=500,
                net_unit="ml",
                stock=PLENTY,
                actor=None,
            )
            products.publish(product=product, actor=None)
            goods.append((product.variants.get().pk, product.slug))
    return goods, commune


def undelivered() -> int:
    return OutboxDelivery.objects.filter(done_at=None).count()


def hurry() -> None:
    """Let what waits for its next try be tried now, once: the pauses after lost tasks grow to minutes."""
    OutboxDelivery.objects.filter(done_at=None, failed_at=None).update(due_at=clock.now())


class Audit:
    """``wrong`` holds a sentence for each thing that does not hold."""

    def __init__(self) -> None:
        connections.close_all()
        self.wrong: list[str] = []
        self.counts: dict[str, int] = {}

    def require(self, holds: bool, sentence: str) -> None:
        if not holds:
            self.wrong.append(sentence)

    def orders(self, told: Iterable[Told], unfinished: int) -> None:
        told = list(told)
        known = Counter(Order.objects.values_list("code", flat=True))
        self.counts["orders"] = sum(known.values())
        for one in told:
            self.require(
                known[one.code] == 1,
                f"{one.name} was told of {one.code}, which is there {known[one.code]} times",
            )
        doubled = Order.objects.values("recipient").annotate(n=Count("pk")).filter(n__gt=1)
        self.require(not doubled, f"placed twice: {[row['recipient'] for row in doubled]}")
        extra = sum(known.values()) - len(told)
        self.require(0 <= extra <= unfinished, f"{extra} orders that nobody was told of")

    def payments(self, sent: Iterable[Payment]) -> None:
        sent = list(sent)
        rows = {(n.gateway, n.notice_id): n for n in PaymentNotice.objects.select_related("payment__order")}
        self.counts["notices kept"] = len(rows)
        self.require(len(rows) == len(sent), f"{len(rows)} notices kept of {len(sent)} sent")
        keys = Counter(JournalEntry.objects.filter(kind="receipt").values_list("key", flat=True))
        for payment in sent:
            notice = rows.get((payment.gateway, payment.notice_id))
            if notice is None or notice.payment is None:
                self.wrong.append(f"{payment.notice_id} was acknowledged and is not there")
                continue
            facts = (notice.outcome, notice.is_booked, notice.payment.status, notice.payment.received)
            self.require(
                facts == ("matched", True, "paid", payment.amount), f"{payment.notice_id} is {facts}"
            )
            booked = keys[f"receipt:{payment.gateway}:{payment.notice_id}"]
            self.require(booked == 1, f"{payment.notice_id} is booked {booked} times")
            states = set(notice.payment.order.sub_orders.values_list("status", flat=True))
            self.require(states == {SubOrderStatus.PLACED}, f"{notice.payment} is paid and {states}")
        total = Posting.objects.filter(account__code__in=["bank", "gateway:vnpay"]).aggregate(
            s=Sum("amount")
        )["s"]
        self.counts["đồng booked"] = total or 0
        self.require(total == sum(p.amount for p in sent), f"{total} đồng booked")
        self.require(not Posting.objects.aggregate(s=Sum("amount"))["s"], "the ledger does not sum to zero")

    def stock(self) -> None:
        sold = Counter()
        for variant_id, units in OrderLine.objects.values_list("variant_id", "quantity"):
            sold[variant_id] += units
        self.counts["units sold"] = sum(sold.values())
        items = StockItem.objects.filter(variant__in=Variant.objects.all())
        for item in items:
            self.require(
                item.on_hand == PLENTY - sold[item.variant_id],
                f"stock of {item.variant_id} is {item.on_hand}",
            )
            self.require(item.reserved == 0, f"{item.reserved} units of {item.variant_id} still reserved")

    def letters(self, mail: Path, kills: int) -> None:
        """One notification and one sent delivery each; a mail goes out twice only where its sender died
        between handing it over and writing that down."""
        self.require(undelivered() == 0, f"{undelivered()} deliveries of the outbox not done")
        thanks = Notification.objects.filter(topic="orders.placed", dedupe_key__endswith=":buyer").count()
        self.require(thanks == self.counts["orders"], f"{thanks} thanks for {self.counts['orders']} orders")
        unsent = Delivery.objects.filter(sent_at=None).count()
        self.require(unsent == 0, f"{unsent} letters not sent")
        due = Counter(Delivery.objects.values_list("address", flat=True))
        # One file may hold several mails: Django names it after the second.
        text = "".join(path.read_text(encoding="utf-8", errors="replace") for path in mail.glob("*.log"))
        sent = Counter(re.findall(r"^To: (\S+)$", text, re.MULTILINE))
        self.counts |= {"letters": due.total(), "letters sent again after a kill": (sent - due).total()}
        self.require(not due - sent, f"never sent: {due - sent}")
        self.require((sent - due).total() <= kills, f"sent again and again: {sent - due}")

    def invariants(self) -> None:
        said = io.StringIO()
        try:
            call_command("check_invariants", stdout=said)
        except CommandError:
            self.wrong.append(said.getvalue())
        self.counts["invariants"] = said.getvalue().count("hold") and int(said.getvalue().split()[0])
