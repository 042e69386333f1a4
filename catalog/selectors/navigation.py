"""What stands around a page of a list: chosen filters, sortings, links to other pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Certification, Sector
from catalog.selectors.choices import Facets, price_label
from catalog.selectors.filters import SORTS, Filters, address, usual_sort
from core.paging import window

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
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page by number; 0 stands for a gap."""

    number: int
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Pager:
    page: int
    pages: int
    previous: str  # "" on the first page
    next: str  # "" on the last
    links: list[PageLink]


def pager(page: int, pages: int, url: Callable[[int], str]) -> Pager:
    """First, last and the neighbours of the present page, with gaps between."""
    links = [
        PageLink(number, url(number), number == page) if number else PageLink(0, "", False)
        for number in window(page, pages)
    ]
    return Pager(page, pages, url(page - 1) if page > 1 else "", url(page + 1) if page < pages else "", links)


def chips(filters: Filters, facets: Facets, *, sort: str) -> list[Chip]:
    """Each chosen filter, in the order of the panel."""

    def off(label: str, **changes: Any) -> Chip:
        return Chip(label, address(filters.but(**changes), sort=sort))

    found = [off(f"“{filters.q}”", q="")] if filters.q else []
    for star in filters.stars:
        rest = tuple(other for other in filters.stars if other != star)
        found.append(off(_("%(stars)s sao") % {"stars": star}, stars=rest))
    found += [off(choice.label, province="", commune="") for choice in facets.provinces if choice.selected]
    found += [off(choice.label, commune="") for choice in facets.communes if choice.selected]
    if filters.sector is not None:
        name = Sector.objects.values_list("name", flat=True).get(pk=filters.sector)
        found.append(off(name, sector=None))
    for sector in facets.sectors:
        found += [off(choice.label, product_set=None) for choice in sector.choices if choice.selected]
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
    present = sort or usual_sort(filters)
    return [
        Sorting(value, str(SORT_LABELS[value]), value == present)
        for value in SORTS
        if filters.q or value != "lien-quan"
    ]
