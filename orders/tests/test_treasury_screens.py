"""The treasurer's desk in the province's site: what it shows, what it does, and to whom."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry
from orders.services import resolving
from orders.tests.buying import buy
from orders.tests.sheets import movement, statement
from orders.tests.test_resolving import ACCOUNT, lapse, money
from payments.models import JournalEntry, MoneyFile, Payment, PaymentNotice, Refund
from payments.services import refunds
from payments.states import Method, NoticeOutcome, RefundStatus
from tests.books import all_invariants

LISTS = ("paymentnotice", "refund", "moneyfile", "ledgeraccount", "journalentry")


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=50, price=100_000)


@pytest.fixture
def order(cast, product):
    return buy(product, commune=cast.hoi_an, quantity=3, user=cast.buyer, method=Method.TRANSFER)


@pytest.fixture
def desk(cast, client_for):
    return client_for(cast.treasurer)


def listed(model):
    return reverse(f"province:payments_{model}_changelist")


def page(row, name="change"):
    return reverse(f"province:payments_{row._meta.model_name}_{name}", args=[row.pk])


def step(row, slug):
    return reverse(f"province:payments_{row._meta.model_name}_step", args=[row.pk, slug])


def queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


# --- Who may ---


@pytest.mark.parametrize("model", LISTS)
def test_only_treasurers_see_the_money(cast, client_for, model):
    for role, user in cast.people.items():
        answer = client_for(user).get(listed(model)).status_code
        may = role in {"treasurer", "chief_treasurer", "admin"}
        assert answer == (200 if may else 302 if role == "guest" else 403), role


def test_other_officers_have_no_block_and_no_menu(cast, client_for):
    body = client_for(cast.province_officer).get(reverse("province:index")).content.decode()
    assert "khoản tiền chưa khớp" not in body
    assert listed("refund") not in body


def test_the_first_page_tells_what_needs_a_person(cast, desk, order):
    money(70_000)
    refund = resolving.send_back(notice=money(5_000), reason="x", actor=cast.chief_treasurer, **ACCOUNT)
    body = desk.get(reverse("province:index")).content.decode()
    assert "khoản tiền chưa khớp" in body
    assert "70.000" in body
    assert refund.status == "requested"
    assert "khoản hoàn chờ duyệt" in body
    assert "Sắp hết hiệu lực" not in body  # no other office: the rest would be empty


# --- Notices ---


def test_the_list_shows_what_waits_and_hides_what_is_done(cast, desk, order):
    money(70_000, memo="chờ người xem")
    money(330_000, order, memo="khớp rồi")
    body = desk.get(listed("paymentnotice")).content.decode()
    assert "chờ người xem" in body
    assert "khớp rồi" not in body
    every = desk.get(listed("paymentnotice") + "?viec=tat-ca").content.decode()
    assert "khớp rồi" in every
    assert order.code in every
    resolving.attach(notice=PaymentNotice.objects.get(amount=70_000), code=order.code, actor=cast.treasurer)
    assert "chờ người xem" in desk.get(listed("paymentnotice") + "?viec=tat-ca").content.decode()
    assert "chờ người xem" not in desk.get(listed("paymentnotice")).content.decode()


def test_unknown_money_is_attached_from_its_page(cast, desk, order):
    notice = money(330_000, memo="<script>alert(1)</script>")
    body = desk.get(page(notice)).content.decode()
    assert "<script>alert(1)" not in body
    assert step(notice, "gan-don") in body
    assert step(notice, "da-xem") not in body
    wrong = desk.post(step(notice, "gan-don"), {"code": "2222-2222"})
    assert wrong.status_code == 404
    assert "Không có đơn nào mang mã này" in wrong.content.decode()
    assert desk.post(step(notice, "gan-don"), {"code": order.code}).status_code == 302
    assert Payment.objects.get().status == "paid"
    body = desk.get(page(notice)).content.decode()
    assert "Gắn vào đơn" in body
    assert desk.post(step(notice, "gan-don"), {"code": order.code}).status_code in (302, 409)
    assert all_invariants() == {}


def test_unknown_money_is_sent_back_from_its_page(cast, desk):
    notice = money(70_000)
    form = ACCOUNT | {"reason": "nhầm người nhận"}
    assert desk.post(step(notice, "tra-lai"), form | {"bank_bin": "000000"}).status_code == 422
    assert desk.post(step(notice, "tra-lai"), form).status_code == 302
    assert Refund.objects.get().status == RefundStatus.REQUESTED


def test_an_underpaid_order_offers_what_fits_its_state(cast, desk, order):
    notice = money(327_000, order)
    body = desk.get(page(notice)).content.decode()
    assert "còn thiếu 3.000" in body.replace("\u00a0", " ")
    assert step(notice, "bo-qua-phan-thieu") in body
    assert step(notice, "hoan-phan-da-tra") not in body
    lapse(order)
    assert step(notice, "hoan-phan-da-tra") in desk.get(page(notice)).content.decode()
    assert desk.post(step(notice, "bo-qua-phan-thieu"), {"reason": "phí ngân hàng"}).status_code == 302
    assert Payment.objects.get().written_off == 3_000


def test_a_duplicate_is_marked_as_seen_beside_its_refund(cast, desk, order):
    money(330_000, order)
    notice = money(330_000, order)
    assert page(Refund.objects.get()) in desk.get(page(notice)).content.decode()
    assert desk.post(step(notice, "da-xem"), {"reason": ""}).status_code == 422
    assert desk.post(step(notice, "da-xem"), {"reason": "đã gọi khách"}).status_code == 302
    notice.refresh_from_db()
    assert notice.outcome == NoticeOutcome.DUPLICATE
    assert notice.resolved_at


def test_broken_raw_text_is_shown_as_it_is(desk, db):
    for raw in ("{", "[" * 5_000, "không phải JSON", '{"memo": "Đã trả"}'):
        assert desk.get(page(money(1_000, raw=raw))).status_code == 200


# --- Refunds ---


@pytest.fixture
def refund(order):
    money(350_000, order)
    return Refund.objects.get()


def named(refund, actor):
    refunds.name_account(refund=refund, actor=actor, **ACCOUNT)
    return refund


def test_a_refund_walks_from_account_to_transfer(cast, client_for, desk, refund):
    chief = client_for(cast.chief_treasurer)
    form = ACCOUNT | {"reason": "khách đọc qua điện thoại"}
    assert desk.post(step(refund, "ghi-tai-khoan"), form).status_code == 302
    same = desk.post(step(refund, "duyet"))
    assert same.status_code == 409
    assert "phải khác" in same.content.decode()
    assert chief.post(step(refund, "duyet")).status_code == 302
    assert desk.post(step(refund, "da-chuyen"), {"gateway_transaction": ""}).status_code == 422
    assert desk.post(step(refund, "da-chuyen"), {"gateway_transaction": "FT9"}).status_code == 302
    refund.refresh_from_db()
    assert (refund.status, refund.gateway_transaction) == (RefundStatus.DONE, "FT9")
    body = desk.get(page(refund)).content.decode()
    assert "khách đọc qua điện thoại" in body
    assert "Nguyễn Thị Mua" in body
    assert all_invariants() == {}


def test_a_wrong_account_and_a_failed_transfer_ask_again(cast, client_for, desk, refund):
    named(refund, cast.buyer)
    assert desk.post(step(refund, "sai-tai-khoan"), {"reason": "sai tên"}).status_code == 302
    named(Refund.objects.get(), cast.buyer)
    assert desk.post(step(refund, "duyet")).status_code == 302
    assert desk.post(step(refund, "khong-thanh"), {"reason": "bị trả về"}).status_code == 302
    body = desk.get(page(refund)).content.decode()
    assert step(refund, "chuyen-khoan") in body
    assert step(refund, "gui-lai") not in body
    assert desk.post(step(refund, "gui-lai")).status_code in (302, 409)
    assert desk.post(step(refund, "chuyen-khoan")).status_code == 302
    # Who approved the earlier account may name another, and then somebody else approves.
    form = ACCOUNT | {"reason": "gọi lại"}
    assert desk.post(step(refund, "ghi-tai-khoan"), form).status_code == 302
    assert desk.post(step(refund, "duyet")).status_code == 409
    refund.refresh_from_db()
    assert (refund.status, refund.approved_by) == (RefundStatus.REQUESTED, None)


def export(client, kind="xlsx"):
    return client.post(reverse("province:payments_refund_export"), {"dang": kind})


def test_approved_transfers_are_listed_once(cast, desk, refund):
    named(refund, cast.buyer)
    refunds.approve(refund=refund, actor=cast.chief_treasurer)
    assert "Danh sách mới" in desk.get(listed("refund") + "?status__exact=approved").content.decode()
    answer = export(desk)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    row = [cell.value for cell in sheet[2]]
    assert row[1:3] == ["TRAN THI GUI", "0123456789"]
    assert row[5] == 20_000
    assert row[6].startswith("HOAN ")
    assert len(row[6]) <= 19
    assert AuditEntry.objects.filter(action="payments.refund.exported").count() == 1
    again = export(desk)
    assert (again.status_code, again.headers["Location"][-8:]) == (302, "approved")
    assert export(desk, "xlsx-lai").status_code == 200
    assert export(desk, "csv-lai").content.startswith(b"\xef\xbb\xbf")


def test_nobody_else_gets_the_list(cast, client_for, refund):
    named(refund, cast.buyer)
    refunds.approve(refund=refund, actor=cast.chief_treasurer)
    for person in (cast.province_officer, cast.owner, cast.buyer):
        assert export(client_for(person)).status_code == 403
    assert client_for(cast.treasurer).get(reverse("province:payments_refund_export")).status_code == 405
    refund.refresh_from_db()
    assert refund.exported_at is None


def test_refunds_are_found_by_code(cast, desk, refund):
    assert refund.reference in desk.get(listed("refund"), {"q": refund.reference}).content.decode()
    assert "20.000" not in desk.get(listed("refund"), {"q": "không có"}).content.decode()


# --- Files ---


@pytest.fixture
def send(desk, private_files, settings):
    settings.MARKET_BANK_ACCOUNT = "0900000000001"
    url = reverse("province:payments_moneyfile_upload", args=["statement"])

    def do(content, name="sao-ke.xlsx"):
        file = SimpleUploadedFile(name, content)
        return desk.post(url, {"source": "0900000000001", "file": file})

    return do


def test_a_statement_goes_through_its_pages(desk, order, send):
    answer = send(statement(movement(330_000, order.transfer_note), movement(1_000, "<b>x</b>")))
    file = MoneyFile.objects.get()
    assert answer.headers["Location"] == page(file)
    body = desk.get(page(file)).content.decode()
    assert order.code in body
    assert "<b>x</b>" not in body
    assert desk.post(step(file, "ghi")).status_code == 302
    assert "2 dòng mới" in desk.get(page(file)).content.decode()
    assert Payment.objects.get().status == "paid"
    assert desk.post(step(file, "ghi")).status_code == 302
    assert JournalEntry.objects.count() == 2


def test_unknown_columns_are_asked_for(desk, send):
    send(statement(movement(9_000, "z"), headings=("A1", "B1", "C1", "D1", "E1", "F1")))
    file = MoneyFile.objects.get()
    url = page(file, "columns")
    assert desk.get(url).status_code == 200
    form = {"sheet": file.sheet, "header_row": 1, "header_height": 1, "f-date": 0, "f-credit": 3}
    refused = desk.post(url, form)
    assert refused.status_code == 422
    assert "Nội dung" in refused.content.decode()
    assert desk.post(url, form | {"f-memo": 99}).status_code == 422
    assert desk.post(url, form | {"f-memo": 5}).headers["Location"] == page(file)
    assert "<strong>1</strong> dòng tiền" in desk.get(page(file)).content.decode()


def test_a_broken_file_is_refused_in_one_sentence(desk, send):
    answer = send(b"PK\x03\x04 not a zip")
    assert answer.status_code == 422
    assert "Tệp .xlsx hỏng" in answer.content.decode()
    assert not MoneyFile.objects.exists()


def test_a_file_is_dropped_and_its_page_is_gone(desk, send):
    send(statement(movement(9_000, "z")))
    file = MoneyFile.objects.get()
    answer = desk.post(step(file, "bo"), follow=True)
    assert answer.status_code == 200
    assert not MoneyFile.objects.exists()


def test_a_file_at_work_reloads_its_page(desk, send):
    send(statement(movement(9_000, "z")))
    MoneyFile.objects.update(status="working", done_rows=20)
    answer = desk.get(page(MoneyFile.objects.get()))
    assert answer.headers["Refresh"] == "3"
    assert "xong 20 dòng" in answer.content.decode()


def test_uploads_of_no_kind_are_not_there(desk):
    assert desk.get(reverse("province:payments_moneyfile_upload", args=["khac"])).status_code == 404


# --- The ledger ---


def test_entries_are_found_by_order_and_by_account(desk, order):
    money(330_000, order)
    money(70_000)
    every = desk.get(listed("journalentry")).content.decode()
    assert every.count("money-postings") == 2
    found = desk.get(listed("journalentry"), {"q": order.code}).content.decode()
    assert found.count("money-postings") == 1
    accounts = desk.get(listed("ledgeraccount")).content.decode()
    assert "Sổ cân" in accounts
    assert "400.000" in accounts


def test_the_export_has_what_the_list_shows(desk, order):
    money(330_000, order, memo="=cmd|' /C calc'!A0")
    money(70_000)
    url = reverse("province:payments_journalentry_export")
    sheet = openpyxl.load_workbook(io.BytesIO(desk.get(url, {"q": order.code}).content)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[8:10] for row in rows] == [(330_000, None), (None, 330_000), (330_000, 330_000)]
    assert rows[0][10].startswith("'=cmd")
    whole = openpyxl.load_workbook(io.BytesIO(desk.get(url).content)).active
    assert whole.max_row == 6


def test_bad_parameters_do_not_break_the_lists(desk, order):
    money(70_000)
    for query in (
        "?viec=lung-tung",
        "?e=1",
        "?p=99999",
        "?q=%00",
        "?occurred_at__year=x",
        "?status__exact=%27",
    ):
        for model in LISTS:
            assert desk.get(listed(model) + query).status_code in (200, 302), (model, query)
    for account in ("x", "999999", "-1", "9" * 30):
        answer = desk.get(listed("journalentry"), {"postings__account__id__exact": account})
        assert answer.status_code in (200, 302), account


# --- Cost ---


def test_every_list_costs_the_same_for_one_row_and_for_twenty(cast, desk, product, private_files, settings):
    def one():
        order = buy(product, commune=cast.hoi_an, method=Method.TRANSFER)
        money(order.total + 1_000, order)
        money(1_000)
        resolving.send_back(notice=money(2_000), reason="x", actor=cast.treasurer, **ACCOUNT)
        MoneyFile.objects.create(kind="statement", source="1", name="x", checksum="0", status="done")

    one()
    urls = [listed(model) for model in LISTS] + [
        reverse("province:index"),
        listed("paymentnotice") + "?viec=tat-ca",
    ]
    for url in urls:
        desk.get(url)  # what is remembered for a while is remembered
    before = {url: queries(desk, url) for url in urls}
    for _time in range(19):
        one()
    assert {url: queries(desk, url) for url in urls} == before
