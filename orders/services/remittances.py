"""Carriers' lists of collected cash: read, matched with our parcels, booked row by row.

A row that agrees with what the carrier holds of its parcel is booked at once. All others wait for a
treasurer: money is booked only where somebody knows what it is for. Of a difference either
``claim`` keeps a claim on the carrier, which its next list may settle, or ``write_off`` ends it.

Locks: sub-order → row → ledger. The parcel's lock makes two rows about one parcel wait for each
other, the row's two people at one row.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.columns import Mapping
from core.money import format_vnd
from core.services import audit
from core.spreadsheets import Page
from core.text import clean
from orders import carriers
from orders.carriers import remittance
from orders.errors import NotCarriedParcel, RowIsResolved, RowReadsOtherwise, WhyNeeded
from orders.models import SubOrder
from orders.selectors.remittances import parcels_of
from orders.services import fulfilment
from payments.models import CodCollection, FileKind, MoneyFile, RemittanceRow
from payments.policies import require_treasurer
from payments.services import cod
from payments.services.files import Reader
from payments.states import CodStatus, RemittanceOutcome

_O = RemittanceOutcome
# Money of a known parcel, but not the sum that was expected.
DIFFERS = frozenset({_O.SHORT, _O.OVER, _O.DUPLICATE})
_TRIED = 40  # rows, to see whether a list is of the carrier that was chosen


# --- One row of a list ---


def book(*, row: remittance.RemittanceRow, file: MoneyFile, actor: Any) -> RemittanceRow:
    """Keep the row, once in whichever list it stands, and book it where it agrees with our books."""
    with transaction.atomic():
        (parcel,) = parcels_of(rows=[row], carrier=file.source)
        if parcel is not None:
            _lock(parcel)
        kept, is_new = RemittanceRow.objects.get_or_create(
            checksum=row.checksum,
            defaults={
                "file": file,
                "line": row.line,
                "tracking_code": row.tracking_code,
                "parcel_code": row.order_code,
                "collected": row.collected,
                "fee": row.fee,
                "net": row.net,
                "outcome": _O.UNKNOWN,
            },
        )
        if is_new and parcel is not None:
            _judge(kept, parcel, actor, clock.now())
    return kept


def _lock(parcel: SubOrder) -> None:
    SubOrder.objects.select_for_update(of=("self",)).get(pk=parcel.pk)


def _judge(row: RemittanceRow, parcel: SubOrder, actor: Any, at: dt.datetime) -> None:
    """What the row of this parcel, whose lock is held, comes to; booked where nobody need decide."""
    row.parcel_code, row.producer = parcel.code, parcel.producer
    row.collection = CodCollection.objects.filter(reference=parcel.code, carrier=row.file.source).first()
    row.outcome = _outcome(row)
    if row.outcome == _O.MATCHED:
        _enter(row, actor, at)
    row.save()


def _outcome(row: RemittanceRow) -> RemittanceOutcome:
    if row.collection is not None and row.collection.status == CodStatus.DUE:
        return _O.NOT_DELIVERED
    left = cod.remaining(parcel_code=row.parcel_code, collection=row.collection)
    is_first = not RemittanceRow.objects.booked().filter(parcel_code=row.parcel_code).exists()
    # Without cash it is about a fee alone: a parcel refused or paid in advance. A second one is for a person.
    if row.collected == left and (row.collected or is_first):
        return _O.MATCHED
    if left == 0 and not is_first:
        return _O.DUPLICATE
    return _O.SHORT if row.collected < left else _O.OVER


def _enter(row: RemittanceRow, actor: Any, at: dt.datetime, given_up: str = "") -> None:
    """Into the ledger; with a reason to give up what is left, that too. The collection follows."""
    if not row.is_booked:
        cod.remit(row=row, actor=actor, at=at)
        row.save()
    left = cod.remaining(parcel_code=row.parcel_code, collection=row.collection)
    if given_up:
        cod.write_off(row=row, amount=left, reason=given_up, actor=actor, at=at)
        left = 0
    if row.collection is not None and row.collection.status == CodStatus.COLLECTED and left == 0:
        cod.close(collection=row.collection, actor=actor, at=at)


# --- What a treasurer does about a row that waits ---


def claim(*, row: RemittanceRow, reason: str, actor: Any, at: dt.datetime | None = None) -> RemittanceRow:
    """Book what came; what is missing stays the carrier's debt, what is too much is owed to it.

    Raises NotAllowed, WhyNeeded, RowIsResolved, RowReadsOtherwise.
    """
    moment = at or clock.now()
    with transaction.atomic():
        held = _hold(row, actor, reason)
        _require(held, DIFFERS)
        _enter(held, actor, moment)
        return _resolved(held, _("Ghi số đã nhận, phần lệch còn phải đòi"), reason, actor, moment)


def write_off(*, row: RemittanceRow, reason: str, actor: Any, at: dt.datetime | None = None) -> RemittanceRow:
    """Book what came, and the difference as the market's own loss or gain. Also of a claim of old.

    Raises NotAllowed, WhyNeeded, RowIsResolved, RowReadsOtherwise.
    """
    moment = at or clock.now()
    with transaction.atomic():
        held = _hold(row, actor, reason)
        if not is_open_claim(row=held):
            _require(held, DIFFERS)
        _enter(held, actor, moment, given_up=clean(reason)[:200])
        return _resolved(held, _("Ghi sổ, xóa phần lệch"), reason, actor, moment)


def is_open_claim(*, row: RemittanceRow) -> bool:
    """Was it booked with a difference that is still open?"""
    is_kept = row.is_booked and row.outcome in DIFFERS and row.difference == 0
    return is_kept and cod.remaining(parcel_code=row.parcel_code, collection=row.collection) != 0


def drop(*, row: RemittanceRow, reason: str, actor: Any, at: dt.datetime | None = None) -> RemittanceRow:
    """Not our money, or said wrongly: nothing is booked. Raises NotAllowed, WhyNeeded, RowIsResolved."""
    with transaction.atomic():
        held = _hold(row, actor, reason)
        if not held.is_waiting:
            raise RowIsResolved
        return _resolved(held, _("Bỏ qua"), reason, actor, at or clock.now())


def link(*, row: RemittanceRow, code: str, actor: Any, at: dt.datetime | None = None) -> RemittanceRow:
    """A person knows whose row it is: ``code`` is the parcel's or its tracking code.

    Raises NotAllowed, NotCarriedParcel, RowIsResolved.
    """
    require_treasurer(actor)
    told = replace(_told(row), tracking_code=clean(code), order_code="")
    (parcel,) = parcels_of(rows=[told], carrier=row.file.source)
    if parcel is None:
        raise NotCarriedParcel(data={"carrier": row.file.source})
    return _look(row, parcel, actor, at or clock.now(), "linked")


def look_again(*, row: RemittanceRow, actor: Any, at: dt.datetime | None = None) -> RemittanceRow:
    """Compare with our books as they are now. Raises NotAllowed, RowIsResolved."""
    require_treasurer(actor)
    (parcel,) = parcels_of(rows=[_told(row)], carrier=row.file.source)
    return _look(row, parcel, actor, at or clock.now(), "compared")


def mark_delivered(*, row: RemittanceRow, actor: Any, at: dt.datetime | None = None) -> RemittanceRow:
    """The carrier has the money, so the parcel was delivered: record that, then compare.

    Raises NotAllowed, RowIsResolved, core.errors.ForbiddenTransition.
    """
    require_treasurer(actor)
    moment = at or clock.now()
    with transaction.atomic():
        parcel = SubOrder.objects.select_related("order", "producer").filter(code=row.parcel_code).first()
        if parcel is None or row.outcome != _O.NOT_DELIVERED:
            raise RowIsResolved
        why = _("Theo bảng đối soát của %s") % carriers.name_of(row.file.source)
        # A step of the producer's that the market takes here; the row's trail says which treasurer did.
        fulfilment.deliver(sub_order=parcel, actor=None, reason=why, at=moment)
        return _look(row, parcel, actor, moment, "delivered")


def parcel_moved(*, sub_order_id: int) -> None:
    """Rows that waited for the parcel to be delivered or refused are compared again."""
    with transaction.atomic():
        parcel = SubOrder.objects.select_related("producer").get(pk=sub_order_id)
        rows = RemittanceRow.objects.waiting().filter(outcome=_O.NOT_DELIVERED, parcel_code=parcel.code)
        for row in rows.select_related("file"):
            _look(row, parcel, None, clock.now(), "compared")


def _told(row: RemittanceRow) -> remittance.RemittanceRow:
    """The row as its list said it."""
    return remittance.RemittanceRow(
        line=row.line,
        tracking_code=row.tracking_code,
        order_code=row.parcel_code,
        collected=row.collected,
        fee=row.fee,
        net=row.net,
        delivered_on=None,
        carrier=row.file.source,
    )


def _look(
    row: RemittanceRow, parcel: SubOrder | None, actor: Any, at: dt.datetime, action: str
) -> RemittanceRow:
    with transaction.atomic():
        if parcel is not None:
            _lock(parcel)
        held = _locked(row)
        if not held.is_waiting:
            raise RowIsResolved
        before = held.outcome
        if parcel is not None:
            _judge(held, parcel, actor, at)
        audit.record(
            action=f"payments.remittance.{action}",
            obj=held,
            actor=actor,
            at=at,
            changes={"outcome": [before, held.outcome]},
        )
    return held


def _hold(row: RemittanceRow, actor: Any, reason: str) -> RemittanceRow:
    """The row as stored, its parcel and itself locked until the transaction ends."""
    require_treasurer(actor)
    if not clean(reason):
        raise WhyNeeded
    parcel = SubOrder.objects.filter(code=row.parcel_code).first()
    if parcel is not None:
        _lock(parcel)
    held = _locked(row)
    if held.parcel_code != row.parcel_code:
        raise RowReadsOtherwise  # linked by somebody meanwhile: another parcel's lock is needed
    return held


def _locked(row: RemittanceRow) -> RemittanceRow:
    rows = RemittanceRow.objects.select_for_update(of=("self",))
    return rows.select_related("file", "producer", "collection").get(pk=row.pk)


def _require(row: RemittanceRow, outcomes: frozenset[RemittanceOutcome]) -> None:
    """Waiting, and still what it was when it came."""
    if not row.is_waiting or row.outcome not in outcomes:
        raise RowIsResolved
    if (now := _outcome(row)) != row.outcome:
        raise RowReadsOtherwise(data={"outcome": now})


def _resolved(row: RemittanceRow, what: str, reason: str, actor: Any, at: dt.datetime) -> RemittanceRow:
    row.resolved_at, row.resolution = at, f"{what}: {clean(reason)}"[:300]
    row.save()
    audit.record(action="payments.remittance.resolved", obj=row, actor=actor, at=at, reason=row.resolution)
    return row


# --- How a list is read and shown ---


def _sources() -> list[tuple[str, str]]:
    """Connected carriers, and those that took cash before they were disconnected."""
    once = (
        CodCollection.objects.by_carriers().order_by("carrier").values_list("carrier", flat=True).distinct()
    )
    named = dict(carriers.cash_holders()) | {code: carriers.name_of(code) for code in once}
    return list(named.items())


def _known(rows: Sequence[remittance.RemittanceRow]) -> int:
    return RemittanceRow.objects.filter(checksum__in=[row.checksum for row in rows]).count()


def _cells(rows: Sequence[remittance.RemittanceRow]) -> list[tuple[Any, ...]]:
    parcels = parcels_of(rows=rows, carrier=rows[0].carrier) if rows else []
    return [
        (
            row.line,
            row.tracking_code or row.order_code,
            format_vnd(row.collected),
            format_vnd(row.fee),
            format_vnd(row.net),
            f"{parcel.code} · {parcel.producer}" if parcel else _("Chưa rõ của kiện nào"),
        )
        for row, parcel in zip(rows, parcels, strict=True)
    ]


def _doubts(page: Page, mapping: Mapping, source: str) -> list[str]:
    """Is it the list of the carrier that was chosen?"""
    first = replace(page, grid=page.grid[: mapping.first_row + _TRIED])
    rows = remittance.read(first, mapping, carrier=source).rows
    if not rows or any(parcels_of(rows=rows, carrier=source)):
        return []
    words = _("Không dòng nào trong các dòng đầu là kiện do %s giao. Bạn có chọn đúng đơn vị vận chuyển?")
    return [words % carriers.name_of(source)]


READER = Reader(
    kind=FileKind.REMITTANCE,
    words=remittance.WORDS,
    sources=_sources,
    read=lambda page, mapping, source: remittance.read(page, mapping, carrier=source),
    known=_known,
    titles=(
        gettext_lazy("Dòng"),
        gettext_lazy("Mã vận đơn"),
        gettext_lazy("Tiền thu hộ"),
        gettext_lazy("Phí"),
        gettext_lazy("Thực nhận"),
        gettext_lazy("Kiện"),
    ),
    cells=_cells,
    book=book,
    booked=lambda file: RemittanceRow.objects.filter(file=file).count(),
    doubts=_doubts,
)
