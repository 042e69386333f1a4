"""What people who hold the goods report about a label, and what becomes of it."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import phones
from core import clock
from core.errors import NotAllowed
from core.models import Province
from core.services import audit
from core.text import clean, clean_lines
from traceability.errors import AlreadyConcluded, InvalidConclusion, InvalidReport
from traceability.models import Code, ScanReport
from traceability.services import codes

MOST_WORDS = 1000
MOST_WHERE = 200
MOST_ASKED = 60


def report(
    *,
    code: Code | None,
    asked: str,
    kind: str,
    province: Province,
    words: str,
    where: str = "",
    phone: str = "",
    at: dt.datetime | None = None,
) -> ScanReport:
    """Keep what somebody tells. ``asked`` is the text on the label where it is no code of ours.

    Raises InvalidReport with the field, accounts.phones.InvalidPhone.
    """
    texts = {
        "asked": "" if code else clean(asked)[:MOST_ASKED],
        "where": clean(where),
        "words": clean_lines(words),
        "phone": phones.normalise(phone) if phone.strip() else "",
    }
    problems = (
        ("asked", code is None and not texts["asked"], _("Hãy chép lại mã hoặc chữ in trên tem.")),
        ("kind", kind not in ScanReport.Kind.values, _("Hãy chọn chuyện gì đã xảy ra.")),
        ("words", not texts["words"], _("Hãy kể lại vài dòng.")),
        ("words", len(texts["words"]) > MOST_WORDS, _("Tối đa %s ký tự.") % MOST_WORDS),
        ("where", len(texts["where"]) > MOST_WHERE, _("Tối đa %s ký tự.") % MOST_WHERE),
    )
    for field, is_wrong, sentence in problems:
        if is_wrong:
            raise InvalidReport(sentence, data={"field": field})
    return ScanReport.objects.create(
        number=_number(), code=code, kind=kind, province=province, reported_at=at or clock.now(), **texts
    )


def answer(*, report: ScanReport, words: str, actor: Any, at: dt.datetime | None = None) -> None:
    """What the producer says to it. Raises NotAllowed, InvalidConclusion, AlreadyConcluded."""
    if not ScanReport.objects.owned_by(actor).filter(pk=report.pk).exists():
        raise NotAllowed
    _write(report, actor, at, "answered", answer=_checked(words))


def close(*, report: ScanReport, conclusion: str, actor: Any, at: dt.datetime | None = None) -> None:
    """An officer's word ends it. Raises NotAllowed, InvalidConclusion, AlreadyConcluded."""
    if not ScanReport.objects.overseen_by(actor).filter(pk=report.pk).exists():
        raise NotAllowed
    moment = at or clock.now()
    _write(
        report,
        actor,
        moment,
        "closed",
        conclusion=_checked(conclusion),
        closed_at=moment,
        closed_by=actor.pk,
    )


def _write(report: ScanReport, actor: Any, at: dt.datetime | None, step: str, **values: Any) -> None:
    with transaction.atomic():
        if not ScanReport.objects.filter(pk=report.pk, closed_at=None).update(**values):
            raise AlreadyConcluded
        audit.record(action=f"traceability.scanreport.{step}", obj=report, actor=actor, at=at)


def _checked(text: str) -> str:
    words = clean_lines(text)
    if not words or len(words) > MOST_WORDS:
        raise InvalidConclusion(_("Hãy ghi rõ, từ 1 đến %s ký tự.") % MOST_WORDS)
    return words


def _number() -> str:
    """Not guessable and without order: who holds one knows nothing of others. 30⁸ values."""
    return "PA-" + codes.draw(length=8)
