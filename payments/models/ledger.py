"""The ledger: double entry in whole đồng. Rows are only ever added.

Triggers (migration 0002) refuse to change or delete an entry or a posting, and refuse to commit
an entry whose postings do not sum to zero.
"""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payments.querysets import PostingQuerySet
from producers.models import Producer


class AccountKind(models.TextChoices):
    """Debits (+) raise what the market has or has spent, credits (−) what it owes or earned."""

    BANK = "bank", _("Tiền ở ngân hàng")
    GATEWAY = "gateway", _("Cổng thanh toán đang giữ")
    COD = "cod", _("Tiền thu hộ đang trên đường")
    DEPOSITS = "deposits", _("Người mua trả trước")
    SUSPENSE = "suspense", _("Tiền vào chưa rõ")
    REFUNDS = "refunds", _("Phải hoàn cho người mua")
    PRODUCER = "producer", _("Phải trả chủ thể")
    PAYOUTS = "payouts", _("Tiền chi đang trên đường")
    FEES = "fees", _("Phí sàn")
    VAT = "vat", _("Thuế GTGT khấu trừ hộ")
    PIT = "pit", _("Thuế TNCN khấu trừ hộ")
    PROMOTION = "promotion", _("Sàn chi khuyến mại")
    DIFFERENCES = "differences", _("Chênh lệch đối soát")


class LedgerAccount(models.Model):
    """One account; ``code`` like "bank", "cod:ghn", "producer:12"."""

    code = models.CharField(_("mã"), max_length=60, unique=True)
    kind = models.CharField(_("loại"), max_length=12, choices=AccountKind.choices)
    producer = models.ForeignKey(
        Producer, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger_accounts"
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("tài khoản sổ cái")
        verbose_name_plural = _("tài khoản sổ cái")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="producer", producer__isnull=False)
                | (~models.Q(kind="producer") & models.Q(producer=None)),
                name="ledgeraccount_producer",
            ),
            models.UniqueConstraint(fields=["producer"], name="ledgeraccount_one_per_producer"),
        ]

    def __str__(self) -> str:
        return self.producer.name if self.producer else self.get_kind_display()


class JournalEntry(models.Model):
    """One business event (bút toán). The key makes booking it twice impossible."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Thu tiền")
        SETTLEMENT = "settlement", _("Ghi có cho chủ thể")
        CANCELLATION = "cancellation", _("Hủy đơn đã trả tiền")
        RETURN = "return", _("Trả hàng")
        REFUND = "refund", _("Hoàn tiền")
        REMITTANCE = "remittance", _("Đối soát thu hộ")
        PAYOUT = "payout", _("Chi cho chủ thể")
        RESOLUTION = "resolution", _("Xử lý tiền chưa khớp")

    key = models.CharField(_("khóa"), max_length=120, unique=True)
    kind = models.CharField(_("loại"), max_length=14, choices=Kind.choices)
    memo = models.CharField(_("diễn giải"), max_length=200, blank=True)
    at = models.DateTimeField(_("lúc"))
    actor_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("bút toán")
        verbose_name_plural = _("bút toán")
        indexes = [models.Index(fields=["at"], name="journalentry_at")]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Posting(models.Model):
    """One side of an entry: debit positive, credit negative, never zero."""

    class Item(models.TextChoices):
        """What the amount is, for statements and reports."""

        PAYMENT = "payment", _("Tiền người mua trả")
        GOODS = "goods", _("Tiền hàng")
        SERVICES = "services", _("Tiền dịch vụ")
        SHIPPING = "shipping", _("Phí giao")
        DISCOUNT = "discount", _("Giảm giá do sàn chịu")
        COMMISSION = "commission", _("Phí sàn")
        VAT = "vat", _("Thuế GTGT")
        PIT = "pit", _("Thuế TNCN")
        REFUND = "refund", _("Hoàn tiền")
        CARRIER_FEE = "carrier_fee", _("Phí vận chuyển thực tế")
        CASH = "cash", _("Chủ thể đã thu tiền mặt")
        PAYOUT = "payout", _("Chi trả")
        DIFFERENCE = "difference", _("Chênh lệch")

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="postings")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="postings")
    item = models.CharField(_("khoản"), max_length=12, choices=Item.choices)
    amount = models.BigIntegerField(_("số tiền"))
    reference = models.CharField(_("chứng từ"), max_length=40, blank=True)  # order or parcel code
    # From this day a producer's amount may be paid out; None for all other accounts.
    due_on = models.DateField(_("chi từ ngày"), null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("dòng bút toán")
        verbose_name_plural = _("dòng bút toán")
        indexes = [
            models.Index(fields=["account", "id"], name="posting_statement"),
            models.Index(fields=["reference"], name="posting_reference"),
        ]
        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="posting_not_zero")]
