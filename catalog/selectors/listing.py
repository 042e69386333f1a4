"""The listing of products: search, filters, sortings, pages."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.postgres.search import SearchRank
from django.db.models import F, OrderBy, QuerySet
from django.http import QueryDict

from catalog.models import Product, ProductSet, Sector
from catalog.selectors import choices
from catalog.selectors import facets as facet_counts
from catalog.selectors.cards import Card, cards
from catalog.selectors.choices import Facets
from catalog.selectors.facets import Counts
from catalog.selectors.filters import (
    Filters,
    asked_sort,
    conditions,
    page_of,
    similarity,
    text_query,
    usual_sort,
)
from core import clock
from core.models import Commune, Province
from core.services import freshness

PAGE_SIZE = 20
BEST = 200  # best matches of a search that are remembered with its counts: ten pages


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query string asks for. Equal ones get the same page."""

    filters: Filters
    sort: str  # "" when left to the shop
    page: int

    @classmethod
    def parse(cls, params: QueryDict) -> "Asked":
        filters = Filters.parse(params)
        return cls(filters, asked_sort(params, filters), page_of(params))


@dataclass(frozen=True, slots=True)
class Summary:
    """All of a listing that depends neither on sorting nor on page."""

    filters: Filters  # what was asked, without what does not exist
    total: int
    corrected: bool  # nothing matched the words; these are products with similar names
    counts: Counts
    best: tuple[int, ...]  # ids by relevance, for a search


@dataclass(frozen=True, slots=True)
class Listing:
    summary: Summary
    facets: Facets
    sort: str  # as asked, "" when left to the shop
    page: int  # from 1; the last page for anything beyond it
    pages: int  # at least 1
    cards: list[Card]

    @property
    def filters(self) -> Filters:
        return self.summary.filters

    @property
    def total(self) -> int:
        return self.summary.total


def listing(asked: Asked) -> Listing:
    """The page asked for. The number of queries depends neither on volume nor on page."""
    today = clock.today()
    found = summary(asked.filters, today=today)
    pages = max(1, -(-found.total // PAGE_SIZE))
    page = min(asked.page, pages)
    ids = _page_ids(found, sort=asked.sort or usual_sort(found.filters), page=page, today=today)
    facets = choices.build(found.filters, found.counts, sort=asked.sort)
    return Listing(found, facets, asked.sort, page, pages, cards(ids, on=today))


def summary(filters: Filters, *, today: dt.date) -> Summary:
    """Counts of a filter set, remembered until the catalogue or the day changes."""
    return freshness.remembered(("summary", filters, today), lambda: _summary(filters, today))


def _summary(filters: Filters, today: dt.date) -> Summary:
    filters = _existing(filters)
    found = facet_counts.counts(filters, today=today)
    corrected = False
    if filters.q and not found["found"][""]:
        similar = facet_counts.counts(filters, today=today, corrected=True)
        if similar["found"][""]:
            corrected, found = True, similar
    return Summary(
        filters=filters,
        total=found["total"][""],
        corrected=corrected,
        counts=found,
        best=_best(filters, corrected, today) if filters.q and found["total"][""] else (),
    )


def _existing(filters: Filters) -> Filters:
    """Without what does not exist; a commune brings its province with it."""
    if filters.commune:
        found = Commune.objects.filter(pk=filters.commune).values_list("province_id", flat=True).first()
        fits = found is not None and filters.province in ("", found)
        filters = filters.but(province=found) if fits else filters.but(commune="")
    if filters.province and not Province.objects.filter(pk=filters.province).exists():
        filters = filters.but(province="")
    if filters.sector is not None and not Sector.objects.filter(pk=filters.sector).exists():
        filters = filters.but(sector=None)
    if filters.product_set is not None and not ProductSet.objects.filter(pk=filters.product_set).exists():
        filters = filters.but(product_set=None)
    return filters


def matching(filters: Filters, *, today: dt.date, corrected: bool = False) -> "QuerySet[Product]":
    """Public products under all filters."""
    rows = Product.objects.public()
    for condition in conditions(filters, today=today, corrected=corrected).values():
        rows = rows.filter(condition)
    return rows


def _order(sort: str, *, backwards: bool) -> list[OrderBy]:
    """The sorting, or its exact reverse. Each ends in the id, so that pages do not overlap."""
    orders = {
        "ban-chay": [F("on_sale").desc(), F("sold_count").desc(), F("id").desc()],
        "moi": [F("published_at").desc(), F("id").desc()],
        "gia": [F("price_from").asc(), F("id").asc()],
        "gia-giam": [F("price_from").desc(nulls_last=True), F("id").desc()],
    }[sort]
    if backwards:
        for order in orders:
            order.reverse_ordering()
    return orders


def _page_ids(found: Summary, *, sort: str, page: int, today: dt.date) -> list[int]:
    """Ids of one page, counted from the nearer end: the last page costs what the first does."""
    if not found.total:
        return []
    start = (page - 1) * PAGE_SIZE
    stop = min(start + PAGE_SIZE, found.total)
    if sort == "lien-quan":
        if stop <= len(found.best):
            return list(found.best[start:stop])
        return _ranked(found.filters, found.corrected, today, start, stop)
    rows = matching(found.filters, today=today, corrected=found.corrected).values_list("id", flat=True)
    backwards = start > found.total - stop
    rows = rows.order_by(*_order(sort, backwards=backwards))
    if backwards:
        return list(rows[found.total - stop : found.total - start])[::-1]
    return list(rows[start:stop])


def _best(filters: Filters, corrected: bool, today: dt.date) -> tuple[int, ...]:
    return tuple(_ranked(filters, corrected, today, 0, BEST))


def _ranked(filters: Filters, corrected: bool, today: dt.date, start: int, stop: int) -> list[int]:
    """Ids by how well they match: names weigh more than places and makers, then what is sold."""
    rank = similarity(filters.q) if corrected else SearchRank(F("search_vector"), text_query(filters.q))
    rows = matching(filters, today=today, corrected=corrected).annotate(rank=rank)
    ids = rows.order_by("-rank", "-on_sale", "-sold_count", "-id").values_list("id", flat=True)
    return list(ids[start:stop])
