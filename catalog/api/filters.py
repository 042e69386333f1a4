"""The listing's filters for the REST API: same names, same meaning, but odd values are refused."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from catalog import stars
from catalog.models import Certification, Product
from catalog.selectors.filters import MOST_DONG, Filters, conditions
from core import clock


class ProductFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="narrow", max_length=200, label="Từ cần tìm, không cần dấu")
    sao = django_filters.MultipleChoiceFilter(
        method="narrow", choices=[(star, star) for star in stars.SHOWN], label="Hạng sao còn hiệu lực"
    )
    tinh = django_filters.CharFilter(method="narrow", label="Mã tỉnh")
    xa = django_filters.CharFilter(method="narrow", label="Mã xã")
    nganh = django_filters.NumberFilter(method="narrow", min_value=1, label="Mã ngành")
    bo = django_filters.NumberFilter(method="narrow", min_value=1, max_value=99, label="Mã bộ sản phẩm")
    gia_tu = django_filters.NumberFilter(
        method="narrow", min_value=0, max_value=MOST_DONG, label="Giá từ, đồng"
    )
    gia_den = django_filters.NumberFilter(
        method="narrow", min_value=0, max_value=MOST_DONG, label="Giá đến, đồng"
    )
    chung_nhan = django_filters.ChoiceFilter(
        method="narrow", choices=Certification.Scheme.choices, label="Chứng nhận còn hiệu lực"
    )
    ban = django_filters.BooleanFilter(method="narrow", label="Chỉ hàng đang bán")

    class Meta:
        model = Product
        fields: list[str] = []

    def narrow(self, queryset: "QuerySet[Product]", name: str, value: Any) -> "QuerySet[Product]":
        """One filter as the listing understands it (catalog.selectors.filters)."""
        condition = conditions(_FILTERS[name](value), today=clock.today()).get(_FACETS.get(name, name), Q())
        return queryset.filter(condition)


_FILTERS = {
    "q": lambda value: Filters(q=value),
    "sao": lambda value: Filters(stars=tuple(int(star) for star in value)),
    "tinh": lambda value: Filters(province=value),
    "xa": lambda value: Filters(commune=value),
    "nganh": lambda value: Filters(sector=int(value)),
    "bo": lambda value: Filters(product_set=int(value)),
    "gia_tu": lambda value: Filters(price_from=int(value)),
    "gia_den": lambda value: Filters(price_to=int(value)),
    "chung_nhan": lambda value: Filters(certification=value),
    "ban": lambda value: Filters(on_sale=bool(value)),
}
_FACETS = {"gia_tu": "gia", "gia_den": "gia"}
