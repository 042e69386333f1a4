"""VietQR: a bank transfer as a QR code that every Vietnamese banking app fills in.

EMVCo merchant-presented data (tag, two-digit length, value) with the NAPAS template in tag 38; the
checksum is CRC-16/CCITT-FALSE over everything before it, its own tag and length included.
"""

import binascii
import io
import re

import qrcode.image.svg
from django.utils.translation import gettext_lazy as _
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from core.errors import MarketError

NAPAS = "A000000727"
TO_ACCOUNT = "QRIBFTTA"  # to an account; to a card it would be QRIBFTTC
ONE_PAYMENT = "12"
DONG = "704"  # ISO 4217

ACCOUNT_MAX = 19
AMOUNT_DIGITS = 13
MEMO_MAX = 25
# Some banks keep fewer characters of a note than the code may carry: what we must read back is shorter.
OWN_MEMO_MAX = 19
OWN_MEMO_PREFIX = "OCOP "

QUIET_ZONE = 4  # modules; ISO/IEC 18004 asks for four on each side
MODULE = 8  # px; a payload with amount and memo has 41 to 49 modules: about 400 px


class TransferRefused(MarketError):
    """A transfer that cannot be written as VietQR. Data: field."""

    code = "transfer_refused"


class BadBin(TransferRefused):
    """Not the six digits of a bank."""

    code = "bad_bin"
    message = _("Mã ngân hàng (BIN) gồm đúng 6 chữ số: hãy chọn lại ngân hàng nhận tiền.")


class BadAccount(TransferRefused):
    """Not an account number."""

    code = "bad_account"
    message = _("Số tài khoản nhận tiền chỉ gồm chữ cái không dấu và chữ số, nhiều nhất 19 ký tự.")


class BadAmount(TransferRefused):
    """Not a whole number of đồng above zero."""

    code = "bad_amount"
    message = _("Số tiền chuyển khoản phải là số đồng nguyên lớn hơn 0, nhiều nhất 13 chữ số.")


class BadMemo(TransferRefused):
    """A note that banks would change or cut."""

    code = "bad_memo"
    message = _("Nội dung chuyển khoản chỉ gồm ký tự không dấu, nhiều nhất 25 ký tự.")


def own_memo(reference: str) -> str:
    """The transfer note of an order: ``OCOP`` and its reference, at most 19 characters.

    Raises BadMemo unless the reference is 4 to 14 of A–Z and 0–9: what banks leave untouched.
    """
    if not re.fullmatch(rf"[0-9A-Z]{{4,{OWN_MEMO_MAX - len(OWN_MEMO_PREFIX)}}}", reference):
        raise BadMemo(_("Mã đơn trong nội dung chuyển khoản gồm 4 đến 14 chữ in hoa không dấu và chữ số."))
    return OWN_MEMO_PREFIX + reference


def encode(bin: str, account: str, amount: int, memo: str) -> str:
    """The payload of one payment of ``amount`` đồng to an account, with its note.

    Raises BadBin, BadAccount, BadAmount or BadMemo. Whether the bank exists is not looked up:
    lists of banks grow old, and payments.banks has one for people to choose from.
    """
    if not re.fullmatch(r"[0-9]{6}", bin):
        raise BadBin(data={"field": "bin"})
    if not re.fullmatch(rf"[0-9A-Za-z]{{1,{ACCOUNT_MAX}}}", account):
        raise BadAccount(data={"field": "account"})
    if type(amount) is not int or not 0 < amount < 10**AMOUNT_DIGITS:  # True is an int, too
        raise BadAmount(data={"field": "amount"})
    if not re.fullmatch(rf"[ -~]{{1,{MEMO_MAX}}}", memo) or memo != memo.strip():
        raise BadMemo(data={"field": "memo"})
    receiver = _field("00", bin) + _field("01", account)
    body = (
        _field("00", "01")
        + _field("01", ONE_PAYMENT)
        + _field("38", _field("00", NAPAS) + _field("01", receiver) + _field("02", TO_ACCOUNT))
        + _field("53", DONG)
        + _field("54", str(amount))
        + _field("58", "VN")
        + _field("62", _field("08", memo))
        + "6304"
    )
    return f"{body}{binascii.crc_hqx(body.encode('ascii'), 0xFFFF):04X}"


def svg(payload: str) -> str:
    """The QR code as an SVG document with a white ground, so that a dark page does not invert it."""
    image = _symbol(payload).make_image(image_factory=qrcode.image.svg.SvgPathFillImage)
    return str(image.to_string(encoding="unicode"))


def png(payload: str) -> bytes:
    """The QR code as a PNG picture, to be saved from a phone and opened in the banking app."""
    out = io.BytesIO()
    _symbol(payload).make_image(fill_color="black", back_color="white").save(out, "PNG", optimize=True)
    return out.getvalue()


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02}{value}"


def _symbol(payload: str) -> QRCode:
    symbol = QRCode(error_correction=ERROR_CORRECT_M, box_size=MODULE, border=QUIET_ZONE)
    symbol.add_data(payload)
    symbol.make(fit=True)
    return symbol
