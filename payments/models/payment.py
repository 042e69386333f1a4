"""Money from buyers and back to them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.money import format_vnd
from payments.states import Method, NoticeOutcome, PaymentStatus, RefundStatus, RefundWay


class Payment(models.Model):
    """What an order paid in advance costs, and what has come in. Amounts in đồng.

    ``received`` counts booked receipts only; ``refunded`` what was really sent back. ``written_off``
    is what a treasurer did without: a refund of the goods later gives back their full price.
    """

    reference = models.CharField(_("mã đơn"), max_length=12, unique=True)
    method = models.CharField(_("cách trả"), max_length=10, choices=Method.choices)
    status = models.CharField(
        _("trạng thái"), max_length=10, choices=PaymentStatus.choices, default=PaymentStatus.PENDING
    )
    amount = models.PositiveBigIntegerField(_("phải trả"))
    received = models.PositiveBigIntegerField(_("đã nhận"), default=0)
    refunded = models.PositiveBigIntegerField(_("đã hoàn"), default=0)
    written_off = models.PositiveBigIntegerField(_("bỏ qua phần thiếu"), default=0)
    expires_at = models.DateTimeField(_("trả trước"))
    paid_at = models.DateTimeField(_("trả đủ lúc"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("khoản phải trả")
        verbose_name_plural = _("khoản phải trả")
        indexes = [
            models.Index(fields=["expires_at"], condition=models.Q(status="pending"), name="payment_due")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(method__in=[Method.TRANSFER, Method.VNPAY]), name="payment_is_prepaid"
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=~models.Q(status="paid")
                | models.Q(received__gte=models.F("amount") - models.F("written_off"), paid_at__isnull=False),
                name="payment_paid_is_received",
            ),
            models.CheckConstraint(
                condition=models.Q(refunded__lte=models.F("received") + models.F("written_off")),
                name="payment_refunds_fit",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def missing(self) -> int:
        """Đồng still to come, for an order that nothing was sent back of."""
        return max(self.amount - self.received - self.written_off, 0)


class Attempt(models.Model):
    """One visit to a gateway. ``txn_ref`` is the gateway's name for it and is never used twice."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="attempts")
    gateway = models.CharField(_("cổng"), max_length=20)
    txn_ref = models.CharField(_("mã giao dịch"), max_length=40, unique=True)
    amount = models.PositiveBigIntegerField(_("số tiền"))
    created_at = models.DateTimeField(_("bắt đầu"), default=timezone.now)
    expires_at = models.DateTimeField(_("hết hạn"))
    outcome = models.CharField(
        max_length=10,
        choices=[("open", _("Đang chờ")), ("paid", _("Đã trả")), ("failed", _("Không thành"))],
        default="open",
    )
    gateway_transaction = models.CharField(_("mã của cổng"), max_length=40, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    # When the gateway is asked how it stands: while no word comes, and once more after a failure.
    query_at = models.DateTimeField(null=True, blank=True)
    queries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("lần trả qua cổng")
        verbose_name_plural = _("lần trả qua cổng")
        indexes = [
            models.Index(
                fields=["query_at"], condition=models.Q(query_at__isnull=False), name="attempt_to_ask_about"
            )
        ]


class PaymentNotice(models.Model):
    """What a gateway or a bank said, kept as it came, once."""

    class Source(models.TextChoices):
        IPN = "ipn", _("Cổng báo")
        QUERY = "query", _("Sàn hỏi cổng")
        STATEMENT = "statement", _("Sao kê")
        WEBHOOK = "webhook", _("Ngân hàng báo")

    gateway = models.CharField(_("nguồn"), max_length=20)  # "vnpay", "bank"
    notice_id = models.CharField(max_length=120)
    source = models.CharField(_("qua"), max_length=10, choices=Source.choices)
    raw = models.TextField(_("nguyên văn"))
    outcome = models.CharField(_("kết quả"), max_length=12, choices=NoticeOutcome.choices)
    amount = models.BigIntegerField(_("số tiền"), default=0)
    currency = models.CharField(max_length=3, default="VND")
    memo = models.CharField(_("nội dung"), max_length=300, blank=True)
    bank_reference = models.CharField(_("số tham chiếu"), max_length=60, blank=True)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )
    attempt = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )
    file = models.ForeignKey(
        "payments.MoneyFile", on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )
    occurred_at = models.DateTimeField(_("lúc"))
    received_at = models.DateTimeField(_("nhận lúc"), default=timezone.now)
    # Booked notices moved money in the ledger; the others are on record only.
    is_booked = models.BooleanField(_("đã ghi sổ"), default=False)
    resolved_at = models.DateTimeField(_("xử lý lúc"), null=True, blank=True)
    resolution = models.CharField(_("cách xử lý"), max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("thông báo tiền")
        verbose_name_plural = _("thông báo tiền")
        indexes = [
            models.Index(fields=["outcome", "resolved_at", "-id"], name="notice_desk"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "notice_id"], name="notice_once"),
            models.CheckConstraint(
                condition=~models.Q(is_booked=True) | models.Q(amount__gt=0, currency="VND"),
                name="notice_booked_is_money",
            ),
        ]

    def __str__(self) -> str:
        money = format_vnd(self.amount) if self.currency == "VND" else f"{self.amount} {self.currency}"
        return f"{money} · {self.memo[:60]}" if self.memo else money


class NoticeEcho(models.Model):
    """The same movement told of once more by another way: kept as it came, never booked.

    A bank's webhook and its statement name one movement differently; each way has it once.
    """

    notice = models.ForeignKey(PaymentNotice, on_delete=models.PROTECT, related_name="echoes")
    gateway = models.CharField(max_length=20)
    echo_id = models.CharField(max_length=120)
    source = models.CharField(_("qua"), max_length=10, choices=PaymentNotice.Source.choices)
    raw = models.TextField(_("nguyên văn"))
    file = models.ForeignKey(
        "payments.MoneyFile", on_delete=models.PROTECT, null=True, blank=True, related_name="echoes"
    )
    received_at = models.DateTimeField(_("nhận lúc"), default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "echo_id"], name="echo_once"),
            models.UniqueConstraint(fields=["notice", "source"], name="echo_one_per_way"),
        ]


class Refund(models.Model):
    """Money on its way back to a buyer. The ledger has owed it since it was asked for."""

    key = models.CharField(max_length=120, unique=True)
    reference = models.CharField(_("chứng từ"), max_length=40)  # order, parcel or case
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="refunds"
    )
    attempt = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, null=True, blank=True, related_name="refunds"
    )
    amount = models.PositiveBigIntegerField(_("số tiền"))
    way = models.CharField(_("cách trả lại"), max_length=10, choices=RefundWay.choices)
    status = models.CharField(_("trạng thái"), max_length=14, choices=RefundStatus.choices)
    reason = models.CharField(_("lý do"), max_length=300)
    bank_bin = models.CharField(_("ngân hàng"), max_length=6, blank=True)
    account_number = models.CharField(_("số tài khoản"), max_length=19, blank=True)
    account_name = models.CharField(_("chủ tài khoản"), max_length=120, blank=True)
    requested_by = models.BigIntegerField(null=True)
    account_by = models.BigIntegerField(null=True)  # who named the account
    approved_by = models.BigIntegerField(null=True)
    # The gateway's name for this request: the same each time it is repeated, so that it counts once.
    request_id = models.CharField(max_length=32, blank=True)
    ask_at = models.DateTimeField(null=True, blank=True)  # the gateway, while SENDING
    asked = models.PositiveSmallIntegerField(default=0)
    exported_at = models.DateTimeField(_("đưa vào danh sách chuyển lúc"), null=True, blank=True)
    gateway_transaction = models.CharField(_("số giao dịch"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("yêu cầu lúc"), default=timezone.now)
    done_at = models.DateTimeField(_("hoàn lúc"), null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("hoàn tiền")
        verbose_name_plural = _("hoàn tiền")
        indexes = [
            models.Index(fields=["status", "-id"], name="refund_desk"),
            # An order's refunds are those whose reference begins with its code.
            models.Index(fields=["reference"], opclasses=["varchar_pattern_ops"], name="refund_reference"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(
                condition=models.Q(approved_by=None)
                | models.Q(requested_by=None)
                | ~models.Q(approved_by=models.F("requested_by")),
                name="refund_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None)
                | models.Q(account_by=None)
                | ~models.Q(approved_by=models.F("account_by")),
                name="refund_account_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(way="transfer", status__in=["requested", "approved", "done"])
                | ~models.Q(account_number=""),
                name="refund_transfer_has_account",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
