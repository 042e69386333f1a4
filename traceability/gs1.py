"""GS1 numbers and Digital Links. Pure: no models, no database.

Sources: GS1 Digital Link Standard, URI Syntax (GTIN with 14 digits under /01/; its qualifiers 22, 10
and 21 in the path, in this order; data attributes in the query; slashes of a value as %2F); GS1 General
Specifications, 7.9 (check digit) and 7.11 (CSET 82, at most 20 for a lot and a serial).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from biip import ParseError
from biip.gln import Gln
from biip.gs1_element_strings import GS1ElementString
from biip.gtin import Gtin
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from traceability.errors import BadDigitalLink

CSET82 = re.compile(r"[A-Za-z0-9!\"%&'()*+,\-./:;<=>?_]{1,20}")
_GTIN_LENGTHS = (8, 12, 13, 14)
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")

# What narrows a GTIN, from wide to narrow: the only keys after it in a path, and only in this order.
QUALIFIERS: Mapping[str, str | Promise] = {
    "22": _("Mã biến thể"),
    "10": _("Số lô"),
    "21": _("Số riêng (sê-ri)"),
}
_ONLY_IN_THE_PATH = {"01", *QUALIFIERS}


@dataclass(frozen=True)
class DigitalLink:
    """A parsed link; "" where it names no variant, lot or serial. ``attributes``: AI → value."""

    gtin: str
    cpv: str = ""
    lot: str = ""
    serial: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """``/01/08938500001239/10/A%2F1``, without the attributes."""
        values = zip(QUALIFIERS, (self.cpv, self.lot, self.serial), strict=True)
        return f"/01/{self.gtin}" + "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in values if value)

    def __str__(self) -> str:
        return self.path + (f"?{urlencode(self.attributes)}" if self.attributes else "")


def parse(tail: str, query: str = "") -> DigitalLink:
    """The link whose path, still percent-encoded, goes on with ``tail`` after ``/01/``.

    Keys of the query that are not numbers are none of GS1's business and are left alone.
    Raises BadDigitalLink in words.
    """
    if _BROKEN_ESCAPE.search(tail):
        raise _refusal("path", _("Địa chỉ có dấu % không theo sau bởi hai chữ số. Xin quét lại hình QR."))
    gtin, *rest = (unquote(part) for part in tail.removesuffix("/").split("/"))
    if len(gtin) != 14:
        raise _refusal(
            "gtin",
            _(
                "Mã GTIN trong địa chỉ GS1 phải đủ 14 chữ số. Với mã ngắn hơn, hãy thêm số 0 vào trước, hoặc "
                "gõ mã vào ô tra cứu."
            ),
        )
    gtin14(gtin)
    keys, values = rest[::2], rest[1::2]
    if len(keys) != len(values) or keys != [key for key in QUALIFIERS if key in keys]:
        raise _refusal(
            "path",
            _(
                "Sau mã GTIN chỉ có thể là biến thể (22), số lô (10), số riêng (21), mỗi mục một lần và theo "
                "đúng thứ tự ấy. Xin quét lại hình QR."
            ),
        )
    named = {key: _qualifier(key, value) for key, value in zip(keys, values, strict=True)}
    return DigitalLink(
        gtin=gtin,
        cpv=named.get("22", ""),
        lot=named.get("10", ""),
        serial=named.get("21", ""),
        attributes=_attributes(query),
    )


def encoded_again(tail: str) -> str:
    """A path after ``/01/`` that a server has decoded, with its values encoded as they were.

    Whatever is no key belongs to the value before it, so ``…/10/A/1`` is the lot ``A/1``.
    """
    first, *rest = tail.removesuffix("/").split("/")
    parts, is_value = [quote(first, safe="")], False
    for part in rest:
        if is_value or part in QUALIFIERS:
            parts.append(quote(part, safe=""))
            is_value = not is_value
        else:
            parts[-1] += "%2F" + quote(part, safe="")
    return "/".join(parts)


def gtin14(digits: str) -> str:
    """A GTIN-8, -12, -13 or -14 padded to 14 digits.

    Raises BadDigitalLink in words: not digits, wrong length, wrong check digit.
    """
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in _GTIN_LENGTHS:
        raise _refusal(
            "gtin",
            _("Mã GTIN phải gồm 8, 12, 13 hoặc 14 chữ số. Xin kiểm tra lại dãy số in trên bao bì."),
        )
    try:
        return Gtin.parse(digits).as_gtin_14()
    except ParseError as error:
        raise _refusal(
            "gtin",
            _(
                "Mã GTIN sai số kiểm tra (chữ số cuối). Có thể một chữ số bị gõ nhầm, hoặc mã này không "
                "phải mã GS1 thật."
            ),
        ) from error


def gln13(digits: str) -> str:
    """A GLN as it stands. Raises BadDigitalLink in words: not 13 digits, wrong check digit."""
    try:
        if len(digits) == 13 and digits.isascii() and digits.isdigit():
            return Gln.parse(digits).value
    except ParseError as error:
        raise _refusal(
            "gln", _("Mã GLN sai số kiểm tra (chữ số cuối). Xin so lại với giấy của GS1 Việt Nam.")
        ) from error
    raise _refusal("gln", _("Mã GLN phải gồm đúng 13 chữ số."))


def lot(text: str) -> str:
    """The lot as it stands. Raises BadDigitalLink when GS1 does not allow it."""
    return _qualifier("10", text)


def digital_link(*, site: str, gtin: str, lot: str = "", serial: str = "") -> str:
    """``https://host/01/08938500001239/10/LOT2026A``; ``site`` without a slash at its end."""
    return site + DigitalLink(gtin=gtin, lot=lot, serial=serial).path


def location_link(*, site: str, gln: str) -> str:
    """``https://host/414/8938500001239``: a place by its GLN."""
    return f"{site}/414/{gln}"


def _qualifier(ai: str, text: str) -> str:
    if CSET82.fullmatch(text):
        return text
    raise _refusal(
        {"22": "cpv", "10": "lot", "21": "serial"}[ai],
        _("%(name)s theo chuẩn GS1 dài tối đa 20 ký tự, gồm chữ không dấu, chữ số và dấu câu.")
        % {"name": QUALIFIERS[ai]},
    )


def _attributes(query: str) -> dict[str, str]:
    """The data attributes of a query: its keys of digits only, each an AI with a value that GS1 allows."""
    found: dict[str, str] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        if not (key.isascii() and key.isdigit()):
            continue
        if key in _ONLY_IN_THE_PATH:
            raise _refusal(
                "query",
                _("Mục (%(ai)s) phải nằm trong đường dẫn, không nằm sau dấu hỏi. Xin quét lại hình QR.")
                % {"ai": key},
            )
        if key in found or not _is_of_ai(key, value):
            raise _refusal(
                "query",
                _("Mục (%(ai)s) trong địa chỉ không đúng chuẩn GS1, ví dụ ngày tháng không có thật.")
                % {"ai": key[:4]},
            )
        found[key] = value
    return found


def _is_of_ai(ai: str, value: str) -> bool:
    """By biip's table of application identifiers: the shape, and for dates a day that exists."""
    try:
        element = GS1ElementString.extract(ai + value)
    except ParseError:
        return False
    return (element.ai.ai, element.value) == (ai, value)


def _refusal(part: str, message: Any) -> BadDigitalLink:
    return BadDigitalLink(message, data={"part": part})
