"""An order, and its part for each producer."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Variant
from core.models import Commune, Province
from orders.querysets import OrderLineQuerySet, OrderQuerySet, ShippingPolicyQuerySet, SubOrderQuerySet
from orders.states import SubOrderStatus
from producers.models import Producer


class ShippingPolicy(models.Model):
    """A producer's parcel fee, in đồng; free from an amount when one is set."""

    producer = models.OneToOneField(Producer, on_delete=models.CASCADE, related_name="shipping_policy")
    parcel_fee = models.PositiveBigIntegerField(_("phí mỗi kiện (đồng)"), default=30_000)
    free_from = models.PositiveBigIntegerField(_("miễn phí từ (đồng)"), null=True, blank=True)

    objects = ShippingPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("phí giao hàng")
        verbose_name_plural = _("phí giao hàng")

    def fee_for(self, goods_total: int) -> int:
        """Fee of one parcel with goods for this amount, both in đồng; an empty parcel costs nothing."""
        if goods_total <= 0 or (self.free_from is not None and goods_total >= self.free_from):
            return 0
        return self.parcel_fee


class PaymentMethod(models.TextChoices):
    COD = "cod", _("Trả tiền khi nhận hàng (COD)")


class Order(models.Model):
    """What one buyer placed at once. Its total is the sum of its sub-orders (checked by SQL)."""

    code = models.CharField(_("mã đơn"), max_length=12, unique=True)  # unguessable, "7K3M-92XQ" style
    buyer = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="orders")
    idempotency_key = models.CharField(max_length=64, unique=True)
    recipient = models.CharField(_("người nhận"), max_length=120)
    phone = models.CharField(_("điện thoại"), max_length=16)  # E.164
    email = models.EmailField(_("thư điện tử"), blank=True)
    province = models.ForeignKey(Province, verbose_name=_("tỉnh"), on_delete=models.PROTECT)
    commune = models.ForeignKey(Commune, verbose_name=_("xã"), on_delete=models.PROTECT)
    address_line = models.CharField(_("thôn, số nhà"), max_length=200)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    payment_method = models.CharField(
        _("thanh toán"), max_length=10, choices=PaymentMethod.choices, default=PaymentMethod.COD
    )
    language = models.CharField(max_length=5, default="vi")
    goods_total = models.PositiveBigIntegerField(_("tiền hàng"))
    shipping_total = models.PositiveBigIntegerField(_("phí giao"))
    total = models.PositiveBigIntegerField(_("tổng cộng"))
    is_illustrative = models.BooleanField(default=False)
    placed_at = models.DateTimeField(_("đặt lúc"), default=timezone.now)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("đơn hàng")
        verbose_name_plural = _("đơn hàng")
        indexes = [models.Index(fields=["buyer", "-id"], name="order_by_buyer")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(total=models.F("goods_total") + models.F("shipping_total")),
                name="order_total_adds_up",
            )
        ]

    def __str__(self) -> str:
        return self.code


class SubOrder(models.Model):
    """The parcel of one producer in an order."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="sub_orders")
    producer = models.ForeignKey(Producer, on_delete=models.PROTECT, related_name="sub_orders")
    code = models.CharField(_("mã kiện"), max_length=15, unique=True)  # order code + "-1"
    status = models.CharField(
        _("trạng thái"), max_length=12, choices=SubOrderStatus.choices, default=SubOrderStatus.PLACED
    )
    goods_total = models.PositiveBigIntegerField(_("tiền hàng"))
    shipping_fee = models.PositiveBigIntegerField(_("phí giao"))
    total = models.PositiveBigIntegerField(_("tổng cộng"))
    carrier = models.CharField(_("đơn vị vận chuyển"), max_length=60, blank=True)
    tracking_code = models.CharField(_("mã vận đơn"), max_length=60, blank=True)

    objects = SubOrderQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("đơn của chủ thể")
        verbose_name_plural = _("đơn của chủ thể")
        indexes = [models.Index(fields=["producer", "status", "-id"], name="suborder_desk")]
        constraints = [
            models.UniqueConstraint(fields=["order", "producer"], name="suborder_one_per_producer"),
            models.CheckConstraint(
                condition=models.Q(total=models.F("goods_total") + models.F("shipping_fee")),
                name="suborder_total_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class OrderLine(models.Model):
    """A line as it was when ordered: names, price, star and label facts are snapshots."""

    sub_order = models.ForeignKey(SubOrder, on_delete=models.PROTECT, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT)
    product_name = models.CharField(_("sản phẩm"), max_length=200)
    variant_name = models.CharField(_("quy cách"), max_length=60)
    unit_price = models.PositiveBigIntegerField(_("đơn giá"))
    quantity = models.PositiveIntegerField(_("số lượng"))
    line_total = models.PositiveBigIntegerField(_("thành tiền"))
    stars = models.PositiveSmallIntegerField(_("hạng sao"), null=True, blank=True)  # live at that time
    certificate_number = models.CharField(_("số công nhận"), max_length=30, blank=True)

    objects = OrderLineQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("dòng hàng")
        verbose_name_plural = _("dòng hàng")
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="orderline_quantity_positive"),
            models.CheckConstraint(
                condition=models.Q(line_total=models.F("unit_price") * models.F("quantity")),
                name="orderline_total",
            ),
        ]
