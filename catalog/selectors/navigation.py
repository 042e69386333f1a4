"""Links around a listing: chosen filters that can be taken off, and sortings."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Certification
from catalog.selectors.facets import Facets, price_label
from catalog.selectors.filters import SORTS, Filters, query_string

SORT_LABELS = {
    "lien-quan": gettext_lazy("Khớp nhất"),
    "ban-chay": gettext_lazy("Bán chạy"),
    "moi": gettext_lazy("Mới đăng"),
    "gia": gettext_lazy("Giá thấp trước"),
    "gia-giam": gettext_lazy("Giá cao trước"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen filter; ``url`` is the listing without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Sorting:
    value: str
    label: Any
    url: str
    selected: bool


def chips(filters: Filters, facets: Facets, *, sort: str) -> list[Chip]:
    """One chip per chosen filter, in the order of the panel."""

    def off(label: str, **changes: Any) -> Chip:
        return Chip(label, query_string(filters.but(**changes), sort=sort) or "?")

    found = [off(f"“{filters.q}”", q="")] if filters.q else []
    for star in filters.stars:
        rest = tuple(other for other in filters.stars if other != star)
        found.append(off(_("%(stars)s sao") % {"stars": star}, stars=rest))
    found += [off(c.label, province="", commune="") for c in facets.provinces if c.selected]
    found += [off(c.label, commune="") for c in facets.communes if c.selected]
    for sector in facets.sectors:
        found += [off(c.label, product_set=None) for c in sector.choices if c.selected]
    if filters.price_from is not None or filters.price_to is not None:
        label = price_label(filters.price_from, filters.price_to)
        found.append(off(label, price_from=None, price_to=None))
    if filters.certification:
        found.append(off(str(Certification.Scheme(filters.certification).label), certification=""))
    if filters.on_sale:
        found.append(off(_("Đang bán"), on_sale=False))
    return found


def sortings(filters: Filters, *, sort: str) -> list[Sorting]:
    """Sortings that make sense here; best match only for a search."""
    return [
        Sorting(value, SORT_LABELS[value], query_string(filters, sort=value), value == sort)
        for value in SORTS
        if filters.q or value != "lien-quan"
    ]


def base(filters: Filters, *, sort: str) -> str:
    """Query string of the listing without its page: "" or ending in "&". ``sort`` as asked, or ""."""
    address = query_string(filters, sort=sort)
    return address[1:] + "&" if address else ""
