"""The list by which a carrier tells which cash it collected, what it kept, and what it sends on.

The words are those that lists of GHN, GHTK and Viettel Post are generally known to use. None was
checked against a carrier's own specification; a list that differs is mapped by hand once.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import cells, columns
from core.columns import Line, Mapping, Problem, Skipped, Unreadable, Vocabulary
from core.errors import FileRefused
from core.headings import Header
from core.money import format_vnd
from core.spreadsheets import Page

# Where a list has no column for all fees, these are summed up.
FEE_PARTS = ("shipping_fee", "cod_fee", "insurance_fee", "return_fee", "other_fee")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{2,59}")

WORDS = Vocabulary(
    headings={
        "tracking_code": (
            "ma van don", "so van don", "ma don hang ghn", "ma don ghn", "ma don ghtk", "ma don hang ghtk",
            "ma phieu gui", "ma buu gui", "so hieu buu gui", "ma kien", "tracking code", "tracking number",
            "label id", "van don",
        ),
        "order_code": (
            "ma don hang rieng", "ma don khach hang", "ma don hang khach hang", "ma don shop",
            "ma don hang shop", "ma don hang doi tac", "ma don doi tac", "ma tham chieu", "client order code",
            "order reference", "partner id", "ma don hang", "ma don", "order code",
        ),
        "collected": (
            "tong tien thu ho", "so tien thu ho", "tien thu ho cod", "tien thu ho", "tien cod", "so tien cod",
            "cod thuc thu", "thuc thu", "cod amount", "thu ho", "cod",
        ),
        "fee": (
            "tong phi dich vu", "tong phi", "tong cuoc phi", "tong cuoc", "phi dich vu", "cuoc phi",
            "tien cuoc", "total fee", "phi ship", "cuoc", "phi", "fee",
        ),
        "shipping_fee": ("phi van chuyen", "phi giao hang", "cuoc chinh", "cuoc van chuyen"),
        "cod_fee": ("phi thu ho", "phi cod", "cuoc thu ho", "cuoc cod"),
        "insurance_fee": ("phi bao hiem", "phi khai gia"),
        "return_fee": ("phi chuyen hoan", "phi hoan hang", "phi hoan", "phi tra hang"),
        "other_fee": ("phi khac", "phu phi", "cuoc phu"),
        "net": (
            "tien thuc nhan", "thuc nhan", "thuc tra", "so tien thanh toan", "tien thanh toan",
            "tong thanh toan", "tien doi soat", "tong doi soat", "so tien chuyen", "con nhan", "con lai",
            "thanh toan", "net amount", "net",
        ),
        "delivered_on": (
            "ngay giao hang thanh cong", "ngay giao thanh cong", "ngay phat thanh cong", "ngay giao hang",
            "ngay giao", "ngay phat", "thoi gian giao", "ngay hoan thanh", "ngay hoan tat", "delivered date",
            "delivery date",
        ),
    },
    labels={
        "tracking_code": gettext_lazy("Mã vận đơn"),
        "order_code": gettext_lazy("Mã đơn hàng"),
        "collected": gettext_lazy("Tiền thu hộ"),
        "fee": gettext_lazy("Tổng phí"),
        "shipping_fee": gettext_lazy("Phí vận chuyển"),
        "cod_fee": gettext_lazy("Phí thu hộ"),
        "insurance_fee": gettext_lazy("Phí bảo hiểm"),
        "return_fee": gettext_lazy("Phí hoàn hàng"),
        "other_fee": gettext_lazy("Phí khác"),
        "net": gettext_lazy("Thực nhận"),
        "delivered_on": gettext_lazy("Ngày giao"),
    },
    required=(("tracking_code", "order_code"), ("collected",)),
    dates=("delivered_on",),
    amounts=("collected", "fee", "net", *FEE_PARTS),
)  # fmt: skip


@dataclass(frozen=True)
class RemittanceRow:
    """One parcel, in đồng: ``net`` = ``collected`` − ``fee``, negative where only the way back is charged.

    One of the codes may be "". ``order_code`` is as the carrier prints what we gave it. ``carrier``
    is whose list it is.
    """

    line: int
    tracking_code: str
    order_code: str
    collected: int
    fee: int
    net: int
    delivered_on: dt.date | None
    carrier: str = ""

    @property
    def checksum(self) -> str:
        """The same for the same parcel and money in whichever list of the carrier they stand.

        Without the day: one export of a list prints it, another leaves it out.
        """
        facts = (self.carrier, self.tracking_code, self.order_code, self.collected, self.fee)
        return hashlib.sha256("\n".join(map(str, facts)).encode()).hexdigest()


Reading = columns.Reading[RemittanceRow]


def guess(page: Page) -> Mapping | None:
    """Where codes and amounts stand, by the words of the header; None where it cannot be told."""
    return columns.guess(page, WORDS)


def chosen(page: Page, header: Header, by_field: ReadOnly[str, int]) -> Mapping:
    """The columns that a person says, below a header."""
    return columns.chosen(page, header, by_field, WORDS)


def fit(page: Page, mapping: Mapping) -> Mapping | None:
    """A mapping kept from an earlier list of the same carrier, if this page has the same headings."""
    return columns.fit(page, mapping, WORDS)


def why_not(page: Page) -> FileRefused:
    """What to tell where there is no mapping."""
    return columns.why_not(page, WORDS)


def read(page: Page, mapping: Mapping, *, carrier: str = "") -> Reading:
    """All parcels in the list's order, each code once. Raises FileRefused for more than 20.000 rows."""
    rows: dict[str, RemittanceRow] = {}
    problems: list[Problem] = []
    skipped: list[Skipped] = []
    for line in columns.lines(page, mapping, WORDS):
        try:
            if row := _row(line, mapping, carrier):
                _keep(line, row, rows)
            else:
                skipped.append(Skipped(line.number, line.text))
        except Unreadable as error:
            problems.append(error.problem)
    return Reading(tuple(rows.values()), tuple(problems), tuple(skipped))


def _keep(line: Line, row: RemittanceRow, rows: dict[str, RemittanceRow]) -> None:
    """Raises Unreadable for a parcel that the list has already."""
    earlier = rows.setdefault(row.tracking_code or row.order_code, row)
    if earlier is not row:
        name = "tracking_code" if row.tracking_code else "order_code"
        raise line.unreadable(name, _("đã có ở dòng %s; hỏi lại đơn vị vận chuyển") % earlier.line)


def _row(line: Line, mapping: Mapping, carrier: str) -> RemittanceRow | None:
    """None for a row that is no parcel. Raises Unreadable."""
    tracking_code, order_code = line.shown("tracking_code"), line.shown("order_code")
    code = tracking_code or order_code
    if columns.is_closing(code) or (not code and line.is_closing):
        return None
    if not _CODE.fullmatch(code):
        if not any(line.shown(name) for name in WORDS.amounts):
            return None
        name = "tracking_code" if tracking_code or "order_code" not in mapping.columns else "order_code"
        raise line.unreadable(name, _("ghi mã vận đơn hoặc mã đơn, không có dấu cách"))
    collected = line.amount("collected")
    if collected is None:
        raise line.unreadable("collected", _("ghi số tiền đã thu, 0 nếu không thu"))
    fee, net = _fee_and_net(line, collected)
    return RemittanceRow(
        line=line.number,
        tracking_code=tracking_code,
        order_code=order_code,
        collected=collected,
        fee=fee,
        net=net,
        delivered_on=_delivered_on(line, mapping),
        carrier=carrier,
    )


def _fee_and_net(line: Line, collected: int) -> tuple[int, int]:
    """Fees may be printed with a minus. One of the two may be missing, but both must add up."""
    fees = [line.amount("fee")]
    if fees == [None]:
        fees = [line.amount(name) for name in FEE_PARTS]
    told = [abs(fee) for fee in fees if fee is not None]
    net = line.amount("net")
    if net is None:
        return sum(told), collected - sum(told)
    fee = sum(told) if told else collected - net
    if collected - fee != net:
        remedy = _("tiền thu hộ trừ phí là %(due)s, không phải %(net)s; hỏi lại đơn vị vận chuyển")
        raise line.unreadable("net", remedy % {"due": format_vnd(collected - fee), "net": format_vnd(net)})
    if fee < 0:
        raise line.unreadable("net", _("nhiều hơn tiền thu hộ, tức là phí âm; hỏi lại đơn vị vận chuyển"))
    return fee, net


def _delivered_on(line: Line, mapping: Mapping) -> dt.date | None:
    if line.shown("delivered_on").strip("-–") == "":
        return None
    try:
        return cells.moment(line["delivered_on"], mapping.date_order)[0].date()
    except cells.BadValue as error:
        raise line.unreadable("delivered_on", error.remedy) from error
