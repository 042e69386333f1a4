"""What a paper really is: judged by its bytes, whatever its name says. Never asks the database."""

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.errors import PictureRefused
from catalog.services import pictures
from core.errors import MarketError
from core.spreadsheets import BROKEN_ZIP, MAX_BYTES, is_swollen

_OLE = b"\xd0\xcf\x11\xe0"  # .doc and .xls of before 2007
_END_OF_PDF = 2048  # bytes at the end in which %%EOF stands; some programs add lines after it

# Inner file of a document → its kind.
_DOCUMENTS = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx"}


class PaperRefused(MarketError):
    """The file is not one of the kinds, is too large, or is broken. Data: file."""

    code = "paper_refused"
    message = gettext_lazy("Không nhận được tệp này.")


@dataclass(frozen=True)
class Kind:
    extension: str
    content_type: str
    is_shown: bool  # by the browser itself; others are downloaded


KINDS = {
    kind.extension: kind
    for kind in (
        Kind("pdf", "application/pdf", True),
        Kind("jpg", "image/jpeg", True),
        Kind("png", "image/png", True),
        Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", False),
        Kind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", False),
    )
}
SHOWN = frozenset(kind.content_type for kind in KINDS.values() if kind.is_shown)
# For the "accept" of a file field: with it phones offer the camera and send JPEG.
ACCEPT = ",".join([*(f".{extension}" for extension in KINDS), ".jpeg"])


def judged(file: Any, *, name: str) -> tuple[bytes, Kind]:
    """The upload's bytes and its kind. Raises PaperRefused, naming the file and what to do."""
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _refused(name, _("lớn hơn 20 MB. Hãy chụp hoặc quét nhỏ hơn, hoặc chia thành nhiều tệp."))
    if not data:
        raise _refused(name, _("không có nội dung. Hãy chọn lại tệp."))
    if data.startswith(b"%PDF-"):
        return data, _pdf(data, name)
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return data, _picture(data, name)
    if data.startswith(b"PK\x03\x04"):
        return data, _document(data, name)
    if data.startswith(_OLE):
        raise _refused(name, _("là kiểu Word, Excel cũ. Hãy mở ra rồi lưu thành .docx hoặc .xlsx."))
    raise _refused(
        name,
        _(
            "không phải PDF, JPEG, PNG, XLSX hay DOCX, dù tên tệp ghi gì. "
            "Hãy chụp ảnh giấy tờ, hoặc lưu thành một trong các kiểu đó."
        ),
    )


def safe_name(name: str, content_type: str) -> str:
    """The name with an ending that agrees with the content: a saved paper opens as what it is."""
    kind = next(kind for kind in KINDS.values() if kind.content_type == content_type)
    endings = (".jpg", ".jpeg") if kind.extension == "jpg" else (f".{kind.extension}",)
    return name if name.lower().endswith(endings) else f"{name}.{kind.extension}"


def _refused(name: str, why: str) -> PaperRefused:
    return PaperRefused(_("Tệp “%(name)s” %(why)s") % {"name": name, "why": why}, data={"file": name})


def _pdf(data: bytes, name: str) -> Kind:
    if b"%%EOF" not in data[-_END_OF_PDF:]:
        raise _refused(name, _("là PDF bị cắt giữa chừng. Hãy quét hoặc tải lại rồi gửi."))
    return KINDS["pdf"]


def _picture(data: bytes, name: str) -> Kind:
    try:
        with pictures.opened(data, formats=("JPEG", "PNG")) as image:
            return KINDS["png" if image.format == "PNG" else "jpg"]
    except PictureRefused as refusal:
        if refusal.message is PictureRefused.message:
            raise _refused(name, _("là ảnh hỏng. Hãy chụp lại rồi gửi.")) from refusal
        raise _refused(name, _("không nhận được: %s") % refusal) from refusal


def _document(data: bytes, name: str) -> Kind:
    """XLSX or DOCX, read through once: what its parts really unpack to must be what they claim."""
    broken = _("không phải XLSX hay DOCX dùng được. Hãy mở bằng Excel hoặc Word rồi lưu lại.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            kind = next((kind for inner, kind in _DOCUMENTS.items() if inner in names), None)
            if kind is None or "[Content_Types].xml" not in names:
                raise _refused(name, broken)
            if any(inner.lower().endswith("vbaproject.bin") for inner in names):
                raise _refused(name, _("có macro. Hãy lưu lại thành .xlsx hoặc .docx không có macro."))
            if is_swollen(archive):
                raise _refused(name, _("phình quá lớn khi mở. Hãy xóa ảnh và trang thừa rồi lưu lại."))
            if archive.testzip() is not None:
                raise _refused(name, broken)
    except BROKEN_ZIP as error:
        raise _refused(name, broken) from error
    return KINDS[kind]
