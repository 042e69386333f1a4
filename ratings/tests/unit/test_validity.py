"""Dates of decisions as sources print them, and the arithmetic of 36 months."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import add_months
from ratings import states, validity
from ratings.states import Standing
from ratings.validity import Interval

D = dt.date


@pytest.mark.parametrize(
    ("value", "precision", "earliest", "latest"),
    [
        ("2022-10-10", "day", D(2022, 10, 10), D(2022, 10, 10)),
        ("2022-01-27 (source prints 2021)", "day", D(2022, 1, 27), D(2022, 1, 27)),
        ("10/10/2022", "day", D(2022, 10, 10), D(2022, 10, 10)),
        ("1.2.2023", "day", D(2023, 2, 1), D(2023, 2, 1)),
        ("ngày 5 tháng 6 năm 2024", "day", D(2024, 6, 5), D(2024, 6, 5)),
        ("Ngày 05/06/2024", "day", D(2024, 6, 5), D(2024, 6, 5)),
        (D(2024, 6, 5), "day", D(2024, 6, 5), D(2024, 6, 5)),
        (dt.datetime(2024, 6, 5, 0, 0), "day", D(2024, 6, 5), D(2024, 6, 5)),
        ("45448", "day", D(2024, 6, 5), D(2024, 6, 5)),
        ("2024-02", "month", D(2024, 2, 1), D(2024, 2, 29)),
        ("Tháng 6/2025", "month", D(2025, 6, 1), D(2025, 6, 30)),
        ("12/2023", "month", D(2023, 12, 1), D(2023, 12, 31)),
        ("2023", "year", D(2023, 1, 1), D(2023, 12, 31)),
    ],
)
def test_dates_as_sources_print_them(value, precision, earliest, latest):
    found = validity.decided(value)
    assert (found.precision, found.interval) == (precision, Interval(earliest, latest))
    assert (found.day is not None) == (precision == "day")


@pytest.mark.parametrize("value", ["sang năm", "2022-13-01", "31/02/2023", "0/2024", "99", "12-10-10-2023"])
def test_what_is_no_date_is_refused(value):
    with pytest.raises(ValueError):
        validity.decided(value)


def test_award_year_alone_reaches_to_the_end_of_the_next_year():
    # 279/QĐ-UBND of Nghệ An's round of 2021 was signed on 2022-01-27.
    found = validity.decided("", award_year=2021)
    assert (found.precision, found.day) == ("year", None)
    assert found.interval == Interval(D(2021, 1, 1), D(2022, 12, 31))
    assert found.interval.earliest <= D(2022, 1, 27) <= found.interval.latest


def test_districts_decided_until_they_ended():
    found = validity.decided("", award_year=2025, by_district=True)
    assert found.interval == Interval(D(2025, 1, 1), D(2025, 6, 30))


def test_nothing_known_stays_blank():
    assert validity.decided("") == validity.Decided("none")


def test_expiry_is_36_months_later():
    assert validity.VALIDITY_MONTHS == 36
    # 48 products of 303/QĐ-UBND (2020-02-04) lapsed on 2023-02-04.
    assert validity.expiry(Interval(D(2020, 2, 4), D(2020, 2, 4))).latest == D(2023, 2, 4)
    assert validity.expiry(Interval(D(2024, 2, 29), D(2024, 2, 29))).latest == D(2027, 2, 28)


days = st.dates(D(2018, 1, 1), D(2050, 12, 31))


@given(days, days, days)
def test_a_decision_within_the_interval_expires_within_the_interval(a, b, c):
    earliest, decided, latest = sorted((a, b, c))
    ends = validity.expiry(Interval(earliest, latest))
    assert ends.earliest <= add_months(decided, 36) <= ends.latest


@given(days, days, days)
def test_never_live_after_nor_expired_before_the_true_day(a, b, on):
    earliest, decided = sorted((a, b))
    ends = validity.expiry(Interval(earliest, decided))
    now = standing(expiry_earliest=ends.earliest, expiry_latest=ends.latest, on=on)
    last_day = add_months(decided, 36)
    if now == Standing.LIVE:
        assert on <= last_day
    if now == Standing.EXPIRED:
        assert on > last_day


def standing(**changes):
    facts = {
        "status": "issued",
        "basis": "decision",
        "stars": 4,
        "expiry_earliest": D(2026, 12, 22),
        "expiry_latest": D(2026, 12, 22),
        "on": D(2026, 11, 23),
    }
    return states.standing(**(facts | changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Standing.LIVE),
        ({"on": D(2026, 12, 22)}, Standing.LIVE),  # the last day counts
        ({"on": D(2026, 12, 23)}, Standing.EXPIRED),
        ({"expiry_latest": D(2027, 12, 31)}, Standing.LIVE),
        ({"expiry_latest": D(2027, 12, 31), "on": D(2026, 12, 23)}, Standing.UNKNOWN),
        ({"expiry_latest": D(2027, 12, 31), "on": D(2027, 12, 31)}, Standing.UNKNOWN),
        ({"expiry_latest": D(2027, 12, 31), "on": D(2028, 1, 1)}, Standing.EXPIRED),
        ({"basis": "council"}, Standing.UNKNOWN),
        ({"basis": "statement"}, Standing.UNKNOWN),
        ({"stars": None}, Standing.UNKNOWN),
        ({"expiry_earliest": None, "expiry_latest": None}, Standing.UNKNOWN),
        ({"status": "superseded"}, Standing.SUPERSEDED),
        ({"status": "revoked"}, Standing.REVOKED),
    ],
)
def test_standing(changes, expected):
    assert standing(**changes) == expected
