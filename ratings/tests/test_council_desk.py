"""The secretary's screen, the sessions in the admin site, papers, and what the pages cost."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ratings.models import (
    Council,
    CouncilItem,
    CriteriaSet,
    Criterion,
    CriterionOption,
)
from ratings.services import councils, hearings
from ratings.tests.rating import answer_all
from ratings.tests.sitting import criteria, form, make_sitting, text, url

SCRIPT = {"HTTP_ACCEPT": "application/json"}
SECRET = "Lời riêng của ủy viên thứ nhất"


@pytest.fixture
def sitting(cast, make_product):
    sitting = make_sitting(cast, [make_product(cast.producer, story="Chuyện con ong rừng")])
    answer_all(sitting.dossier)
    answer_all(sitting.dossier, "advisory", choice=0)
    sitting.run()
    return sitting


@pytest.fixture
def rooms(sitting, client_for):
    """A browser for each member."""
    return [client_for(user) for user in sitting.people]


# --- The secretary ---------------------------------------------------------------------------


def test_the_live_screen_tells_who_and_not_what(cast, sitting, client_for):
    officer = client_for(cast.province_officer)
    sitting.score(0, [2, 1, 0, 1, 2])
    sitting.score(1, [0, 0, 0, 0, 0], lock=False)
    path = url("-live", sitting.council.pk)
    for headers in ({}, {"HTTP_HX_REQUEST": "true"}):
        page = text(officer.get(path, **headers))
        assert ("<html" in page) is not bool(headers)
        for word in ("locked", "started", "waiting"):
            assert page.count(f"progress__one--{word}") == 1
        assert "55,01" not in page


def test_steps_are_taken_from_the_live_screen(cast, sitting, client_for):
    officer = client_for(cast.province_officer)
    step = url("-item-step", sitting.item.pk, "chot")
    refused = officer.post(step)
    assert refused.status_code == 409
    assert "thiếu 3 người" in text(refused)
    for number, choices in enumerate(([0] * 5, [-1] * 5, [-1] * 5)):
        sitting.score(number, choices)
    discuss = url("-item-step", sitting.item.pk, "cham-lai")
    assert discuss in text(officer.get(url("-live", sitting.council.pk)))
    assert officer.post(discuss, {"discussion": ""}).status_code == 422
    assert officer.post(discuss, {"discussion": "Thống nhất"}).status_code == 302
    assert sitting.item.round == 2
    for number in range(3):
        sitting.score(number, 1)
    assert officer.get(discuss).status_code == 302  # not a step any more
    assert officer.post(url("-step", sitting.council.pk, "ket-thuc")).status_code == 302
    assert Council.objects.get().status == "closed"
    assert officer.get(url("-step", sitting.council.pk, "khong-co")).status_code == 404


def test_stops_are_resolved_from_the_live_screen(cast, sitting, rooms, client_for):
    first, officer = criteria(sitting)[0], client_for(cast.province_officer)
    for number, room in enumerate(rooms):
        data = form(sitting)
        if number == 0:
            data |= {f"option-{first.pk}": "stop", f"comment-{first.pk}": "Không hóa đơn"}
        room.post(url("-card", sitting.card(number).pk), data)
        room.post(url("-lock", sitting.card(number).pk))
    step = url("-item-step", sitting.item.pk, "dieu-kien-loai")
    assert officer.post(step, {"reason": "x"}).status_code == 422
    assert officer.post(step, {"decision": "upheld", "reason": "Đúng vậy"}).status_code == 302
    assert sitting.dossier.status == "rejected"


def test_a_session_is_planned_in_the_admin(cast, make_product, client_for):
    officer = client_for(cast.province_officer)
    add = reverse("province:ratings_council_add")
    page = text(officer.get(add))
    assert cast.province_leader.full_name in page
    assert cast.other_officer.full_name not in page
    plan = {
        "name": "Đợt 3",
        "held_on": "20/12/2026",
        "venue": "",
        "quorum_percent": "75",
        "province": "48",
        "secretary": cast.province_officer.pk,
    }
    assert officer.post(add, plan | {"province": "51"}).status_code == 200
    assert officer.post(add, plan | {"quorum_percent": "40"}).status_code == 200
    assert not Council.objects.exists()
    assert officer.post(add, plan).status_code == 302
    council = Council.objects.get()
    change = reverse("province:ratings_council_change", args=[council.pk])
    members = {
        "members-TOTAL_FORMS": "2",
        "members-INITIAL_FORMS": "0",
        "items-TOTAL_FORMS": "0",
        "items-INITIAL_FORMS": "0",
        "members-0-user": cast.province_leader.pk,
        "members-0-role": "chair",
        "members-0-title": "Phó Chủ tịch",
        "members-1-user": cast.council_member.pk,
        "members-1-role": "chair",
        "members-1-title": "",
    }
    refused = officer.post(change, plan | members)
    assert refused.status_code == 200
    assert "một chủ tịch" in text(refused)
    assert not council.members.exists()
    assert officer.post(change, plan | members | {"members-1-role": "member"}).status_code == 302
    assert council.members.count() == 2
    for role, status in (("other_officer", 404), ("commune_officer", 404), ("owner", 403)):
        assert client_for(cast.people[role]).get(change).status_code == status


def test_dossiers_and_presence_are_ticked_in_the_admin(cast, make_product, client_for):
    from ratings.tests.rating import make_dossier

    sitting = make_sitting(cast, [], is_open=False)
    waiting = make_dossier(make_product(cast.producer), "council")
    elsewhere = make_dossier(make_product(cast.far_producer), "council")
    officer = client_for(cast.province_officer)

    def step(slug):
        return reverse("province:ratings_council_step", args=[sitting.council.pk, slug])

    page = text(officer.get(step("them-ho-so")))
    assert waiting.code in page
    assert f'value="{elsewhere.pk}"' not in page
    assert officer.post(step("them-ho-so"), {"dossiers": [elsewhere.pk]}).status_code == 422
    assert officer.post(step("them-ho-so"), {"dossiers": [waiting.pk]}).status_code == 302
    assert officer.post(step("diem-danh"), {"present": []}).status_code == 302
    assert "thiếu 3 người" in text(officer.post(step("khai-mac")))
    assert officer.post(step("diem-danh"), {"present": sitting.seats()}).status_code == 302
    assert officer.post(step("khai-mac")).status_code == 302
    assert Council.objects.get().status == "open"
    assert CouncilItem.objects.get().dossier == waiting


# --- Papers ----------------------------------------------------------------------------------


@pytest.fixture
def heard(cast, sitting):
    """Two rounds, with a discussion between them."""
    for number, choices in enumerate(([0] * 5, [-1] * 5, [-1] * 5)):
        sitting.score(number, choices)
    hearings.rescore(item=sitting.item, discussion="=Thống nhất <b>cách hiểu</b>", actor=sitting.secretary)
    for number in range(3):
        sitting.score(number, [2, 1, 0, 1, 2])
    return sitting


def values(response):
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return {
        sheet.title: [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
        for sheet in book
    }


def test_minutes_and_sheets_are_files(heard, rooms):
    for name, pk in (("-minutes", heard.council.pk), ("-sheets", heard.item.pk)):
        pdf = rooms[0].get(url(name, pk, "pdf"))
        assert pdf.content.startswith(b"%PDF")
        assert b"BeVietnamPro" in pdf.content  # the font travels inside
        assert pdf["Content-Disposition"].startswith("attachment")
        assert rooms[0].get(url(name, pk, "exe")).status_code == 404


def test_the_minutes_tell_both_rounds(heard, rooms):
    book = values(rooms[0].get(url("-minutes", heard.council.pk, "xlsx")))
    results = book["Kết quả"]
    assert results[1][1:5] == [heard.dossier.product.name, "HTX Duy Xuyên", heard.dossier.code, "55,01"]
    assert "Đề nghị công nhận 3 sao" in results[1]
    totals = [(row[3], row[5]) for row in book["Điểm từng thành viên"][1:]]
    assert totals == [(1, 5), (1, 100), (1, 100), (2, 55.01), (2, 55.01), (2, 55.01)]


def test_the_sheets_hold_the_matrix_and_every_card(heard, rooms):
    book = values(rooms[0].get(url("-sheets", heard.item.pk, "xlsx")))
    assert len(book) == 2 + 6
    assert book["Tổng hợp vòng 2"][1][:3] == ["1.1", "Nguồn nguyên liệu", 20]
    assert book["Tổng hợp vòng 1"][6][1:] == [5, 100, 100]


# --- Costs -----------------------------------------------------------------------------------


def queries(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_a_card_costs_the_same_for_five_and_for_twenty_five_criteria(sitting, rooms):
    path = url("-card", sitting.card(0).pk)
    before = queries(rooms[0], path)
    found = CriteriaSet.objects.get()
    for position in range(6, 26):
        criterion = Criterion.objects.create(
            criteria_set=found, position=position, part="C", section="x", title=f"Tiêu chí {position}"
        )
        CriterionOption.objects.create(criterion=criterion, position=1, points=0)
    sitting.score(0, -1, lock=False)
    assert queries(rooms[0], path) == before <= 16


def test_sessions_cost_the_same_for_one_and_for_twenty_items(cast, make_product, client_for):
    small = make_sitting(cast, [make_product(cast.producer)])
    big = make_sitting(cast, [make_product(cast.producer) for _ in range(20)])
    for sitting in (small, big):
        for item in sitting.items:
            hearings.start(item=item, actor=sitting.secretary)
        sitting.score(0, -1)
    officer = client_for(cast.province_officer)
    for name in ("-live", "-session"):
        assert queries(officer, url(name, small.council.pk)) == queries(officer, url(name, big.council.pk))
    for sitting in (small, big):
        for number in (1, 2):
            sitting.score(number, -1)
        for item in sitting.items[1:4]:
            councils.take_off(item=item, reason="Để phiên sau", actor=sitting.secretary)
    for kind in ("xlsx", "pdf"):
        path = "-minutes"
        assert queries(officer, url(path, small.council.pk, kind)) == queries(
            officer, url(path, big.council.pk, kind)
        )
    list_before = queries(officer, url(""))
    make_sitting(cast, [make_product(cast.producer)])
    assert queries(officer, url("")) == list_before
