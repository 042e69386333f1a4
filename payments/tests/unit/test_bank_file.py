"""The list for the bank: sums agree, zeros stay, nothing runs."""

import csv
import io
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import spreadsheets
from payments.statements import bank_file
from payments.statements.bank_file import PayoutLine

LINE = PayoutLine(
    "Hợp tác xã Mật ong Trà Sư", "0011001234567", "Vietcombank", "970436", 1_250_000, "OCOP CHI 12"
)
OTHER = replace(LINE, beneficiary="Hộ Nguyễn Thị Ả", account_number="19036", amount=999)


def sheet(lines):
    return openpyxl.load_workbook(io.BytesIO(bank_file.to_xlsx(lines))).active


def rows(lines):
    return list(csv.reader(io.StringIO(bank_file.to_csv(lines).decode("utf-8-sig"))))


def test_both_files_have_the_same_lines_and_a_total():
    expected = [
        [1, "HOP TAC XA MAT ONG TRA SU", "0011001234567", "VIETCOMBANK", "970436", 1_250_000, "OCOP CHI 12"],
        [2, "HO NGUYEN THI A", "19036", "VIETCOMBANK", "970436", 999, "OCOP CHI 12"],
    ]
    book = [[cell.value for cell in row] for row in sheet([LINE, OTHER])]
    assert book[1:3] == expected
    assert book[3][1:6:4] == ["Tổng cộng", 1_250_999]
    text = rows([LINE, OTHER])
    assert text[1:3] == [[str(value) for value in row] for row in expected]
    assert text[3] == ["", "Tổng cộng", "", "", "", "1250999", ""]
    assert text[0] == book[0]


def test_account_numbers_are_texts():
    cell = sheet([LINE])["C2"]
    assert (cell.data_type, cell.number_format, cell.value) == ("s", "@", "0011001234567")


@given(st.text("=+-@\t\r\n'\"|,;A1", min_size=1), st.text("=+-@\t 5", max_size=8))
def test_no_text_runs_as_a_formula(name, memo):
    line = replace(LINE, beneficiary=f"{name}A", bank_name=name, memo=memo)
    for row in sheet([line]).iter_rows():
        assert all(
            cell.data_type != "f" and not str(cell.value or "").startswith(tuple("=+-@")) for cell in row
        )
    assert all(not cell.startswith(tuple("=+-@\t\r")) for row in rows([line]) for cell in row)


def test_the_market_reads_its_own_file():
    page = spreadsheets.read(bank_file.to_xlsx([LINE]), "chi.xlsx").pages[0]
    assert page.grid[1][2] == "0011001234567"


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 0},
        {"amount": -1},
        {"account_number": ""},
        {"account_number": "=1+1"},
        {"account_number": "0011 001"},
        {"bank_bin": "97043"},
        {"bank_bin": "٩٧٠٤٣٦"},
        {"beneficiary": "=+"},
        {"memo": "OCOP CHI THANG 11 2026"},
    ],
)
def test_what_no_bank_can_carry_out_is_no_line(changes):
    with pytest.raises(ValueError):
        replace(LINE, **changes)
