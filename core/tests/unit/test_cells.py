"""Amounts and moments as banks and people write them; what cannot be read says what to write instead."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import cells
from core.cells import BadValue
from core.clock import VIETNAM


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1250000", 1_250_000),
        ("1.250.000", 1_250_000),
        ("1,250,000", 1_250_000),
        ("1 250 000", 1_250_000),
        ("1\u00a0250\u00a0000", 1_250_000),
        ("1,250,000.00", 1_250_000),
        ("1.250.000,00", 1_250_000),
        ("1.250", 1_250),
        ("1250.00", 1_250),
        ("+1.250.000 VND", 1_250_000),
        ("VND 1,250,000", 1_250_000),
        ("1.250.000đ", 1_250_000),
        ("1.250.000 ₫", 1_250_000),
        ("-1.250.000 VNĐ", -1_250_000),
        ("−50.000", -50_000),
        ("50.000-", -50_000),
        ("(50.000)", -50_000),
        ("(50,000.00)", -50_000),
        ("'1.250", 1_250),
        ('="1250"', 1_250),
        ("0", 0),
        ("0.00", 0),
        ("", None),
        ("-", None),
        ("  ", None),
    ],
)
def test_amounts(text, expected):
    assert cells.amount(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "1.25",  # a fraction of a đồng
        "1,250.5",
        "12.50.000",
        "1.250,000.000",
        "1.250.000.00",
        "1250.000",  # 1250 or 1.250.000?
        "--5",
        "(-5)",
        "(5",
        "5)",
        "1e+16",
        "9" * 20,
        "9" * 5000,  # more figures than Python turns into a number
        "=1+1",
        "50 USD",
        "$50",
        "١٢٣",
        "1đ2",
        dt.datetime(2026, 11, 22),
    ],
)
def test_what_is_no_amount_is_refused_with_a_remedy(text):
    with pytest.raises(BadValue) as bad:
        cells.amount(text)
    assert bad.value.remedy


def test_the_style_of_the_file_decides_what_could_be_either():
    assert cells.amount("1250.000", ".") == 1250
    assert cells.amount("1.000", ".") == 1
    assert cells.amount("1.000", ",") == 1000
    with pytest.raises(BadValue, match="phần lẻ"):
        cells.amount("1.250", ".")
    with pytest.raises(BadValue):
        cells.amount("1250,00", ".")


def test_the_style_shows_itself_only_where_nothing_denies_it():
    assert cells.decimal_of(["1,250,000.00", "5"]) == "."
    assert cells.decimal_of(["1.250.000,0"]) == ","
    assert cells.decimal_of(["1.250", "1,250", "x", ""]) == ""
    assert cells.decimal_of(["1,250.00", "1.250,00"]) == ""


def written(amount, group, point, style):
    figures = f"{abs(amount):,}".replace(",", group) + (f"{point}00" if point else "")
    if amount >= 0:
        return style.format(figures)
    return f"({figures})" if style == "{}" else style.format(f"-{figures}")


@given(
    st.integers(-cells.MOST, cells.MOST),
    st.sampled_from([(".", ""), (",", ""), (" ", ""), ("", ""), (".", ","), (",", "."), ("'", ".")]),
    st.sampled_from(["{}", "{} VND", "{}đ", "VND {}", "  {} "]),
)
def test_any_amount_in_any_style_reads_back(amount, style, around):
    group, point = style
    assert cells.amount(written(amount, group, point, around)) == amount


@given(st.text(max_size=30))
def test_any_text_is_an_amount_nothing_or_refused(text):
    try:
        found = cells.amount(text)
    except BadValue:
        return
    assert found is None or isinstance(found, int)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("22/11/2026", (22, 0, 0, 0)),
        ("22-11-2026", (22, 0, 0, 0)),
        ("2026-11-22", (22, 0, 0, 0)),
        ("2/11/2026", (2, 0, 0, 0)),
        ("22/11/2026 10:30:15", (22, 10, 30, 15)),
        ("22/11/2026 10:30", (22, 10, 30, 0)),
        ("22/11/2026 09:30:15 PM", (22, 21, 30, 15)),
        ("10:30:15 22/11/2026", (22, 10, 30, 15)),
        ("2026-11-22T10:30:15.250", (22, 10, 30, 15)),
        ("2026-11-21T20:30:15Z", (22, 3, 30, 15)),
        ("2026-11-22T10:30:15+07:00", (22, 10, 30, 15)),
        ("46348", (22, 0, 0, 0)),
        ("46348.4375", (22, 10, 30, 0)),
        (dt.date(2026, 11, 22), (22, 0, 0, 0)),
        (dt.datetime(2026, 11, 22, 10, 30), (22, 10, 30, 0)),
    ],
)
def test_moments(value, expected):
    day, hour, minute, second = expected
    found, rest = cells.moment(value)
    assert (found, rest) == (dt.datetime(2026, 11, day, hour, minute, second, tzinfo=VIETNAM), "")
    assert found.tzinfo is VIETNAM


def test_a_number_under_the_date_is_handed_on():
    assert cells.moment("22/11/2026 5009.34878")[1] == "5009.34878"
    assert cells.moment("22/11/2026 TT123")[1] == "TT123"
    assert cells.moment("22/11/2026 10:30:00 FT1")[1] == "FT1"


def test_american_dates_are_read_where_the_column_can_only_be_so():
    assert cells.order_of(["11/05/2026", "11/22/2026"]) == "mdy"
    assert cells.order_of(["11/05/2026", "22/11/2026"]) == "dmy"
    assert cells.order_of(["11/05/2026", ""]) == "dmy"
    assert cells.moment("11/22/2026", "mdy")[0].day == 22


@pytest.mark.parametrize(
    "value",
    ["", "abc", "31/02/2026", "22/11/26", "22/11/1026", "22/11-2026", "Ngày in: 22/11/2026", "22/11/2026/5",
     "22/11/2026 25:00", "12345", dt.date(1899, 12, 30)],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_a_remedy(value):
    with pytest.raises(BadValue) as bad:
        cells.moment(value)
    assert bad.value.remedy
