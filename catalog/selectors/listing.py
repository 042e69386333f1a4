"""The listing of products: search, filters, sortings, pages."""

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.contrib.postgres.search import SearchRank
from django.core.cache import cache
from django.db.models import F, OrderBy, QuerySet
from django.http import QueryDict
from django.utils.translation import get_language

from catalog.models import Product
from catalog.selectors import facets as facet_counts
from catalog.selectors.cards import Card, cards
from catalog.selectors.facets import Facets
from catalog.selectors.filters import (
    Filters,
    conditions,
    page_of,
    similarity,
    sort_of,
    text_query,
)
from catalog.services import freshness
from core import clock
from core.models import Commune, Province

PAGE_SIZE = 20
KEPT_SECONDS = 600
BEST = 200  # best matches of a search that are remembered with its counts: ten pages


@dataclass(frozen=True, slots=True)
class Summary:
    """All of a listing that does not depend on sorting and page; cached."""

    filters: Filters  # what was asked, without what does not exist
    total: int
    corrected: bool  # nothing matched the words; these are products with similar names
    facets: Facets
    best: tuple[int, ...]  # ids by relevance, for a search


@dataclass(frozen=True, slots=True)
class Listing:
    summary: Summary
    key: str  # stands for the summary: same key, same counts
    sort: str
    page: int  # from 1; the last page for anything beyond it
    pages: int  # at least 1
    cards: list[Card]

    @property
    def filters(self) -> Filters:
        return self.summary.filters

    @property
    def total(self) -> int:
        return self.summary.total


def listing(params: QueryDict) -> Listing:
    """The page that a query string asks for. Two queries with warm counts, for any volume."""
    today = clock.today()
    key, found = summary(Filters.parse(params), today=today)
    sort = sort_of(params, found.filters)
    pages = max(1, -(-found.total // PAGE_SIZE))
    page = min(page_of(params), pages)
    ids = _page_ids(found, sort=sort, page=page, today=today) if found.total else []
    return Listing(summary=found, key=key, sort=sort, page=page, pages=pages, cards=cards(ids, on=today))


def summary(filters: Filters, *, today: dt.date) -> tuple[str, Summary]:
    """Cached counts of a filter set: by catalogue version, calendar day and language."""
    digest = hashlib.sha256(repr((filters, today, get_language())).encode()).hexdigest()[:32]
    slot = f"catalog:listing:{digest}"
    # One round trip: the version that is in force, and the counts with the version they are of.
    cached = cache.get_many([freshness.KEY, slot])
    version = cached.get(freshness.KEY) or freshness.start()
    kept_version, kept = cached.get(slot, ("", None))
    if kept is None or kept_version != version:
        kept = _summary(filters, today)
        cache.set(slot, (version, kept), KEPT_SECONDS)
    return f"{version}:{digest}", kept


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
        facets=facet_counts.build(filters, found),
        best=_best(filters, corrected, today) if filters.q and found["total"][""] else (),
    )


def _existing(filters: Filters) -> Filters:
    """Without a place that does not exist; a commune brings its province with it."""
    if filters.commune:
        province = Commune.objects.filter(pk=filters.commune).values_list("province_id", flat=True).first()
        if province is None or filters.province not in ("", province):
            filters = filters.but(commune="")
        else:
            return filters.but(province=province)
    if filters.province and not Province.objects.filter(pk=filters.province).exists():
        filters = filters.but(province="")
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
    rows = rows.order_by("-rank", "-on_sale", "-sold_count", "-id").values_list("id", flat=True)
    return list(rows[start:stop])
