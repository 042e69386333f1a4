"""What is withheld, against vectors computed by hand from the rates of NĐ 117/2025/NĐ-CP."""

import datetime as dt

import pytest

from payments.tax import Category, Withheld, share, withheld
from producers.models import ProducerKind

DAY = dt.date(2026, 11, 27)
WITHHELD_FROM = ("household", "individual", "cooperative_group", "facility", "unknown")


@pytest.mark.parametrize("kind", WITHHELD_FROM)
@pytest.mark.parametrize(
    ("category", "revenue", "vat", "pit"),
    [
        (Category.GOODS, 1_000_000, 10_000, 5_000),
        (Category.SERVICES, 1_000_000, 50_000, 20_000),  # tourism
        (Category.TRANSPORT, 30_000, 900, 450),  # shipping by the seller
        (Category.GOODS, 0, 0, 0),
        (Category.GOODS, 49, 0, 0),
        (Category.GOODS, 50, 1, 0),  # half a đồng is rounded up
        (Category.GOODS, 100, 1, 1),
        (Category.GOODS, 10**12, 10**10, 5 * 10**9),
    ],
)
def test_vectors(kind, category, revenue, vat, pit):
    assert withheld(kind=kind, category=category, revenue=revenue, on=DAY) == Withheld(vat, pit)


@pytest.mark.parametrize("kind", ["company", "cooperative"])
@pytest.mark.parametrize("category", Category.values)
def test_companies_and_cooperatives_declare_for_themselves(kind, category):
    assert withheld(kind=kind, category=category, revenue=1_000_000, on=DAY) == Withheld(0, 0)


def test_every_kind_of_producer_is_one_or_the_other():
    assert set(ProducerKind.values) == {*WITHHELD_FROM, "company", "cooperative"}


def test_the_rates_begin_with_their_decree():
    last_day_without, first_day = dt.date(2025, 6, 30), dt.date(2025, 7, 1)
    facts = {"kind": "household", "category": Category.GOODS, "revenue": 1_000_000}
    assert withheld(**facts, on=last_day_without) == Withheld()
    assert withheld(**facts, on=first_day).total == 15_000


def test_shares_are_whole_dong():
    assert [share(amount, 150) for amount in (0, 1, 33, 34, 100, 10_000)] == [0, 0, 0, 1, 2, 150]
