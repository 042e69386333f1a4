"""The council's room as people see it: secrecy, cards, results, papers, the secretary's screen."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ratings.models import (
    Council,
    CouncilItem,
    CriteriaSet,
    Criterion,
    CriterionOption,
    Evidence,
    Score,
    Scorecard,
)
from ratings.selectors import council as selectors
from ratings.services import councils, hearings, scorecards
from ratings.tests.rating import answer_all, make_set
from ratings.tests.sitting import make_sitting

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


def url(name, *args):
    return reverse(f"ratings:council{name}", args=args)


def text(response):
    return response.content.decode()


def criteria(sitting):
    return list(sitting.dossier.criteria_set.criteria.prefetch_related("options").order_by("position"))


def form(sitting, choice=-1, comment=""):
    """The whole card as a browser without JavaScript posts it."""
    data = {}
    for criterion in criteria(sitting):
        data[f"option-{criterion.pk}"] = list(criterion.options.all())[choice].pk
        data[f"comment-{criterion.pk}"] = comment
    return data


# --- Secrecy ---------------------------------------------------------------------------------


def pages_of(sitting):
    council, item = sitting.council.pk, sitting.item.pk
    return [
        url(""),
        url("-session", council),
        url("-live", council),
        url("-result", item),
        url("-sheets", item, "pdf"),
        url("-sheets", item, "xlsx"),
        url("-minutes", council, "pdf"),
        url("-minutes", council, "xlsx"),
        reverse("province:ratings_council_change", args=[council]),
        reverse("province:ratings_council_history", args=[council]),
    ]


def test_nobody_reads_a_card_before_all_have_locked(cast, sitting, rooms, client_for):
    sitting.score(0, [2, 1, 0, 1, 2], lock=False)
    card = sitting.card(0)
    scorecards.choose(
        card=card,
        criterion=criteria(sitting)[0],
        option=criteria(sitting)[0].options.last(),
        comment=SECRET,
        actor=sitting.people[0],
    )
    scorecards.lock(card=card, comment=SECRET, actor=sitting.people[0])
    card.refresh_from_db()
    secrets = (SECRET, "55,01", "55.01")
    assert card.total == Decimal("55.01")
    for who in (rooms[1], client_for(cast.province_officer), client_for(cast.admin)):
        for path in pages_of(sitting):
            page = who.get(path)
            assert page.status_code in (200, 403, 404)
            assert not any(secret in text(page) for secret in secrets), path
        assert who.get(url("-card", card.pk)).status_code == 404
        assert who.get(url("-lock", card.pk)).status_code == 404
    assert list(Scorecard.objects.readable_by(sitting.people[1])) == [sitting.card(1)]
    assert not Scorecard.objects.readable_by(cast.province_officer).exists()
    assert selectors.rounds(sitting.item) == []
    assert "55,01" in text(rooms[0].get(url("-session", sitting.council.pk)))


def test_after_the_result_everybody_in_the_session_reads_the_cards(cast, sitting, rooms, client_for):
    for number in range(3):
        sitting.score(number, [2, 1, 0, 1, 2])
    for who in (*rooms, client_for(cast.province_officer)):
        page = text(who.get(url("-result", sitting.item.pk)))
        assert page.count("55,01") >= 4  # three cards and the mean
        assert all(str(user) in page for user in sitting.people)
    assert Scorecard.objects.readable_by(sitting.people[1]).count() == 3
    assert not Scorecard.objects.readable_by(cast.other_officer).exists()


def test_in_a_second_round_only_the_first_is_read(sitting, rooms):
    for number, choices in enumerate(([0] * 5, [-1] * 5, [-1] * 5)):
        sitting.score(number, choices)
    assert "100,00" in text(rooms[0].get(url("-result", sitting.item.pk)))
    hearings.rescore(item=sitting.item, discussion="Đã thảo luận kỹ", actor=sitting.secretary)
    sitting.score(0, [2, 1, 0, 1, 2])
    page = text(rooms[1].get(url("-result", sitting.item.pk)))
    assert "Vòng 1" in page
    assert "Vòng 2" not in page
    assert "55,01" not in page
    assert "Đã thảo luận kỹ" in text(rooms[1].get(url("-card", sitting.card(1).pk)))
    assert rooms[1].get(url("-minutes", sitting.council.pk, "pdf")).status_code == 404


def test_a_card_left_open_is_never_shown(cast, make_product, client_for):
    sitting = make_sitting(cast, [make_product(cast.producer)], members=5)
    sitting.run()
    for number in range(4):
        sitting.score(number, [2, 1, 0, 1, 2])
    scorecards.choose(
        card=sitting.card(4), criterion=criteria(sitting)[0], comment=SECRET, actor=sitting.people[4]
    )
    hearings.settle(item=sitting.item, actor=sitting.secretary)
    page = text(client_for(sitting.people[0]).get(url("-result", sitting.item.pk)))
    assert SECRET not in page
    assert "55,01" in page


# --- Who may enter ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", ["other_officer", "commune_officer", "owner", "rival_owner", "buyer", "council_member"]
)
def test_outsiders_find_nothing(cast, sitting, client_for, role):
    client = client_for(cast.people[role])
    for number in range(3):
        sitting.score(number, -1)
    for path in (
        *pages_of(sitting)[1:8],
        url("-card", sitting.card(0).pk),
        url("-lock", sitting.card(0).pk),
        url("-step", sitting.council.pk, "diem-danh"),
        url("-item-step", sitting.item.pk, "tra-lai"),
    ):
        assert client.get(path).status_code == 404, path
        assert client.post(path, {"reason": "x"}).status_code in (404, 405), path
    assert sitting.council.name not in text(client.get(url("")))


def test_members_of_another_session_find_nothing(cast, sitting, client_for):
    other = make_sitting(cast, [])
    client = client_for(other.people[0])
    assert client.get(url("-session", sitting.council.pk)).status_code == 404
    assert client.get(url("-card", sitting.card(0).pk)).status_code == 404
    assert client.get(url("-session", other.council.pk)).status_code == 200


def test_members_do_not_run_the_session(sitting, rooms):
    for path in (
        url("-live", sitting.council.pk),
        url("-step", sitting.council.pk, "ket-thuc"),
        url("-item-step", sitting.item.pk, "chot"),
    ):
        assert rooms[0].get(path).status_code == 404
        assert rooms[0].post(path).status_code in (404, 405)
    assert sitting.item.status == "scoring"


def test_the_account_shows_the_way_to_whoever_has_a_seat(cast, sitting, rooms, client_for):
    home = reverse("accounts:home")
    assert url("") in text(rooms[0].get(home))
    assert url("") not in text(client_for(cast.buyer).get(home))


# --- Scoring ---------------------------------------------------------------------------------


def test_the_card_shows_what_a_member_needs(sitting, rooms):
    first = criteria(sitting)[0]
    paper = Evidence.objects.create(
        dossier=sitting.dossier,
        criterion=first,
        name="Hợp đồng.pdf",
        file="x",
        size=9,
        content_type="",
        sha256="",
    )
    page = text(rooms[0].get(url("-card", sitting.card(0).pk)))
    for words in (
        sitting.dossier.product.name,
        "HTX Duy Xuyên",
        "Chuyện con ong rừng",
        "Tiêu chí thử",
        "Nguồn nguyên liệu",
        "Không rõ nguồn gốc",
        "0</span>/5",
        reverse("ratings:evidence", args=[paper.pk]),
        "Chủ thể tự chấm",
    ):
        assert words in page, words
    assert "style=" not in page.split("<main")[1].split("</main")[0]


def test_a_whole_card_is_kept_without_javascript(sitting, rooms):
    card = sitting.card(0)
    answer = rooms[0].post(url("-card", card.pk), form(sitting, comment="tốt"))
    assert answer.status_code == 302
    assert [score.comment for score in card.scores.all()] == ["tốt"] * 5
    answer = rooms[0].post(url("-card", card.pk), form(sitting) | {"khoa": "1"})
    assert answer["Location"] == url("-lock", card.pk)
    assert "100" in text(rooms[0].get(answer["Location"]))
    assert rooms[0].post(answer["Location"], {"comment": "Đồng ý"}).status_code == 302
    card.refresh_from_db()
    assert (card.total, card.comment) == (Decimal(100), "Đồng ý")


def test_one_choice_is_kept_for_a_script(sitting, rooms):
    first = criteria(sitting)[2]
    card = sitting.card(0)
    answer = rooms[0].post(
        url("-card", card.pk),
        {f"option-{first.pk}": first.options.first().pk, f"comment-{first.pk}": " a \n\n\n\n b "},
        **SCRIPT,
    )
    said = answer.json()
    assert (answer.status_code, said["done"], said["criteria"], said["total"]) == (200, 1, 5, "5")
    assert card.scores.get().comment == "a\n\nb"


def test_what_is_said_twice_is_written_once(sitting, rooms):
    card = sitting.card(0)
    rooms[0].post(url("-card", card.pk), form(sitting))
    before = list(card.scores.order_by("pk").values_list("pk", "at"))
    rooms[0].post(url("-card", card.pk), form(sitting))
    assert list(card.scores.order_by("pk").values_list("pk", "at")) == before


def test_a_refused_choice_leaves_the_others_kept(sitting, rooms):
    first, second, *_others = criteria(sitting)
    foreign = make_set(code="khác").criteria.first()
    data = form(sitting) | {
        f"option-{first.pk}": second.options.first().pk,
        f"option-{foreign.pk}": foreign.options.first().pk,
        f"option-{second.pk}": "stop",
    }
    card = sitting.card(0)
    answer = rooms[0].post(url("-card", card.pk), data)
    assert answer.status_code == 422
    assert "không thuộc tiêu chí này" in text(answer)
    assert "không có điều kiện loại" in text(answer)
    assert card.scores.count() == 3
    refused = rooms[0].post(url("-card", card.pk), data, **SCRIPT).json()["refused"]
    assert set(refused) == {str(first.pk), str(second.pk), str(foreign.pk)}


@pytest.mark.parametrize("value", ["abc", "-1", "9" * 19, "1e3", "stop\x00", "💣"])
def test_nonsense_is_refused_and_nothing_breaks(sitting, rooms, value):
    first = criteria(sitting)[0]
    card = sitting.card(0)
    answer = rooms[0].post(url("-card", card.pk), {f"option-{first.pk}": value}, **SCRIPT)
    assert answer.status_code == 422
    assert not card.scores.exists()
    for name in ("option-", "option-x", f"option-{'9' * 30}", "comment-"):
        assert rooms[0].post(url("-card", card.pk), {name: "1"}, **SCRIPT).status_code == 200


def test_a_stop_is_raised_with_a_reason(sitting, rooms):
    first = criteria(sitting)[0]
    card = sitting.card(0)
    data = {f"option-{first.pk}": "stop", f"comment-{first.pk}": ""}
    answer = rooms[0].post(url("-card", card.pk), data, **SCRIPT)
    assert answer.json()["refused"] == {str(first.pk): "Hãy ghi lý do."}
    data[f"comment-{first.pk}"] = "Không có hóa đơn"
    assert rooms[0].post(url("-card", card.pk), data, **SCRIPT).status_code == 200
    page = text(rooms[0].get(url("-lock", card.pk)))
    assert "Bạn nêu điều kiện loại" in page
    assert "chưa chấm" not in page.split("<main")[1]
    assert rooms[0].post(url("-lock", card.pk)).status_code == 302


def test_the_lock_page_names_what_is_missing(sitting, rooms):
    card = sitting.card(0)
    page = text(rooms[0].get(url("-lock", card.pk)))
    assert "Còn 5 tiêu chí chưa chấm" in page
    assert f"{url('-card', card.pk)}#tc-5" in page
    refused = rooms[0].post(url("-lock", card.pk))
    assert refused.status_code == 422
    assert "Còn 5 tiêu chí chưa chấm: 1.1, 3.3" in text(refused)


def test_a_locked_card_is_read_and_not_written(sitting, rooms):
    card = sitting.score(0, 1)
    page = text(rooms[0].get(url("-card", card.pk)))
    assert "Bạn đã khóa phiếu" in page
    assert "council.js" not in page
    answer = rooms[0].post(url("-card", card.pk), form(sitting), **SCRIPT)
    assert (answer.status_code, answer.json()["code"]) == (409, "card_locked")
    assert "không sửa được nữa" in text(rooms[0].post(url("-card", card.pk), form(sitting)))
    assert rooms[0].post(url("-lock", card.pk)).status_code == 409


def test_an_expired_session_is_told_and_nothing_is_written(sitting):
    card, first = sitting.card(0), criteria(sitting)[0]
    guest = Client()
    data = {f"option-{first.pk}": first.options.first().pk}
    answer = guest.post(url("-card", card.pk), data, **SCRIPT)
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
    assert "/tai-khoan/dang-nhap/" in guest.post(url("-card", card.pk), data)["Location"]
    assert not Score.objects.exists()


def test_after_signing_in_anew_a_script_gets_a_fresh_token(sitting):
    client = Client(enforce_csrf_checks=True)
    client.force_login(sitting.people[0])
    path, first = url("-card", sitting.card(0).pk), criteria(sitting)[0]
    data = {f"option-{first.pk}": first.options.first().pk}
    assert client.post(path, data, headers={"X-CSRFToken": "x" * 64}, **SCRIPT).status_code == 403
    token = client.get(path, **SCRIPT).json()["csrf"]
    assert client.post(path, data, headers={"X-CSRFToken": token}, **SCRIPT).status_code == 200


def test_an_absent_member_is_told(cast, make_product, client_for):
    sitting = make_sitting(cast, [make_product(cast.producer)], members=4, present=3)
    sitting.run()
    page = text(client_for(sitting.people[3]).get(url("-session", sitting.council.pk)))
    assert "Thư ký chưa ghi bạn có mặt" in page


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
