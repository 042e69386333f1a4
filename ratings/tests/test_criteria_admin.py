"""The editor of criteria sets in the province's admin site."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ratings.models import CriteriaSet, RuleVersion
from ratings.rubric import Question
from ratings.services import criteria
from ratings.tests.rating import make_rules, make_set

LIST = "province:ratings_criteriaset_changelist"


def at(kind, *args):
    return reverse(f"province:ratings_criteriaset_{kind}", args=args)


@pytest.fixture
def official(cast, product_set):
    return make_set(product_set)


@pytest.fixture
def own(cast, official):
    return criteria.clone(criteria_set=official, actor=cast.province_officer, province=cast.da_nang)


def text(response):
    return response.content.decode()


def form(**changes):
    return {
        "part": "B",
        "section": "4. TIẾP THỊ",
        "code": "4.1",
        "title": "Khu vực phân phối chính",
        "stop_rule": "",
        "evidence_asked": "",
        "points": ["5", "15", "25", ""],
        "label": ["", "", "xuất khẩu", ""],
    } | changes


def questions(found):
    return [Question.of(row) for row in found.criteria.prefetch_related("options").order_by("position")]


def test_the_list_tells_which_sets_may_be_used(cast, official, own, client_for):
    own.criteria.first().delete()
    page = text(client_for(cast.province_officer).get(reverse(LIST)))
    assert "Đủ 100 điểm" in page
    assert "Chưa đủ điểm" in page
    assert "A 20/40 · B 25/25 · C 35/35" in page
    criteria.freeze(criteria_set=official)
    assert "Đã khóa" in text(client_for(cast.commune_officer).get(reverse(LIST)))


def test_the_list_and_the_page_cost_the_same_for_more(cast, official, own, client_for):
    client = client_for(cast.province_officer)

    def cost(url):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    client.get(reverse(LIST))
    before = cost(reverse(LIST)), cost(at("change", own.pk))
    for number in range(20):
        make_set(official.product_sets.get(), code=f"x{number}")
        own.criteria.create(position=100 + number, part="A", section="x", title=f"tiêu chí {number}")
    assert (cost(reverse(LIST)), cost(at("change", own.pk))) == before


def test_a_criterion_is_changed_in_place(cast, own, client_for):
    client, row = client_for(cast.province_officer), own.criteria.get(code="4.1")
    answer = client.post(
        at("criterion", own.pk, row.pk), form(title="Khu vực", points=["5", "12,5", "25", ""])
    )
    assert answer["Location"] == at("change", own.pk) + f"#c{row.pk}"
    assert [str(choice) for choice in questions(own)[2].options] == ["5", "12,5", "25 – xuất khẩu"]
    page = text(client.get(at("change", own.pk)))
    assert "Đã lưu tiêu chí “4.1 Khu vực”." in page
    assert 'value="12,5"' in page


def test_a_wrong_form_comes_back_open_with_what_was_typed(cast, own, client_for):
    client, row, before = client_for(cast.province_officer), own.criteria.get(code="4.1"), questions(own)
    for wrong, sentence in (
        ({"points": ["5", "mười", "25", ""]}, "“mười” không phải số"),
        ({"points": ["5", "101", "25", ""]}, "từ 0 đến 100"),
        ({"points": ["5", "", "", ""]}, "“” không phải số"),  # a label without points
        ({"title": ""}, "Thiếu Tiêu chí"),
        ({"part": "X"}, "A, B hoặc C"),
    ):
        answer = client.post(at("criterion", own.pk, row.pk), form(evidence_asked="Hợp đồng", **wrong))
        assert answer.status_code == 422
        page = text(answer)
        assert sentence in page
        assert f'id="c{row.pk}" data-most="25" open' in page
        assert 'value="Hợp đồng"' in page
    assert questions(own) == before


def test_a_criterion_is_added_moved_and_removed(cast, own, client_for):
    client = client_for(cast.province_leader)
    client.post(at("newcriterion", own.pk), form(code="4.2", title="Quảng bá", points=["0"], label=[""]))
    row = own.criteria.get(code="4.2")
    client.post(at("criterion", own.pk, row.pk), {"do": "up"})
    assert [question.code for question in questions(own)] == ["1.1", "3.3", "4.2", "4.1", "6.1", "9.1"]
    client.post(at("criterion", own.pk, row.pk), {"do": "remove"})
    assert not own.criteria.filter(code="4.2").exists()
    assert client.post(at("criterion", own.pk, row.pk), {"do": "remove"}).status_code == 404
    refused = client.post(at("newcriterion", own.pk), form(title=" "))
    assert refused.status_code == 422
    assert own.criteria.count() == 5


def test_the_check_stands_on_the_page_without_script(cast, own, client_for):
    client, row = client_for(cast.province_officer), own.criteria.get(code="4.1")
    client.post(at("criterion", own.pk, row.pk), form(points=["5", "20", "", ""], label=["", "", "", ""]))
    page = text(client.get(at("change", own.pk)))
    assert "Thiếu 5 điểm" in page
    assert "Đủ 40 điểm" in page
    assert "Chưa đủ điểm" in page


def test_what_is_frozen_official_or_anothers_is_only_read(cast, official, own, client_for):
    officer = client_for(cast.province_officer)
    assert "Lưu tiêu chí" in text(officer.get(at("change", own.pk)))
    assert "Lưu tiêu chí" not in text(officer.get(at("change", official.pk)))
    assert "Lưu tiêu chí" not in text(client_for(cast.commune_officer).get(at("change", own.pk)))
    row = own.criteria.first()
    criteria.freeze(criteria_set=own)
    page = text(officer.get(at("change", own.pk)))
    assert "Bộ này đã khóa lúc" in page
    assert "Lưu tiêu chí" not in page
    late = officer.post(at("criterion", own.pk, row.pk), form())
    assert late.status_code == 409
    assert "Nhân bản" in text(late)
    assert officer.post(at("change", own.pk), {"name": "Khác"}).status_code == 409


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("guest", 302),
        ("owner", 403),
        ("rival_owner", 403),
        ("buyer", 403),
        ("council_member", 403),
        ("commune_officer", 403),
        ("other_officer", 404),
    ],
)
def test_others_change_nothing(cast, own, client_for, who, status):
    client, row, before = client_for(cast.people[who]), own.criteria.first(), questions(own)
    for url, data in (
        (at("change", own.pk), {"name": "Khác"}),
        (at("criterion", own.pk, row.pk), form()),
        (at("criterion", own.pk, row.pk), {"do": "remove"}),
        (at("newcriterion", own.pk), form()),
        (at("step", own.pk, "thoi-dung"), {"reason": "thử"}),
    ):
        assert client.post(url, data).status_code == status, url
    assert questions(own) == before
    own.refresh_from_db()
    assert (own.name, own.retired_at) == ("Mật ong", None)


def test_a_criterion_of_another_set_is_not_found(cast, own, official, client_for):
    other = official.criteria.first()
    answer = client_for(cast.province_officer).post(at("criterion", own.pk, other.pk), {"do": "remove"})
    assert answer.status_code == 404
    assert official.criteria.count() == 5


def test_name_and_product_sets_are_changed(cast, own, client_for):
    client = client_for(cast.province_officer)
    client.post(at("change", own.pk), {"name": "Mật ong Đà Nẵng", "product_sets": ["4", "x"]})
    own.refresh_from_db()
    assert own.name == "Mật ong Đà Nẵng"
    assert list(own.product_sets.values_list("code", flat=True)) == [4]
    assert client.post(at("change", own.pk), {"name": ""}).status_code == 422
    trail = text(client.get(at("history", own.pk)))
    assert "Mật ong Đà Nẵng" in trail


def test_the_steps_clone_and_retire(cast, official, own, client_for):
    client = client_for(cast.province_officer)
    other = make_rules("thử khác")
    assert client.post(at("step", official.pk, "nhan-ban"), {"version": other.pk}).status_code == 302
    copy = CriteriaSet.objects.get(version=other)
    assert (copy.province, questions(copy)) == (cast.da_nang, questions(official))
    assert client.post(at("step", own.pk, "thoi-dung"), {"reason": "In nhầm"}).status_code == 302
    own.refresh_from_db()
    assert own.retired_at
    admin = client_for(cast.admin)
    assert admin.post(at("step", official.pk, "nhan-ban"), {"version": other.pk}).status_code == 422
    assert "nhan-ban-cho-tinh" in text(admin.get(at("change", official.pk)))
    assert "nhan-ban-cho-tinh" not in text(client.get(at("change", official.pk)))
    data = {"version": other.pk, "province": cast.quang_ngai.pk}
    assert admin.post(at("step", official.pk, "nhan-ban-cho-tinh"), data).status_code == 302
    assert CriteriaSet.objects.filter(province=cast.quang_ngai, version=other).exists()


def test_an_office_begins_a_set_of_its_own(cast, official, product_set, client_for):
    data = {
        "version": official.version_id,
        "code": "12",
        "name": "Chè",
        "product_sets": [product_set.pk],
        "source": "Phụ lục III",
    }
    answer = client_for(cast.province_officer).post(at("add"), data)
    assert answer.status_code == 302, answer.context["errors"]
    found = CriteriaSet.objects.get(code="12")
    assert (found.province, found.source) == (cast.da_nang, "Phụ lục III")
    assert list(found.product_sets.all()) == [product_set]
    again = client_for(cast.province_officer).post(at("add"), data)
    assert "Tỉnh đã có bộ tiêu chí mang số này" in text(again)
    assert client_for(cast.commune_officer).get(at("add")).status_code == 403
    refused = client_for(cast.admin).post(at("add"), data | {"code": "13"})
    assert refused.status_code == 200  # the administrator has to say for which province
    assert not CriteriaSet.objects.filter(code="13").exists()


def test_only_the_administrator_adds_versions(cast, official, client_for):
    url = reverse("province:ratings_ruleversion_add")
    data = {
        "code": "thử 9",
        "name": "Thử",
        "decision": "QĐ thử",
        "in_force_from": "01/01/2026",
        "points_a": 40,
        "points_b": 25,
        "points_c": 35,
        "source": "dữ liệu kiểm thử",
    }
    assert client_for(cast.province_officer).post(url, data).status_code == 403
    assert client_for(cast.admin).post(url, data | {"points_a": 50}).status_code == 200
    assert not RuleVersion.objects.filter(code="thử 9").exists()
    assert client_for(cast.admin).post(url, data).status_code == 302
    assert RuleVersion.objects.filter(code="thử 9").exists()
    used = reverse("province:ratings_ruleversion_change", args=[official.version_id])
    assert client_for(cast.admin).post(used, data).status_code == 403
    assert client_for(cast.commune_officer).get(used).status_code == 200
