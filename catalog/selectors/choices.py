"""The filter panel: every choice with its label, count and address."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalog import stars
from catalog.models import Certification, ProductSet, Sector
from catalog.selectors.facets import PRICE_RANGES, Counts
from catalog.selectors.filters import Filters, address
from core.models import Commune, Province
from core.money import format_vnd


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a facet. ``url`` is the listing after choosing it, or taking it off again."""

    value: str
    label: str
    count: int
    selected: bool
    url: str


@dataclass(frozen=True, slots=True)
class SectorChoices:
    code: int
    label: str
    count: int
    selected: bool
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Facets:
    stars: tuple[Choice, ...]
    provinces: tuple[Choice, ...]
    communes: tuple[Choice, ...]  # () until a province is chosen
    sectors: tuple[SectorChoices, ...]
    prices: tuple[Choice, ...]
    certifications: tuple[Choice, ...]
    on_sale: Choice


def price_label(low: int | None, high: int | None) -> str:
    """ "Dưới 50.000 ₫", "50.000 ₫ – 100.000 ₫", "Từ 500.000 ₫"."""
    if low is None:
        return _("Dưới %(price)s") % {"price": format_vnd(high or 0)}
    if high is None:
        return _("Từ %(price)s") % {"price": format_vnd(low)}
    return f"{format_vnd(low)} – {format_vnd(high)}"


def build(filters: Filters, found: Counts, *, sort: str) -> Facets:
    """All choices; those that would leave nothing are left out unless they are chosen."""
    return _Panel(filters, found, sort).facets()


class _Panel:
    def __init__(self, filters: Filters, found: Counts, sort: str) -> None:
        self.filters, self.found, self.sort = filters, found, sort

    def facets(self) -> Facets:
        filters = self.filters
        return Facets(
            stars=tuple(self._star(star) for star in stars.SHOWN),
            provinces=self._provinces(),
            communes=self._communes() if filters.province else (),
            sectors=self._sectors(),
            prices=tuple(self._price(i, low, high) for i, (low, high) in enumerate(PRICE_RANGES)),
            certifications=self._certifications(),
            on_sale=self._choice("ban", "", _("Đang bán"), filters.on_sale, on_sale=not filters.on_sale),
        )

    def _choice(self, facet: str, value: str, label: str, selected: bool, **after: Any) -> Choice:
        """A new choice starts at page 1, in the sorting that was chosen."""
        url = address(self.filters.but(**after), sort=self.sort)
        return Choice(value, label, self.found[facet].get(value, 0), selected, url)

    def _shown(self, facet: str, values: Iterable[Any], chosen: Any) -> list[Any]:
        return [value for value in values if value == chosen or self.found[facet].get(str(value))]

    def _star(self, star: int) -> Choice:
        after = tuple(sorted(set(self.filters.stars) ^ {star}))
        label = _("%(stars)s sao") % {"stars": star}
        return self._choice("sao", str(star), label, star in self.filters.stars, stars=after)

    def _provinces(self) -> tuple[Choice, ...]:
        chosen = self.filters.province
        rows = Province.objects.filter(pk__in={*self.found["tinh"], chosen}).order_by("sort_key")
        return tuple(
            self._choice(
                "tinh", code, label, code == chosen, province="" if code == chosen else code, commune=""
            )
            for code, label in rows.values_list("pk", "short_name")
        )

    def _communes(self) -> tuple[Choice, ...]:
        chosen = self.filters.commune
        rows = Commune.objects.filter(pk__in={*self.found["xa"], chosen}).order_by("sort_key")
        return tuple(
            self._choice("xa", code, label, code == chosen, commune="" if code == chosen else code)
            for code, label in rows.values_list("pk", "short_name")
        )

    def _sectors(self) -> tuple[SectorChoices, ...]:
        chosen = self.filters.product_set
        rows = {
            code: (name, sector)
            for code, name, sector in ProductSet.objects.values_list("code", "name", "group__sector")
        }
        grouped: dict[int, list[Choice]] = {}
        for code in self._shown("bo", rows, chosen):
            name, sector = rows[code]
            after = None if code == chosen else code
            choice = self._choice("bo", str(code), name, code == chosen, product_set=after, sector=None)
            grouped.setdefault(sector, []).append(choice)
        names = dict(Sector.objects.values_list("code", "name"))
        return tuple(
            SectorChoices(
                sector,
                names[sector],
                sum(choice.count for choice in choices),
                sector == self.filters.sector,
                tuple(choices),
            )
            for sector, choices in sorted(grouped.items())
        )

    def _price(self, index: int, low: int | None, high: int | None) -> Choice:
        selected = (self.filters.price_from, self.filters.price_to) == (low, high)
        after = (None, None) if selected else (low, high)
        label = price_label(low, high)
        return self._choice("gia", str(index), label, selected, price_from=after[0], price_to=after[1])

    def _certifications(self) -> tuple[Choice, ...]:
        chosen = self.filters.certification
        labels = {scheme.value: str(scheme.label) for scheme in Certification.Scheme}
        return tuple(
            self._choice(
                "chung_nhan",
                scheme,
                labels[scheme],
                scheme == chosen,
                certification="" if scheme == chosen else scheme,
            )
            for scheme in self._shown("chung_nhan", labels, chosen)
        )
