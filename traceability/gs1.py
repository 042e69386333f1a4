"""GS1 numbers and Digital Links. Pure: no models, no database.

Sources: GS1 Digital Link URI Syntax (GTIN with 14 digits under /01/, lot under /10/, slashes in a
lot as %2F); GS1 General Specifications, 7.9 (check digit) and 7.11 (CSET 82, at most 20 for a lot).
"""

import re
from urllib.parse import quote

from biip import ParseError
from biip.gtin import Gtin
from django.utils.translation import gettext_lazy as _

from traceability.errors import BadDigitalLink

CSET82 = re.compile(r"[A-Za-z0-9!\"%&'()*+,\-./:;<=>?_]{1,20}")
_GTIN_LENGTHS = (8, 12, 13, 14)


def gtin14(digits: str) -> str:
    """A GTIN-8, -12, -13 or -14 padded to 14 digits.

    Raises BadDigitalLink in words: not digits, wrong length, wrong check digit.
    """
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in _GTIN_LENGTHS:
        raise BadDigitalLink(
            _("Mã GTIN phải gồm 8, 12, 13 hoặc 14 chữ số. Xin kiểm tra lại dãy số in trên bao bì."),
            data={"part": "gtin"},
        )
    try:
        return Gtin.parse(digits).as_gtin_14()
    except ParseError as error:
        raise BadDigitalLink(
            _(
                "Mã GTIN sai số kiểm tra (chữ số cuối). Có thể một chữ số bị gõ nhầm, hoặc mã này không "
                "phải mã GS1 thật."
            ),
            data={"part": "gtin"},
        ) from error


def lot(text: str) -> str:
    """The lot as it stands. Raises BadDigitalLink when GS1 does not allow it."""
    if not CSET82.fullmatch(text):
        raise BadDigitalLink(
            _("Số lô theo chuẩn GS1 dài tối đa 20 ký tự, gồm chữ không dấu, chữ số và dấu câu."),
            data={"part": "lot"},
        )
    return text


def digital_link(*, site: str, gtin: str, lot: str = "", serial: str = "") -> str:
    """``https://host/01/08938500001239/10/LOT2026A/21/SN1``; ``site`` without a slash at its end."""
    parts = [("01", gtin), ("10", lot), ("21", serial)]
    return site + "".join(f"/{name}/{quote(value, safe='')}" for name, value in parts if value)
