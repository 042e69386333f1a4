"""Returns and disputes as buyers, producers and officers see them."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import StatusChange
from orders import policies
from orders.models import CaseLine, Order, OrderLine, ReturnCase, SubOrder
from orders.selectors.recalls import Recalled, units_by_line
from orders.states import CASE, CASE_CAME_TO_NOTHING, CASE_IS_OPEN, CaseReason, CaseStatus, SubOrderStatus
from payments.models import Refund

_C = CaseStatus


def refund_key(case: ReturnCase) -> str:
    """The key under which a case's refund is asked for."""
    return f"case:{case.code}"


def held_parcel_codes() -> set[str]:
    """Codes of parcels with an open case: what they brought is not paid out meanwhile."""
    rows = ReturnCase.objects.filter(status__in=CASE_IS_OPEN)
    return set(rows.values_list("sub_order__code", flat=True))


def counts_by_status(rows: QuerySet[ReturnCase]) -> dict[str, int]:
    """Status → number of cases, in one query."""
    return dict(rows.order_by().values_list("status").annotate(n=Count("pk")))


def left_of(lines: Sequence[OrderLine], cases: Sequence[ReturnCase]) -> dict[int, int]:
    """Order line id → units that can still be asked back, given all cases of the parcel."""
    gone: Counter[int] = Counter()
    for case in cases:
        if case.status not in CASE_CAME_TO_NOTHING:
            for line in case.lines.all():
                gone[line.order_line_id] += line.quantity
    return {line.pk: line.quantity - gone[line.pk] for line in lines}


def cases_of(sub_order: SubOrder) -> list[ReturnCase]:
    """All cases of a parcel, oldest first, with their lines."""
    return list(sub_order.cases.prefetch_related("lines").order_by("pk"))


@dataclass(frozen=True)
class ParcelCases:
    """What a parcel's buyer may still ask, and has asked. ``until`` and ``law_until``: last moments
    for any reason, and for wrong information. ``recalled``: order line id → units under a recall,
    which may be asked back at any time."""

    cases: list[ReturnCase]
    left: dict[int, int]
    until: dt.datetime | None
    law_until: dt.datetime | None
    now: dt.datetime
    recalled: Mapping[int, int]

    @property
    def open_case(self) -> ReturnCase | None:
        return next((case for case in self.cases if case.is_open), None)

    @property
    def may_ask(self) -> bool:
        """For one reason at least."""
        if self.law_until is None or self.open_case is not None:
            return False
        return any(self.left.values()) and (not self.is_over or self.may_ask_recalled)

    @property
    def may_ask_recalled(self) -> bool:
        return self.law_until is not None and any(self.left.get(pk) for pk in self.recalled)

    @property
    def is_over(self) -> bool:
        """The time for every reason but a recall."""
        return self.law_until is not None and self.now > max(self.law_until, self.until or self.now)

    @property
    def only_by_law(self) -> bool:
        """The market's own window is over."""
        return self.until is not None and self.now > self.until

    @property
    def reasons(self) -> list[tuple[str, Any]]:
        found: list[CaseReason] = [reason for reason in CaseReason if reason != CaseReason.RECALLED]
        if self.only_by_law:
            found = [] if self.is_over else [CaseReason.WRONG_INFORMATION]
        if self.may_ask_recalled:
            found.insert(0, CaseReason.RECALLED)
        return [(str(reason), reason.label) for reason in found]


def of_parcel(
    sub_order: SubOrder,
    lines: Sequence[OrderLine],
    at: dt.datetime | None = None,
    *,
    recalled: Iterable[Recalled],
) -> ParcelCases:
    """No query where ``cases__lines`` was prefetched. ``recalled``: what of this parcel is."""
    cases = sorted(sub_order.cases.all(), key=lambda case: case.pk)
    is_delivered = sub_order.status == SubOrderStatus.DELIVERED
    return ParcelCases(
        cases=cases,
        left=left_of(lines, cases),
        until=policies.return_until(sub_order, CaseReason.OTHER) if is_delivered else None,
        law_until=policies.return_until(sub_order, CaseReason.WRONG_INFORMATION) if is_delivered else None,
        now=at or clock.now(),
        recalled=units_by_line(lines, recalled),
    )


@dataclass(frozen=True)
class CaseEvent:
    """One step of a case. ``side``: who took it, in words, never a private person's name."""

    status: CaseStatus
    at: dt.datetime
    side: Any
    reason: str = ""
    is_now: bool = False

    @property
    def label(self) -> Any:
        return _("Gửi yêu cầu") if self.status == _C.OPENED else self.status.label

    @property
    def look(self) -> str:
        """Class of the thread's component: done, now, bad."""
        if self.status in (_C.DECLINED, _C.REJECTED):
            return "bad"
        return "now" if self.is_now and self.status in CASE_IS_OPEN else "done"


BUYER, SELLER, PROVINCE, MARKET = _("Người mua"), _("Người bán"), _("Tỉnh"), _("Sàn")


def events_of(case: ReturnCase) -> list[CaseEvent]:
    """The case's steps, oldest first."""
    changes = StatusChange.objects.filter(machine=CASE.name, object_id=case.pk).order_by("pk")
    events = [CaseEvent(_C.OPENED, case.opened_at, BUYER, is_now=case.status == _C.OPENED)]
    return events + [
        CaseEvent(
            _C(change.to_state),
            change.at,
            _side(change),
            change.reason,
            is_now=change.to_state == case.status,
        )
        for change in changes
    ]


def _side(change: StatusChange) -> Any:
    if not change.actor_label:
        return MARKET
    if change.actor_label == str(policies.Holder(0)):
        return BUYER
    return PROVINCE if change.from_state == _C.DISPUTED else SELLER


@dataclass(frozen=True)
class CasePage:
    """A case with everything that its buyer sees."""

    case: ReturnCase
    lines: list[CaseLine]
    events: list[CaseEvent]
    refund: Refund | None
    now: dt.datetime

    @property
    def may_withdraw(self) -> bool:
        return _C.WITHDRAWN in CASE.allowed(self.case.status)

    @property
    def may_dispute(self) -> bool:
        """By the buyer."""
        status, is_late = self.case.status, self.now >= self.case.answer_by
        return status == _C.DECLINED or (status in (_C.OPENED, _C.ACCEPTED) and is_late)


def case_page(order: Order, code: str, at: dt.datetime | None = None) -> CasePage | None:
    """The order's case with this code, None when there is none."""
    lines = Prefetch("lines", CaseLine.objects.select_related("order_line__variant__product"))
    rows = ReturnCase.objects.filter(sub_order__order=order).prefetch_related(lines, "photos")
    rows = rows.select_related(
        "sub_order__order",
        "sub_order__settlement",
        "sub_order__producer__province",
        "sub_order__producer__commune",
    )
    case = next((row for row in rows if row.code == code), None)
    if case is None:
        return None
    return CasePage(
        case=case,
        lines=list(case.lines.all()),
        events=events_of(case),
        refund=Refund.objects.filter(key=refund_key(case)).first(),
        now=at or clock.now(),
    )
