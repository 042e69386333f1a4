"""Ordering by program: place an order, look at it."""

import hashlib
import json
import re
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status, viewsets
from rest_framework.exceptions import NotFound, Throttled, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle

from accounts import phones
from core.api.errors import ErrorSerializer
from core.errors import MarketError
from orders import codes, lookups, visits
from orders.api.serializers import OrderRequestSerializer, OrderSerializer
from orders.selectors.records import whole_order
from orders.services import direct
from orders.services.checkout import Contact

_KEY = re.compile(r"[\x21-\x7e]{16,64}")
# The field of the body that a refusal speaks of.
_FIELDS = {
    "invalid_phone": "contact.phone",
    "not_for_sale": "lines",
    "sold_out": "lines",
    "not_enough": "lines",
    "cart_changed": "lines",
    "no_pickup_there": "pickups",
    "voucher_refused": "voucher_codes",
    "voucher_gone": "voucher_codes",
    "total_changed": "agreed_total",
    "idempotency_key_reused": "Idempotency-Key",
}


class OrderViewSet(viewsets.ViewSet):
    permission_classes = [AllowAny]
    serializer_class = OrderSerializer
    lookup_field = "code"
    throttle_scope = "orders"

    def get_throttles(self) -> list[BaseThrottle]:
        """Placing has a rate of its own besides the general one."""
        extra: list[BaseThrottle] = [ScopedRateThrottle()] if self.action == "create" else []
        return [*super().get_throttles(), *extra]

    @extend_schema(
        summary="Đặt hàng",
        description="Một đơn hàng từ nhiều chủ thể, chia thành một kiện cho mỗi chủ thể. Đặt được cả khi "
        "không đăng nhập. Đặt hết hoặc không đặt gì.",
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                str,
                "header",
                required=True,
                description="16 đến 64 ký tự ASCII không có dấu cách, ví dụ một UUID. Gửi lại cùng khóa và "
                "cùng nội dung: 200 và đúng đơn đã đặt; cùng khóa, nội dung khác: 422.",
            )
        ],
        request=OrderRequestSerializer,
        responses={
            201: OrderSerializer,
            200: OpenApiResponse(OrderSerializer, description="Yêu cầu này đã được đặt trước đó"),
            400: OpenApiResponse(ErrorSerializer, description="Chưa đúng: xem data.fields, data.field"),
            409: OpenApiResponse(ErrorSerializer, description="Hàng, giá, phí hoặc mã giảm giá đã đổi"),
            422: OpenApiResponse(ErrorSerializer, description="Khóa đã dùng cho nội dung khác"),
            429: OpenApiResponse(ErrorSerializer, description="Gửi quá nhanh"),
        },
    )
    def create(self, request: Request) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not _KEY.fullmatch(key):
            words = _("Cần từ 16 đến 64 ký tự ASCII, không có dấu cách.")
            raise ValidationError({"Idempotency-Key": words}, code="idempotency_key")
        body = OrderRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            placed = _place(request, key, body.validated_data)
        except MarketError as refusal:
            if refusal.code in _FIELDS:
                refusal.data["field"] = _FIELDS[refusal.code]
            raise
        visits.grant(request._request, placed.order)
        return Response(
            OrderSerializer(whole_order(placed.order.code)).data,
            status=status.HTTP_201_CREATED if placed.is_new else status.HTTP_200_OK,
            headers={"Location": reverse("order-detail", args=[placed.order.code], request=request)},
        )

    @extend_schema(
        summary="Xem một đơn hàng",
        description="Của người mua đang đăng nhập, của phiên đã đặt đơn, hoặc với số điện thoại đã ghi trong "
        "đơn ở đầu mục X-Order-Phone (số lần thử có giới hạn).",
        parameters=[
            OpenApiParameter("code", str, "path"),
            OpenApiParameter("X-Order-Phone", str, "header", description="Số điện thoại người nhận"),
        ],
        responses={
            200: OrderSerializer,
            404: OpenApiResponse(ErrorSerializer, description="Không có đơn này, hoặc không phải của bạn"),
            429: OpenApiResponse(ErrorSerializer, description="Thử quá nhiều lần"),
        },
    )
    def retrieve(self, request: Request, code: str) -> Response:
        order = whole_order(codes.normalise(code))
        phone = request.headers.get("X-Order-Phone", "")
        is_theirs = order is not None and visits.buyer_of(request._request, order) is not None
        if not is_theirs and not (phone and _holds(request, order, phone)):
            raise NotFound
        return Response(OrderSerializer(order).data)


def _place(request: Request, key: str, data: dict[str, Any]) -> direct.Placed:
    return direct.place(
        wishes={line["variant"]: line["quantity"] for line in data["lines"]},
        contact=Contact(**data["contact"]),
        idempotency_key=key,
        fingerprint=hashlib.sha256(
            json.dumps(data, sort_keys=True, default=lambda row: row.pk).encode()
        ).hexdigest(),
        actor=request.user if request.user.is_authenticated else None,
        language=get_language() or "vi",
        method=data["method"],
        points=data["pickups"],
        voucher_codes=data["voucher_codes"],
        agreed_total=data["agreed_total"],
    )


def _holds(request: Request, order: Any, text: str) -> bool:
    """The phone is the order's. Wrong phones and unknown codes count alike towards the limit.

    Raises Throttled.
    """
    try:
        phone = phones.normalise(text)
    except phones.InvalidPhone:
        phone = ""
    if lookups.is_too_often(request._request, phone):
        raise Throttled
    return order is not None and bool(phone) and order.phone == phone
