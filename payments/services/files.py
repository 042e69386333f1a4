"""Files about money: handed in, looked at, booked row by row.

The same for every kind of file; a ``Reader`` says what is different about its kind. Each row is
booked in a transaction of its own and booking it again does nothing, so a file whose work was cut
off anywhere is simply worked on again, and one that overlaps an earlier one adds what is new.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import clock, columns, headings, outbox, spreadsheets
from core.columns import Problem, Reading, Vocabulary
from core.errors import FileRefused, MarketError
from core.headings import Header
from core.services import audit
from core.services.transitions import transition
from core.spreadsheets import Book, Page
from core.text import clean
from payments.errors import ColumnsUnknown, NothingToBook, NotInPreview
from payments.models import ColumnMapping, FileKind, MoneyFile
from payments.policies import require_treasurer
from payments.states import MONEY_FILE, FileStatus

IN_BACKGROUND = 300  # rows; fewer are booked while the person waits
SILENCE = dt.timedelta(minutes=3)  # a file at work that gave no sign for so long was cut off
_SIGN_EVERY = 20  # rows


@dataclass(frozen=True)
class Reader:
    """What is particular to one kind of file.

    ``sources``: whose file it can be, as choices (an account, a carrier). ``read(page, mapping,
    source)``: its rows. ``known(rows)``: how many are in the books already. ``titles`` and
    ``cells(rows)``: how the preview shows them. ``doubts(page, mapping, source)``: sentences to read
    before booking. ``book(row=, file=, actor=)``: one row in one transaction, nothing where it is
    booked. ``booked(file)``: how many rows it brought.
    """

    kind: FileKind
    words: Vocabulary
    sources: Callable[[], Sequence[tuple[str, Any]]]
    read: Callable[[Page, columns.Mapping, str], Reading[Any]]
    known: Callable[[Sequence[Any]], int]
    titles: tuple[Any, ...]
    cells: Callable[[Sequence[Any]], list[tuple[Any, ...]]]
    book: Callable[..., Any]
    booked: Callable[[MoneyFile], int]
    doubts: Callable[[Page, columns.Mapping, str], list[str]] = lambda page, mapping, source: []


def upload(*, reader: Reader, content: bytes, name: str, source: str, actor: Any) -> MoneyFile:
    """Keep a file to be looked at, its columns as they were read the last time, else as guessed.

    Nothing is kept of one that is broken. Raises NotAllowed, FileRefused.
    """
    require_treasurer(actor)
    if source not in {value for value, _label in reader.sources()}:
        raise FileRefused(_("Hãy chọn tệp này là của ai."))
    name = clean(PurePath(name).name)[:200] or "tep"
    book = spreadsheets.read(content, name)
    page, mapping = _understood(reader, book)
    if mapping is None and not (why := columns.why_not(page, reader.words)).data:
        raise why  # its letters are broken: no choice of columns would mend them
    file = MoneyFile(
        kind=reader.kind,
        source=source,
        name=name,
        checksum=book.checksum,
        sheet=page.title[:60],
        mapping=mapping.as_json() if mapping else {},
        imported_by=getattr(actor, "pk", None),
    )
    file.content.save(
        f"money/{uuid.uuid4().hex}{PurePath(name).suffix[:8].lower()}", ContentFile(content), save=False
    )
    with transaction.atomic():
        file.save()
        audit.record(action="payments.money_file.uploaded", obj=file, actor=actor)
    return file


def _understood(reader: Reader, book: Book) -> tuple[Page, columns.Mapping | None]:
    """The first page whose columns are known, else the first with anything on it."""
    pages = [page for page in book.pages if page.grid]
    for page in pages:
        if mapping := _remembered(reader, page) or columns.guess(page, reader.words):
            return page, mapping
    return pages[0], None


def _remembered(reader: Reader, page: Page) -> columns.Mapping | None:
    shapes = {
        headings.at(page, row, height, reader.words.meaning).shape
        for row in range(min(columns.WITHIN, len(page.grid)))
        for height in (1, 2)
    }
    kept = ColumnMapping.objects.filter(kind=reader.kind, signature__in=shapes).order_by("-changed_at")
    fitting = (columns.fit(page, columns.Mapping.from_json(row.columns), reader.words) for row in kept)
    return next((mapping for mapping in fitting if mapping), None)


def open_book(*, file: MoneyFile) -> Book:
    """The pages of the kept file. Raises FileRefused."""
    try:
        with file.content.open("rb") as stream:
            return spreadsheets.read(stream.read(), file.name)
    except (OSError, ValueError) as error:
        raise FileRefused(_("Không còn tệp gốc. Hãy tải tệp lên lại.")) from error


def page_of(*, file: MoneyFile, book: Book) -> Page:
    """The chosen page."""
    pages = [page for page in book.pages if page.grid]
    return next((page for page in pages if page.title[:60] == file.sheet), pages[0])


def mapping_of(*, file: MoneyFile) -> columns.Mapping | None:
    return columns.Mapping.from_json(file.mapping) if file.mapping else None


def reading_of(*, reader: Reader, file: MoneyFile) -> Reading[Any]:
    """All rows of the kept file. Raises FileRefused, ColumnsUnknown."""
    mapping = mapping_of(file=file)
    if mapping is None:
        raise ColumnsUnknown
    return reader.read(page_of(file=file, book=open_book(file=file)), mapping, file.source)


def choose_columns(
    *,
    reader: Reader,
    file: MoneyFile,
    sheet: str,
    header_row: int,
    header_height: int,
    by_field: Mapping[str, int],
    actor: Any,
) -> MoneyFile:
    """A person says where the header stands (``header_row`` from 1) and which column is what (from 0).

    Kept for the next file with the same headings. Raises NotAllowed, NotInPreview, FileRefused.
    """
    require_treasurer(actor)
    twice = [name for name, column in by_field.items() if list(by_field.values()).count(column) > 1]
    if twice:
        labels = ", ".join(f"“{reader.words.labels[name]}”" for name in twice)
        raise FileRefused(_("Một cột không thể vừa là %s. Hãy chọn lại.") % labels)
    if missing := reader.words.missing(by_field):
        raise FileRefused(_("Hãy chọn cột %s.") % ", ".join(f"“{label}”" for label in missing))
    with transaction.atomic():
        _lock_preview(file)
        file.sheet = sheet[:60]
        page = page_of(file=file, book=open_book(file=file))
        header = header_at(page=page, words=reader.words, row=header_row - 1, height=header_height)
        mapping = columns.chosen(page, header, by_field, reader.words)
        file.mapping = mapping.as_json()
        file.save(update_fields=["sheet", "mapping"])
        if any(header.headings):
            ColumnMapping.objects.update_or_create(
                kind=reader.kind,
                signature=mapping.shape,
                defaults={"columns": file.mapping, "changed_at": clock.now()},
            )
        audit.record(action="payments.money_file.columns_chosen", obj=file, actor=actor)
    return file


def header_at(*, page: Page, words: Vocabulary, row: int, height: int) -> Header:
    """The header in the given row(s). Raises FileRefused for rows that the page does not have."""
    if not (0 <= row < len(page.grid) and height in (1, 2)):
        raise FileRefused(_("Trang tính không có dòng tiêu đề %s.") % (row + 1))
    return headings.at(page, row, height, words.meaning)


def header_of(*, file: MoneyFile, page: Page, words: Vocabulary) -> Header:
    """Where the mapping's header stands, else the likeliest one."""
    mapping = mapping_of(file=file)
    for height in (1, 2) if mapping else ():
        row = mapping.first_row - height  # type: ignore[union-attr]
        if row >= 0 and (found := headings.at(page, row, height, words.meaning)).shape == mapping.shape:  # type: ignore[union-attr]
            return found
    return columns.header_of(page, words)


def drop(*, file: MoneyFile, actor: Any) -> None:
    """Not this one: nothing of it stays but the trail. Raises NotAllowed, NotInPreview."""
    require_treasurer(actor)
    with transaction.atomic():
        _lock_preview(file)
        audit.record(action="payments.money_file.dropped", obj=file, actor=actor, reason=file.name)
        name, storage = str(file.content.name), file.content.storage
        file.delete()
        transaction.on_commit(lambda: storage.delete(name))


def confirm(*, reader: Reader, file: MoneyFile, actor: Any, at: dt.datetime | None = None) -> MoneyFile:
    """Book the file: a short one now, a long one in the background. Asked again, it does nothing.

    Raises NotAllowed, ColumnsUnknown, NothingToBook, FileRefused.
    """
    require_treasurer(actor)
    moment = at or clock.now()
    reading = reading_of(reader=reader, file=file)
    if not reading.rows:
        raise NothingToBook
    is_long = len(reading.rows) > IN_BACKGROUND
    with transaction.atomic():
        values = {"imported_by": getattr(actor, "pk", None), "imported_at": moment, "worked_at": moment}
        file.refresh_from_db(from_queryset=MoneyFile.objects.select_for_update())
        if file.status != FileStatus.PREVIEW:
            return file
        transition(file, machine=MONEY_FILE, to=FileStatus.WORKING, actor=actor, at=moment, values=values)
        if is_long:
            outbox.publish("payments.file_confirmed", {"file": file.pk})
    if not is_long:
        work(reader=reader, file_id=file.pk, actor=actor)
        file.refresh_from_db()
    return file


def claim_silent(*, at: dt.datetime | None = None) -> list[int]:
    """Files whose work was cut off, each handed to this caller only."""
    moment = at or clock.now()
    silent = Q(status=FileStatus.WORKING) & (Q(worked_at=None) | Q(worked_at__lte=moment - SILENCE))
    ids = MoneyFile.objects.filter(silent).order_by("pk").values_list("pk", flat=True)
    return [pk for pk in ids if MoneyFile.objects.filter(silent, pk=pk).update(worked_at=moment)]


def work(*, reader: Reader, file_id: int, actor: Any = None) -> None:
    """Book every row, each in its own transaction; never inside a transaction of the caller's.

    Safe to run again, also while another one runs: rows that are booked are left as they are.
    """
    file = MoneyFile.objects.get(pk=file_id)
    if file.status != FileStatus.WORKING:
        return
    reading = reading_of(reader=reader, file=file)
    refused: list[Problem] = []
    for number, row in enumerate(reading.rows, 1):
        try:
            reader.book(row=row, file=file, actor=actor)
        except MarketError as error:
            refused.append(Problem(row.line, "", "", str(error)))
        if number % _SIGN_EVERY == 0:
            MoneyFile.objects.filter(pk=file_id).update(done_rows=number, worked_at=clock.now())
    _finish(reader, file, reading, refused, actor)


def _finish(
    reader: Reader, file: MoneyFile, reading: Reading[Any], refused: list[Problem], actor: Any
) -> None:
    own = reader.booked(file)
    values = {
        "done_rows": len(reading.rows),
        "new_rows": own,
        "known_rows": max(len(reading.rows) - own - len(refused), 0),
        "problems": [
            {"line": p.line, "column": p.column, "value": p.found, "message": p.remedy}
            for p in (*reading.problems, *refused)
        ],
    }
    transition(file, machine=MONEY_FILE, to=FileStatus.DONE, actor=actor, values=values)


def _lock_preview(file: MoneyFile) -> None:
    try:
        file.refresh_from_db(from_queryset=MoneyFile.objects.select_for_update())
    except MoneyFile.DoesNotExist as error:
        raise NotInPreview from error
    if file.status != FileStatus.PREVIEW:
        raise NotInPreview
