"""What the API takes for an order, and what it tells of one. Amounts in đồng."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.models import Commune
from core.text import clean
from orders.models import Order, OrderLine, SubOrder
from orders.selectors import methods
from orders.services.vouchers import MOST_CODES
from payments.states import Method

MOST_ID = 2**63 - 1


@extend_schema_field({"type": "string"})
class CleanCharField(serializers.CharField):
    """One line: NFC, no control characters, no runs of spaces."""

    def to_internal_value(self, data: Any) -> str:
        text = clean(super().to_internal_value(data))
        if not text and not self.allow_blank:
            self.fail("blank")
        return text


class WishSerializer(serializers.Serializer[Any]):
    variant = serializers.IntegerField(
        min_value=1, max_value=MOST_ID, help_text="id của quy cách, xem /api/v1/products/{slug}/"
    )
    quantity = serializers.IntegerField(min_value=1, max_value=settings.CART_MAX_QUANTITY)


class ContactSerializer(serializers.Serializer[Any]):
    recipient = CleanCharField(max_length=120)
    phone = CleanCharField(max_length=40, help_text="Viết cách nào cũng được: 0905 123 456, +84905123456")
    commune = serializers.PrimaryKeyRelatedField(
        queryset=Commune.objects.filter(valid_to=None).select_related("province"),
        pk_field=serializers.CharField(max_length=5),
        help_text="Mã xã, phường hiện hành (5 chữ số)",
    )
    address_line = CleanCharField(max_length=200, help_text="Thôn, số nhà, đường")
    email = serializers.EmailField(required=False, default="", allow_blank=True)
    note = CleanCharField(required=False, default="", allow_blank=True, max_length=300)


class OrderRequestSerializer(serializers.Serializer[Any]):
    lines = serializers.ListField(
        child=WishSerializer(), allow_empty=False, max_length=settings.CART_MAX_LINES
    )
    contact = ContactSerializer()
    method = serializers.ChoiceField(Method.choices, default=Method.COD.value)
    pickups = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MOST_ID),
        default=list,
        max_length=settings.CART_MAX_LINES,
        help_text="id các điểm nhận hàng; chủ thể không có điểm ở đây thì giao tận nơi",
    )
    voucher_codes = serializers.ListField(
        child=CleanCharField(max_length=20), default=list, max_length=MOST_CODES
    )
    agreed_total = serializers.IntegerField(
        min_value=0,
        max_value=10**15,
        help_text="Số tiền nhiều nhất mà người mua đã đồng ý. Tổng tính được cao hơn: 409 total_changed, "
        "tổng đúng nằm trong data.total, chưa đặt gì. Thấp hơn: đặt theo tổng thấp.",
    )

    def validate_lines(self, lines: list[dict[str, int]]) -> list[dict[str, int]]:
        if len({line["variant"] for line in lines}) != len(lines):
            raise serializers.ValidationError(_("Mỗi quy cách chỉ ghi một dòng."), code="repeated")
        return lines

    def validate_method(self, method: str) -> str:
        if method not in methods.offered():
            raise serializers.ValidationError(_("Hiện không nhận cách trả tiền này."), code="not_offered")
        return method


class OrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    class Meta:
        model = OrderLine
        fields = (
            "variant",
            "product_name",
            "variant_name",
            "unit_price",
            "quantity",
            "line_total",
            "producer_discount",
            "market_discount",
            "stars",
            "certificate_number",
        )


class SubOrderSerializer(serializers.ModelSerializer[SubOrder]):
    """A producer's parcel. ``total`` is what the buyer pays for it."""

    producer = serializers.SlugRelatedField("slug", read_only=True)  # type: ignore[var-annotated]
    pickup_point = serializers.StringRelatedField(allow_null=True)  # type: ignore[var-annotated]
    lines = OrderLineSerializer(many=True, read_only=True)

    class Meta:
        model = SubOrder
        fields = (
            "code",
            "producer",
            "status",
            "delivery_method",
            "pickup_point",
            "goods_total",
            "shipping_fee",
            "producer_discount",
            "market_discount",
            "total",
            "weight",
            "confirm_by",
            "lines",
        )


class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order as its buyer sees it. ``pay_by`` is null where nothing is paid in advance."""

    payment_status = serializers.CharField(source="payment.status", default=None, allow_null=True)
    pay_by = serializers.DateTimeField(source="payment.expires_at", default=None, allow_null=True)
    transfer_note = serializers.CharField(read_only=True)
    sub_orders = SubOrderSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = (
            "code",
            "placed_at",
            "payment_method",
            "payment_status",
            "pay_by",
            "transfer_note",
            "recipient",
            "phone",
            "commune",
            "address_line",
            "note",
            "goods_total",
            "shipping_total",
            "discount_total",
            "total",
            "is_illustrative",
            "sub_orders",
        )
