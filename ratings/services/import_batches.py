"""A list on its way: handed in, its columns named, checked, corrected, entered."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath
from typing import Any

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, outbox, spreadsheets
from core.errors import FileRefused, MarketError
from core.models import Province
from core.services import audit
from core.services.transitions import transition
from core.spreadsheets import Book, Page
from core.text import clean
from ratings import policies
from ratings.models import ColumnMapping, ImportBatch, ImportRow
from ratings.services import headers, imports, tables
from ratings.services.headers import FIELDS, Header
from ratings.services.imports import Written
from ratings.services.matching import (
    DUPLICATE,
    ERROR,
    OTHER,
    SECTION,
    SKIP,
    UPDATE,
    WRITES,
    Judge,
    Verdict,
)
from ratings.services.tables import Line
from ratings.states import IMPORT_BATCH, ImportStatus

IN_BACKGROUND = 300  # rows to write; below it a person waits less than about ten seconds
CHOICES = (SKIP, UPDATE, OTHER)
Reading = list[tuple[Page, Header]]


class NotInPreview(MarketError):
    code = "import_not_in_preview"
    status = 409
    message = gettext_lazy("Danh sách này đang được xử lý hoặc đã nhập; tải lại trang để xem.")


class Undecided(MarketError):
    """Data: rows."""

    code = "import_undecided"
    status = 409
    message = gettext_lazy(
        "Còn dòng “trùng?” chưa quyết. Chọn bỏ qua, cập nhật hay là sản phẩm khác cho từng dòng."
    )


class NothingToImport(MarketError):
    code = "import_nothing"
    status = 409
    message = gettext_lazy("Không có dòng nào để nhập: tất cả không đổi, bỏ qua hoặc có lỗi.")


def upload(*, content: bytes, name: str, province: Province | None, actor: Any) -> ImportBatch:
    """Keep the file, and guess its sheet, header and columns. Raises NotAllowed, FileRefused."""
    policies.require(policies.may_import(actor, province))
    name = clean(PurePath(name).name)[:200] or "danh-sach"
    book = spreadsheets.read(content, name)
    page = book.pages[headers.best_page(book.pages)]
    batch = ImportBatch(
        file_name=name, checksum=book.checksum, actor=actor, province=province, status=ImportStatus.PREVIEW
    )
    _read_as(batch, page.title, headers.guess(page))
    batch.file.save(
        f"imports/{uuid.uuid4().hex}{PurePath(name).suffix[:8].lower()}", ContentFile(content), save=False
    )
    with transaction.atomic():
        batch.save()
        audit.record(action="ratings.import_batch.uploaded", obj=batch, actor=actor)
    return batch


def open_book(*, batch: ImportBatch) -> Book:
    """The pages of the kept file. Raises FileRefused."""
    try:
        with batch.file.open("rb") as file:
            return spreadsheets.read(file.read(), batch.file_name)
    except (OSError, ValueError) as error:
        raise FileRefused(_("Không còn tệp gốc của lần nhập này. Hãy tải tệp lên lại.")) from error


def page_of(*, batch: ImportBatch, book: Book) -> Page:
    """The chosen page; for all of the same columns, the one to show."""
    found = [page for page in book.pages if page.title[:60] == batch.sheet]
    return found[0] if found else book.pages[headers.best_page(book.pages)]


def header_of(*, batch: ImportBatch, page: Page) -> Header:
    found = headers.at(page, (batch.header_row or 1) - 1, batch.header_height)
    return Header(found.row, found.height, found.headings, {int(x): f for x, f in batch.mapping.items()})


def choose(*, batch: ImportBatch, sheet: str, header_row: int, header_height: int, actor: Any) -> ImportBatch:
    """Read another sheet ("" for all of the same columns) or another header row.

    Raises NotAllowed, NotInPreview, FileRefused.
    """
    with transaction.atomic():
        _lock_preview(batch, actor)
        batch.sheet = sheet[:60]
        page = page_of(batch=batch, book=open_book(batch=batch))
        if not (1 <= header_row <= len(page.grid) and header_height in (1, 2)):
            raise FileRefused(_("Trang tính không có dòng tiêu đề %s.") % header_row)
        _read_as(batch, batch.sheet, headers.at(page, header_row - 1, header_height))
        batch.rows.all().delete()
        batch.edits, batch.counts = {}, {}
        batch.save()
    return batch


def _read_as(batch: ImportBatch, sheet: str, header: Header) -> None:
    """Take the header's columns as they were read the last time, else as guessed."""
    remembered = ColumnMapping.objects.filter(province=batch.province, shape=header.shape).first()
    batch.sheet = sheet[:60]
    batch.header_row, batch.header_height = header.row + 1, header.height
    batch.mapping = remembered.mapping if remembered else {str(x): f for x, f in header.mapping.items()}


def map_columns(*, batch: ImportBatch, mapping: Mapping[int, str], actor: Any) -> ImportBatch:
    """Say what the columns mean, remember it for the next file of this shape, and check the rows.

    Raises NotAllowed, NotInPreview, FileRefused where a field is missing or named twice.
    """
    twice = [field for field, count in Counter(mapping.values()).items() if count > 1]
    if twice:
        raise FileRefused(_("Hai cột cùng là “%s”; chọn lại một cột.") % FIELDS[twice[0]])
    with transaction.atomic():
        _lock_preview(batch, actor)
        book = open_book(batch=batch)
        page = page_of(batch=batch, book=book)
        batch.mapping = {str(x): field for x, field in mapping.items() if field in FIELDS}
        header = header_of(batch=batch, page=page)
        headers.require(header, knows_province=batch.province is not None)
        ColumnMapping.objects.update_or_create(
            province=batch.province, shape=header.shape, defaults={"mapping": batch.mapping}
        )
        chosen: Reading = [(page, header)] if batch.sheet else tables.same_columns(book, header)
        _keep_rows(batch, tables.of_pages(book, chosen).lines)
        batch.edits = {}
        _check(batch)
    return batch


def _keep_rows(batch: ImportBatch, lines: Iterable[Line]) -> None:
    batch.rows.all().delete()
    ImportRow.objects.bulk_create(
        [
            ImportRow(
                batch=batch,
                sheet=line.sheet[:60],
                row_number=line.number,
                outcome=SECTION if line.is_section else "",
                raw={field: _text(value) for field, value in line.cells.items()},
                reading={"notes": line.notes, "problems": dict(line.problems), "section": line.text},
            )
            for line in lines
        ],
        batch_size=1000,
    )


def _text(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else str(value)


def revise(
    *,
    batch: ImportBatch,
    cells: Mapping[int, Mapping[str, str]],
    choices: Mapping[int, str],
    actor: Any,
) -> ImportBatch:
    """Correct cells and answer questions for this import, and check again; the file stays as it is.

    ``cells``: row's pk → field → text; ``choices``: row's pk → skip, update, other, or "" to be
    asked again. Raises NotAllowed, NotInPreview.
    """
    with transaction.atomic():
        _lock_preview(batch, actor)
        kept_cells = batch.edits.setdefault("cells", {})
        kept_choices = batch.edits.setdefault("choices", {})
        for row in batch.rows.filter(pk__in={*cells, *choices}):
            texts = {field: clean(text) for field, text in cells.get(row.pk, {}).items() if field in FIELDS}
            own = kept_cells.setdefault(str(row.pk), {})
            own |= {
                field: text for field, text in texts.items() if text != own.get(field, row.raw.get(field, ""))
            }
            if choices.get(row.pk) in CHOICES:
                kept_choices[str(row.pk)] = choices[row.pk]
            elif row.pk in choices:
                kept_choices.pop(str(row.pk), None)
        batch.edits["cells"] = {pk: own for pk, own in kept_cells.items() if own}
        _check(batch)
    return batch


def answer_all(*, batch: ImportBatch, choice: str, actor: Any) -> ImportBatch:
    """The same answer for every row that still asks. Raises NotAllowed, NotInPreview."""
    asking = batch.rows.filter(outcome=DUPLICATE).values_list("pk", flat=True)
    return revise(batch=batch, cells={}, choices=dict.fromkeys(asking, choice), actor=actor)


def _lock_preview(batch: ImportBatch, actor: Any) -> None:
    policies.require(policies.may_import(actor, batch.province))
    batch.refresh_from_db(from_queryset=ImportBatch.objects.select_for_update())
    if batch.status != ImportStatus.PREVIEW:
        raise NotInPreview


def _line(row: ImportRow, edits: Mapping[str, Any]) -> Line:
    """The row as it was read, with what a person corrected."""
    if row.reading.get("section"):
        return Line(row.sheet, row.row_number, {}, row.reading["section"])
    cells = edits.get("cells", {}).get(str(row.pk), {})
    problems = {f: p for f, p in row.reading.get("problems", {}).items() if f not in cells}
    notes = tuple(row.reading.get("notes", ()))
    return Line(row.sheet, row.row_number, row.raw | cells, "", notes, problems)


def _judge(batch: ImportBatch) -> tuple[Judge, list[ImportRow], list[Verdict]]:
    judge = Judge(province=batch.province, asks=True)
    rows = list(batch.rows.order_by("pk"))
    choices = batch.edits.get("choices", {})
    verdicts = [judge.judge(_line(row, batch.edits), choice=choices.get(str(row.pk), "")) for row in rows]
    return judge, rows, verdicts


def _check(batch: ImportBatch) -> None:
    """Look at every row again and write down what it would do."""
    _judged, rows, verdicts = _judge(batch)
    _report(batch, rows, verdicts)
    batch.save()


def _report(batch: ImportBatch, rows: list[ImportRow], verdicts: list[Verdict]) -> None:
    for row, verdict in zip(rows, verdicts, strict=True):
        row.outcome, row.place, row.column = verdict.outcome, verdict.place, verdict.column
        row.candidate = verdict.candidate
        row.message = "\n".join(_messages(verdict))
    fields = ["outcome", "place", "column", "candidate", "message", "certificate", "before"]
    ImportRow.objects.bulk_update(rows, fields, batch_size=500)
    batch.counts = dict(Counter(row.outcome for row in rows))


def _messages(verdict: Verdict) -> list[str]:
    if verdict.outcome == ERROR:
        title = f"{FIELDS[verdict.column]}: " if verdict.column else ""
        return [f"{title}{verdict.message}"]
    row, location = verdict.row, verdict.location
    place = location.message if location and location.outcome != imports.PLACED else ""
    return [
        text for text in (verdict.message, place, *verdict.line.notes, *(row.notes if row else ())) if text
    ]


def confirm(*, batch: ImportBatch, actor: Any, at: dt.datetime | None = None) -> ImportBatch:
    """Enter the list in one transaction; a long one in the background, then ``batch.status`` is WORKING.

    Asked again, also at the same moment by another officer, it changes nothing. Raises
    NotAllowed, Undecided, NothingToImport, ForbiddenTransition.
    """
    policies.require(policies.may_import(actor, batch.province))
    try:
        with transaction.atomic():
            _confirm(batch, actor, at)
    except Undecided:
        with transaction.atomic():
            _lock_preview(batch, actor)
            _check(batch)  # the page shows which rows ask now
        raise
    return batch


def _confirm(batch: ImportBatch, actor: Any, at: dt.datetime | None) -> None:
    batch.refresh_from_db(from_queryset=ImportBatch.objects.select_for_update())
    if batch.status != ImportStatus.PREVIEW:
        return
    if batch.counts.get(DUPLICATE):
        raise Undecided(data={"rows": batch.counts[DUPLICATE]})
    writes = sum(batch.counts.get(outcome, 0) for outcome in WRITES)
    if not writes:
        raise NothingToImport
    if writes > IN_BACKGROUND:
        transition(batch, machine=IMPORT_BATCH, to=ImportStatus.WORKING, actor=actor, at=at)
        outbox.publish("ratings.import_confirmed", {"id": batch.pk, "actor": getattr(actor, "pk", None)})
    else:
        _apply(batch, actor, at, lambda done: None)


def apply_confirmed(*, batch_id: int, actor: Any) -> None:
    """The background's part of ``confirm``; safe to run again. A list that became doubtful goes back."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().filter(pk=batch_id).first()
        if batch is None or batch.status != ImportStatus.WORKING:
            return
        try:
            with transaction.atomic():
                _apply(batch, actor, None, lambda done: _tell_progress(batch_id, done))
        except MarketError as error:
            batch.refresh_from_db()
            transition(batch, machine=IMPORT_BATCH, to=ImportStatus.PREVIEW, actor=actor, reason=str(error))
            _check(batch)


def _apply(batch: ImportBatch, actor: Any, at: dt.datetime | None, progress: Callable[[int], None]) -> None:
    """Judge once more, because the register may have moved on, and write."""
    imports.one_at_a_time(province=batch.province)
    judge, rows, verdicts = _judge(batch)
    if any(verdict.outcome == DUPLICATE for verdict in verdicts):
        raise Undecided
    written: Written = imports.write(judge=judge, verdicts=verdicts, actor=actor, at=at, progress=progress)
    for i, row in enumerate(rows):
        row.certificate = written.certificates.get(i)
        row.before = written.entries.get(i, [])
    _report(batch, rows, written.verdicts)
    batch.applied_at = at or clock.now()
    batch.save()
    transition(batch, machine=IMPORT_BATCH, to=ImportStatus.APPLIED, actor=actor, at=at)


def _tell_progress(batch_id: int, done: int) -> None:
    if done % 25 == 0:
        cache.set(f"import:{batch_id}", done, 3600)


def progress_of(*, batch: ImportBatch) -> int:
    """Rows done by the background so far; outside of its transaction, hence in the cache."""
    return cache.get(f"import:{batch.pk}", 0)
