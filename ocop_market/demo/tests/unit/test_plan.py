"""The demo province on paper: proportions, and words that read well."""

import csv
import datetime as dt
import json
import re
from collections import Counter
from random import Random

import pytest
from django.conf import settings

from core.clock import add_months
from ocop_market.demo import images, words
from ocop_market.demo.build import _rounded
from ocop_market.demo.kinds import all_kinds, pack_of
from ocop_market.demo.plan import FEWEST, decision_days, plan

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def producers():
    return plan(400)


@pytest.fixture(scope="module")
def goods(producers):
    return [product for producer in producers for product in producer.products]


def test_four_hundred_products_of_three_hundred_producers(producers, goods):
    assert len(goods) == 400
    assert 290 <= len(producers) <= 310
    sizes = Counter(len(producer.products) for producer in producers)
    assert sizes[1] > len(producers) / 2
    assert max(sizes) <= 7


def test_proportions(producers, goods):
    stars = Counter(product.stars for product in goods)
    assert 0.70 <= stars[3] / 400 <= 0.78
    assert 0.21 <= stars[4] / 400 <= 0.27
    assert 4 <= stars[5] <= 8
    standing = Counter(product.standing for product in goods)
    assert 28 <= standing["expired"] <= 34
    assert 20 <= standing["expiring"] <= 27
    assert sum(not product.in_stock for product in goods) == 24
    assert sum(not product.has_picture for product in goods) == 20
    assert 12 <= sum(len(p.products) for p in producers if p.only_district) <= 16
    sectors = Counter(product.kind.sector for product in goods)
    assert sectors[1] > 250
    assert min(sectors[i] for i in range(1, 7)) >= 4
    kinds = Counter(producer.kind for producer in producers)
    assert kinds["household"] > kinds["cooperative"] > kinds["company"] > 60


def test_every_kind_occurs(goods):
    assert {product.kind.name for product in goods} == {kind.name for kind in all_kinds()}


@pytest.mark.parametrize("total", [FEWEST, 60, 400, 1000])
def test_always_the_same_and_always_complete(total):
    first = plan(total)
    assert first == plan(total)
    goods = [product for producer in first for product in producer.products]
    assert len(goods) == total
    honey = [
        producer
        for producer in first
        for p in producer.products
        if p.kind.name.startswith("Mật ong") and p.stars == 4 and p.standing == "live" and p.in_stock
    ]
    assert len({id(producer) for producer in honey}) >= 3
    names = [
        (id(producer), words.product_name(p.kind, p.number)) for producer in first for p in producer.products
    ]
    assert len(set(names)) == len(names)


def test_too_few_is_refused():
    with pytest.raises(ValueError, match="at least"):
        plan(FEWEST - 1)


def test_places_exist():
    with (settings.BASE_DIR / "core/reference/units-communes.csv").open(encoding="utf-8") as file:
        communes = {(row["province_code"], row["short"]) for row in csv.DictReader(file)}
    wrong = [(k.name, p) for k in all_kinds() for p in k.places if (k.province, p) not in communes]
    assert wrong == []


def test_every_kind_has_small_pictures():
    drawn = json.loads((images.FOLDER / "index.json").read_text(encoding="utf-8"))
    assert {kind.name for kind in all_kinds()} <= drawn.keys()
    files = {file for entry in drawn.values() for file in [*entry["main"], entry.get("second")] if file}
    assert all((images.FOLDER / file).stat().st_size <= 30 * 1024 for file in files)


def test_decisions_lie_where_their_standing_says():
    for province in ("01", "48", "96"):
        days = decision_days(province, today=TODAY)
        ends = {standing: [add_months(day, 36) for day in found] for standing, found in days.items()}
        assert all(end > TODAY + dt.timedelta(days=90) for end in ends["live"])
        assert all(TODAY < end <= TODAY + dt.timedelta(days=90) for end in ends["expiring"])
        assert all(end < TODAY for end in ends["expired"])
        assert all(day.weekday() < 5 and day < TODAY for found in days.values() for day in found)


def test_texts_are_whole_and_promise_no_cure():
    wrong = re.compile(r"[{}]|điều trị|trị bệnh|khỏi bệnh|đề kháng|(?<!không thay thế thuốc )chữa bệnh")
    for kind in all_kinds():
        for seed in range(4):
            said = {"place": "Duy Xuyên", "province": "Đà Nẵng", "year": 2003, "random": Random(seed)}
            product = words.product_texts(kind, **said)
            maker = words.producer_texts(kind, **said)
            joined = " ".join(str(value) for value in (*product.values(), *maker.values()))
            assert not wrong.search(joined), joined
            assert len(product["summary"]) <= 300
            assert len(product["story"]) > 120
            assert len(maker["quote"]) < 100


@pytest.mark.parametrize(
    ("text", "name", "quantity", "unit", "double"),
    [
        ("chai 500 ml", "chai 500 ml", 500, "ml", "chai 1 lít"),
        ("hũ 250 g", "hũ 250 g", 250, "g", "hũ 500 g"),
        ("túi 5 kg", "túi 5 kg", 5000, "g", "túi 10 kg"),
        ("hũ 2 lít", "hũ 2 lít", 2000, "ml", "hũ 4 lít"),
        ("kg", "túi 1 kg", 1000, "g", "túi 2 kg"),
        ("hộp 20 túi", "hộp 20 túi", 1, "piece", "bộ 2 × hộp 20 túi"),
        ("chục", "chục", 10, "piece", "bộ 2 × chục"),
        ("cái", "cái", 1, "piece", "bộ 2 × cái"),
    ],
)
def test_packs(text, name, quantity, unit, double):
    pack = pack_of(text)
    assert (pack.name, pack.quantity, pack.unit, pack.double.name) == (name, quantity, unit, double)


@pytest.mark.parametrize(("price", "rounded"), [(28_499, 28_000), (99_700, 100_000), (122_600, 125_000)])
def test_prices_end_in_thousands(price, rounded):
    assert _rounded(price) == rounded
