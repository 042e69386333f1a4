"""Search, filters, counts, pages."""

import datetime as dt
import unicodedata

import pytest
from django.http import QueryDict

from catalog.models import ProductSet
from catalog.selectors import Asked, listing, suggest
from catalog.services import products
from catalog.tests.shelf import fill, star
from core.services import freshness


def ask(query=""):
    freshness.bump()
    return listing(Asked.parse(QueryDict(query)))


def names(query):
    return [card.name for card in ask(query).cards]


def counts(choices):
    return {choice.value: choice.count for choice in choices}


@pytest.fixture
def goods(cast, make_product):
    """Honey, tea and cinnamon of three makers in two provinces."""
    honey = star(make_product(cast.producer, name="Mật ong rừng Duy Xuyên", price=280_000), 4)
    tea = star(make_product(cast.rival, name="Trà lá rừng Cù Lao Chàm", price=45_000), 3)
    bark = star(make_product(cast.far_producer, name="Quế thanh Trà Bồng", price=120_000), 4, days=-1)
    products.add_certification(product=honey, scheme="huu-co", number="1", actor=None)
    products.add_certification(
        product=tea, scheme="huu-co", number="2", valid_until=dt.date(2020, 1, 1), actor=None
    )
    return honey, tea, bark


@pytest.mark.parametrize(
    "typed",
    [
        "mật ong",
        "mat ong",
        "MẬT ONG",
        unicodedata.normalize("NFD", "mật ong"),
        "mat on",
        "  mat\tong ",
        "ong mat",
    ],
)
def test_honey_is_found_however_it_is_typed(goods, typed):
    params = QueryDict(mutable=True)
    params["q"] = typed
    found = listing(Asked.parse(params))
    assert [card.name for card in found.cards] == ["Mật ong rừng Duy Xuyên"]
    assert not found.summary.corrected


@pytest.mark.parametrize("typed", ["mat oong", "nat ong", "mật ogn", "que thanhh"])
def test_small_typos_are_forgiven_and_said(goods, typed):
    found = ask(f"q={typed}")
    assert found.total
    assert found.summary.corrected


@pytest.mark.parametrize("typed", ["matong", "Mậtong", "matong rung"])
def test_a_lost_space_is_forgiven(goods, typed):
    found = ask(f"q={typed}")
    assert [card.name for card in found.cards] == ["Mật ong rừng Duy Xuyên"]
    assert found.summary.corrected


def test_places_and_makers_are_searched_but_names_come_first(goods, cast, make_product):
    make_product(cast.far_producer, name="Nấm khô")
    assert names("q=tra bong") == ["Quế thanh Trà Bồng", "Nấm khô"]
    assert names("q=pho hoi") == ["Trà lá rừng Cù Lao Chàm"]


def test_nothing_similar_is_an_empty_page_and_no_error(goods):
    for typed in ("zzzz", "🍯", "%27%3A*%26", "%00"):
        found = ask(f"q={typed}x" if typed == "zzzz" else f"q={typed}")
        assert found.total in (0, 3)
        assert found.pages == 1


def test_counts_ignore_their_own_selection_and_obey_the_others(goods):
    everything = ask()
    assert counts(everything.facets.stars) == {"5": 0, "4": 1, "3": 1}  # the lapsed one never counts
    assert counts(everything.facets.provinces) == {"48": 2, "51": 1}
    four = ask("sao=4")
    assert four.total == 1
    assert counts(four.facets.stars) == {"5": 0, "4": 1, "3": 1}
    assert counts(four.facets.provinces) == {"48": 1}
    assert ask("sao=4&sao=3").total == 2
    cheap = ask("gia_den=50000")
    assert counts(cheap.facets.stars) == {"5": 0, "4": 0, "3": 1}
    assert [choice.count for choice in cheap.facets.prices] == [1, 0, 1, 1, 0]


def test_every_count_is_what_choosing_it_shows(goods, cast, make_product):
    fill(star(make_product(cast.producer, name="Nước mắm", price=50_000), 5), 25)
    start = ask("ban=1")
    panel = start.facets
    shown = [*panel.stars, *panel.provinces, *panel.prices, *panel.certifications]
    shown += [choice for sector in panel.sectors for choice in sector.choices]
    assert shown
    for choice in shown:
        assert ask(choice.url.partition("?")[2]).total == choice.count, choice


def test_communes_appear_with_their_province(goods):
    assert ask().facets.communes == ()
    assert counts(ask("tinh=48").facets.communes) == {"20623": 1, "20410": 1}
    chosen = ask("xa=20623")
    assert (chosen.filters.province, chosen.total) == ("48", 1)
    assert counts(chosen.facets.communes) == {"20623": 1, "20410": 1}


def test_certificates_that_ran_out_do_not_count(goods):
    assert counts(ask().facets.certifications) == {"huu-co": 1}
    assert names("chung_nhan=huu-co") == ["Mật ong rừng Duy Xuyên"]


@pytest.mark.parametrize("query", ["tinh=99", "xa=99999", "bo=77", "nganh=9", "tinh=51&xa=20623&khac=1"])
def test_places_and_sets_that_do_not_exist_are_left_out(goods, query):
    assert ask(query).total == (1 if "tinh=51" in query else 3)


def test_a_sector_holds_its_sets(goods, product_set):
    assert ask("nganh=1").total == 3
    ProductSet.objects.filter(pk=product_set.pk).update(sale_mode="display")
    assert {card.sale_state for card in ask("nganh=1").cards} == {"display"}


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("gia", "Trà lá rừng Cù Lao Chàm"),
        ("gia-giam", "Mật ong rừng Duy Xuyên"),
        ("moi", "Quế thanh Trà Bồng"),
    ],
)
def test_sortings(goods, sort, first):
    assert names(f"sap_xep={sort}")[0] == first


@pytest.mark.parametrize("sort", ["", "moi", "gia", "gia-giam", "ban-chay"])
def test_pages_together_hold_every_product_once(goods, cast, make_product, sort):
    fill(make_product(cast.producer, name="Bánh tráng"), 90)
    found = [ask(f"sap_xep={sort}&trang={page}") for page in range(1, 6)]
    ids = [card.id for page in found for card in page.cards]
    assert len(ids) == len(set(ids)) == found[0].total == 94
    assert ask(f"sap_xep={sort}&trang=999999999").page == found[0].pages == 5


def test_pages_of_a_search_hold_every_match_once(cast, make_product):
    fill(make_product(cast.producer, name="Bánh tráng"), 250)
    ids = [card.id for page in range(1, 14) for card in ask(f"q=banh&trang={page}").cards]
    assert len(ids) == len(set(ids)) == 251


def test_suspended_and_hidden_goods_are_nowhere(goods, cast):
    from producers.services import producers

    honey, tea, _bark = goods
    products.hide(product=tea, actor=None)
    producers.suspend(producer=cast.producer, reason="Kiểm tra", actor=None)
    found = ask()
    assert [card.name for card in found.cards] == ["Quế thanh Trà Bồng"]
    assert counts(found.facets.provinces) == {"51": 1}
    assert suggest("mat ong") == []
    assert honey.name not in names("q=mat ong")


@pytest.mark.parametrize("product_count", [1, 60])
def test_the_number_of_queries_is_constant(cast, make_product, django_assert_num_queries, product_count):
    fill(star(make_product(cast.producer, name="Bánh tráng")), product_count)
    asked = Asked.parse(QueryDict("sao=4&tinh=48&sap_xep=gia"))
    freshness.bump()
    with django_assert_num_queries(8):
        listing(asked)
    with django_assert_num_queries(6):  # counts are remembered: labels of the panel, ids, cards
        listing(asked)


def test_suggestions_are_few_and_forgiving(goods):
    assert [s.name for s in suggest("ma")] == ["Mật ong rừng Duy Xuyên"]
    assert suggest("m") == suggest("") == suggest("🍯") == []
    assert suggest("matt ong")[0].url == "/san-pham/mat-ong-rung-duy-xuyen/"
