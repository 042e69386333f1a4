"""What the market keeps of a sale, and what was really kept of each."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import ProductSet
from orders.models.order import OrderLine, SubOrder
from producers.models import Producer


class CommissionRule(models.Model):
    """Phí sàn in hundredths of a percent. Of several rules that fit, the one naming most wins;
    of equals the latest begun."""

    product_set = models.ForeignKey(
        ProductSet, verbose_name=_("bộ sản phẩm"), on_delete=models.PROTECT, null=True, blank=True
    )
    stars = models.PositiveSmallIntegerField(_("hạng sao"), null=True, blank=True)
    producer = models.ForeignKey(
        Producer, verbose_name=_("chủ thể"), on_delete=models.PROTECT, null=True, blank=True
    )
    rate_bp = models.PositiveIntegerField(_("mức phí (phần vạn)"))
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)

    class Meta:
        ordering = ["-valid_from", "-id"]
        verbose_name = _("mức phí sàn")
        verbose_name_plural = _("mức phí sàn")
        constraints = [
            models.CheckConstraint(condition=models.Q(rate_bp__lte=5000), name="commission_at_most_half"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="commission_dates",
                violation_error_message=_("Ngày cuối không được trước ngày đầu."),
            ),
            models.CheckConstraint(
                condition=models.Q(stars=None) | models.Q(stars__range=(3, 5)), name="commission_stars"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"

    @property
    def percent(self) -> str:
        """500 → "5", 250 → "2,5"."""
        return f"{self.rate_bp / 100:.2f}".rstrip("0").rstrip(".").replace(".", ",")


class Settlement(models.Model):
    """A delivered parcel in money, in đồng: what the ledger booked, line by line."""

    sub_order = models.OneToOneField(SubOrder, on_delete=models.PROTECT, related_name="settlement")
    shipping_vat = models.PositiveBigIntegerField(default=0)
    shipping_pit = models.PositiveBigIntegerField(default=0)
    due_on = models.DateField(_("chi từ ngày"))
    settled_at = models.DateTimeField(default=timezone.now)


class SettlementLine(models.Model):
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="lines")
    order_line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="settlement")
    commission = models.PositiveBigIntegerField(_("phí sàn"), default=0)
    vat = models.PositiveBigIntegerField(_("thuế GTGT"), default=0)
    pit = models.PositiveBigIntegerField(_("thuế TNCN"), default=0)
