"""What is in the database, so far as a request could have changed it."""

from typing import Any

from accounts.models import Address, Assignment, User
from catalog.models import Product, StockItem
from core.models import AuditEntry, OutboxMessage, StatusChange
from orders.models import (
    CommissionRule,
    PickupPoint,
    RecallNotice,
    ReturnCase,
    ShippingPolicy,
    SubOrder,
    Voucher,
)
from payments.models import JournalEntry, MoneyFile, PaymentNotice, Payout, PayoutBatch, Refund, RemittanceRow
from producers.models import Membership, PayoutAccount, Producer
from ratings.models import (
    Answer,
    Certificate,
    Council,
    CouncilItem,
    CriteriaSet,
    Dossier,
    Evidence,
    ImportBatch,
    RatingDecision,
    Score,
    Scorecard,
)
from traceability.models import (
    EpcisToken,
    LabelJob,
    Location,
    Lot,
    LotInput,
    LotPaper,
    Recall,
    ScanReport,
    Suspicion,
    TraceEvent,
)


def footprint() -> dict[str, Any]:
    """Everything that a refused request must leave as it was."""
    return {
        **of_lots(),
        "audit": AuditEntry.objects.count(),
        "queued": OutboxMessage.objects.count(),
        "steps": StatusChange.objects.count(),
        "parcels": list(SubOrder.objects.order_by("pk").values_list("status", flat=True)),
        "payouts": list(Payout.objects.order_by("pk").values_list("status", "bank_reference")),
        "batches": list(PayoutBatch.objects.order_by("pk").values_list("status", flat=True)),
        "accounts": list(PayoutAccount.objects.order_by("pk").values_list("status", "account_number")),
        "producers": list(Producer.objects.order_by("pk").values_list("status", "name")),
        "cases": list(ReturnCase.objects.order_by("pk").values_list("status", flat=True)),
        "products": list(Product.objects.order_by("pk").values_list("status", "name")),
        "stock": list(StockItem.objects.order_by("pk").values_list("on_hand", flat=True)),
        "people": list(User.objects.order_by("pk").values_list("is_active", "email", "full_name")),
        "members": Membership.objects.count(),
        "offices": list(Assignment.objects.order_by("pk").values_list("valid_to", flat=True)),
        "addresses": list(Address.objects.order_by("pk").values_list("line", flat=True)),
        "councils": list(Council.objects.order_by("pk").values_list("status", "name")),
        "hearings": list(CouncilItem.objects.order_by("pk").values_list("status", "round")),
        "scores": list(Score.objects.order_by("pk").values_list("option", "comment")),
        "cards": list(Scorecard.objects.order_by("pk").values_list("locked_at", flat=True)),
        "fees": list(ShippingPolicy.objects.order_by("pk").values_list("parcel_fee", flat=True)),
        "points": list(PickupPoint.objects.order_by("pk").values_list("name", "is_active")),
        "vouchers": list(Voucher.objects.order_by("pk").values_list("code", "is_active")),
        "commissions": list(CommissionRule.objects.order_by("pk").values_list("rate_bp", "valid_to")),
        "criteria": list(CriteriaSet.objects.order_by("pk").values_list("name", "retired_at")),
        "answers": list(Answer.objects.order_by("pk").values_list("option", "note")),
        "decisions": list(RatingDecision.objects.order_by("pk").values_list("status", "number")),
        "imports": list(ImportBatch.objects.order_by("pk").values_list("status", flat=True)),
        "dossiers": list(
            Dossier.objects.order_by("pk").values_list("status", "stars_applied", "stars", "advisory_total")
        ),
        "notices": list(PaymentNotice.objects.order_by("pk").values_list("outcome", "resolved_at")),
        "refunds": list(Refund.objects.order_by("pk").values_list("status", "exported_at")),
        "money_files": list(MoneyFile.objects.order_by("pk").values_list("status", flat=True)),
        "remittances": list(RemittanceRow.objects.order_by("pk").values_list("outcome", "resolved_at")),
        "entries": JournalEntry.objects.count(),
        "papers": list(Evidence.objects.order_by("pk").values_list("removed_at", flat=True)),
        "certificates": list(Certificate.objects.order_by("pk").values_list("product_name", flat=True)),
    }


def of_lots() -> dict[str, Any]:
    return {
        "lots": Lot.objects.count(),
        "recalls": list(Recall.objects.order_by("pk").values_list("status", "report")),
        "called": list(RecallNotice.objects.order_by("pk").values_list("told_at", "note")),
        "events": TraceEvent.objects.count(),
        "lot papers": LotPaper.objects.count(),
        "inputs": LotInput.objects.count(),
        "locations": list(Location.objects.order_by("pk").values_list("name", "is_active")),
        "programs": list(EpcisToken.objects.order_by("pk").values_list("name", "revoked_at")),
        "labels": list(LabelJob.objects.order_by("pk").values_list("status", "count")),
        "suspicions": list(Suspicion.objects.order_by("pk").values_list("comment", "is_copy")),
        "reports": list(ScanReport.objects.order_by("pk").values_list("answer", "conclusion")),
    }
