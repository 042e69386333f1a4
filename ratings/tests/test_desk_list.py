"""The desks' list and the officer's first page: what is urgent, where everything lies, search."""

import datetime as dt

import pytest

from core import clock
from ratings.models import Dossier
from ratings.selectors import desk as desk_work
from ratings.states import DossierStatus
from ratings.tests.rating import make_dossier, queries, text

S = DossierStatus
LIST = "/quan-tri/ratings/dossier/"
pytestmark = pytest.mark.django_db


def test_what_is_overdue_stands_on_top_in_words(cast, make_product, client_for):
    today = clock.today()
    for name, status, days in (
        ("Chưa đến hạn", S.ADVISORY, 9),
        ("Xong rồi", S.CERTIFIED, None),
        ("Trễ ba ngày", S.ADVISORY, -3),
        ("Sắp đến hạn", S.SUBMITTED, 1),
        ("Đúng hạn", S.COUNCIL, 0),
        ("Chủ thể trễ", S.RETURNED, -1),
    ):
        due = None if days is None else today + dt.timedelta(days=days)
        make_dossier(make_product(cast.producer, name=name), status, due_on=due)
    client = client_for(cast.province_officer)
    page = text(client.get(LIST))
    order = ["Trễ ba ngày", "Chủ thể trễ", "Đúng hạn", "Sắp đến hạn", "Chưa đến hạn", "Xong rồi"]
    assert sorted(order, key=page.index) == order
    for words in ("quá hạn 3 ngày", "chủ thể quá hạn 1 ngày", "hôm nay là hạn", "còn 1 ngày", "còn 9 ngày"):
        assert words in page
    late = text(client.get(f"{LIST}?han=qua"))
    assert "Trễ ba ngày" in late
    assert "Đúng hạn" not in late
    assert "Chủ thể trễ" not in late  # no desk is waited for


def test_tabs_count_and_select(cast, make_product, client_for):
    for number, status in enumerate(
        (S.SUBMITTED, S.ADVISORY, S.ADVISORY, S.SCORED, S.IN_DECISION, S.REJECTED)
    ):
        make_dossier(make_product(cast.producer, name=f"Hàng {number}"), status)
    rows = Dossier.objects.overseen_by(cast.province_officer)
    counts = {place.label: place.count for place in desk_work.places(rows)}
    assert counts == {
        "Tất cả": 6,
        "Chờ xã": 1,
        "Xã đang kiểm tra": 0,
        "Thẩm định": 2,
        "Hội đồng": 0,
        "Chờ quyết định": 2,
        "Trung ương": 0,
        "Trả lại": 0,
        "Đã xong": 1,
    }
    page = client_for(cast.province_officer).get(f"{LIST}?status__in=in_decision,scored&q=hang")
    assert {row.product.name for row in page.context["cl"].result_list} == {"Hàng 3", "Hàng 4"}
    assert "?q=hang&amp;status__in=advisory" in text(page)  # tabs keep what was searched


def test_search_needs_no_marks(cast, make_product, client_for):
    dossier = make_dossier(make_product(cast.producer, name="Mật ong rừng Duy Xuyên"), S.ADVISORY)
    make_dossier(make_product(cast.rival, name="Tương ớt"), S.ADVISORY)
    client = client_for(cast.province_officer)
    for words, found in (
        ("mat ong rung", ["Mật ong rừng Duy Xuyên"]),
        ("MẬT HTX duy xuyen", ["Mật ong rừng Duy Xuyên"]),
        ("tuong hoi an", ["Tương ớt"]),
        (dossier.code.lower(), ["Mật ong rừng Duy Xuyên"]),
        ("không có", []),
        ("%", []),
        ("\x00", ["Mật ong rừng Duy Xuyên", "Tương ớt"]),
    ):
        rows = client.get(LIST, {"q": words}).context["cl"].result_list
        assert sorted(row.product.name for row in rows) == found, words


def test_the_list_costs_the_same_for_one_and_for_twenty(cast, make_product, client_for):
    make_dossier(make_product(cast.producer), S.ADVISORY)
    officers = [client_for(cast.province_officer), client_for(cast.commune_officer)]
    for client in officers:
        client.get(LIST)
    one = [queries(client, LIST) for client in officers]
    for _ in range(19):
        make_dossier(make_product(cast.producer), S.ADVISORY)
    assert [queries(client, LIST) for client in officers] == one
    assert max(one) <= 20  # three of them count the badges of the menu


def test_the_desk_and_the_badge_show_what_waits_for_this_officer(cast, make_product, client_for, rf):
    today = clock.today()
    for number, status in enumerate((S.SUBMITTED, S.COMMUNE_CHECK, S.ADVISORY, S.COUNCIL, S.RETURNED)):
        product = make_product(cast.producer, name=f"Hàng {number}")
        make_dossier(product, status, due_on=today + dt.timedelta(days=number - 1))
    make_dossier(make_product(cast.far_producer, name="Hàng xa"), S.ADVISORY)

    def badge(user):
        request = rf.get("/")
        request.user = user
        return desk_work.waiting_badge(request)

    names = ("commune_officer", "province_officer", "province_leader", "other_officer", "admin", "owner")
    assert [badge(cast.people[name]) for name in names] == ["2", "1", "1", "1", "4", ""]
    commune = desk_work.dossier_work(cast.commune_officer)
    assert [row.product.name for row, _look, _words in commune["urgent"]] == ["Hàng 0", "Hàng 1"]
    assert (commune["overdue"], commune["waiting"]) == (1, 2)
    page = text(client_for(cast.commune_officer).get("/quan-tri/"))
    assert "quá hạn 1 ngày" in page
    assert "Hàng xa" not in page
