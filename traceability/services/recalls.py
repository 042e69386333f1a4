"""Recalls: sales stop and pages turn red in the transaction that opens one; buyers are found after it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from catalog.errors import StillReserved
from core import clock, outbox
from core.services import audit
from core.services.transitions import transition
from core.text import clean_lines
from producers.models import Producer
from traceability import policies
from traceability.errors import AlreadyRecalled, InvalidRecall, StillPromised
from traceability.models import Lot, Recall, RecallLot
from traceability.services import events, lot_stock
from traceability.states import RECALL, RecallStatus
from traceability.steps import STEPS

MOST_LOTS = 500


def open_(
    *,
    producer: Producer,
    lots: Sequence[Lot],
    level: str,
    reason: str,
    instruction: str,
    actor: Any,
    is_mock: bool = False,
    at: dt.datetime | None = None,
) -> Recall:
    """Recall lots of one producer. A mock recall finds the buyers and measures the time; nobody is told.

    Raises NotAllowed, InvalidRecall with the field, AlreadyRecalled (also to the second of two at once).
    """
    policies.require_recall(actor, producer)
    moment = at or clock.now()
    chosen = sorted({lot.pk: lot for lot in lots}.values(), key=lambda lot: lot.pk)
    words = {"reason": clean_lines(reason)[:1000], "instruction": clean_lines(instruction)[:1000]}
    _check(producer, chosen, level, words)
    with transaction.atomic():
        code = _code(moment)
        lot_stock.lock(chosen)  # before the lots' own rows, as everybody does who ships
        if not is_mock:
            _require_not_recalled(chosen)
        recall = Recall.objects.create(
            producer=producer,
            code=code,
            level=level,
            is_mock=is_mock,
            opened_at=moment,
            opened_by=getattr(actor, "pk", None),
            **words,
        )
        RecallLot.objects.bulk_create(
            RecallLot(recall=recall, lot=lot, is_live=not is_mock) for lot in chosen
        )
        if not is_mock:
            lot_stock.quarantine(lots=chosen, reference=recall.code, actor=actor, at=moment)
            _tell(chosen, recall, actor, moment)
        audit.record(action="traceability.recall.opened", obj=recall, actor=actor, at=moment)
        outbox.publish("traceability.recall_opened", {"id": recall.pk})
    return recall


def destroyed(*, recall: Recall, actor: Any, at: dt.datetime | None = None) -> list[lot_stock.Allocation]:
    """What lay in quarantine is destroyed. Raises NotAllowed, InvalidRecall (a mock one), StillPromised."""
    policies.require_recall(actor, recall.producer)
    if recall.is_mock:
        raise InvalidRecall(_("Đợt diễn tập không giữ và không hủy hàng."), data={"field": "lots"})
    moment = at or clock.now()
    with transaction.atomic():
        try:
            gone = lot_stock.destroy(lots=_lots(recall), reference=recall.code, actor=actor, at=moment)
        except StillReserved as refusal:
            raise StillPromised from refusal
        audit.record(action="traceability.recall.destroyed", obj=recall, actor=actor, at=moment)
    return gone


def close(*, recall: Recall, report: str, actor: Any, at: dt.datetime | None = None) -> bool:
    """The recall is done, with its report; its lots stay recalled. Raises NotAllowed, InvalidRecall."""
    policies.require_recall(actor, recall.producer)
    moment, words = at or clock.now(), clean_lines(report)[:4000]
    if not words:
        raise InvalidRecall(_("Hãy ghi báo cáo kết thúc."), data={"field": "report"})
    return transition(
        recall,
        machine=RECALL,
        to=RecallStatus.CLOSED,
        actor=actor,
        at=moment,
        values={"closed_at": moment, "report": words},
    )


def revoke(*, recall: Recall, reason: str, actor: Any, at: dt.datetime | None = None) -> bool:
    """It was a mistake: what lies in quarantine may be sold again. Raises NotAllowed, InvalidRecall."""
    policies.require_recall(actor, recall.producer)
    moment, words = at or clock.now(), clean_lines(reason)[:1000]
    if not words:
        raise InvalidRecall(_("Hãy ghi vì sao rút lại."), data={"field": "reason"})
    with transaction.atomic():
        moved = transition(
            recall,
            machine=RECALL,
            to=RecallStatus.REVOKED,
            actor=actor,
            at=moment,
            reason=words,
            values={"closed_at": moment},
        )
        if moved and not recall.is_mock:
            recall.recalled.update(is_live=False)
            lots = _lots(recall)
            lot_stock.release(lots=lots, reference=recall.code, actor=actor, at=moment)
            for lot in lots:
                events.write(
                    lot=lot, step=STEPS["ocop:recall_revoked"], event_time=moment, actor=actor, at=moment
                )
    return moved


def _lots(recall: Recall) -> list[Lot]:
    rows = Lot.objects.filter(recalled_by__recall=recall).select_related("product", "code_row")
    return list(rows.order_by("pk"))


def _require_not_recalled(lots: Sequence[Lot]) -> None:
    """Exact, since two that open a recall wait for each other (``_code``)."""
    rows = RecallLot.objects.filter(lot__in=lots, is_live=True).order_by("pk")
    taken = list(rows.values_list("lot__code", "recall__code"))
    if taken:
        words = ", ".join(f"{lot} ({code})" for lot, code in taken)
        raise AlreadyRecalled(
            _("Đang thu hồi rồi: lô %s.") % words, data={"lots": [lot for lot, _code in taken]}
        )


def _tell(lots: Sequence[Lot], recall: Recall, actor: Any, at: dt.datetime) -> None:
    for lot in lots:
        events.write(lot=lot, step=STEPS["holding"], event_time=at, words=recall.reason, actor=actor, at=at)


def _check(producer: Producer, lots: Sequence[Lot], level: str, words: dict[str, str]) -> None:
    problems = (
        ("lots", not lots, _("Hãy chọn ít nhất một lô.")),
        ("lots", len(lots) > MOST_LOTS, _("Tối đa %s lô một đợt; hãy chia nhỏ.") % MOST_LOTS),
        (
            "lots",
            any(lot.product.producer_id != producer.pk for lot in lots),
            _("Có lô không phải của chủ thể này."),
        ),
        ("level", level not in Recall.Level.values, _("Hãy chọn mức thu hồi.")),
        ("reason", not words["reason"], _("Hãy ghi lý do thu hồi.")),
        ("instruction", not words["instruction"], _("Hãy ghi người mua cần làm gì.")),
    )
    for field, is_wrong, why in problems:
        if is_wrong:
            raise InvalidRecall(why, data={"field": field})


def _code(at: dt.datetime) -> str:
    """ "TH-2026-0001": counted within the year. Two at once wait for each other until the first is kept."""
    year = clock.day_of(at).year
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('traceability.recall'))")
    last = Recall.objects.filter(code__startswith=f"TH-{year}-").order_by("-code").first()
    number = int(last.code.rsplit("-", 1)[1]) + 1 if last else 1
    return f"TH-{year}-{number:04d}"
