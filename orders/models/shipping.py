"""What sending costs, where parcels can be fetched, and the way of each parcel."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Commune, Province
from orders.carriers.base import TrackingStatus
from orders.fees import Zone
from orders.querysets import ShipmentQuerySet, ShippingPolicyQuerySet
from producers.models import Producer


class ShippingPolicy(models.Model):
    """What a producer asks for sending, in đồng. Without rates each parcel costs ``parcel_fee``."""

    producer = models.OneToOneField(Producer, on_delete=models.CASCADE, related_name="shipping_policy")
    parcel_fee = models.PositiveBigIntegerField(_("phí mỗi kiện (đồng)"), default=30_000)
    free_from = models.PositiveBigIntegerField(_("miễn phí từ (đồng)"), null=True, blank=True)
    extra_per_kg = models.PositiveBigIntegerField(_("mỗi kg vượt bảng (đồng)"), default=0)
    cold_surcharge = models.PositiveBigIntegerField(_("phụ phí giao lạnh (đồng)"), default=0)

    objects = ShippingPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("phí giao hàng")
        verbose_name_plural = _("phí giao hàng")

    def __str__(self) -> str:
        return str(self.producer)


class ShippingRate(models.Model):
    """One step of the fee table: up to so many grams, into one zone."""

    policy = models.ForeignKey(ShippingPolicy, on_delete=models.CASCADE, related_name="rates")
    zone = models.CharField(_("vùng giao"), max_length=10, choices=Zone.choices)
    up_to = models.PositiveIntegerField(_("đến (g)"))
    fee = models.PositiveBigIntegerField(_("phí (đồng)"))

    class Meta:
        ordering = ["zone", "up_to"]
        verbose_name = _("mức phí")
        verbose_name_plural = _("bảng phí")
        constraints = [
            models.UniqueConstraint(fields=["policy", "zone", "up_to"], name="rate_unique"),
            models.CheckConstraint(
                condition=models.Q(up_to__gt=0),
                name="rate_weight_positive",
                violation_error_message=_("Khối lượng tính bằng gam, từ 1 đến 1.000.000."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_zone_display()}, {self.up_to} g"


class PickupPoint(models.Model):
    """Where a buyer can fetch a producer's parcels."""

    producer = models.ForeignKey(Producer, on_delete=models.CASCADE, related_name="pickup_points")
    name = models.CharField(_("tên điểm"), max_length=120)
    province = models.ForeignKey(Province, verbose_name=_("tỉnh"), on_delete=models.PROTECT)
    commune = models.ForeignKey(Commune, verbose_name=_("xã"), on_delete=models.PROTECT)
    address_line = models.CharField(_("thôn, số nhà"), max_length=200)
    hours = models.CharField(_("giờ mở cửa"), max_length=120, blank=True)
    is_active = models.BooleanField(_("đang dùng"), default=True)

    objects = ShippingPolicyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("điểm nhận hàng")
        verbose_name_plural = _("điểm nhận hàng")

    def __str__(self) -> str:
        return self.name


class Shipment(models.Model):
    """The parcel on its way. ``carrier`` is a code of orders.carriers, or "manual".

    A row of another carrier without ``tracking_code`` is a booking under way: the carrier was asked, or
    is about to be, and its answer is not here yet. Weights in grams, money in đồng.
    """

    sub_order = models.OneToOneField(
        "orders.SubOrder", on_delete=models.PROTECT, related_name="shipment", verbose_name=_("kiện")
    )
    carrier = models.CharField(_("đơn vị vận chuyển"), max_length=20, default="manual")
    carrier_name = models.CharField(_("tên đơn vị"), max_length=60, blank=True)
    tracking_code = models.CharField(_("mã vận đơn"), max_length=60, blank=True)
    label_url = models.URLField(blank=True)
    cod_amount = models.PositiveBigIntegerField(_("thu hộ"), default=0)
    fee = models.PositiveBigIntegerField(_("phí của đơn vị vận chuyển"), null=True, blank=True)
    weight = models.PositiveIntegerField(_("khối lượng (g)"), default=0)
    booked_at = models.DateTimeField(_("đặt lúc"), default=timezone.now)
    # Carriers take each code once: a booking after a cancelled one needs a code of its own.
    attempt = models.PositiveSmallIntegerField(default=1)
    # What the carrier measured and means to collect; None until it says so.
    reported_weight = models.PositiveBigIntegerField(_("khối lượng cân lại (g)"), null=True, blank=True)
    reported_cod = models.PositiveBigIntegerField(_("thu hộ theo đơn vị vận chuyển"), null=True, blank=True)
    track_at = models.DateTimeField(_("hỏi lại lúc"), null=True, blank=True)  # None: nothing to ask

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("vận đơn")
        verbose_name_plural = _("vận đơn")
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "tracking_code"],
                condition=~models.Q(tracking_code="") & ~models.Q(carrier="manual"),
                name="shipment_tracking_unique",
            )
        ]
        indexes = [
            models.Index(
                fields=["track_at"], condition=models.Q(track_at__isnull=False), name="shipment_to_ask"
            )
        ]

    def __str__(self) -> str:
        return f"{self.carrier_name} {self.tracking_code}".strip()

    @property
    def is_manual(self) -> bool:
        return self.carrier == "manual"

    @property
    def is_under_way(self) -> bool:
        """Asked for, and not answered yet."""
        return not self.is_manual and not self.tracking_code

    @property
    def is_booked(self) -> bool:
        """A carrier has it under a number of its own."""
        return not self.is_manual and bool(self.tracking_code)

    @property
    def booking_code(self) -> str:
        """What the carrier knows the parcel by, beside its own number: "7K3M-92XQ-1", then "…-L2"."""
        code = self.sub_order.code
        return code if self.attempt == 1 else f"{code}-L{self.attempt}"

    @property
    def differs_in_weight(self) -> bool:
        return self.reported_weight is not None and self.reported_weight != self.weight

    @property
    def differs_in_cod(self) -> bool:
        return self.reported_cod is not None and self.reported_cod != self.cod_amount


class ShipmentEvent(models.Model):
    """What a carrier said about a parcel, once."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="events")
    key = models.CharField(max_length=120)
    status = models.CharField(_("trạng thái"), max_length=20)  # orders.carriers.base.TrackingStatus
    carrier_status = models.CharField(max_length=60, blank=True)
    reason = models.CharField(_("lý do"), max_length=200, blank=True)
    occurred_at = models.DateTimeField(_("lúc"))
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["occurred_at", "id"]
        constraints = [models.UniqueConstraint(fields=["shipment", "key"], name="shipmentevent_once")]

    @property
    def label(self) -> Any:
        return TrackingStatus(self.status).label


class ContactAttempt(models.Model):
    """A call to confirm an order, or a try at the door, and how it ended."""

    class Kind(models.TextChoices):
        CONFIRM = "confirm", _("Gọi xác nhận")
        DELIVERY = "delivery", _("Giao hàng")

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Gặp, đồng ý")
        NO_ANSWER = "no_answer", _("Không nghe máy, đi vắng")
        WRONG_NUMBER = "wrong_number", _("Sai số, sai địa chỉ")
        POSTPONED = "postponed", _("Hẹn lại")
        DECLINED = "declined", _("Không muốn nhận")
        FAILED = "failed", _("Giao chưa được")  # as a carrier says it; the note has its reason

    sub_order = models.ForeignKey("orders.SubOrder", on_delete=models.CASCADE, related_name="attempts")
    kind = models.CharField(_("loại"), max_length=10, choices=Kind.choices)
    outcome = models.CharField(_("kết quả"), max_length=14, choices=Outcome.choices)
    note = models.CharField(_("ghi chú"), max_length=200, blank=True)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        ordering = ["id"]
