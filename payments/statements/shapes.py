"""Bank statements: the headings by which their columns are known.

The words are those that exports of Vietcombank, VietinBank, BIDV, Agribank, Techcombank, MB, ACB,
Sacombank, TPBank and VPBank are generally known to use. None was checked against a bank's own
specification; a file that differs is mapped by hand once, and the mapping is kept.
"""

from collections.abc import Mapping as ReadOnly

from django.utils.translation import gettext_lazy as _

from core import columns
from core.columns import Mapping, Vocabulary
from core.errors import FileRefused
from core.headings import Header
from core.spreadsheets import Page

WORDS = Vocabulary(
    # As ``core.text.fold`` leaves them, without signs.
    headings={
        "date": (
            "ngay giao dich", "thoi gian giao dich", "ngay gio giao dich", "ngay gd", "thoi gian gd",
            "transaction date", "transaction time", "date time", "ngay phat sinh", "ngay tnx", "tnx date",
            "txn date", "ngay hach toan", "ngay hieu luc", "ngay gia tri", "posting date",
            "accounting date", "booking date", "value date", "effective date", "ngay", "thoi gian", "date",
        ),
        "time": ("gio giao dich", "gio gd", "gio", "time"),
        "credit": (
            "so tien ghi co", "phat sinh co", "ghi co", "tien vao", "gui vao", "co tktt", "so tien co",
            "ps co", "phat sinh tang", "so tien nhan", "credit amount", "co credit", "credit", "deposit",
            "money in", "co",
        ),
        "debit": (
            "so tien ghi no", "phat sinh no", "ghi no", "tien ra", "rut ra", "no tktt", "so tien no",
            "ps no", "phat sinh giam", "so tien chuyen", "debit amount", "no debit", "debit", "withdrawal",
            "money out", "no",
        ),
        "amount": (
            "so tien giao dich", "so tien gd", "transaction amount", "so tien", "phat sinh", "amount",
        ),
        "direction": (
            "loai giao dich", "loai gd", "no co", "ghi no co", "ghi no ghi co", "dau", "debit credit",
            "dr cr", "d c", "c d", "transaction type",
        ),
        "memo": (
            "noi dung giao dich", "noi dung chuyen khoan", "noi dung chi tiet", "noi dung thanh toan",
            "noi dung gd", "noi dung", "dien giai chi tiet", "dien giai", "mo ta giao dich", "mo ta",
            "transaction description", "transaction detail", "transaction details", "transaction remarks",
            "transactions in detail", "chi tiet giao dich", "description", "details", "remark", "remarks",
            "narrative",
        ),
        "reference": (
            "so tham chieu", "ma tham chieu", "ma giao dich", "ma gd", "so giao dich", "so gd", "so but toan",
            "ma but toan", "so chung tu", "so ct", "transaction number", "transaction no", "transaction id",
            "reference number", "reference no", "doc no", "ref no", "reference", "ft", "trace",
        ),
        "balance": (
            "so du sau giao dich", "so du sau gd", "so du luy ke", "so du cuoi", "so du kha dung", "so du",
            "running balance", "available balance", "balance",
        ),
        "currency": ("loai tien te", "loai tien", "don vi tien te", "tien te", "currency", "ccy"),
    },
    labels={
        "date": _("Ngày giao dịch"),
        "time": _("Giờ giao dịch"),
        "credit": _("Ghi có"),
        "debit": _("Ghi nợ"),
        "amount": _("Số tiền"),
        "direction": _("Nợ hay có"),
        "memo": _("Nội dung"),
        "reference": _("Số tham chiếu"),
        "balance": _("Số dư"),
        "currency": _("Loại tiền"),
    },
    required=(("date",), ("credit", "amount"), ("memo",)),
    dates=("date",),
    amounts=("credit", "debit", "amount", "balance"),
)  # fmt: skip


def guess(page: Page) -> Mapping | None:
    """Where date, amounts, memo … stand, by the words of the header; None where it cannot be told."""
    return columns.guess(page, WORDS)


def chosen(page: Page, header: Header, by_field: ReadOnly[str, int]) -> Mapping:
    """The columns that a person says, below a header."""
    return columns.chosen(page, header, by_field, WORDS)


def fit(page: Page, mapping: Mapping) -> Mapping | None:
    """A mapping kept from an earlier file of the same bank, if this page has the same headings."""
    return columns.fit(page, mapping, WORDS)


def why_not(page: Page) -> FileRefused:
    """What to tell where there is no mapping."""
    return columns.why_not(page, WORDS)
