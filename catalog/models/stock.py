"""Variants, their prices and their stock."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product
from catalog.querysets import StockQuerySet, VariantQuerySet


class Variant(models.Model):
    """One pack of a product that can be bought."""

    class NetUnit(models.TextChoices):
        GRAM = "g", "g"
        MILLILITRE = "ml", "ml"
        PIECE = "piece", _("cái")

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    name = models.CharField(_("quy cách"), max_length=60)  # "chai 500 ml"
    sku = models.CharField(_("mã hàng"), max_length=40, blank=True)
    price = models.PositiveBigIntegerField(_("giá bán (đồng)"))
    net_quantity = models.PositiveIntegerField(_("lượng tịnh"), default=1)
    net_unit = models.CharField(_("đơn vị"), max_length=6, choices=NetUnit.choices, default=NetUnit.PIECE)
    shipping_weight = models.PositiveIntegerField(_("khối lượng gửi (g)"), default=500)
    is_active = models.BooleanField(_("đang bán"), default=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = VariantQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("quy cách")
        verbose_name_plural = _("quy cách")
        constraints = [
            models.CheckConstraint(condition=models.Q(price__gt=0), name="variant_price_positive"),
            models.CheckConstraint(condition=models.Q(net_quantity__gt=0), name="variant_net_positive"),
            models.UniqueConstraint(fields=["product", "name"], name="variant_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class StockItem(models.Model):
    """Units on hand of one variant. Changed only by conditional UPDATE (catalog.services.stock).

    ``reserved`` counts the units of reservations that are still held, lapsed ones included until
    they are released; ``quarantined`` those in the house that may not be sold (a recall, a lot past
    its date), among them what was sold and not yet sent. What can be sold is computed by
    catalog.selectors.availability alone.
    """

    variant = models.OneToOneField(Variant, on_delete=models.CASCADE, related_name="stock")
    on_hand = models.IntegerField(_("tồn kho"), default=0)
    reserved = models.IntegerField(_("đang giữ"), default=0)
    quarantined = models.IntegerField(_("ngừng bán"), default=0)

    objects = StockQuerySet.as_manager()

    class Meta:
        verbose_name = _("tồn kho")
        verbose_name_plural = _("tồn kho")
        constraints = [
            models.CheckConstraint(condition=models.Q(on_hand__gte=0), name="stock_never_negative"),
            models.CheckConstraint(
                condition=models.Q(reserved__gte=0, reserved__lte=models.F("on_hand")),
                name="stock_reserved_is_on_hand",
            ),
            # It may be more than is on hand: what a recall takes back may be reserved, or sold and not
            # yet sent. Nothing more is sold then, and not every parcel can be filled.
            models.CheckConstraint(
                condition=models.Q(quarantined__gte=0), name="stock_quarantined_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant}: {self.on_hand}"


class Reservation(models.Model):
    """Units kept for an order that is being paid. It lapses at ``expires_at``: from then on its
    units can be had by others, whether or not anybody has released it yet."""

    class Status(models.TextChoices):
        HELD = "held", _("Đang giữ")
        SOLD = "sold", _("Đã bán")
        RELEASED = "released", _("Đã thả")

    item = models.ForeignKey(StockItem, on_delete=models.CASCADE, related_name="reservations")
    reference = models.CharField(_("chứng từ"), max_length=60)
    quantity = models.PositiveIntegerField(_("số lượng"))
    status = models.CharField(_("trạng thái"), max_length=10, choices=Status.choices, default=Status.HELD)
    expires_at = models.DateTimeField(_("giữ đến"))
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("giữ hàng")
        verbose_name_plural = _("giữ hàng")
        indexes = [
            models.Index(fields=["reference"], name="reservation_reference"),
            models.Index(fields=["expires_at"], condition=models.Q(status="held"), name="reservation_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="reservation_not_empty"),
            models.UniqueConstraint(
                fields=["item", "reference"],
                condition=models.Q(status="held"),
                name="reservation_held_once",
            ),
        ]


class StockMovement(models.Model):
    """Why stock changed. The movements of an item sum to what is on hand."""

    class Kind(models.TextChoices):
        RECEIVE = "receive", _("Nhập kho")
        SALE = "sale", _("Bán")
        CANCEL = "cancel", _("Hủy đơn, nhập lại")
        RETURN = "return", _("Khách trả, nhập lại")
        COUNT = "count", _("Kiểm kê")
        DESTROY = "destroy", _("Tiêu hủy")

    item = models.ForeignKey(StockItem, on_delete=models.CASCADE, related_name="movements")
    kind = models.CharField(_("loại"), max_length=10, choices=Kind.choices)
    quantity = models.IntegerField(_("số lượng"))  # signed
    reference = models.CharField(_("chứng từ"), max_length=60, blank=True)
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("biến động kho")
        verbose_name_plural = _("biến động kho")
        constraints = [models.CheckConstraint(condition=~models.Q(quantity=0), name="movement_not_zero")]
