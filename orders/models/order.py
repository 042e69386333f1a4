"""An order, and its part for each producer."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Variant
from core.models import Commune, Province
from orders.models.shipping import PickupPoint
from orders.querysets import OrderLineQuerySet, OrderQuerySet, SubOrderQuerySet
from orders.states import DeliveryMethod, SubOrderStatus
from payments.models import Payment
from payments.states import Method
from payments.tax import Category
from producers.models import Producer


class Order(models.Model):
    """What one buyer placed at once. Its sums are those of its sub-orders (checked by SQL)."""

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
        _("thanh toán"), max_length=10, choices=Method.choices, default=Method.COD
    )
    payment = models.OneToOneField(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="order"
    )
    language = models.CharField(max_length=5, default="vi")
    goods_total = models.PositiveBigIntegerField(_("tiền hàng"))
    shipping_total = models.PositiveBigIntegerField(_("phí giao"))
    discount_total = models.PositiveBigIntegerField(_("giảm giá"), default=0)
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
                condition=models.Q(
                    total=models.F("goods_total") + models.F("shipping_total") - models.F("discount_total")
                ),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(payment_method=Method.COD, payment=None)
                | (~models.Q(payment_method=Method.COD) & models.Q(payment__isnull=False)),
                name="order_prepaid_has_payment",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def transfer_note(self) -> str:
        """What the buyer writes on a bank transfer: at most 19 plain characters."""
        return f"OCOP {self.code.replace('-', '')}"


class SubOrder(models.Model):
    """The parcel of one producer in an order. Amounts in đồng.

    ``total`` is what the buyer pays for it: goods + shipping − both discounts.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="sub_orders")
    producer = models.ForeignKey(Producer, on_delete=models.PROTECT, related_name="sub_orders")
    code = models.CharField(_("mã kiện"), max_length=15, unique=True)  # order code + "-1"
    status = models.CharField(
        _("trạng thái"), max_length=12, choices=SubOrderStatus.choices, default=SubOrderStatus.PLACED
    )
    delivery_method = models.CharField(
        _("cách nhận"), max_length=10, choices=DeliveryMethod.choices, default=DeliveryMethod.DELIVER
    )
    pickup_point = models.ForeignKey(
        PickupPoint, verbose_name=_("điểm nhận"), on_delete=models.PROTECT, null=True, blank=True
    )
    goods_total = models.PositiveBigIntegerField(_("tiền hàng"))
    shipping_fee = models.PositiveBigIntegerField(_("phí giao"))
    producer_discount = models.PositiveBigIntegerField(_("người bán giảm"), default=0)
    market_discount = models.PositiveBigIntegerField(_("sàn giảm"), default=0)
    total = models.PositiveBigIntegerField(_("tổng cộng"))
    weight = models.PositiveIntegerField(_("khối lượng (g)"), default=0)
    # Whoever has not confirmed by then gets the order cancelled; None while it is not paid.
    confirm_by = models.DateTimeField(_("xác nhận trước"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("giao lúc"), null=True, blank=True)
    # Given by the seller's e-invoice provider (orders.invoices), if one is connected.
    invoice_number = models.CharField(_("số hóa đơn"), max_length=40, blank=True)

    objects = SubOrderQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("đơn của chủ thể")
        verbose_name_plural = _("đơn của chủ thể")
        indexes = [
            models.Index(fields=["producer", "status", "-id"], name="suborder_desk"),
            models.Index(
                fields=["confirm_by"], condition=models.Q(status="placed"), name="suborder_unconfirmed"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "producer"], name="suborder_one_per_producer"),
            models.CheckConstraint(
                condition=models.Q(
                    total=models.F("goods_total")
                    + models.F("shipping_fee")
                    - models.F("producer_discount")
                    - models.F("market_discount")
                ),
                name="suborder_total_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(delivery_method="pickup", pickup_point__isnull=False)
                | models.Q(delivery_method="deliver", pickup_point=None),
                name="suborder_pickup_has_point",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="delivered") | models.Q(delivered_at__isnull=False),
                name="suborder_delivered_at",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_status_display(self) -> str:  # type: ignore[no-redef]  # instead of Django's own
        """Nothing travels to who fetches a parcel: it stands ready."""
        return str(self.words_for(SubOrderStatus(self.status)))

    def words_for(self, status: SubOrderStatus) -> Any:
        if status == SubOrderStatus.HANDED_OVER and self.delivery_method == DeliveryMethod.PICKUP:
            return _("Sẵn sàng ở điểm nhận")
        return status.label

    @property
    def discount(self) -> int:
        return self.producer_discount + self.market_discount

    @property
    def to_collect(self) -> int:
        """Đồng to be paid when the parcel is received; 0 where it was paid in advance."""
        return self.total if self.order.payment_method == Method.COD else 0


class OrderLine(models.Model):
    """A line as it was when ordered: names, price, star, label facts and fee rate are snapshots."""

    sub_order = models.ForeignKey(SubOrder, on_delete=models.PROTECT, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT)
    product_name = models.CharField(_("sản phẩm"), max_length=200)
    variant_name = models.CharField(_("quy cách"), max_length=60)
    unit_price = models.PositiveBigIntegerField(_("đơn giá"))
    quantity = models.PositiveIntegerField(_("số lượng"))
    line_total = models.PositiveBigIntegerField(_("thành tiền"))
    producer_discount = models.PositiveBigIntegerField(_("người bán giảm"), default=0)
    market_discount = models.PositiveBigIntegerField(_("sàn giảm"), default=0)
    stars = models.PositiveSmallIntegerField(_("hạng sao"), null=True, blank=True)  # live at that time
    certificate_number = models.CharField(_("số công nhận"), max_length=30, blank=True)
    # What the page said of the goods: {"ingredients": …, "storage": …}; blanks are left out.
    label = models.JSONField(_("thông tin nhãn"), default=dict, blank=True)
    commission_bp = models.PositiveIntegerField(_("phí sàn (phần vạn)"), default=0)
    tax_category = models.CharField(
        _("loại doanh thu"), max_length=10, choices=Category.choices, default=Category.GOODS
    )

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
            models.CheckConstraint(
                condition=models.Q(
                    line_total__gte=models.F("producer_discount") + models.F("market_discount")
                ),
                name="orderline_discount_fits",
            ),
        ]

    @property
    def earned(self) -> int:
        """What the producer earns for the line, in đồng, before fee and tax."""
        return self.line_total - self.producer_discount

    @property
    def paid(self) -> int:
        """What the buyer pays for the line, in đồng."""
        return self.earned - self.market_discount
