"""Which row of a page is the header, and which column means what."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import headings, names
from core.errors import FileRefused
from core.headings import Header
from core.spreadsheets import Page
from core.text import clean

WITHIN = 15  # rows; above the header stand the national heading and the decision's title

# Field → what people call it. The order is that of the template and of the choices.
FIELDS: Mapping[str, Any] = {
    "ordinal": gettext_lazy("TT"),
    "name": gettext_lazy("Tên sản phẩm"),
    "subject": gettext_lazy("Tên chủ thể"),
    "subject_kind": gettext_lazy("Loại hình chủ thể"),
    "address": gettext_lazy("Địa chỉ (thôn, xã, huyện)"),
    "address_now": gettext_lazy("Địa chỉ hiện nay"),
    "commune": gettext_lazy("Xã, phường"),
    "district": gettext_lazy("Huyện (trước 7/2025)"),
    "province_at_award": gettext_lazy("Tỉnh khi công nhận"),
    "province": gettext_lazy("Tỉnh"),
    "phone": gettext_lazy("Điện thoại"),
    "score": gettext_lazy("Điểm"),
    "stars": gettext_lazy("Hạng sao"),
    "decision_no": gettext_lazy("Số quyết định (có thể kèm ngày)"),
    "decision_date": gettext_lazy("Ngày quyết định"),
    "award_year": gettext_lazy("Năm công nhận"),
    "expires": gettext_lazy("Thời hạn"),
    "authority": gettext_lazy("Cơ quan ban hành"),
    "basis": gettext_lazy("Căn cứ công nhận"),
    "group": gettext_lazy("Nhóm, bộ sản phẩm"),
    "source_url": gettext_lazy("Nguồn (đường dẫn)"),
}
REQUIRED = ("name", "stars")
PLACES = ("province", "province_at_award", "address", "address_now")

# Field → headings that mean it, as ``names.words`` folds them.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "ordinal": ("tt", "stt", "so tt", "so thu tu", "record id"),
    "name": (
        "name", "ten san pham", "san pham", "ten sp", "ten san pham ocop", "product name",
        "ten san pham dich vu", "san pham ten", "san pham ten san pham",
    ),
    "subject": (
        "subject", "chu the", "ten chu the", "ten chu the san xuat", "chu the san xuat", "chu the ocop",
        "don vi", "don vi san xuat", "co so san xuat", "subject name", "chu the ten", "chu the ten chu the",
        "ten co so", "ten don vi", "chu the co san pham", "to chuc ca nhan",
    ),
    "subject_kind": (
        "subject kind", "loai hinh", "loai hinh chu the", "loai hinh to chuc", "chu the loai hinh",
    ),
    "address": (
        "dia chi", "dia chi san xuat", "dia chi chu the", "original address", "chu the dia chi",
        "dia chi thon xa huyen", "dia chi co so",
    ),
    "address_now": ("current address", "dia chi hien nay", "dia chi moi", "dia chi sau sap nhap"),
    "commune": (
        "commune", "xa", "xa phuong", "xa phuong thi tran", "phuong xa", "current commune", "ten xa",
        "xa phuong dac khu",
    ),
    "district": (
        "district pre 2025 7", "district", "huyen", "huyen cu", "quan huyen", "huyen thi xa",
        "huyen thi xa thanh pho", "huyen tx tp",
    ),
    "province_at_award": (
        "province at award", "tinh khi cong nhan", "tinh cu", "tinh truoc 1 7 2025", "legacy region",
    ),
    "province": (
        "province since 2025 7", "province", "tinh", "tinh thanh pho", "tinh hien nay", "tinh thanh",
    ),
    "phone": (
        "dien thoai", "so dien thoai", "sdt", "dt",
        "so dt", "hotline", "chu the dien thoai", "phone", "lien he",
    ),
    "score": (
        "score", "diem", "tong diem", "diem so",
        "diem danh gia", "so diem", "ket qua diem", "diem trung binh",
    ),
    "stars": (
        "stars", "hang sao", "so sao", "sao", "hang", "phan hang", "xep hang", "star rating", "hang dat",
        "ket qua hang sao", "ket qua xep hang", "ket qua phan hang", "ket qua", "phan hang sao", "dat hang",
    ),
    "decision_no": (
        "decision no", "so quyet dinh", "so qd",
        "quyet dinh so", "quyet dinh", "decision number", "so qd ngay",
        "so qd ngay thang", "quyet dinh cong nhan",
        "so ngay quyet dinh", "so quyet dinh ngay", "qd cong nhan",
        "so quyet dinh ngay thang nam", "so quyet dinh cong nhan",
    ),
    "decision_date": (
        "decision date", "ngay quyet dinh", "ngay ky", "ngay qd", "ngay cong nhan", "ngay ban hanh",
        "cert issued at", "ngay cap", "thoi gian cong nhan", "quyet dinh ngay",
    ),
    "award_year": ("award year", "nam", "nam cong nhan", "nam danh gia", "cert year", "nam dat"),
    "expires": (
        "thoi han", "ngay het han", "cert expires at", "co gia tri den", "het han", "gia tri den ngay",
        "hieu luc den", "thoi han cong nhan", "ngay het hieu luc", "co hieu luc den",
    ),
    "authority": (
        "issuing authority", "co quan ban hanh", "co quan cong nhan", "co quan quyet dinh", "co quan",
    ),
    "basis": ("star basis", "can cu", "can cu cong nhan"),
    "group": ("group guess", "nhom", "nhom san pham", "bo san pham", "nhom bo san pham", "category"),
    "source_url": ("source url", "nguon", "lien ket", "duong dan", "url"),
}  # fmt: skip
_BY_HEADING = {heading: name for name, synonyms in SYNONYMS.items() for heading in synonyms}
_IN_BRACKETS = re.compile(r"\([^)]*\)")


def missing(header: Header, *, knows_province: bool) -> list[str]:
    """Fields that a list cannot do without, and that no column has."""
    found = set(header.mapping.values())
    wanting = [name for name in REQUIRED if name not in found]
    if not knows_province and not found & set(PLACES):
        wanting.append("province")
    return wanting


def field_of(heading: str) -> str | None:
    """What a heading means; words in brackets only explain, unless they are needed."""
    text = clean(heading).replace("*", " ").replace(",", " ")
    for tried in (text.replace("(", " ").replace(")", " "), _IN_BRACKETS.sub(" ", text)):
        if found := _BY_HEADING.get(names.words(tried)):
            return found
    return None


def guess(page: Page) -> Header:
    """The row, or the two merged rows, among the first with the most known headings."""
    return headings.guess(page, _meaning, within=WITHIN)


def at(page: Page, row: int, height: int) -> Header:
    """The header in the given row(s), each known heading once, the first column winning."""
    return headings.at(page, row, height, _meaning)


def _meaning(heading: str) -> tuple[str, int] | None:
    found = field_of(heading)
    return (found, 0) if found else None


def require(header: Header, *, knows_province: bool) -> None:
    """Raises FileRefused, naming what is missing, what was found, and what to do."""
    wanting = missing(header, knows_province=knows_province)
    if not wanting:
        return
    found = [heading for heading in header.headings if heading]
    raise FileRefused(
        _(
            "Không thấy cột %(missing)s trong %(within)s dòng đầu. Dòng tiêu đề gần đúng nhất có: "
            "%(found)s. Hãy đặt tên cột như mẫu, ví dụ “Tên sản phẩm”, “Tỉnh”, “Hạng sao”, rồi nhập lại."
        )
        % {
            "missing": ", ".join(f"“{FIELDS[name]}”" for name in wanting),
            "within": WITHIN,
            "found": ", ".join(f"“{text[:40]}”" for text in found[:12]) or _("(không có gì)"),
        },
        data={"missing": wanting, "found": found[:40]},
    )


def best_page(pages: Sequence[Page]) -> int:
    """The page to offer first: visible, with the most known headings, then the most rows."""
    return max(
        range(len(pages)),
        key=lambda i: (len(guess(pages[i]).mapping), not pages[i].is_hidden, len(pages[i].grid)),
    )
