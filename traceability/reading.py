"""Understanding what people type or paste into the look-up. Pure: no database."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from core.errors import MarketError
from core.text import clean
from traceability import gs1
from traceability.services.codes import SHAPE

LONGEST = 2000
_SEPARATORS = re.compile(r"[\s.\-–—_]+")
_LINK = re.compile(
    r"^(https?:)?//|^[\w.-]+\.[a-z]{2,}(:\d+)?/|^/?(truy-xuat|01)/|^[\w.-]+:\d+/", re.IGNORECASE
)
_OWN_PATH = re.compile(r"^/?(?:[a-z]{2}/)?truy-xuat/([^/]+)/?")
_GS1_PATH = re.compile(r"/01/([^/]+)(?:/22/[^/]+)?(?:/10/(.+?))?(?:/21/[^/]+)?/?$")
_ELEMENTS = re.compile(r"^\(01\)(\d{14})(?:\(10\)([^(]{1,20}))?")


class NotACode(MarketError):
    """The text is no code that this market gave out."""

    code = "not_a_code"
    status = 422
    message = _(
        "Đây không phải mã truy xuất của Chợ OCOP. Mã có 10 ký tự gồm chữ và số, in dưới hình QR; hoặc là "
        "dãy 8–14 chữ số dưới mã vạch."
    )


@dataclass(frozen=True)
class Reading:
    """Either ``code`` (our own) or ``gtin`` (14 digits), the latter perhaps with ``lot``."""

    code: str = ""
    gtin: str = ""
    lot: str = ""


def compact(text: str) -> str:
    """A code as it is stored: capitals, without the blanks and dashes that people put in."""
    return _SEPARATORS.sub("", text).upper()


def read(text: str, *, hosts: Collection[str]) -> Reading:
    """What the text names; ``hosts`` are the market's own.

    Raises NotACode, or gs1's BadDigitalLink, each with words that say what to do.
    """
    if len(text) > LONGEST:
        raise NotACode(_("Nội dung quá dài. Xin chỉ dán mã hoặc địa chỉ đọc được từ hình QR."))
    text = clean(text)
    if not text:
        raise NotACode(_("Xin nhập mã hoặc dán địa chỉ đọc được từ hình QR."))
    elements = _ELEMENTS.match(text.replace(" ", ""))
    if elements:
        return _of_gs1(elements[1], elements[2] or "")
    if _LINK.search(text):
        return _of_link(text, hosts)
    code = compact(text)
    if code.isascii() and code.isdigit():
        return _of_gs1(code, "")
    if SHAPE.fullmatch(code):
        return Reading(code=code)
    raise NotACode


def _of_gs1(gtin: str, lot: str) -> Reading:
    return Reading(gtin=gs1.gtin14(gtin), lot=gs1.lot(lot) if lot else "")


def _of_link(text: str, hosts: Collection[str]) -> Reading:
    if re.match(r"^/?(truy-xuat|01)/", text):
        host, path = "", "/" + text.lstrip("/")
    else:
        try:
            parts = urlsplit(text if "//" in text else f"//{text}")
        except ValueError as error:
            raise NotACode from error
        host, path = parts.netloc.lower(), parts.path
    in_gs1 = _GS1_PATH.search(path)
    if in_gs1:  # a GTIN is the same on every host
        return _of_gs1(unquote(in_gs1[1]), unquote(in_gs1[2] or ""))
    if host and host not in hosts:
        raise NotACode(
            _("Mã này dẫn tới %(host)s, không phải Chợ OCOP. Chúng tôi không xác nhận được thông tin ở đó.")
            % {"host": host[:80]}
        )
    own = _OWN_PATH.match(path)
    if own and SHAPE.fullmatch(code := compact(unquote(own[1]))):
        return Reading(code=code)
    raise NotACode
