"""Hồ sơ, the producer's side: begun, changed, handed in, withdrawn."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Product
from core import clock
from core.errors import MarketError
from core.services import audit, records
from core.services.constraints import refusing
from core.text import clean
from ratings import policies, scoring
from ratings.models import CriteriaSet, Desk, Dossier, DossierKind, Submission
from ratings.selectors import applications, sheet
from ratings.selectors import criteria as criteria_sets
from ratings.services import criteria, hearings, workflow
from ratings.services.answers import DeskClosed
from ratings.states import OPEN, DossierStatus

_NEXT_NUMBER = """
INSERT INTO ratings_dossiercounter (province_id, year, last) VALUES (%s, %s, 1)
ON CONFLICT (province_id, year) DO UPDATE SET last = ratings_dossiercounter.last + 1
RETURNING last
"""
# Who returned it → where it goes again. Everything behind the commune goes to the advisory team.
_COMMUNE = frozenset({DossierStatus.SUBMITTED, DossierStatus.COMMUNE_CHECK})


class NotReady(MarketError):
    """The product lacks what an application needs. Data: field."""

    code = "product_not_ready"
    message = gettext_lazy("Sản phẩm chưa đủ thông tin để lập hồ sơ.")


class AlreadyOpen(MarketError):
    """The product has an unfinished dossier. Data: dossier."""

    code = "dossier_already_open"
    status = 409
    message = gettext_lazy(
        "Sản phẩm đang có một hồ sơ chưa xong. Hãy làm tiếp hồ sơ đó, hoặc rút rồi lập mới."
    )


class UnfitKind(MarketError):
    """Kind or stars do not fit what the product holds now. Data: field."""

    code = "dossier_kind_unfit"
    message = gettext_lazy("Loại hồ sơ không hợp với công nhận hiện có của sản phẩm.")


class Incomplete(MarketError):
    """Data: ``missing``, per criterion: criterion, code, answer, evidence (True where it lacks)."""

    code = "dossier_incomplete"
    status = 409
    message = gettext_lazy("Hồ sơ chưa đủ.")


def open(
    *,
    product: Product,
    kind: str,
    stars_applied: int,
    criteria_set: CriteriaSet,
    actor: Any,
    at: dt.datetime | None = None,
) -> Dossier:
    """Begin a draft; the criteria are frozen as they stand. Code: "HS-48-2026-00012".

    Raises NotAllowed, NotReady, UnfitKind, AlreadyOpen.
    """
    policies.require(policies.may_apply(actor, product))
    moment = at or clock.now()
    sets = criteria_sets.usable_for(product)
    obstacle = applications.obstacle(product, sets)
    if obstacle is not None:
        raise NotReady(obstacle.text, data={"field": obstacle.field})
    if criteria_set not in sets:
        raise NotReady(
            _("Bộ tiêu chí này không dùng được cho sản phẩm. Hãy chọn lại."), data={"field": "criteria_set"}
        )
    _fit(product, kind, stars_applied)
    dossier = Dossier(
        product=product,
        kind=kind,
        stars_applied=stars_applied,
        criteria_set=criteria_set,
        province=product.province,
        commune=product.commune,
        created_by_id=getattr(actor, "pk", None),
        created_at=moment,
        is_illustrative=product.is_illustrative,
    )
    # Of two who press at once the database lets one through.
    with refusing({"dossier_one_open": partial(_already_open, product)}):
        criteria.freeze(criteria_set=criteria_set, actor=actor, at=moment)
        dossier.code = _next_code(dossier, moment)
        dossier.save(force_insert=True)
        audit.record(action="ratings.dossier.opened", obj=dossier, actor=actor, at=at)
    return dossier


def change(
    *, dossier: Dossier, kind: str, stars_applied: int, actor: Any, at: dt.datetime | None = None
) -> Dossier:
    """Another kind or another star, while the dossier lies with the producer.

    Raises NotAllowed, DeskClosed, UnfitKind.
    """
    with transaction.atomic():
        stored = _locked(dossier, actor)
        _fit(stored.product, kind, stars_applied)
        values = {"kind": kind, "stars_applied": stars_applied}
        records.update(obj=stored, values=values, actor=actor, at=at)
    return stored


def submit(*, dossier: Dossier, actor: Any, at: dt.datetime | None = None) -> Submission:
    """Hand it in, complete, and keep what was handed in. Back to the desk that returned it.

    Raises NotAllowed, DeskClosed (also for the second of two who press at once), UnfitKind,
    Incomplete.
    """
    moment = at or clock.now()
    with transaction.atomic():
        stored = _locked(dossier, actor)
        _fit(stored.product, stored.kind, stored.stars_applied)
        filled = sheet.of_dossier(stored)
        missing = applications.missing(filled)
        if missing:
            raise _incomplete(missing)
        to = _destination(stored)
        stored.self_total = filled.total(Desk.SELF)
        stored.submission_count += 1
        stored.submitted_at = moment
        stored.returned_by = ""
        stored.save(update_fields=["self_total", "submission_count", "submitted_at", "returned_by"])
        submission = Submission.objects.create(
            dossier=stored,
            number=stored.submission_count,
            at=moment,
            by_id=getattr(actor, "pk", None),
            content=snapshot(dossier=stored, filled=filled),
        )
        workflow.move(dossier=stored, to=to, actor=actor, at=moment)
    return submission


def withdraw(*, dossier: Dossier, reason: str, actor: Any, at: dt.datetime | None = None) -> None:
    """Take it back for good, as long as the council has not decided; it leaves the council's session.

    Raises NotAllowed, ForbiddenTransition.
    """
    why = clean(reason)
    with transaction.atomic():
        stored = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
        policies.require(policies.is_applicant(actor, stored))
        hearings.leave(dossier=stored, actor=actor, reason=why, at=at)
        workflow.move(dossier=dossier, to=DossierStatus.WITHDRAWN, actor=actor, reason=why, at=at)


def _locked(dossier: Dossier, actor: Any) -> Dossier:
    """The dossier as it is now, while it lies with the producer."""
    rows = Dossier.objects.select_for_update(of=("self",)).select_related("product", "criteria_set__version")
    stored = rows.get(pk=dossier.pk)
    policies.require(policies.is_applicant(actor, stored))
    if not policies.may_edit(actor, stored):
        raise DeskClosed(
            _("Hồ sơ đã nộp nên không sửa được nữa. Hãy tải lại trang để xem hồ sơ đang ở đâu."),
            data={"status": stored.status},
        )
    return stored


def _fit(product: Product, kind: str, stars_applied: int) -> None:
    lowest, highest = scoring.LOWEST_RECOGNISED, scoring.NATIONAL
    if not lowest <= stars_applied <= highest:
        raise UnfitKind(
            _("Hạng sao đề nghị từ %(lowest)s đến %(highest)s.") % {"lowest": lowest, "highest": highest},
            data={"field": "stars_applied"},
        )
    held = applications.held(product)
    if kind == DossierKind.FIRST and held is not None:
        raise UnfitKind(
            _("Sản phẩm đã được công nhận (số %s). Hãy chọn “Đánh giá lại” hoặc “Nâng hạng”.") % held.number,
            data={"field": "kind"},
        )
    if kind != DossierKind.FIRST and held is None:
        raise UnfitKind(
            _("Sản phẩm chưa có quyết định công nhận nào. Hãy chọn “Đánh giá lần đầu”."),
            data={"field": "kind"},
        )
    if kind == DossierKind.UPGRADE and held is not None and stars_applied <= (held.stars or 0):
        raise UnfitKind(
            _("Sản phẩm đang có %s sao; nâng hạng phải đề nghị cao hơn. Giữ hạng thì chọn “Đánh giá lại”.")
            % held.stars,
            data={"field": "stars_applied"},
        )


def _destination(dossier: Dossier) -> str:
    if dossier.status == DossierStatus.DRAFT or dossier.returned_by in _COMMUNE:
        return DossierStatus.SUBMITTED
    return DossierStatus.ADVISORY


def snapshot(*, dossier: Dossier, filled: sheet.Sheet) -> dict[str, Any]:
    """The snapshot that Submission describes."""
    papers = [*filled.general, *(paper for row in filled.rows for paper in row.evidence)]
    return {
        "kind": dossier.kind,
        "stars_applied": dossier.stars_applied,
        "total": _plain(filled.total(Desk.SELF)),
        "answers": {
            str(row.criterion.pk): {
                "option": row.own.option.pk,
                "points": _plain(row.own.option.points),
                "note": row.own.note,
            }
            for row in filled.rows
            if row.own and row.own.option
        },
        "evidence": [
            {"id": paper.pk, "criterion": paper.criterion_id, "name": paper.name, "sha256": paper.sha256}
            for paper in sorted(papers, key=lambda paper: paper.pk)
        ],
    }


def _plain(points: Decimal) -> str:
    return f"{points:.2f}"


def _incomplete(missing: Sequence[applications.Missing]) -> Incomplete:
    lines = "; ".join(f"{item.row.criterion} ({', '.join(item.words)})" for item in missing)
    return Incomplete(
        _("Hồ sơ chưa đủ: %s.") % lines,
        data={
            "missing": [
                {
                    "criterion": item.row.criterion.pk,
                    "code": item.row.criterion.code,
                    "answer": item.answer,
                    "evidence": item.evidence,
                }
                for item in missing
            ]
        },
    )


def _already_open(product: Product) -> AlreadyOpen:
    code = Dossier.objects.filter(product=product, status__in=OPEN).values_list("code", flat=True).first()
    return AlreadyOpen(data={"dossier": code})


def _next_code(dossier: Dossier, moment: dt.datetime) -> str:
    """The counter's row stays locked until the transaction ends, so codes have no twins."""
    year = moment.astimezone(clock.VIETNAM).year
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, [dossier.province_id, year])
        (last,) = cursor.fetchone()
    return f"HS-{dossier.province_id}-{year}-{last:05d}"
