"""Bank statements: handed in, looked at, booked, and booked again."""

import pytest

from core.errors import FileRefused, NotAllowed
from core.models import AuditEntry, OutboxDelivery
from orders.services import money_files, statements
from orders.states import SubOrderStatus
from orders.tests.buying import buy, run_outbox
from orders.tests.sheets import movement, statement
from payments.errors import ColumnsUnknown, NothingToBook, NotInPreview
from payments.models import ColumnMapping, JournalEntry, MoneyFile, Payment, PaymentNotice
from payments.selectors.files import preview
from payments.services import files
from payments.states import FileStatus, Method, NoticeOutcome
from tests.books import all_invariants

READER = statements.READER


@pytest.fixture
def account(settings):
    settings.MARKET_BANK_ACCOUNT = "0900000000001"
    return settings.MARKET_BANK_ACCOUNT


@pytest.fixture
def order(cast, make_product):
    product = make_product(cast.producer, stock=10, price=100_000)
    return buy(product, commune=cast.hoi_an, quantity=3, method=Method.TRANSFER)


@pytest.fixture
def upload(cast, account, private_files):
    def do(content, name="sao-ke.xlsx", actor=cast.treasurer):
        return files.upload(reader=READER, content=content, name=name, source=account, actor=actor)

    return do


def confirm(file, actor):
    return files.confirm(reader=READER, file=file, actor=actor)


def outcomes():
    return sorted(PaymentNotice.objects.values_list("outcome", flat=True))


def test_a_statement_pays_its_orders(cast, order, upload):
    rows = [
        movement(330_000, f"MBVCB.123 {order.transfer_note} chuyen tien"),
        movement(70_000, "tien hang"),
        movement(-5_500, "phi dich vu"),
    ]
    file = upload(statement(*rows))
    assert (file.status, PaymentNotice.objects.count()) == (FileStatus.PREVIEW, 0)
    seen = preview(reader=READER, file=file)
    assert (seen.total, seen.known, seen.problems) == (3, 0, ())
    assert [row[-1] for row in seen.rows] == [order.code, "Chưa rõ của đơn nào", "Tiền ra: chỉ ghi lại"]
    confirm(file, cast.treasurer)
    assert (file.status, file.new_rows, file.known_rows) == (FileStatus.DONE, 3, 0)
    assert outcomes() == [NoticeOutcome.MATCHED, NoticeOutcome.OUTGOING, NoticeOutcome.UNKNOWN]
    assert order.sub_orders.get().status == SubOrderStatus.PLACED
    assert all_invariants() == {}


def test_the_same_and_an_overlapping_file_add_only_what_is_new(cast, order, upload):
    first = [movement(330_000, order.transfer_note), movement(70_000, "a")]
    confirm(upload(statement(*first)), cast.treasurer)
    again = confirm(upload(statement(*first)), cast.treasurer)
    assert (again.new_rows, again.known_rows) == (0, 2)
    longer = upload(statement(*first, movement(80_000, "b")))
    assert preview(reader=READER, file=longer).known == 2
    assert confirm(longer, cast.treasurer).new_rows == 1
    assert (PaymentNotice.objects.count(), Payment.objects.get().received) == (3, 330_000)
    assert all_invariants() == {}


def test_two_equal_rows_of_one_file_are_two_movements(cast, upload):
    file = confirm(upload(statement(movement(50_000, "x"), movement(50_000, "x"))), cast.treasurer)
    assert file.new_rows == 2


def test_a_memo_with_two_known_orders_is_for_a_person(cast, order, make_product, upload):
    other = buy(make_product(cast.producer), commune=cast.hoi_an, method=Method.TRANSFER)
    memo = f"{order.code} {other.code}"
    confirm(upload(statement(movement(330_000, memo))), cast.treasurer)
    assert outcomes() == [NoticeOutcome.UNKNOWN]


def test_an_order_paid_on_delivery_is_not_paid_by_transfer(cast, make_product, upload):
    order = buy(make_product(cast.producer), commune=cast.hoi_an)
    confirm(upload(statement(movement(order.total, order.transfer_note))), cast.treasurer)
    assert outcomes() == [NoticeOutcome.UNKNOWN]
    assert all_invariants() == {}


def test_a_row_that_cannot_be_read_does_not_stop_the_others(cast, upload):
    file = upload(statement(movement(50_000, "x"), ["26/11/2025", "", "", "năm mươi", "", "y"]))
    (problem,) = preview(reader=READER, file=file).problems
    assert (problem.line, problem.column) == (3, "cột D (Ghi có)")
    assert problem.remedy
    confirm(file, cast.treasurer)
    assert (file.new_rows, len(file.problems), file.problems[0]["line"]) == (1, 1, 3)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 not a zip",
        b"%PDF-1.7 sao ke",
        b"\xd0\xcf\x11\xe0" + b"\x00" * 600,
        "Ngày,Ghi có,Nội dung\n".encode().decode("latin-1").encode("utf-8") * 3,
        b"\xff\xfe\x00",
    ],
)
def test_a_broken_file_leaves_nothing(content, upload, private_files):
    with pytest.raises(FileRefused) as refusal:
        upload(content)
    assert str(refusal.value)
    assert (MoneyFile.objects.count(), AuditEntry.objects.count()) == (0, 0)
    assert not list(private_files.rglob("*.*"))


STRANGE = ("Khi nào", "Mã", "Ra", "Vào", "Còn", "Ghi gì")


def test_unknown_headings_are_named_once_and_remembered(cast, order, upload):
    file = upload(statement(movement(330_000, order.transfer_note), headings=STRANGE))
    assert file.mapping == {}
    assert preview(reader=READER, file=file).refusal
    with pytest.raises(ColumnsUnknown):
        confirm(file, cast.treasurer)
    by_field = {"date": 0, "credit": 3, "debit": 2, "memo": 5}
    where = {"sheet": file.sheet, "header_row": 1, "header_height": 1}
    files.choose_columns(reader=READER, file=file, by_field=by_field, actor=cast.treasurer, **where)
    confirm(file, cast.treasurer)
    assert order.sub_orders.get().status == SubOrderStatus.PLACED
    head = [["NGÂN HÀNG"], []]
    later = upload(statement(movement(9_000, "z"), headings=STRANGE, head=head))
    assert preview(reader=READER, file=later).total == 1
    assert ColumnMapping.objects.count() == 1


@pytest.mark.parametrize(
    ("by_field", "row", "word"),
    [
        ({"date": 0, "credit": 3}, 1, "Nội dung"),
        ({"date": 0, "credit": 3, "memo": 3}, 1, "Ghi có"),
        ({"date": 0, "credit": 3, "memo": 5}, 40, "40"),
    ],
)
def test_a_choice_of_columns_that_cannot_be(cast, upload, by_field, row, word):
    file = upload(statement(movement(9_000, "z")))
    before = file.mapping
    where = {"sheet": file.sheet, "header_row": row, "header_height": 1}
    with pytest.raises(FileRefused, match=word):
        files.choose_columns(reader=READER, file=file, by_field=by_field, actor=cast.treasurer, **where)
    file.refresh_from_db()
    assert file.mapping == before


def test_a_file_of_another_account_raises_a_doubt(upload):
    row = movement(9_000, "z")
    other = upload(statement(row, head=[["Số tài khoản: 1234 5678 90"]]))
    assert "1234567890" in preview(reader=READER, file=other).doubts[0]
    own = upload(statement(row, head=[["Số tài khoản", "0900000000001"]]))
    assert preview(reader=READER, file=own).doubts == []


def test_only_treasurers(cast, upload):
    content = statement(movement(9_000, "z"))
    for person in (cast.owner, cast.province_officer, cast.province_leader, cast.buyer):
        with pytest.raises(NotAllowed):
            upload(content, actor=person)
    file = upload(content)
    for act in (lambda: confirm(file, cast.owner), lambda: files.drop(file=file, actor=cast.owner)):
        with pytest.raises(NotAllowed):
            act()
    assert (MoneyFile.objects.get().status, PaymentNotice.objects.count()) == (FileStatus.PREVIEW, 0)


def test_a_dropped_file_is_gone(cast, upload, private_files, django_capture_on_commit_callbacks):
    file = upload(statement(movement(9_000, "z")))
    assert list(private_files.rglob("*.xlsx"))
    with django_capture_on_commit_callbacks(execute=True):
        files.drop(file=MoneyFile.objects.get(), actor=cast.treasurer)
    assert (MoneyFile.objects.count(), list(private_files.rglob("*.xlsx"))) == (0, [])
    with pytest.raises(NotInPreview):
        files.drop(file=file, actor=cast.treasurer)


def test_what_is_booked_is_not_dropped(cast, upload):
    file = confirm(upload(statement(movement(9_000, "z"))), cast.treasurer)
    with pytest.raises(NotInPreview):
        files.drop(file=file, actor=cast.treasurer)
    assert confirm(file, cast.treasurer).status == FileStatus.DONE


def test_a_file_without_movements_is_not_booked(cast, upload):
    file = upload(statement(["Tổng cộng", "", "", "0", "", ""]))
    with pytest.raises(NothingToBook):
        confirm(file, cast.treasurer)


def test_a_long_file_is_booked_by_the_worker(cast, upload, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(files, "IN_BACKGROUND", 2)
    asked = []
    monkeypatch.setattr("orders.tasks.book_file.delay", asked.append)
    file = confirm(upload(statement(*(movement(1_000 + n, "x") for n in range(3)))), cast.treasurer)
    assert (file.status, PaymentNotice.objects.count()) == (FileStatus.WORKING, 0)
    assert OutboxDelivery.objects.filter(message__topic="payments.file_confirmed").count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        run_outbox()
    assert asked == [file.pk]
    money_files.work(file_id=file.pk)
    file.refresh_from_db()
    assert (file.status, file.new_rows) == (FileStatus.DONE, 3)


def test_work_that_was_cut_off_goes_on_and_counts_right(cast, upload, monkeypatch):
    file = upload(statement(*(movement(1_000 + n, "x") for n in range(4))))
    book, rows = READER.book, []

    def book_two(*, row, file, actor):
        if len(rows) == 2:
            raise KeyboardInterrupt  # as good as a kill
        rows.append(row)
        book(row=row, file=file, actor=actor)

    cut = files.Reader(**{**READER.__dict__, "book": book_two})
    with pytest.raises(KeyboardInterrupt):
        files.confirm(reader=cut, file=file, actor=cast.treasurer)
    file.refresh_from_db()
    assert (file.status, PaymentNotice.objects.count()) == (FileStatus.WORKING, 2)
    assert money_files.resume() == 0  # it may still be at work
    MoneyFile.objects.update(worked_at=file.worked_at - files.SILENCE)
    assert money_files.resume() == 1
    file.refresh_from_db()
    assert (file.status, file.new_rows, file.known_rows) == (FileStatus.DONE, 4, 0)
    assert JournalEntry.objects.count() == 4
    assert all_invariants() == {}


def test_money_in_two_statements(cast, order, upload):
    confirm(upload(statement(movement(300_000, order.transfer_note))), cast.treasurer)
    assert outcomes() == [NoticeOutcome.UNDERPAID]
    confirm(upload(statement(movement(30_000, order.transfer_note))), cast.treasurer)
    assert order.sub_orders.get().status == SubOrderStatus.PLACED
