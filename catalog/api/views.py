"""Read-only products and producers under /api/v1/."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import viewsets
from rest_framework.pagination import CursorPagination
from rest_framework.serializers import BaseSerializer

from catalog.api.filters import ProductFilter
from catalog.api.serializers import ProducerSerializer, ProductDetailSerializer, ProductSerializer
from catalog.models import Product
from producers.models import Producer


class Newest(CursorPagination):
    """By cursor: the thousandth page costs what the first does, and none shifts while reading."""

    ordering = ("-published_at", "-id")
    page_size = 20
    page_size_query_param = "so_dong"
    max_page_size = 100
    cursor_query_param = "con_tro"


class ByNumber(Newest):
    ordering = ("-id",)  # type: ignore[assignment]


class ProductViewSet(viewsets.ReadOnlyModelViewSet[Product]):
    """Public products, newest first, with the filters of /san-pham/."""

    queryset = Product.objects.none()
    lookup_field = "slug"
    filterset_class = ProductFilter
    pagination_class = Newest

    def get_queryset(self) -> "QuerySet[Product]":
        rows = Product.objects.public().select_related("producer", "product_set")
        rows = rows.defer("search_vector", "search_rest", "search_name")
        if self.action == "retrieve":
            rows = rows.prefetch_related("variants", "certifications")
        return rows

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return ProductDetailSerializer if self.action == "retrieve" else ProductSerializer


class ProducerViewSet(viewsets.ReadOnlyModelViewSet[Producer]):
    """Producers, the latest entered first; ``province`` and ``kind`` narrow the list."""

    queryset = Producer.objects.none()
    serializer_class = ProducerSerializer
    lookup_field = "slug"
    filterset_fields = ("province", "kind")
    pagination_class = ByNumber

    def get_queryset(self) -> "QuerySet[Producer]":
        return Producer.objects.public()
