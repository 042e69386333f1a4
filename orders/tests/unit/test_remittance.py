"""Carriers' lists of collected cash in the shapes they generally have. All of it is made up."""

# ruff: noqa: E501

import datetime as dt
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import spreadsheets
from core.columns import Mapping
from orders import codes
from orders.carriers import remittance
from orders.carriers.remittance import RemittanceRow
from payments.statements import references

DAY = dt.date(2026, 11, 22)
CODE = "7K3M-92XQ-1"

LISTS = {
    "ghn": [
        ["PHIẾU ĐỐI SOÁT COD"],
        ["STT", "Mã đơn hàng GHN", "Mã đơn hàng riêng", "Ngày giao hàng thành công", "Tiền thu hộ COD", "Phí giao hàng",
         "Phí hoàn hàng", "Phí khai giá", "Thực nhận"],
        [1, "LX8ABC", CODE, "22/11/2026 10:30:00", 250000, 22000, 0, 1000, 227000],
        [2, "LX8ABD", "", "", 0, 22000, 11000, 0, -33000],
        ["", "Tổng cộng", "", "", 250000, 44000, 11000, 1000, 194000],
    ],
    "ghtk": [
        ["Mã đơn GHTK", "Mã đơn khách hàng", "Tiền CoD", "Phí dịch vụ", "Thanh toán", "Ngày hoàn thành"],
        ["LX8ABC", CODE, "250.000 đ", "-23.000 đ", "227.000 đ", "2026-11-22"],
        ["LX8ABD", "", "0", "-33.000 đ", "-33.000 đ", ""],
        ["Tổng", "", "250.000 đ", "-56.000 đ", "194.000 đ", ""],
    ],
    "viettel post": [
        ["Mã phiếu gửi", "Mã đơn hàng", "Ngày phát thành công", "Tiền thu hộ", "Tổng cước", "Người nhận"],
        ["LX8ABC", CODE, dt.datetime(2026, 11, 22), 250000, 23000, "Công"],
        ["LX8ABD", "", "-", 0, 33000, "Tổng"],
        ["Người lập phiếu", "", "", "", "", ""],
    ],
}  # fmt: skip


def page(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return spreadsheets.read(stream.getvalue(), "doi-soat.xlsx").pages[0]


@pytest.mark.parametrize("carrier", LISTS)
def test_each_shape_is_guessed_and_read(carrier):
    sheet = page(LISTS[carrier])
    reading = remittance.read(sheet, remittance.guess(sheet))
    first = 2 if carrier != "ghn" else 3
    assert reading.problems == ()
    assert reading.rows == (
        RemittanceRow(first, "LX8ABC", CODE, 250_000, 23_000, 227_000, DAY),
        RemittanceRow(first + 1, "LX8ABD", "", 0, 33_000, -33_000, None),
    )
    assert [one.line for one in reading.skipped] == [first + 2]


HEADER = ["Mã vận đơn", "Tiền thu hộ", "Tổng phí", "Thực nhận", "Ngày giao"]


def read(*rows):
    sheet = page([HEADER, *rows])
    return remittance.read(sheet, remittance.guess(sheet))


def test_rows_that_cannot_be_read_are_listed_with_place_and_remedy():
    reading = read(
        ["A1B2", "250.000", "23.000", "227.000", ""],
        ["A1B2", "250.000", "23.000", "227.000", ""],
        ["A1B3", "250.000", "23.000", "230.000", ""],
        ["A1B4", "", "23.000", "", ""],
        ["A1B5", "x", "23.000", "", ""],
        ["A1 B6", "5.000", "", "", ""],
        ["", "5.000", "", "", ""],
        ["A1B8", "5.000", "", "", "hôm qua"],
    )
    assert [row.tracking_code for row in reading.rows] == ["A1B2"]
    assert [(problem.line, problem.column[:5]) for problem in reading.problems] == [
        (3, "cột A"), (4, "cột D"), (5, "cột B"), (6, "cột B"), (7, "cột A"), (8, "cột A"), (9, "cột E"),
    ]  # fmt: skip
    assert "dòng 2" in reading.problems[0].remedy
    assert "227.000" in reading.problems[1].remedy
    assert all(problem.remedy for problem in reading.problems)


def test_what_a_list_leaves_out_follows_from_the_rest():
    fee = read(["A1B2", "250.000", "", "227.000", ""]).rows[0]
    net = read(["A1B2", "250.000", "23.000", "", ""]).rows[0]
    assert (fee.fee, net.net) == (23_000, 227_000)
    assert read(["A1B2", "250.000", "", "", ""]).rows[0].net == 250_000


@given(st.integers(0, 10**10), st.integers(0, 10**7))
def test_net_is_always_what_was_collected_less_fees(collected, fee):
    def shown(amount):
        return f"{amount:,}".replace(",", ".")

    sheet = spreadsheets.read(
        f"Mã vận đơn;Tiền thu hộ;Tổng phí;Thực nhận\nA1B2;{shown(collected)};{shown(-fee)};{shown(collected - fee)}\n".encode(),
        "a.csv",
    ).pages[0]
    (row,) = remittance.read(sheet, remittance.guess(sheet)).rows
    assert (row.collected, row.fee, row.net) == (collected, fee, collected - fee)


def test_a_kept_mapping_fits_the_next_list():
    mapping = Mapping.from_json(remittance.guess(page(LISTS["ghtk"])).as_json())
    later = page([["Phiên 23/11"], [], *LISTS["ghtk"]])
    assert len(remittance.read(later, remittance.fit(later, mapping)).rows) == 2
    assert remittance.fit(page(LISTS["ghn"]), mapping) is None


def test_a_list_of_something_else_is_refused():
    sheet = page([["Tên sản phẩm", "Giá"], ["Mật ong", 5]])
    assert remittance.guess(sheet) is None
    assert remittance.why_not(sheet).data["missing"] == ["Mã vận đơn / Mã đơn hàng", "Tiền thu hộ"]


def test_codes_of_orders_are_what_memos_are_searched_for():
    for _ in range(100):
        code = codes.new()
        assert references.find(f"OCOP {code.replace('-', '')}") == [code]
