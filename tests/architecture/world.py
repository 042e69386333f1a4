"""One row of everything, all of it belonging to ``cast.producer`` in Duy Xuyên, Đà Nẵng."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as market
from django.db.models import QuerySet

from accounts.models import Address, Assignment
from accounts.services import addresses
from catalog.models import Product, StockItem, StockMovement
from catalog.services import recognition
from core import clock
from core.models import AuditEntry, OutboxDelivery
from core.services import delivery
from orders.models import (
    CommissionRule,
    Order,
    PickupPoint,
    RecallNotice,
    ReturnCase,
    ShippingPolicy,
    SubOrder,
    Voucher,
)
from orders.services import bank as bank_money
from orders.services import cart, checkout, resolving, statements
from orders.services import payouts as batches
from orders.tests import returning, sheets
from orders.tests.earning import account, long_ago, sold
from orders.tests.giving import make_voucher
from payments.models import (
    CodCollection,
    JournalEntry,
    LedgerAccount,
    MoneyFile,
    PaymentNotice,
    Payout,
    Refund,
    RemittanceRow,
)
from payments.services import files
from payments.services.bank import Movement
from producers.models import PayoutAccount
from ratings.models import (
    Certificate,
    Council,
    CouncilItem,
    CriteriaSet,
    Dossier,
    Evidence,
    ImportBatch,
    ImportRow,
    RatingDecision,
    Scorecard,
)
from ratings.services import councils, evidence, hearings, scorecards
from ratings.states import DossierStatus
from ratings.tests import deciding
from ratings.tests.papers import upload
from ratings.tests.rating import make_dossier, make_set
from tests.cast import Cast
from traceability.models import Code, EpcisToken, LabelJob, Location, Lot, ScanDay, ScanReport, Suspicion
from traceability.services import recalls
from traceability.tests.printing import make_printed_lot

GTIN = "08931234567897"
GLN = "8938500001239"


@dataclass(frozen=True)
class World:
    cast: Cast
    product: Product
    stock: StockItem
    movement: StockMovement
    lot: Lot
    code: Code
    location: Location
    order: Order
    parcel: SubOrder
    fee: ShippingPolicy
    point: PickupPoint
    voucher: Voucher  # of the producer
    market_voucher: Voucher
    commission: CommissionRule
    case: ReturnCase  # disputed, of another parcel
    decision: RatingDecision
    certificate: Certificate
    batch: ImportBatch
    row: ImportRow
    dossier: Dossier  # with the advisory team
    address: Address
    criteria_set: CriteriaSet  # of the province
    draft: RatingDecision  # waits for a signature
    sent: Dossier  # lies with the centre
    council: Council
    heard: CouncilItem  # with a result
    card: Scorecard  # being scored
    returned: Dossier  # open to its producer
    paper: Evidence  # beside a criterion of the commune's
    payout: Payout  # on its way

    @property
    def notice(self) -> RecallNotice:
        """Of the recall of the lot."""
        return RecallNotice.objects.select_related("recall").get()

    def row_of(self, model: str, site: str = "province") -> Any:
        """The row that stands for ``<app>_<model>`` in an admin address of a site."""
        rows = {
            "catalog_product": self.product,
            "catalog_stockitem": self.stock,
            "catalog_stockmovement": self.movement,
            "core_commune": self.cast.duy_xuyen,
            "core_province": self.cast.da_nang,
            "orders_returncase": self.case,
            "orders_shippingpolicy": self.fee,
            "orders_suborder": self.parcel,
            "orders_pickuppoint": self.point,
            "orders_voucher": self.voucher if site == "producer" else self.market_voucher,
            "orders_commissionrule": self.commission,
            "producers_producer": self.cast.producer,
            "producers_payoutaccount": PayoutAccount.objects.filter(producer=self.cast.producer),
            "payments_payout": self.payout,
            "payments_payoutbatch": self.payout.batch,
            "traceability_lot": self.lot,
            "traceability_recall": self.notice.recall,
            "traceability_location": self.location,
            "traceability_code": self.code,
            "traceability_labeljob": LabelJob.objects.all(),
            "traceability_epcistoken": EpcisToken.objects.all(),
            "traceability_scanday": ScanDay.objects.all(),
            "traceability_scanreport": ScanReport.objects.all(),
            "traceability_suspicion": Suspicion.objects.all(),
            "ratings_ratingdecision": self.decision,
            "ratings_certificate": self.certificate,
            "ratings_council": self.council,
            "ratings_importbatch": self.batch,
            "ratings_importrow": self.row,
            "ratings_criteriaset": self.criteria_set,
            "ratings_ruleversion": self.criteria_set.version,
            "ratings_dossier": self.returned if site == "producer" else self.dossier,
            "accounts_user": self.cast.buyer,
            "accounts_assignment": Assignment.objects.filter(user=self.cast.commune_officer),
            "payments_codcollection": CodCollection.objects.all(),
            "payments_remittancerow": RemittanceRow.objects.all(),
            "payments_journalentry": JournalEntry.objects.all(),
            "payments_ledgeraccount": LedgerAccount.objects.all(),
            "payments_moneyfile": MoneyFile.objects.all(),
            "payments_paymentnotice": PaymentNotice.objects.all(),
            "payments_refund": Refund.objects.all(),
            "core_auditentry": AuditEntry.objects.all(),
            "core_outboxdelivery": OutboxDelivery.objects.all(),
        }
        found = rows[model]
        return found.first() if isinstance(found, QuerySet) else found


def let_programs_in(cast: Cast, parcel: SubOrder) -> None:
    """What the bank's program has sent, and a token for the producer's."""
    bank(cast, parcel)
    EpcisToken.objects.create(producer=cast.producer, name="Sổ tay", digest="0" * 64, hint="epcis_x")


def recognise(product: Product) -> tuple[RatingDecision, Certificate]:
    """A four-star certificate, as an import leaves it."""
    day = clock.today() - dt.timedelta(days=100)
    until = clock.add_months(day, 36)
    decision = RatingDecision.objects.create(
        number="12/QĐ-UBND",
        decided_on=day,
        precision="day",
        decided_earliest=day,
        decided_latest=day,
        level="province",
        authority="UBND thành phố Đà Nẵng",
        province=product.province,
        province_at_award="Quảng Nam",
    )
    certificate = Certificate.objects.create(
        number="48-2026-00001",
        product=product,
        decision=decision,
        stars=4,
        valid_until=until,
        expiry_earliest=until,
        expiry_latest=until,
        product_name=product.name,
        source_row=1,
    )
    recognition.set_star(
        product=product,
        stars=4,
        valid_until=until,
        certificate_number=certificate.number,
        decision_number=decision.number,
        decided_on=day,
        authority=decision.authority,
    )
    return decision, certificate


def hear(cast: Cast, products: list[Product]) -> tuple[Council, CouncilItem, Scorecard]:
    """A session of one member: the first dossier has a result, the second is being scored."""
    officer, member = cast.province_officer, cast.council_member
    council = councils.plan(
        province=cast.da_nang, name="Đợt 1", held_on=clock.today(), secretary=officer, actor=officer
    )
    seat = councils.seat(council=council, user=member, role="chair", actor=officer)
    dossiers = [make_dossier(product, "council") for product in products]
    items = councils.put_on(council=council, dossiers=dossiers, actor=officer)
    councils.attend(council=council, present=[seat.pk], actor=officer)
    councils.open_session(council=council, actor=officer)
    for item in items:
        hearings.start(item=item, actor=officer)
    done = Scorecard.objects.get(item=items[0])
    for criterion in dossiers[0].criteria_set.criteria.all():
        scorecards.choose(card=done, criterion=criterion, option=criterion.options.last(), actor=member)
    scorecards.lock(card=done, actor=member)
    return council, items[0], Scorecard.objects.get(item=items[1])


def apply(product: Product) -> tuple[Dossier, Evidence]:
    """A dossier for a new rating, with a paper beside a criterion of the commune's."""
    dossier = make_dossier(product, "returned")
    criterion = dossier.criteria_set.criteria.filter(is_for_commune=True).first()
    return dossier, evidence.attach(dossier=dossier, criterion=criterion, file=upload(), actor=None)


def give_back(cast: Cast, product: Product) -> ReturnCase:
    """A dispute about a delivered parcel, with a photo."""
    sub = returning.delivered(product, cast=cast)
    case = returning.ask(sub, cast.buyer, photos=[returning.upload()])
    return returning.bring(case, "disputed", cast)


def rate(cast: Cast, product: Product, make_product: Callable[..., Product]) -> dict[str, Any]:
    """A dossier at every kind of desk."""
    unrated = [make_product(cast.rival, publish=False) for _ in range(2)]
    council, heard, card = hear(cast, unrated)
    returned, paper = apply(make_product(cast.producer))
    return {
        "dossier": make_dossier(product, DossierStatus.ADVISORY),
        "returned": returned,
        "paper": paper,
        "criteria_set": make_set(product.product_set, province=cast.da_nang),
        "draft": deciding.draft(cast, [deciding.scored(make_product(cast.producer))], number="13/QĐ-UBND"),
        "sent": deciding.scored(make_product(cast.producer), stars=5, score="92", status="central"),
        "council": council,
        "heard": heard,
        "card": card,
    }


def price(cast: Cast) -> dict[str, Any]:
    """What the producer and the market set besides fees, and the producer's places."""
    place = {"province": cast.da_nang, "commune": cast.duy_xuyen, "address_line": "Thôn 1"}
    return {
        "point": PickupPoint.objects.create(producer=cast.producer, name="Kho", **place),
        "location": Location.objects.create(
            producer=cast.producer, name="Xưởng", code="DD23456789", kind="facility", gln=GLN, **place
        ),
        "voucher": make_voucher("CUAHTX", producer=cast.producer),
        "market_voucher": make_voucher("CUASAN"),
        "commission": CommissionRule.objects.create(rate_bp=500, valid_from=clock.today()),
    }


def bank(cast: Cast, parcel: SubOrder) -> None:
    """Money that nobody knows, money on its way back, a statement to look at, and cash of a parcel."""
    cash(parcel)
    for number in (1, 2):
        movement = Movement(f"w{number}", "statement", "{}", 70_000, "VND", "tiền", "", clock.now())
        notice = bank_money.receive(movement=movement).notice
    resolving.send_back(
        notice=notice,
        bank_bin="970436",
        account_number="0123456789",
        account_name="NGUOI GUI",
        reason="nhầm",
        actor=cast.treasurer,
    )
    files.upload(
        reader=statements.READER,
        content=sheets.statement(sheets.movement(9_000, "x")),
        name="sao-ke.xlsx",
        source=market.MARKET_BANK_ACCOUNT,
        actor=cast.treasurer,
    )


def pay(cast: Cast, product: Product) -> Payout:
    """A sale that a batch pays out, on its way to the producer's account."""
    account(cast.producer, owner=cast.owner, treasurer=cast.treasurer)
    # Enough to outweigh the cash that the producer took for the parcel with the case.
    sold(product, cast=cast, at=long_ago(), user=None, quantity=5)
    batch = batches.prepare(up_to=clock.today(), actor=cast.treasurer)
    batches.approve(batch=batch, actor=cast.chief_treasurer)
    return batch.payouts.get()


def cash(parcel: SubOrder) -> None:
    """Cash at the door, and a row of a carrier's list that nobody knows."""
    CodCollection.objects.create(
        reference=parcel.code,
        producer=parcel.producer,
        carrier="ghn",
        tracking_code="LX1",
        amount=parcel.total,
    )
    file = MoneyFile.objects.create(kind="remittance", source="ghn", name="ghn.xlsx", status="done")
    RemittanceRow.objects.create(
        file=file, checksum="1" * 64, line=2, tracking_code="LX2", collected=1, net=1, outcome="unknown"
    )


def buy(cast: Cast, product: Product) -> Order:
    basket = cart.ensure(user=cast.buyer)
    cart.add(cart=basket, variant=product.variants.get(), quantity=2)
    contact = checkout.Contact("Người mua", "0912345678", cast.hoi_an, "12 Trần Phú")
    return checkout.place(cart=basket, contact=contact, idempotency_key="w", actor=cast.buyer, language="vi")


def recalled(lot: Lot, cast: Cast) -> Lot:
    """The lot under a recall, with a buyer of it."""
    recall = recalls.open_(
        producer=cast.producer, lots=[lot], level="return", reason="…", instruction="…", actor=cast.owner
    )
    RecallNotice.objects.create(recall=recall, contact="phone:1", name="Người mua", phone="+84912345678")
    return lot


@pytest.fixture
def world(
    cast: Cast,
    make_product: Callable[..., Product],
    settings: Any,
    tmp_path: Path,
    private_files: Path,
) -> World:
    settings.MEDIA_ROOT = tmp_path / "media"
    product = make_product(cast.producer, gtin=GTIN)
    order = buy(cast, product)
    lot = recalled(make_printed_lot(product, cast.owner), cast)
    for waiting in OutboxDelivery.objects.filter(message__topic="traceability.code_created"):
        delivery.run(waiting.pk)  # the worker draws the QR codes
    let_programs_in(cast, order.sub_orders.get())
    decision, certificate = recognise(product)
    batch = ImportBatch.objects.create(
        file_name="danh-sach.csv", checksum="0" * 64, province=cast.da_nang, status="preview"
    )
    stock = StockItem.objects.get(variant__product=product)
    return World(
        cast=cast,
        product=product,
        stock=stock,
        movement=stock.movements.first(),
        lot=lot,
        code=Code.objects.get(lot=lot),
        order=order,
        parcel=order.sub_orders.get(),
        case=give_back(cast, make_product(cast.producer)),
        fee=ShippingPolicy.objects.create(producer=cast.producer),
        **price(cast),
        decision=decision,
        certificate=certificate,
        batch=batch,
        row=ImportRow.objects.create(
            batch=batch, row_number=2, outcome="created", place="placed", certificate=certificate, raw={}
        ),
        address=addresses.save(
            user=cast.buyer,
            recipient="Người mua",
            phone="0912345678",
            commune=cast.hoi_an,
            line="12 Trần Phú",
            is_default=True,
            actor=cast.buyer,
        ),
        payout=pay(cast, make_product(cast.producer)),
        **rate(cast, product, make_product),
    )
