"""The council's room as people see it: secrecy, cards, results, papers, the secretary's screen."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from ratings.models import (
    Evidence,
    Score,
    Scorecard,
)
from ratings.selectors import council as selectors
from ratings.services import hearings, scorecards
from ratings.tests.rating import answer_all, make_set
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
