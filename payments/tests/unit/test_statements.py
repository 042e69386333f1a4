"""Statements in the shapes that banks' exports generally have. All of it is made up."""

# ruff: noqa: E501

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import headings
from core.clock import VIETNAM
from core.columns import Mapping
from core.errors import FileRefused
from core.spreadsheets import MAX_ROWS
from payments.statements import reader, shapes
from payments.tests.unit.sheets import page, page_of_csv

TITLE = [["NGÂN HÀNG"], ["SAO KÊ TÀI KHOẢN TỪ NGÀY 01/11/2026 ĐẾN NGÀY 30/11/2026"], [],
         ["Số dư đầu kỳ/Opening balance", "", "10.000.000"], ["Chủ tài khoản", "SO CONG THUONG"], []]  # fmt: skip
MEMO = "MBVCB.123456.OCOP7K3M92XQ.CT tu 0011 NGUYEN VAN A"
DAY = dt.datetime(2026, 11, 22, tzinfo=VIETNAM)
AT_TEN = dt.datetime(2026, 11, 22, 10, 30, tzinfo=VIETNAM)

# Rows; merged areas; what the two movements must be: (moment, reference, balance) of the first.
SHAPES = {
    "vietcombank": (
        [["Ngày/ TNX Date/ Số CT/ Doc No", "Số tiền ghi nợ/ Debit", "Số tiền ghi có/ Credit", "Số dư/ Balance",
          "Nội dung chi tiết/ Transactions in detail"],
         ["22/11/2026\n5009.34878", "", "1,250,000", "11,250,000", MEMO],
         ["23/11/2026\n5009.34879", "50,000", "", "11,200,000", "Phi dich vu"],
         ["Tổng số/ Total", "50,000", "1,250,000"]],
        (), (DAY, "5009.34878", 11_250_000),
    ),
    "vietinbank": (
        [["STT/No", "Ngày hạch toán/ Accounting date", "Mô tả giao dịch/ Transaction description", "Nợ/ Debit",
          "Có/ Credit", "Số dư/ Balance", "Số giao dịch/ Transaction number", "Tài khoản đối ứng"],
         [1, dt.datetime(2026, 11, 22, 10, 30), MEMO, "", 1_250_000, 11_250_000, "900A1", "0011"],
         [2, dt.datetime(2026, 11, 23, 8, 0), "Phi dich vu", 50_000, "", 11_200_000, "900A2", ""],
         ["", "Tổng cộng", "", 50_000, 1_250_000]],
        (), (AT_TEN, "900A1", 11_250_000),
    ),
    "bidv": (
        [["STT", "Thời gian giao dịch", "Số tham chiếu", "Số tiền ghi nợ", "Số tiền ghi có", "Số dư", "Mô tả"],
         ["1", "22/11/2026 10:30:00", "020097", "0", "1.250.000", "11.250.000", MEMO],
         ["2", "23/11/2026 08:00:00", "020098", "50.000", "0", "11.200.000", "Phi dich vu"]],
        (), (AT_TEN, "020097", 11_250_000),
    ),
    "agribank, header of two lines": (
        [["Ngày GD", "Giờ GD", "Mã GD", "Phát sinh", "", "Số dư sau GD", "Diễn giải"],
         ["", "", "", "Nợ", "Có", "", ""],
         ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
         ["22/11/2026", "10:30:00", "A1", "", "1.250.000,00", "11.250.000,00", MEMO],
         ["23/11/2026", "08:00:00", "A2", "50.000,00", "", "11.200.000,00", "Phi dich vu"]],
        ("D7:E7", "A7:A8", "B7:B8", "C7:C8", "F7:F8", "G7:G8"), (AT_TEN, "A1", 11_250_000),
    ),
    "techcombank": (
        [["Ngày giao dịch\nTransaction date", "Đối tác\nRemitter", "NH đối tác\nRemitter bank",
          "Diễn giải\nDetails", "Số bút toán\nTransaction No.", "Nợ TKTT\nDebit", "Có TKTT\nCredit",
          "Số dư\nRunning balance"],
         ["22/11/2026", "A", "VCB", MEMO, "FT26330", "", "1,250,000", "11,250,000"],
         ["23/11/2026", "", "", "Phi dich vu", "FT26331", "-50,000", "", "11,200,000"],
         ["", "", "", "Lập bảng", "", "Kiểm soát"]],
        (), (DAY, "FT26330", 11_250_000),
    ),
    "mb, english below": (
        [["STT", "Ngày giao dịch", "Số tiền ghi có", "Số tiền ghi nợ", "Số dư", "Nội dung chuyển khoản", "Mã giao dịch"],
         ["No", "Posting date", "Credit amount", "Debit amount", "Available balance", "Transaction remarks", "Ref No"],
         [1, "22/11/2026 10:30", 1250000.0, "", 11250000, MEMO, "FT1"],
         [2, "23/11/2026 08:00", "", 50000, 11200000, "Phi dich vu", "FT2"]],
        (), (AT_TEN, "FT1", 11_250_000),
    ),
    "acb": (
        [["Ngày hiệu lực", "Ngày giao dịch", "Số GD", "Nội dung giao dịch", "Rút ra", "Gửi vào", "Số dư"],
         ["25/11/2026", "22/11/2026", "77", MEMO, "", "1.250.000", "11.250.000"],
         ["25/11/2026", "23/11/2026", "78", "Phi dich vu", "50.000", "", "11.200.000"],
         ["Tổng phát sinh", "", "", "", "50.000", "1.250.000"]],
        (), (DAY, "77", 11_250_000),
    ),
    "one signed amount": (
        [["Thời gian", "Số tiền (VND)", "Nội dung", "Loại tiền"],
         ["2026-11-22 10:30:00", "+1.250.000 VND", MEMO, "VND"],
         ["2026-11-23 08:00:00", "(50.000)", "Phi dich vu", "VND"]],
        (), (AT_TEN, "", None),
    ),
    "one amount and a letter": (
        [["Date", "Amount", "D/C", "Description", "Reference", "Balance"],
         ["22/11/2026", "1,250,000.00", "C", MEMO, "X1", "11,250,000.00"],
         ["23/11/2026", "50,000.00", "D", "Phi dich vu", "X2", "11,200,000.00"]],
        (), (DAY, "X1", 11_250_000),
    ),
}  # fmt: skip


@pytest.mark.parametrize("bank", SHAPES)
def test_each_shape_is_guessed_and_read(bank):
    rows, merged, (moment, reference, balance) = SHAPES[bank]
    sheet = page([*TITLE, *rows], merged)
    mapping = shapes.guess(sheet)
    assert mapping is not None
    reading = reader.read(sheet, mapping, account="0011001234567")
    assert reading.problems == ()
    first, second = reading.rows
    assert (first.booked_at, first.amount, first.currency) == (moment, 1_250_000, "VND")
    assert (first.memo, first.bank_reference, first.balance) == (MEMO, reference, balance)
    assert (second.amount, second.memo) == (-50_000, "Phi dich vu")
    assert first.has_time == (moment == AT_TEN)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("bank", ["bidv", "vietcombank", "one amount and a letter"])
def test_csv_means_the_same_as_xlsx(bank, encoding, delimiter):
    rows = SHAPES[bank][0]
    text, sheet = page_of_csv([*TITLE, *rows], encoding=encoding, delimiter=delimiter), page([*TITLE, *rows])
    readings = [reader.read(one, shapes.guess(one), account="1") for one in (text, sheet)]
    assert [row.checksum for row in readings[0].rows] == [row.checksum for row in readings[1].rows]
    assert len(readings[0].rows) == 2


HEADER = ["Ngày giao dịch", "Ghi nợ", "Ghi có", "Nội dung", "Số dư"]


def read(*rows, merged=()):
    sheet = page([HEADER, *rows], merged)
    return reader.read(sheet, shapes.guess(sheet), account="1")


def test_rows_that_cannot_be_read_are_listed_with_place_and_remedy():
    reading = read(
        ["31/02/2026", "", "5.000", "a", ""],
        ["22/11/2026", "", "năm nghìn", "b", ""],
        ["22/11/2026", "1", "2", "c", ""],
        ["22/11/2026", "", "", "d", ""],
        ["22/11/2026", "", "=1+1", "e", ""],
        ["22/11/2026", "", "5.000", "f", "x"],
        ["", "", "5.000", "Cong ty ABC tra tien", ""],
        ["22/11/2026", "", "5.000", "g", "1"],
    )
    assert [row.memo for row in reading.rows] == ["g"]
    assert [(problem.line, problem.column[:5]) for problem in reading.problems] == [
        (2, "cột A"), (3, "cột C"), (4, ""), (5, "cột C"), (6, "cột C"), (7, "cột E"), (8, "cột A"),
    ]  # fmt: skip
    assert reading.problems[1].found == "năm nghìn"
    assert str(reading.problems[1]) == (
        "Dòng 3, cột C (Ghi có): “năm nghìn” – ghi một số tiền bằng đồng, ví dụ 1.250.000"
    )


def test_nothing_is_lost_without_a_word():
    """Every row that is not blank is a movement, a problem, or listed as none."""
    reading = read(
        ["Số dư đầu kỳ", "", "", "", "5.000"],
        ["22/11/2026", "", "5.000", "Tong cong 2 don", "10.000"],
        [],
        ["22/11/2026", "", "", "Số dư cuối ngày", "10.000"],
        ["22/11/2026", "0", "0", "Không đổi", "10.000"],
        ["Tổng cộng:", "0", "5.000", "", ""],
        ["", "", "", "tiếp theo dòng trên", ""],
        ["Người lập", "", "", "Kiểm soát", ""],
    )
    assert [row.memo for row in reading.rows] == ["Tong cong 2 don"]
    assert reading.problems == ()
    assert [one.line for one in reading.skipped] == [2, 5, 6, 7, 8, 9]
    assert reading.skipped[3].text == "Tổng cộng: | 0 | 5.000"


CELL = st.one_of(
    st.sampled_from(["", "22/11/2026", "5.000", "-", "Tổng cộng", "OCOP 7K3M92XQ", "VND", "1e9"]),
    st.text(max_size=20),
)


@given(st.lists(st.lists(CELL, min_size=5, max_size=5), max_size=15))
def test_any_cells_whatsoever_end_in_one_of_the_three(rows):
    sheet = page_of_csv([HEADER, *rows], delimiter=";")
    mapping = shapes.guess(page([HEADER]))
    reading = reader.read(sheet, mapping, account="1")
    told = [one.line for part in (reading.rows, reading.problems, reading.skipped) for one in part]
    filled = [y + 1 for y, cells in enumerate(sheet.grid) if y and any(cells)]
    assert sorted(told) == filled


def test_a_merged_date_holds_for_its_rows_and_a_merged_amount_counts_once():
    reading = read(
        ["22/11/2026", "", "5.000", "một", "1"],
        ["", "", "6.000", "hai", "2"],
        ["23/11/2026", "", "7.000", "ba", "3"],
        ["", "", "7.000", "", ""],
        merged=("A2:A3", "A4:A5", "C4:C5"),
    )
    assert [(row.booked_at.day, row.amount) for row in reading.rows] == [(22, 5000), (22, 6000), (23, 7000)]
    assert reading.problems == ()


def test_a_header_printed_again_is_no_row():
    reading = read(["22/11/2026", "", "5.000", "a", ""], HEADER, ["23/11/2026", "", "5.000", "b", ""])
    assert [row.memo for row in reading.rows] == ["a", "b"]
    assert (reading.problems, reading.skipped) == ((), ())


def test_the_first_row_is_not_swallowed_by_a_header_of_two_lines():
    sheet = page([
        ["Ngày giao dịch", "Số tiền", "Loại", "Nội dung"],
        ["22/11/2026", "5.000", "Có", "a"],
        ["23/11/2026", "6.000", "Có", "b"],
    ])  # fmt: skip
    reading = reader.read(sheet, shapes.guess(sheet), account="1")
    assert [row.amount for row in reading.rows] == [5000, 6000]


def test_reversed_credits_go_out_and_foreign_money_is_no_dong():
    assert [row.amount for row in read(["22/11/2026", "", "-5.000", "hoan", ""]).rows] == [-5000]
    sheet = page([[*HEADER, "Loại tiền"], ["22/11/2026", "", "50", "x", "", "USD"]])
    reading = reader.read(sheet, shapes.guess(sheet), account="1")
    assert reading.rows == ()
    assert (reading.problems[0].found, reading.problems[0].column) == ("USD", "cột F (Loại tiền)")


def test_texts_that_look_like_formulas_stay_texts():
    sheet = page_of_csv([HEADER, ["22/11/2026", "", "5.000", "=HYPERLINK(x)", "1"]])
    (row,) = reader.read(sheet, shapes.guess(sheet), account="1").rows
    assert row.memo == "=HYPERLINK(x)"


def test_a_kept_mapping_fits_the_next_file_wherever_its_header_stands():
    rows = SHAPES["bidv"][0]
    kept = json.loads(json.dumps(shapes.guess(page(rows)).as_json()))
    other = page([*TITLE, ["Thêm một dòng"], *rows])
    mapping = shapes.fit(other, Mapping.from_json(kept))
    assert mapping.first_row == len(TITLE) + 2
    assert len(reader.read(other, mapping, account="1").rows) == 2
    assert shapes.fit(page(SHAPES["acb"][0]), Mapping.from_json(kept)) is None


def test_columns_chosen_by_a_person_are_read_where_no_heading_is_known():
    sheet = page([["Cột 1", "Cột 2", "Cột 3"], ["11/22/2026", "5,000.00", "a"], ["11/05/2026", "1,000", "b"]])
    assert shapes.guess(sheet) is None
    header = headings.at(sheet, 0, 1, shapes.WORDS.meaning)
    mapping = shapes.chosen(sheet, header, {"date": 0, "amount": 1, "memo": 2})
    assert (mapping.date_order, mapping.decimal) == ("mdy", ".")
    assert [(row.booked_at.day, row.amount) for row in reader.read(sheet, mapping, account="1").rows] == [
        (22, 5000), (5, 1000),
    ]  # fmt: skip


def test_a_list_of_something_else_is_refused_with_what_is_missing():
    refused = shapes.why_not(page([["Tên sản phẩm", "Số tiền"], ["Mật ong", "5"]]))
    assert refused.data["missing"] == ["Ngày giao dịch", "Nội dung"]
    assert "“Tên sản phẩm”" in str(refused)


def test_letters_broken_by_saving_in_the_wrong_code_page_are_named():
    broken = [[text.encode().decode("cp1252", "replace") for text in ["Nội dung", "Mã giao dịch", "Số dư"]]]
    sheet = page_of_csv([*broken, ["x", "5", "6"]])
    assert shapes.guess(sheet) is None
    assert "hỏng mã" in str(shapes.why_not(sheet))


def test_a_list_too_long_to_be_read_whole_is_refused():
    sheet = page_of_csv([HEADER, *(["22/11/2026", "", str(i + 1), "m", ""] for i in range(MAX_ROWS + 1))])
    with pytest.raises(FileRefused, match=r"20\.000"):
        reader.read(sheet, shapes.guess(sheet), account="1")
