"""Bank statements: how their rows are read, shown and booked."""

import datetime as dt
import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.columns import Mapping
from core.money import format_vnd
from core.spreadsheets import Page
from core.text import fold
from orders.models import Order
from orders.services import bank
from payments.models import FileKind, MoneyFile, NoticeEcho, PaymentNotice
from payments.services.bank import BANK, Movement, Source
from payments.services.files import Reader
from payments.statements import reader, references, shapes
from payments.statements.reader import StatementRow

_ACCOUNT = re.compile(
    r"(?:so (?:tai khoan|tk)|\bstk|\btai khoan|account(?: no| number)?)\D{0,20}(\d[\d .-]{4,22}\d)"
)


def _sources() -> list[tuple[str, Any]]:
    """The market's account. Statements of others would be booked as its money."""
    account = settings.MARKET_BANK_ACCOUNT
    return [(account, f"{account} · {settings.MARKET_BANK_NAME}")] if account else []


def _book(*, row: StatementRow, file: MoneyFile, actor: Any) -> None:
    raw = asdict(row) | {"booked_at": row.booked_at.isoformat(), "account": file.source}
    movement = Movement(
        notice_id=row.checksum,
        source=Source.STATEMENT,
        raw=json.dumps(raw, ensure_ascii=False),
        amount=row.amount,
        currency=row.currency,
        memo=row.memo,
        reference=row.bank_reference,
        booked_at=row.booked_at,
    )
    bank.receive(movement=movement, file=file)


def _known(rows: Sequence[StatementRow]) -> int:
    ids = [row.checksum for row in rows]
    notices = PaymentNotice.objects.filter(gateway=BANK, notice_id__in=ids)
    return notices.count() + NoticeEcho.objects.filter(gateway=BANK, echo_id__in=ids).count()


def _cells(rows: Sequence[StatementRow]) -> list[tuple[Any, ...]]:
    codes = {row.line: references.find(row.memo) for row in rows}
    known = set(
        Order.objects.filter(code__in={code for found in codes.values() for code in found}).values_list(
            "code", flat=True
        )
    )
    return [
        (
            row.line,
            _when(row),
            format_vnd(row.amount),
            row.memo,
            _whose(row, [code for code in codes[row.line] if code in known]),
        )
        for row in rows
    ]


def _when(row: StatementRow) -> str:
    at: dt.datetime = row.booked_at.astimezone(clock.VIETNAM)
    return f"{at:%d/%m/%Y %H:%M}" if row.has_time else f"{at:%d/%m/%Y}"


def _whose(row: StatementRow, codes: list[str]) -> str:
    if row.amount < 0:
        return _("Tiền ra: chỉ ghi lại")
    if len(codes) == 1:
        return codes[0]
    return _("Nhiều đơn: chờ người xem") if codes else _("Chưa rõ của đơn nào")


def _doubts(page: Page, mapping: Mapping, source: str) -> list[str]:
    """Does the file's own head name another account than ours?"""
    head = [fold(" ".join(str(cell) for cell in row)) for row in page.grid[: mapping.first_row]]
    named = [re.sub(r"\D", "", match[1]) for text in head for match in _ACCOUNT.finditer(text)]
    if not named or re.sub(r"\D", "", source) in named:
        return []
    words = _(
        "Tệp ghi tài khoản %(file)s, không phải tài khoản của sàn (%(own)s). Hãy chắc chắn trước khi ghi."
    )
    return [words % {"file": named[0], "own": source}]


READER = Reader(
    kind=FileKind.STATEMENT,
    words=shapes.WORDS,
    sources=_sources,
    read=lambda page, mapping, source: reader.read(page, mapping, account=source),
    known=_known,
    titles=(
        gettext_lazy("Dòng"),
        gettext_lazy("Ngày"),
        gettext_lazy("Số tiền"),
        gettext_lazy("Nội dung"),
        gettext_lazy("Của đơn"),
    ),
    cells=_cells,
    book=_book,
    booked=lambda file: PaymentNotice.objects.filter(file=file).count(),
    doubts=_doubts,
)
