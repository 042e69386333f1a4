"""Returns and disputes: what a buyer asks back, the producer's answer, the province's word.

Every function takes the order's lock first (order → sub-order → case → stock item → ledger), so
of two people at one case the later sees what the earlier did. Each step is one of
``orders.states.CASE``; asking again for the present state does nothing, and True means that the
case moved. All raise core.errors.NotAllowed and ForbiddenTransition.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from catalog.services import pictures
from core import clock, outbox
from core.errors import ForbiddenTransition, NotAllowed
from core.services import audit
from core.services.transitions import transition
from core.text import clean_lines
from orders import policies
from orders.errors import (
    BadReturn,
    CaseIsOpen,
    CaseWordsNeeded,
    FateNeeded,
    NotRecalled,
    NotReturnable,
    ReturnTooLate,
    ShippingGone,
    StillTime,
    TooManyCases,
    TooManyPhotos,
)
from orders.models import CaseLine, CasePhoto, ReturnCase, SubOrder
from orders.selectors import recalls
from orders.selectors.cases import cases_of, left_of
from orders.services import case_money, paying
from orders.states import CASE, CaseReason, CaseStatus, SubOrderStatus

MOST_WORDS = 2000  # characters
MOST_PHOTOS = 6
MOST_CASES = 30  # of one parcel, withdrawn ones among them
NO_DISPUTE = "Người mua không nhờ tỉnh hòa giải trong thời hạn"

_C = CaseStatus


def open(
    *,
    sub_order: SubOrder,
    reason: str,
    story: str,
    quantities: Mapping[int, int],
    photos: Sequence[Any] = (),
    actor: Any,
    at: dt.datetime | None = None,
) -> ReturnCase:
    """Ask units of a delivered parcel back: ``quantities`` maps order line id → units.

    ``photos`` are uploads; kept are pictures freed of metadata, in the private storage.
    Goods under a recall may be asked back at any time. Raises NotReturnable, ReturnTooLate,
    NotRecalled, CaseIsOpen, TooManyCases, BadReturn, CaseWordsNeeded, TooManyPhotos,
    catalog.errors.PictureRefused.
    """
    moment = at or clock.now()
    buyer = policies.require_buyer(actor, sub_order.order)
    words = _words(story)
    if len(photos) > MOST_PHOTOS:
        raise TooManyPhotos(data={"most": MOST_PHOTOS})
    _require_returnable(sub_order, reason, quantities, moment)
    kept = [pictures.accept(photo) for photo in photos]  # takes its time, so before anything is locked
    with transaction.atomic():
        paying.lock(order_id=sub_order.order_id)
        number = _require_returnable(sub_order, reason, quantities, moment)
        case = ReturnCase.objects.create(
            code=f"{sub_order.code}-T{number}",
            sub_order=sub_order,
            reason=reason,
            story=words,
            answer_by=moment + dt.timedelta(days=settings.CASE_ANSWER_DAYS),
            opened_at=moment,
        )
        CaseLine.objects.bulk_create(
            CaseLine(case=case, order_line_id=line_id, quantity=units)
            for line_id, units in sorted(quantities.items())
        )
        for content in kept:
            file = ContentFile(content.read(), name=f"{case.pk}/{uuid.uuid4().hex}.webp")
            CasePhoto.objects.create(case=case, file=file, uploaded_at=moment)
        audit.record(action=f"{CASE.name}.opened", obj=case, actor=buyer, at=moment)
        outbox.publish("orders.case_opened", {"case": case.pk})
    return case


def withdraw(*, case: ReturnCase, actor: Any, at: dt.datetime | None = None) -> bool:
    """Rút lại: the buyer keeps the goods after all."""
    moment = at or clock.now()
    with transaction.atomic():
        _lock(case)
        buyer = policies.require_buyer(actor, case.sub_order.order)
        return _move(case, _C.WITHDRAWN, buyer, moment, closed_at=moment)


def accept(
    *, case: ReturnCase, goods_back: bool, answer: str = "", actor: Any, at: dt.datetime | None = None
) -> bool:
    """Đồng ý: the goods come back first, or the money goes at once and the buyer keeps them.

    The latter also later, for a producer that will not wait for the goods.
    """
    moment = at or clock.now()
    words = _words(answer, may_be_empty=True)
    with transaction.atomic():
        _lock(case)
        policies.require_member(actor, case.sub_order)
        if goods_back:
            _require_now(case, _C.ACCEPTED, {_C.OPENED})
            return _await_goods(case, actor, moment, words, answer=words)
        _require_now(case, _C.CLOSED, {_C.OPENED, _C.ACCEPTED})
        values = {"answer": words or case.answer}
        return case_money.close(case=case, actor=actor, at=moment, reason=words, values=values)


def decline(*, case: ReturnCase, answer: str, actor: Any, at: dt.datetime | None = None) -> bool:
    """Không đồng ý, with the reason; the buyer may call the province. Raises CaseWordsNeeded."""
    moment = at or clock.now()
    words = _words(answer)
    with transaction.atomic():
        _lock(case)
        policies.require_member(actor, case.sub_order)
        until = moment + dt.timedelta(days=settings.CASE_DISPUTE_DAYS)
        return _move(case, _C.DECLINED, actor, moment, words, answer=words, answer_by=until)


def dispute(*, case: ReturnCase, words: str = "", actor: Any, at: dt.datetime | None = None) -> bool:
    """Nhờ tỉnh hòa giải: the buyer after a refusal, or after the producer's time to answer.

    After an agreement, either side once the time for the goods' way back is over: they did not
    come, or nobody will have received them. Raises StillTime, CaseWordsNeeded.
    """
    moment = at or clock.now()
    said = _words(words, may_be_empty=True)
    with transaction.atomic():
        _lock(case)
        as_seller = case.status == _C.ACCEPTED and policies.is_member(actor, case.sub_order)
        who = actor if as_seller else policies.require_buyer(actor, case.sub_order.order)
        if case.status in (_C.OPENED, _C.ACCEPTED) and moment < case.answer_by:
            raise StillTime(data={"until": case.answer_by.isoformat()})
        return _move(case, _C.DISPUTED, who, moment, said)


def rule(
    *,
    case: ReturnCase,
    refund: bool,
    goods_back: bool = False,
    with_shipping: bool = False,
    ruling: str,
    actor: Any,
    at: dt.datetime | None = None,
) -> bool:
    """The province's word on a disputed case, in writing: for the buyer, with or without the goods
    coming back and with or without what was paid for sending; or for the producer.

    Raises CaseWordsNeeded, ShippingGone.
    """
    moment = at or clock.now()
    words = _words(ruling)
    with transaction.atomic():
        _lock(case)
        if not policies.may_rule(actor, case.sub_order):
            raise NotAllowed
        to = _C.REJECTED if not refund else _C.ACCEPTED if goods_back else _C.CLOSED
        # Strict: a word that was not kept must not look as if it had been.
        _require_now(case, to, {_C.DISPUTED}, again=False)
        if not refund:
            return _move(case, to, actor, moment, words, ruling=words, closed_at=moment)
        if with_shipping and case_money.shipping_is_gone(case):
            raise ShippingGone
        case.ruling, case.refunds_shipping = words, with_shipping
        if goods_back:
            kept = {"ruling": words, "refunds_shipping": with_shipping}
            return _await_goods(case, actor, moment, words, **kept)
        return case_money.close(case=case, actor=actor, at=moment, reason=words, values={"ruling": words})


def receive_goods(
    *, case: ReturnCase, fates: Mapping[int, str], actor: Any, at: dt.datetime | None = None
) -> bool:
    """Đã nhận lại hàng: each line (case line id) is put on sale again or written off, and the money
    goes back. Raises FateNeeded."""
    moment = at or clock.now()
    with transaction.atomic():
        _lock(case)
        policies.require_member(actor, case.sub_order)
        _require_now(case, _C.CLOSED, {_C.ACCEPTED})
        ids = set(case.lines.values_list("pk", flat=True))
        if set(fates) != ids or not set(fates.values()) <= set(CaseLine.Fate.values):
            raise FateNeeded
        return case_money.close(case=case, actor=actor, at=moment, fates=fates)


def tell_of_silence(*, at: dt.datetime | None = None) -> int:
    """Tell buyers whose producer let the time pass that they may call the province; once per case.

    Returns how many.
    """
    silent = ReturnCase.objects.filter(status=_C.OPENED, answer_by__lte=at or clock.now(), reminded_at=None)
    told = 0
    for pk in silent.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            if silent.filter(pk=pk).update(reminded_at=at or clock.now()):
                outbox.publish("orders.case_unanswered", {"case": pk})
                told += 1
    return told


def lapse_declined(*, at: dt.datetime | None = None) -> int:
    """A refusal that the buyer left standing ends the case, so that the producer's money is not held
    back for ever. Returns how many."""
    moment = at or clock.now()
    due = ReturnCase.objects.filter(status=_C.DECLINED, answer_by__lte=moment)
    lapsed = 0
    for case in due.select_related("sub_order").order_by("sub_order__order_id"):
        with transaction.atomic():
            _lock(case)
            if case.status == _C.DECLINED:
                lapsed += _move(case, _C.WITHDRAWN, None, moment, NO_DISPUTE, closed_at=moment)
    return lapsed


def _lock(case: ReturnCase) -> None:
    """The order's lock; then the caller's own case as it is under it."""
    order = paying.lock(order_id=case.sub_order.order_id)
    rows = ReturnCase.objects.select_related("sub_order__producer", "sub_order__settlement")
    case.refresh_from_db(from_queryset=rows)
    case.sub_order.order = order


def _require_returnable(
    sub_order: SubOrder, reason: str, quantities: Mapping[int, int], at: dt.datetime
) -> int:
    """Raises what ``open`` raises; returns the number of the parcel's next case."""
    stored = SubOrder.objects.get(pk=sub_order.pk)
    if reason not in CaseReason.values:
        raise BadReturn
    until = policies.return_until(stored, reason)
    if stored.status != SubOrderStatus.DELIVERED or until is None:
        raise NotReturnable(data={"status": stored.status})
    if reason == CaseReason.RECALLED:
        _require_recalled(stored, quantities)
    elif at > until:
        raise ReturnTooLate
    cases = cases_of(stored)
    open_case = next((case for case in cases if case.is_open), None)
    if open_case is not None:
        raise CaseIsOpen(data={"case": open_case.code})
    if len(cases) >= MOST_CASES:
        raise TooManyCases
    left = left_of(list(stored.lines.all()), cases)
    if not quantities or not all(_fits(units, left.get(pk, 0)) for pk, units in quantities.items()):
        raise BadReturn
    return len(cases) + 1


def _require_recalled(sub_order: SubOrder, quantities: Mapping[int, int]) -> None:
    recalled = recalls.units_by_line(list(sub_order.lines.all()), recalls.of_parcels([sub_order]))
    if not all(_fits(units, recalled.get(pk, 0)) for pk, units in quantities.items()):
        raise NotRecalled


def _fits(units: Any, left: int) -> bool:
    return isinstance(units, int) and not isinstance(units, bool) and 1 <= units <= left


def _words(text: str, *, may_be_empty: bool = False) -> str:
    words = clean_lines(text)
    if len(words) > MOST_WORDS or not (words or may_be_empty):
        raise CaseWordsNeeded(data={"most": MOST_WORDS})
    return words


def _require_now(case: ReturnCase, to: str, allowed: set[Any], *, again: bool = True) -> None:
    """The table knows more ways to a state than this person has."""
    if case.status not in allowed and not (again and case.status == to):
        raise ForbiddenTransition(
            data={"machine": CASE.name, "from": case.status, "to": str(to), "allowed": sorted(allowed)}
        )


def _await_goods(case: ReturnCase, actor: Any, at: dt.datetime, reason: str, **values: Any) -> bool:
    until = at + dt.timedelta(days=settings.CASE_GOODS_DAYS)
    return _move(case, _C.ACCEPTED, actor, at, reason, needs_goods_back=True, answer_by=until, **values)


def _move(
    case: ReturnCase, to: CaseStatus, actor: Any, at: dt.datetime, reason: str = "", **values: Any
) -> bool:
    return transition(case, machine=CASE, to=to, actor=actor, at=at, reason=reason, values=values)
