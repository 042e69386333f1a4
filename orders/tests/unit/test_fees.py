"""How far a parcel goes, and what the producer's table makes of it."""

import csv
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import reference
from orders import fees
from orders.fees import Zone


@dataclass(frozen=True)
class Rate:
    zone: str
    up_to: int
    fee: int


TABLE = [
    Rate("country", 500, 30_000),
    Rate("country", 2_000, 45_000),
    Rate("province", 1_000, 18_000),
    Rate("commune", 5_000, 5_000),
]


def fee(zone=Zone.COUNTRY, weight_g=500, rates=TABLE, goods_total=100_000, parcel_fee=33_000, **rest):
    return fees.fee(
        rates=rates, zone=zone, weight_g=weight_g, goods_total=goods_total, parcel_fee=parcel_fee, **rest
    )


def zone(from_commune, from_province, to_commune, to_province):
    return fees.zone_between(
        from_commune=from_commune, from_province=from_province, to_commune=to_commune, to_province=to_province
    )


def test_every_province_has_one_region():
    with (reference.HERE / "units-provinces.csv").open(encoding="utf-8") as file:
        provinces = [row["code"] for row in csv.DictReader(file)]
    with fees.REGIONS.open(encoding="utf-8") as file:
        grouped = [code for row in csv.DictReader(file) for code in row["provinces"].split()]
    assert sorted(grouped) == sorted(provinces)
    assert len(provinces) == 34


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        (("20623", "48", "20623", "48"), Zone.COMMUNE),
        (("20623", "48", "20194", "48"), Zone.PROVINCE),
        (("20623", "48", "22333", "56"), Zone.REGION),  # Đà Nẵng → Khánh Hòa
        (("20623", "48", "19774", "46"), Zone.COUNTRY),  # Đà Nẵng → Huế, which is Bắc Trung Bộ
        (("20623", "48", "00004", "01"), Zone.COUNTRY),
        (("x", "98", "y", "99"), Zone.COUNTRY),  # neither is in a region, so they share none
    ],
)
def test_zones(places, expected):
    assert zone(*places) == expected
    assert zone(*places[2:], *places[:2]) == expected


@pytest.mark.parametrize(
    ("where", "weight_g", "expected"),
    [
        (Zone.COUNTRY, 0, 30_000),
        (Zone.COUNTRY, 500, 30_000),
        (Zone.COUNTRY, 501, 45_000),
        (Zone.COUNTRY, 2_000, 45_000),
        (Zone.COUNTRY, 2_001, 50_000),
        (Zone.COUNTRY, 3_000, 50_000),
        (Zone.COUNTRY, 3_001, 55_000),
        (Zone.REGION, 500, 30_000),  # no steps of its own: as for the country
        (Zone.PROVINCE, 1_000, 18_000),
        (Zone.PROVINCE, 1_500, 23_000),  # its own last step and a kilogram, not the country's table
        (Zone.COMMUNE, 4_000, 5_000),
    ],
)
def test_the_smallest_step_that_holds_the_weight(where, weight_g, expected):
    assert fee(where, weight_g, extra_per_kg=5_000) == expected
    assert fee(where, weight_g, rates=TABLE[::-1], extra_per_kg=5_000) == expected


def test_without_a_table_that_reaches_so_far_a_parcel_costs_its_fee():
    assert fee(rates=[]) == 33_000
    assert fee(Zone.COUNTRY, rates=[Rate("province", 1_000, 18_000)]) == 33_000


def test_free_from_an_amount_and_for_an_empty_parcel():
    assert fee(free_from=100_000, is_cold=True, cold_surcharge=20_000) == 0
    assert fee(free_from=100_001) == 30_000
    assert fee(free_from=0) == 0
    assert fee(goods_total=0, is_cold=True, cold_surcharge=20_000) == 0


def test_the_cold_chain_adds_its_surcharge():
    assert fee(is_cold=True, cold_surcharge=20_000) == 50_000
    assert fee(is_cold=False, cold_surcharge=20_000) == 30_000


AMOUNTS = st.integers(0, 500_000)


@st.composite
def rising_tables(draw):
    """Steps of any zones, each zone's fees rising with the weight, in any order."""
    rows = []
    for where in draw(st.lists(st.sampled_from(Zone.values), unique=True)):
        weights = sorted(draw(st.lists(st.integers(1, 30_000), min_size=1, max_size=5, unique=True)))
        prices = sorted(draw(st.lists(AMOUNTS, min_size=len(weights), max_size=len(weights))))
        rows += [Rate(where, *step) for step in zip(weights, prices, strict=True)]
    return draw(st.permutations(rows))


@given(
    rising_tables(),
    st.sampled_from(Zone.values),
    st.tuples(st.integers(0, 60_000), st.integers(0, 60_000)),
    st.fixed_dictionaries(
        {
            "goods_total": AMOUNTS,
            "free_from": st.none() | AMOUNTS,
            "extra_per_kg": AMOUNTS,
            "is_cold": st.booleans(),
            "cold_surcharge": AMOUNTS,
            "parcel_fee": AMOUNTS,
        }
    ),
)
def test_more_weight_never_costs_less_and_nothing_is_negative(rates, where, weights, rest):
    light, heavy = (fee(where, weight, rates, **rest) for weight in sorted(weights))
    assert 0 <= light <= heavy
    assert isinstance(heavy, int)
