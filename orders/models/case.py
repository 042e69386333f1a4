"""Return cases: what a buyer asks back, who answered what, and what came of it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.storage import private_storage
from orders.models.order import OrderLine, SubOrder
from orders.querysets import ReturnCaseQuerySet
from orders.states import CASE_IS_OPEN, CaseReason, CaseStatus


class ReturnCase(models.Model):
    """One request of the buyer about one parcel. Amounts in đồng."""

    code = models.CharField(_("mã yêu cầu"), max_length=18, unique=True)  # parcel code + "-T1"
    sub_order = models.ForeignKey(SubOrder, on_delete=models.PROTECT, related_name="cases")
    status = models.CharField(
        _("trạng thái"), max_length=10, choices=CaseStatus.choices, default=CaseStatus.OPENED
    )
    reason = models.CharField(_("lý do"), max_length=20, choices=CaseReason.choices)
    story = models.TextField(_("chuyện gì đã xảy ra"), max_length=2000)
    answer = models.TextField(_("trả lời của người bán"), max_length=2000, blank=True)
    ruling = models.TextField(_("kết luận của tỉnh"), max_length=2000, blank=True)
    # Whether the goods have to come back before the money goes.
    needs_goods_back = models.BooleanField(_("cần gửi hàng lại"), default=True)
    refunds_shipping = models.BooleanField(_("hoàn cả phí giao"), default=False)
    # Booked when the case closed: what the buyer never paid of it, and the market did without until then.
    written_off = models.PositiveBigIntegerField(_("phần thiếu đã bỏ qua"), default=0)
    # End of the present step: the producer's answer, the buyer's word after a refusal, the goods' way back.
    answer_by = models.DateTimeField(_("hạn của bước này"))
    # The buyer was told that the producer keeps silent.
    reminded_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(_("gửi lúc"), default=timezone.now)
    closed_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)

    objects = ReturnCaseQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("yêu cầu trả hàng")
        verbose_name_plural = _("yêu cầu trả hàng")
        indexes = [models.Index(fields=["status", "answer_by"], name="case_desk")]
        constraints = [
            models.UniqueConstraint(
                fields=["sub_order"],
                condition=models.Q(status__in=["opened", "declined", "disputed", "accepted"]),
                name="case_one_open_per_parcel",
            ),
            models.UniqueConstraint(
                fields=["sub_order"],
                condition=models.Q(status="closed", refunds_shipping=True),
                name="case_shipping_once_per_parcel",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["closed", "rejected", "withdrawn"], closed_at__isnull=False)
                | models.Q(status__in=["opened", "declined", "disputed", "accepted"], closed_at=None),
                name="case_closed_at",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        return self.status in CASE_IS_OPEN


class CaseLine(models.Model):
    """Units of one order line. The amounts are what was booked when the case closed."""

    class Fate(models.TextChoices):
        RESTOCKED = "restocked", _("Nhập lại kho")
        WRITTEN_OFF = "written_off", _("Hủy bỏ")

    case = models.ForeignKey(ReturnCase, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="case_lines")
    quantity = models.PositiveIntegerField(_("số lượng"))
    fate = models.CharField(_("hàng về"), max_length=12, choices=Fate.choices, blank=True)
    goods = models.PositiveBigIntegerField(default=0)
    market_discount = models.PositiveBigIntegerField(default=0)
    commission = models.PositiveBigIntegerField(default=0)
    vat = models.PositiveBigIntegerField(default=0)
    pit = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "order_line"], name="caseline_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="caseline_quantity_positive"),
        ]

    @property
    def paid(self) -> int:
        """What the buyer gets back for it, in đồng."""
        return self.goods - self.market_discount


class CasePhoto(models.Model):
    case = models.ForeignKey(ReturnCase, on_delete=models.CASCADE, related_name="photos")
    file = models.ImageField(upload_to="cases/", storage=private_storage)
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
