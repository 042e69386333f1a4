"""Vouchers (mã giảm giá): of one producer, or of the whole market."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.querysets import VoucherQuerySet
from producers.models import Producer


class Voucher(models.Model):
    """Whoever gives it bears its cost: the producer, or the market where there is none.

    ``value`` is đồng, or whole percent. Limits hold under concurrency: ``used`` moves by conditional
    UPDATE, a buyer's own uses are counted under the voucher's lock.
    """

    class Kind(models.TextChoices):
        AMOUNT = "amount", _("Số tiền")
        PERCENT = "percent", _("Phần trăm")

    code = models.CharField(_("mã"), max_length=20, unique=True)  # upper case
    producer = models.ForeignKey(
        Producer,
        verbose_name=_("chủ thể"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="vouchers",
    )
    kind = models.CharField(_("loại"), max_length=10, choices=Kind.choices)
    value = models.PositiveBigIntegerField(_("giảm"))
    most = models.PositiveBigIntegerField(_("giảm tối đa (đồng)"), null=True, blank=True)
    minimum = models.PositiveBigIntegerField(_("tiền hàng từ (đồng)"), default=0)
    starts_at = models.DateTimeField(_("từ"))
    ends_at = models.DateTimeField(_("đến"))
    total_limit = models.PositiveIntegerField(_("tổng số lượt"), null=True, blank=True)
    per_buyer = models.PositiveIntegerField(_("lượt mỗi người"), default=1)
    used = models.PositiveIntegerField(_("đã dùng"), default=0)
    is_active = models.BooleanField(_("đang mở"), default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = VoucherQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("mã giảm giá")
        verbose_name_plural = _("mã giảm giá")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="amount", value__gt=0)
                | models.Q(kind="percent", value__range=(1, 100)),
                name="voucher_value",
                violation_error_message=_("Phần trăm giảm từ 1 đến 100; số tiền giảm từ 1 đồng."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="voucher_dates"
            ),
            models.CheckConstraint(
                condition=models.Q(total_limit=None) | models.Q(used__lte=models.F("total_limit")),
                name="voucher_within_limit",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class VoucherUse(models.Model):
    """A voucher in one order; given back when the order is cancelled or lapses."""

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="uses")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="voucher_uses")
    amount = models.PositiveBigIntegerField(_("đã giảm"))
    is_returned = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["voucher", "order"], name="voucheruse_once")]
