"""Papers and pictures of a lot: judged by content, kept by their hash in the private storage."""

import datetime as dt
import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.errors import PictureRefused
from catalog.services import pictures
from core import clock
from core.services import audit
from core.storage import private_storage
from core.text import clean
from traceability import policies
from traceability.errors import InvalidPaper
from traceability.models import Lot, LotPaper

LARGEST_FILE = pictures.LARGEST_FILE  # 10 MB, of a PDF too
MOST_PAPERS = 60  # of one lot
_END_OF_PDF = 2048  # bytes at the end in which %%EOF stands; some programs add lines after it
ACCEPT = ".pdf,.jpg,.jpeg,.png,.webp"  # with it phones offer the camera and send JPEG


def keep(
    *,
    lot: Lot,
    file: Any,
    title: str,
    actor: Any,
    kind: str = LotPaper.Kind.PICTURE,
    issuer: str = "",
    result: str = "",
    issued_on: dt.date | None = None,
    expires_on: dt.date | None = None,
    is_public: bool = True,
    at: dt.datetime | None = None,
) -> LotPaper:
    """Keep an upload (PDF, JPEG, PNG, WebP; at most 10 MB). The same file again is the same paper.

    Pictures become WebP without metadata, so that no public picture tells where its camera stood; the
    hash is of what is kept. Raises NotAllowed, InvalidPaper with the field.
    """
    policies.require_member(actor, lot)
    title = clean(title)[:120] or str(LotPaper.Kind(kind).label)
    if issued_on and expires_on and expires_on < issued_on:
        raise InvalidPaper(_("Ngày hết giá trị không thể trước ngày cấp."), data={"field": "expires_on"})
    data, extension, media_type = _judged(file)  # takes its time, so before anything is locked
    digest = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        Lot.objects.select_for_update(of=("self",)).get(pk=lot.pk)
        known = LotPaper.objects.filter(lot=lot, sha256=digest).first()
        if known is not None:
            return known
        if LotPaper.objects.filter(lot=lot).count() >= MOST_PAPERS:
            raise InvalidPaper(
                _("Lô đã có %(most)s giấy tờ. Hãy gộp các trang vào một tệp PDF.") % {"most": MOST_PAPERS},
                data={"field": "file"},
            )
        paper = LotPaper.objects.create(
            lot=lot,
            kind=kind,
            title=title,
            issuer=clean(issuer)[:160],
            result=clean(result)[:300],
            issued_on=issued_on,
            expires_on=expires_on,
            is_public=is_public,
            file=_store(f"giay-to/{digest[:2]}/{digest}.{extension}", data),
            sha256=digest,
            media_type=media_type,
            size=len(data),
            uploaded_at=at or clock.now(),
            uploaded_by=getattr(actor, "pk", None),
        )
        audit.record(action="traceability.paper.kept", obj=paper, actor=actor, at=at)
    return paper


def _judged(file: Any) -> tuple[bytes, str, str]:
    """What is to be kept, its ending and its media type. Raises InvalidPaper."""
    if file.size > LARGEST_FILE:
        raise _refused(_("Tệp lớn hơn 10 MB. Hãy chụp hoặc quét nhỏ hơn, hoặc chia thành nhiều tệp."))
    head = file.read(5)
    file.seek(0)
    if head == b"%PDF-":
        data = file.read(LARGEST_FILE)
        if b"%%EOF" not in data[-_END_OF_PDF:]:
            raise _refused(_("Tệp PDF bị cắt giữa chừng. Hãy quét hoặc tải lại rồi gửi."))
        return data, "pdf", "application/pdf"
    try:
        return pictures.accept(file).read(), "webp", "image/webp"
    except PictureRefused as refusal:
        if refusal.message is PictureRefused.message:
            raise _refused(
                _("Tệp không phải ảnh (JPEG, PNG, WebP) hay PDF đọc được, dù tên tệp ghi gì.")
            ) from refusal
        raise _refused(str(refusal)) from refusal


def _refused(why: str) -> InvalidPaper:
    return InvalidPaper(why, data={"field": "file"})


def _store(name: str, data: bytes) -> str:
    """By its hash: another lot's same paper is the same file."""
    storage = private_storage()
    return name if storage.exists(name) else storage.save(name, ContentFile(data))
