"""What a visitor asks of the listing, read from the query string.

Anything odd is left out rather than refused: a bookmark with a filter that no longer exists
still shows products.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.search import SearchQuery, TrigramWordSimilarity
from django.db.models import Q
from django.http import QueryDict

from catalog import search, stars
from catalog.models import Certification, ProductSet
from catalog.selectors import addresses

MOST_DONG = 10**12
SORTS = ("lien-quan", "moi", "gia", "gia-giam", "ban-chay")
_DIGITS = re.compile(r"[0-9]{1,13}")


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of one listing. Prices in đồng, both ends included."""

    q: str = ""
    stars: tuple[int, ...] = ()
    province: str = ""
    commune: str = ""
    sector: int | None = None
    product_set: int | None = None
    price_from: int | None = None
    price_to: int | None = None
    certification: str = ""
    on_sale: bool = False

    @classmethod
    def parse(cls, params: QueryDict) -> "Filters":
        price_from, price_to = _number(params.get("gia_tu")), _number(params.get("gia_den"))
        if price_from is not None and price_to is not None and price_from > price_to:
            price_from, price_to = price_to, price_from
        scheme = params.get("chung_nhan", "")
        wanted_stars = {star for star in stars.SHOWN if str(star) in params.getlist("sao")}
        return cls(
            q=search.tidy(params.get("q", "")),
            stars=tuple(sorted(wanted_stars)),
            province=_code(params.get("tinh", ""), 2),
            commune=_code(params.get("xa", ""), 5),
            sector=_number(params.get("nganh"), most=99),
            product_set=_number(params.get("bo"), most=99),
            price_from=price_from,
            price_to=price_to,
            certification=scheme if scheme in Certification.Scheme.values else "",
            on_sale=params.get("ban") in ("1", "on"),
        )

    def but(self, **changes: Any) -> "Filters":
        return replace(self, **changes)

    @property
    def is_empty(self) -> bool:
        return self == Filters()

    def pairs(self) -> list[tuple[str, str]]:
        """Query string pairs in one fixed order."""
        pairs = [("q", self.q)] + [("sao", str(star)) for star in self.stars]
        pairs += [("tinh", self.province), ("xa", self.commune)]
        pairs += [("nganh", _text(self.sector)), ("bo", _text(self.product_set))]
        pairs += [("gia_tu", _text(self.price_from)), ("gia_den", _text(self.price_to))]
        pairs += [("chung_nhan", self.certification), ("ban", "1" if self.on_sale else "")]
        return [pair for pair in pairs if pair[1]]


def address(filters: Filters, *, sort: str = "", page: int = 1) -> str:
    """Path and query string of a listing: "/san-pham/?q=…&trang=2"."""
    pairs = filters.pairs()
    if sort:
        pairs.append(("sap_xep", sort))
    if page > 1:
        pairs.append(("trang", str(page)))
    return addresses.listing() + ("?" + urlencode(pairs) if pairs else "")


def asked_sort(params: QueryDict, filters: Filters) -> str:
    """The sorting asked for; "" when there is none, or best match without words to match."""
    wanted = params.get("sap_xep", "")
    return wanted if wanted in SORTS and (filters.q or wanted != "lien-quan") else ""


def usual_sort(filters: Filters) -> str:
    """Best matches for a search, the most sold otherwise."""
    return "lien-quan" if filters.q else "ban-chay"


def page_of(params: QueryDict) -> int:
    """The page asked for, from 1; 1 for anything that is no number."""
    return max(1, _number(params.get("trang"), most=10**9) or 1)


def conditions(filters: Filters, *, today: dt.date, corrected: bool = False) -> dict[str, Q]:
    """Facet → condition of its selection; facets without a selection are absent."""
    found: dict[str, Q] = {}
    if filters.q:
        found["q"] = text_condition(filters.q, corrected=corrected)
    if filters.stars:
        found["sao"] = Q(stars__in=filters.stars, stars_valid_until__gte=today)
    if filters.province:
        found["tinh"] = Q(province=filters.province)
    if filters.commune:
        found["xa"] = Q(commune=filters.commune)
    if filters.sector is not None:
        sets = ProductSet.objects.filter(group__sector=filters.sector)
        found["nganh"] = Q(product_set__in=sets.values("pk"))
    if filters.product_set is not None:
        found["bo"] = Q(product_set=filters.product_set)
    price = Q()
    if filters.price_from is not None:
        price &= Q(price_from__gte=filters.price_from)
    if filters.price_to is not None:
        price &= Q(price_from__lte=filters.price_to)
    if price:
        found["gia"] = price
    if filters.certification:
        valid = Certification.objects.filter(scheme=filters.certification).filter(in_force(today))
        found["chung_nhan"] = Q(pk__in=valid.values("product"))
    if filters.on_sale:
        found["ban"] = Q(on_sale=True)
    return found


def in_force(today: dt.date) -> Q:
    """Certifications that have not run out."""
    return Q(valid_until=None) | Q(valid_until__gte=today)


def text_condition(query: str, *, corrected: bool = False) -> Q:
    """Every word occurs; or, corrected for typos and lost spaces, the name holds something very similar."""
    terms = search.terms(query)
    if not terms:
        return Q(search_name="")  # nothing that could be searched, such as a lone emoji
    if corrected:
        return Q(search_name__trigram_word_similar=" ".join(terms)) | Q(
            search_vector=_raw(search.glued_tsquery(terms))
        )
    return Q(search_vector=text_query(query))


def text_query(query: str) -> SearchQuery:
    return _raw(search.tsquery(search.terms(query)))


def _raw(tsquery: str) -> SearchQuery:
    return SearchQuery(tsquery, search_type="raw", config="simple")


def similarity(query: str) -> TrigramWordSimilarity:
    return TrigramWordSimilarity(" ".join(search.terms(query)), "search_name")


def _number(value: str | None, *, most: int = MOST_DONG) -> int | None:
    """ "85.000" and "85 000 ₫" are 85000; None for what is no number or out of range."""
    digits = re.sub(r"[.\s\u00a0₫đ]", "", value or "")[:20]
    if not _DIGITS.fullmatch(digits) or int(digits) > most:
        return None
    return int(digits)


def _code(value: str, length: int) -> str:
    return value if len(value) == length and value.isascii() and value.isdigit() else ""


def _text(value: int | None) -> str:
    return "" if value is None else str(value)
