"""Steps of dossiers, councils, decisions and certificates, and what a certificate is worth on a
day. Pure: no database, no clock.
"""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Machine

ISSUED, SUPERSEDED, REVOKED = "issued", "superseded", "revoked"
DECISION = "decision"  # the basis on which a star can be in force

CERTIFICATE = Machine(
    name="ratings.certificate",
    steps={
        ISSUED: frozenset({SUPERSEDED, REVOKED}),
        SUPERSEDED: frozenset({REVOKED}),
        REVOKED: frozenset(),
    },
)


class DossierStatus(models.TextChoices):
    """Where a dossier lies. The commune looks first, the province decides (QĐ 1489/QĐ-TTg)."""

    DRAFT = "draft", _("Bản nháp")
    SUBMITTED = "submitted", _("Đã nộp, chờ xã tiếp nhận")
    COMMUNE_CHECK = "commune_check", _("Xã đang kiểm tra")
    ADVISORY = "advisory", _("Tổ tư vấn thẩm định")
    COUNCIL = "council", _("Chờ hội đồng chấm")
    SCORED = "scored", _("Có kết quả, chờ quyết định")
    CENTRAL = "central", _("Đã trình Trung ương")
    IN_DECISION = "in_decision", _("Trong dự thảo quyết định")
    CERTIFIED = "certified", _("Đã công nhận")
    RETURNED = "returned", _("Trả lại để bổ sung")
    WITHDRAWN = "withdrawn", _("Đã rút")
    REJECTED = "rejected", _("Bị loại theo điều kiện loại")
    NOT_RECOGNISED = "not_recognised", _("Không đủ điểm công nhận")


_D = DossierStatus
DOSSIER = Machine(
    name="ratings.dossier",
    topic="ratings.dossier_changed",
    steps={
        _D.DRAFT: frozenset({_D.SUBMITTED, _D.WITHDRAWN}),
        _D.SUBMITTED: frozenset({_D.COMMUNE_CHECK, _D.RETURNED, _D.WITHDRAWN}),
        _D.COMMUNE_CHECK: frozenset({_D.ADVISORY, _D.RETURNED, _D.REJECTED, _D.WITHDRAWN}),
        _D.ADVISORY: frozenset({_D.COUNCIL, _D.RETURNED, _D.REJECTED, _D.WITHDRAWN}),
        # Scored at 90 and above it goes to the centre, which alone gives five stars.
        _D.COUNCIL: frozenset(
            {_D.SCORED, _D.CENTRAL, _D.NOT_RECOGNISED, _D.REJECTED, _D.RETURNED, _D.WITHDRAWN}
        ),
        _D.SCORED: frozenset({_D.IN_DECISION}),
        # Not granted there, the province decides with four stars at most.
        _D.CENTRAL: frozenset({_D.IN_DECISION, _D.SCORED}),
        # Back when the draft is dropped.
        _D.IN_DECISION: frozenset({_D.CERTIFIED, _D.SCORED, _D.CENTRAL}),
        # To the desk that returned it, and the council's papers through the advisory team again.
        _D.RETURNED: frozenset({_D.SUBMITTED, _D.ADVISORY, _D.WITHDRAWN}),
        _D.CERTIFIED: frozenset(),
        _D.WITHDRAWN: frozenset(),
        _D.REJECTED: frozenset(),
        _D.NOT_RECOGNISED: frozenset(),
    },
)
CLOSED = frozenset({_D.CERTIFIED, _D.WITHDRAWN, _D.REJECTED, _D.NOT_RECOGNISED})
OPEN = frozenset(_D) - CLOSED
EDITABLE = frozenset({_D.DRAFT, _D.RETURNED})  # by the producer
COMMUNE_DESK = frozenset({_D.SUBMITTED, _D.COMMUNE_CHECK})
PROVINCE_DESK = frozenset({_D.ADVISORY, _D.COUNCIL})


class CouncilStatus(models.TextChoices):
    PLANNED = "planned", _("Đã lên lịch")
    OPEN = "open", _("Đang họp")
    CLOSED = "closed", _("Đã kết thúc")


_C = CouncilStatus
COUNCIL = Machine(
    name="ratings.council",
    steps={_C.PLANNED: frozenset({_C.OPEN}), _C.OPEN: frozenset({_C.CLOSED}), _C.CLOSED: frozenset()},
)


class ItemStatus(models.TextChoices):
    """One dossier before the council."""

    WAITING = "waiting", _("Chưa chấm")
    SCORING = "scoring", _("Đang chấm")
    DISCUSSING = "discussing", _("Chênh lệch lớn, cần thảo luận")
    BLOCKED = "blocked", _("Có điều kiện loại, cần giải quyết")
    DONE = "done", _("Đã có kết quả")
    REMOVED = "removed", _("Đưa ra khỏi phiên")


_I = ItemStatus
ITEM = Machine(
    name="ratings.council_item",
    steps={
        _I.WAITING: frozenset({_I.SCORING, _I.REMOVED}),
        _I.SCORING: frozenset({_I.DISCUSSING, _I.BLOCKED, _I.DONE, _I.REMOVED}),
        # Discussed, or the stop rule dismissed: everybody scores once more, in a new round.
        _I.DISCUSSING: frozenset({_I.SCORING, _I.REMOVED}),
        _I.BLOCKED: frozenset({_I.SCORING, _I.DONE, _I.REMOVED}),
        _I.DONE: frozenset(),
        _I.REMOVED: frozenset(),
    },
)


class DecisionStatus(models.TextChoices):
    DRAFT = "draft", _("Dự thảo")
    SIGNED = "signed", _("Đã ký")
    DROPPED = "dropped", _("Đã bỏ dự thảo")


_R = DecisionStatus
RATING_DECISION = Machine(
    name="ratings.decision",
    topic="ratings.decision_changed",
    steps={
        _R.DRAFT: frozenset({_R.SIGNED, _R.DROPPED}),
        _R.SIGNED: frozenset(),
        _R.DROPPED: frozenset(),
    },
)


class ImportStatus(models.TextChoices):
    """A list handed in by an office, or by the command (which applies at once)."""

    PREVIEW = "preview", _("Chưa nhập")
    WORKING = "working", _("Đang xử lý")
    APPLIED = "applied", _("Đã nhập")
    UNDONE = "undone", _("Đã hoàn tác")


_B = ImportStatus
IMPORT_BATCH = Machine(
    name="ratings.import_batch",
    steps={
        # A long list is worked on in the background, to be checked or to be imported.
        _B.PREVIEW: frozenset({_B.WORKING, _B.APPLIED}),
        _B.WORKING: frozenset({_B.PREVIEW, _B.APPLIED}),
        _B.APPLIED: frozenset({_B.UNDONE}),
        _B.UNDONE: frozenset(),
    },
)


class Standing(models.TextChoices):
    """Hiệu lực: what the register says of a certificate on a day."""

    LIVE = "live", _("Còn hiệu lực")
    EXPIRED = "expired", _("Hết hiệu lực")
    UNKNOWN = "unknown", _("Chưa xác định")
    SUPERSEDED = "superseded", _("Đã thay bằng công nhận mới")
    REVOKED = "revoked", _("Đã thu hồi")


def standing(
    *,
    status: str,
    basis: str,
    stars: int | None,
    expiry_earliest: dt.date | None,
    expiry_latest: dt.date | None,
    on: dt.date,
) -> Standing:
    """Live through the last certain day, expired after the last possible one, else unknown.

    Without a decision behind it, or without stars in the source, a recognition is never live.
    """
    if status == REVOKED:
        return Standing.REVOKED
    if status == SUPERSEDED:
        return Standing.SUPERSEDED
    if basis != DECISION or expiry_earliest is None or expiry_latest is None:
        return Standing.UNKNOWN
    if on > expiry_latest:
        return Standing.EXPIRED
    if on <= expiry_earliest and stars is not None:
        return Standing.LIVE
    return Standing.UNKNOWN
