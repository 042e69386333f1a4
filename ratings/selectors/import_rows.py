"""The screens of an import: its rows by outcome, its file's first rows, who may hand in for where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import selectors as accounts
from accounts.models import Role
from core import paging
from core.models import Province
from core.spreadsheets import Page
from ratings.models import ImportBatch, ImportRow
from ratings.services import headers, matching
from ratings.services.headers import FIELDS, Header

OUTCOMES: Mapping[str, Any] = {
    matching.CREATED: gettext_lazy("Mới"),
    matching.UPDATED: gettext_lazy("Cập nhật"),
    matching.DUPLICATE: gettext_lazy("Trùng?"),
    matching.SKIPPED: gettext_lazy("Bỏ qua"),
    matching.UNCHANGED: gettext_lazy("Không đổi"),
    matching.ERROR: gettext_lazy("Lỗi"),
    matching.SECTION: gettext_lazy("Dòng nhóm"),
}
CHOICES = (
    ("", gettext_lazy("– chưa quyết –")),
    (matching.SKIP, gettext_lazy("Bỏ qua dòng này")),
    (matching.UPDATE, gettext_lazy("Cập nhật sản phẩm đã có")),
    (matching.OTHER, gettext_lazy("Là sản phẩm khác")),
)
PER_PAGE, PER_PAGE_EDITING = 50, 25
_SHOWN = ("name", "subject", "stars")  # of a row that is not being edited
_SAMPLES = 3


@dataclass(frozen=True)
class Cell:
    field: str
    label: str
    value: str
    is_wrong: bool
    was: str | None  # what the file has, where a person corrected it


@dataclass(frozen=True)
class Shown:
    """One row on the screen. ``cells`` are those that may be edited now."""

    row: ImportRow
    label: str
    title: str
    maker: str
    stars: str
    messages: list[str]
    cells: list[Cell]
    choice: str
    asks: bool


@dataclass(frozen=True)
class Rows:
    tabs: list[dict[str, Any]]
    rows: list[Shown]
    outcome: str
    editing: bool
    number: int
    last: int
    pages: list[int | None]


def rows(*, batch: ImportBatch, outcome: str, number: str, editing: bool) -> Rows:
    """A page of rows with this outcome ("" for all). The same number of queries for any page."""
    outcome = outcome if outcome in OUTCOMES else ""
    found = batch.rows.select_related("candidate").order_by("pk")
    if outcome:
        found = found.filter(outcome=outcome)
    pager = Paginator(found, PER_PAGE_EDITING if editing else PER_PAGE)
    # The counts are known; counting again would be a query.
    pager.count = batch.counts.get(outcome, 0) if outcome else sum(batch.counts.values())
    page = pager.get_page(number)
    return Rows(
        tabs=_tabs(batch.counts, outcome),
        rows=[_shown(batch, row, editing) for row in page],
        outcome=outcome,
        editing=editing,
        number=page.number,
        last=pager.num_pages,
        pages=paging.window(page.number, pager.num_pages),
    )


def _tabs(counts: Mapping[str, int], chosen: str) -> list[dict[str, Any]]:
    tabs = [{"value": "", "label": _("Tất cả"), "count": sum(counts.values()), "active": not chosen}]
    return tabs + [
        {"value": value, "label": label, "count": counts.get(value, 0), "active": value == chosen}
        for value, label in OUTCOMES.items()
        if counts.get(value) or value == chosen
    ]


def _shown(batch: ImportBatch, row: ImportRow, editing: bool) -> Shown:
    edited = batch.edits.get("cells", {}).get(str(row.pk), {})
    choice = batch.edits.get("choices", {}).get(str(row.pk), "")
    values = row.raw | edited
    if row.outcome == matching.SECTION:
        fields = []
    elif editing:
        fields = [field for field in FIELDS if field in values]
    else:
        fields = list(edited)
        if row.outcome == matching.ERROR and row.column and row.column not in edited:
            fields.append(row.column)
    return Shown(
        row=row,
        label=str(OUTCOMES.get(row.outcome, row.outcome)),
        title=row.reading.get("section") or values.get("name") or _("(không có tên)"),
        maker=values.get("subject", ""),
        stars=values.get("stars", ""),
        messages=row.message.splitlines() if row.outcome != matching.SECTION else [],
        cells=[
            Cell(
                field=field,
                label=str(FIELDS[field]),
                value=values.get(field, ""),
                is_wrong=field == row.column,
                was=row.raw.get(field, "") if field in edited else None,
            )
            for field in fields
        ],
        choice=choice,
        asks=row.outcome == matching.DUPLICATE or bool(choice),
    )


@dataclass(frozen=True)
class Column:
    """One column of the file on the mapping screen."""

    index: int
    heading: str
    field: str
    samples: list[str]


def columns(*, page: Page, header: Header) -> list[Column]:
    """The file's columns that have a heading or values, each with its first different values."""
    found = []
    for x, heading in enumerate(header.headings):
        values = [str(page.at(y, x)) for y in range(header.row + header.height, min(len(page.grid), 200))]
        samples = list(dict.fromkeys(value for value in values if value))[:_SAMPLES]
        if heading or samples:
            found.append(Column(x, heading, header.mapping.get(x, ""), samples))
    return found


def first_rows(*, page: Page, header: Header) -> list[dict[str, Any]]:
    """The rows among which the header lies, and a few of the list."""
    return [
        {
            "number": y + 1,
            "cells": [str(value)[:60] for value in page.grid[y][:12]],
            "is_header": header.row <= y < header.row + header.height,
        }
        for y in range(min(len(page.grid), headers.WITHIN + 3))
    ]


def provinces_of(*, actor: Any) -> QuerySet[Province]:
    """Provinces whose lists the person may import: all for the administrator."""
    if getattr(actor, "is_superuser", False):
        return Province.objects.order_by("sort_key")
    offices = accounts.offices(actor, roles=(Role.PROVINCE_OFFICER, Role.PROVINCE_LEADER))
    return Province.objects.filter(pk__in=offices.values("province")).order_by("sort_key")


def choices_of(
    data: Mapping[str, str], known: Sequence[int]
) -> tuple[dict[int, dict[str, str]], dict[int, str]]:
    """What the rows' form sends ("o-<row>-<field>", "chon-<row>") for the rows that it showed."""
    cells: dict[int, dict[str, str]] = {}
    chosen: dict[int, str] = {}
    for pk in known:
        if f"chon-{pk}" in data:
            chosen[pk] = data[f"chon-{pk}"]
        for field in FIELDS:
            if f"o-{pk}-{field}" in data:
                cells.setdefault(pk, {})[field] = data[f"o-{pk}-{field}"]
    return cells, chosen
