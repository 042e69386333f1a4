"""A bank statement, read row by row into what moved on the account."""

import datetime as dt
import hashlib
import re
from collections import Counter
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from core import cells, columns
from core.columns import Line, Mapping, Problem, Skipped, Unreadable
from core.spreadsheets import Page
from core.text import fold
from payments.statements.shapes import WORDS

_DONG = frozenset({"", "vnd", "dong", "704", "d", "₫"})
_IN = frozenset({"c", "cr", "co", "ghi co", "credit", "+", "tien vao", "nhan tien"})
_OUT = frozenset({"d", "dr", "no", "ghi no", "debit", "-", "tien ra", "chuyen tien"})


@dataclass(frozen=True)
class StatementRow:
    """One movement. ``amount`` in đồng, in positive, out negative.

    ``booked_at`` is aware, in Vietnam; midnight where the bank names only the day. ``checksum`` is the
    same whenever the same movement of the same account is read again, from whichever file.
    """

    line: int
    booked_at: dt.datetime
    amount: int
    currency: str
    memo: str
    bank_reference: str
    balance: int | None
    checksum: str

    @property
    def has_time(self) -> bool:
        return self.booked_at.time() != dt.time()


Reading = columns.Reading[StatementRow]


def read(page: Page, mapping: Mapping, *, account: str) -> Reading:
    """All movements in the file's order. ``account`` is the number of ours that the statement is of.

    Raises FileRefused for more than 20.000 rows.
    """
    rows: list[StatementRow] = []
    problems: list[Problem] = []
    skipped: list[Skipped] = []
    for line in columns.lines(page, mapping, WORDS):
        try:
            row = _row(line, mapping)
        except Unreadable as error:
            problems.append(error.problem)
            continue
        if row:
            rows.append(row)
        else:
            skipped.append(Skipped(line.number, line.text))
    return Reading(tuple(_numbered(rows, account)), tuple(problems), tuple(skipped))


def _row(line: Line, mapping: Mapping) -> StatementRow | None:
    """None for a row that moves nothing. Raises Unreadable."""
    has_amount = any(re.search(r"\d", line.shown(name)) for name in ("credit", "debit", "amount"))
    try:
        booked_at, beside = cells.moment(line["date"], mapping.date_order)
    except cells.BadValue as error:
        if line.is_closing or not has_amount:
            return None
        raise line.unreadable("date", error.remedy) from error
    amount = _amount(line)
    if amount is None and line.shown("memo") and not line.is_closing:
        name = "credit" if "credit" in mapping.columns else "amount"
        raise line.unreadable(name, _("có ngày và nội dung nhưng không có số tiền; kiểm tra lại tệp gốc"))
    if not amount:
        return None
    if fold(line.shown("currency")) not in _DONG:
        raise line.unreadable("currency", _("chỉ nhận tiền đồng; xử lý riêng khoản ngoại tệ này"))
    return StatementRow(
        line=line.number,
        booked_at=_with_time(line, booked_at),
        amount=amount,
        currency="VND",
        memo=line.shown("memo"),
        bank_reference=line.shown("reference") or beside,
        balance=line.amount("balance"),
        checksum="",
    )


def _with_time(line: Line, booked_at: dt.datetime) -> dt.datetime:
    if line["time"] == "":
        return booked_at
    try:
        return dt.datetime.combine(booked_at, cells.clock_time(line["time"]), booked_at.tzinfo)
    except cells.BadValue as error:
        raise line.unreadable("time", error.remedy) from error


def _amount(line: Line) -> int | None:
    """Signed đồng. Some banks print what went out with a minus, too. Raises Unreadable."""
    credit, debit, amount = (line.amount(name) for name in ("credit", "debit", "amount"))
    if credit and debit:
        raise line.unreadable("", _("vừa ghi có vừa ghi nợ; kiểm tra lại cột đã chọn"))
    if debit:
        return -abs(debit)
    if credit is not None or debit is not None:
        return credit or 0
    return amount if amount is None else _directed(line, amount)


def _directed(line: Line, amount: int) -> int:
    """A column may say which way the money went; where it says nothing known, the sign does."""
    direction = fold(line.shown("direction"))
    if direction in _IN:
        return abs(amount)
    return -abs(amount) if direction in _OUT else amount


def _numbered(rows: list[StatementRow], account: str) -> list[StatementRow]:
    """Equal rows of one file are told apart by their number, so that neither gets lost.

    The balance is among the fields: banks that print it thereby tell equal movements apart even where
    a file begins between them.
    """
    seen: Counter[str] = Counter()
    numbered = []
    for row in rows:
        fields = (
            re.sub(r"[^0-9A-Z]", "", account.upper()),
            row.booked_at.isoformat(),
            str(row.amount),
            row.currency,
            fold(row.memo),
            fold(row.bank_reference),
            "" if row.balance is None else str(row.balance),
        )
        same = "\n".join(fields)
        seen[same] += 1
        checksum = hashlib.sha256(f"{same}\n{seen[same]}".encode()).hexdigest()
        numbered.append(replace(row, checksum=checksum))
    return numbered
