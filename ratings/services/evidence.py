"""Minh chứng: papers that a producer lays beside the criteria. Private from the first byte."""

import datetime as dt
import hashlib
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import MarketError
from core.services import audit
from core.text import clean
from ratings import policies
from ratings.models import Criterion, Dossier, Evidence
from ratings.services import files
from ratings.services.answers import AnswerRefused, DeskClosed

MOST_PAPERS = 150  # of one dossier; the rubrics have some thirty criteria


class TooManyPapers(MarketError):
    code = "too_many_papers"
    status = 409
    message = _("Hồ sơ đã có 150 tệp. Hãy gộp các trang cùng loại vào một tệp PDF rồi bỏ các tệp lẻ.")


def attach(
    *,
    dossier: Dossier,
    criterion: Criterion | None,
    file: Any,
    actor: Any,
    at: dt.datetime | None = None,
) -> Evidence:
    """Keep an upload beside a criterion, or beside the dossier as a whole.

    The same file sent twice to the same place (a tap too many, a line that dropped) is one paper.
    Raises NotAllowed, DeskClosed, AnswerRefused, PaperRefused, TooManyPapers.
    """
    policies.require(policies.is_applicant(actor, dossier))
    name = _name(file)
    data, kind = files.judged(file, name=name)
    digest = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        # Locked, so that a paper is either in a submission or refused.
        stored = _locked(dossier, actor)
        if criterion is not None and criterion.criteria_set_id != stored.criteria_set_id:
            raise AnswerRefused(data={"criterion": criterion.pk})
        kept = stored.evidence.kept()
        twin = kept.filter(criterion=criterion, sha256=digest).first()
        if twin is not None:
            return twin
        if kept.count() >= MOST_PAPERS:
            raise TooManyPapers
        path = f"ho-so/{stored.pk}/{uuid.uuid4().hex}.{kind.extension}"
        paper = Evidence.objects.create(
            dossier=stored,
            criterion=criterion,
            name=name,
            file=ContentFile(data, name=path),
            content_type=kind.content_type,
            size=len(data),
            sha256=digest,
            uploaded_by_id=getattr(actor, "pk", None),
            uploaded_at=at or clock.now(),
        )
        audit.record(action="ratings.evidence.attached", obj=paper, actor=actor, at=at)
    return paper


def remove(*, paper: Evidence, actor: Any, at: dt.datetime | None = None) -> None:
    """Take a paper out. It stays readable where a submission names it, else it is gone for good.

    Raises NotAllowed, DeskClosed.
    """
    with transaction.atomic():
        stored = _locked(paper.dossier, actor)
        audit.record(
            action="ratings.evidence.removed", obj=paper, actor=actor, at=at, changes={"": [paper.name, ""]}
        )
        if stored.submissions.filter(content__evidence__contains=[{"id": paper.pk}]).exists():
            Evidence.objects.filter(pk=paper.pk, removed_at=None).update(removed_at=at or clock.now())
            return
        storage, path = paper.file.storage, str(paper.file.name)
        paper.delete()
        transaction.on_commit(lambda: storage.delete(path))


def record_view(*, paper: Evidence, actor: Any, at: dt.datetime | None = None) -> None:
    """Who looked at a paper, and when. Raises NotAllowed."""
    policies.require(policies.may_read(actor, paper))
    audit.record(action="ratings.evidence.viewed", obj=paper, actor=actor, at=at)


def _locked(dossier: Dossier, actor: Any) -> Dossier:
    """The dossier as it is now, while the producer may still change it."""
    stored = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    policies.require(policies.is_applicant(actor, stored))
    if not policies.may_edit(actor, stored):
        raise DeskClosed(data={"status": stored.status})
    return stored


def _name(file: Any) -> str:
    """The name as the producer's machine gave it, for the eye only: no path, no control characters."""
    name = clean(str(file.name or "")).replace("\\", "/").rpartition("/")[2]
    return name[-200:] or "minh-chung"
