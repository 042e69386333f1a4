"""Which units on hand come from which lot."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Variant
from traceability.models.lot import Lot
from traceability.querysets import LotStockQuerySet


class LotStock(models.Model):
    """Packs of one variant from one lot. Changed only by conditional UPDATE (services.lot_stock).

    received = shipped + quarantined + gone + what is still here and may be sold.
    """

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="stock")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="lot_stock")
    received = models.PositiveIntegerField(_("đã nhập"), default=0)
    shipped = models.PositiveIntegerField(_("đã gửi"), default=0)
    quarantined = models.PositiveIntegerField(_("đang giữ lại"), default=0)
    gone = models.PositiveIntegerField(_("đã hủy"), default=0)

    objects = LotStockQuerySet.as_manager()

    class Meta:
        ordering = ["lot", "id"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "variant"], name="lotstock_unique"),
            models.CheckConstraint(
                condition=models.Q(
                    received__gte=models.F("shipped") + models.F("quarantined") + models.F("gone")
                ),
                name="lotstock_never_negative",
            ),
        ]

    @property
    def here(self) -> int:
        """Units that are here and may be sold."""
        return self.received - self.shipped - self.quarantined - self.gone


class LotMovement(models.Model):
    """Why units of a lot moved. ``reference`` is the parcel's or the recall's code."""

    class Kind(models.TextChoices):
        RECEIVE = "receive", _("Nhập kho")
        SHIP = "ship", _("Gửi đi")
        RETURN = "return", _("Hoàn về")
        QUARANTINE = "quarantine", _("Giữ lại")
        RELEASE = "release", _("Cho bán lại")
        DESTROY = "destroy", _("Hủy")

    stock = models.ForeignKey(LotStock, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(_("loại"), max_length=10, choices=Kind.choices)
    quantity = models.PositiveIntegerField(_("số lượng"))
    reference = models.CharField(_("chứng từ"), max_length=60, blank=True)
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["reference"], name="lotmovement_reference")]
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="lotmovement_positive"),
        ]
