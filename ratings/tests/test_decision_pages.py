"""Decisions in the province's admin site: who sees, drafts, signs; what the pages say."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from ratings.models import Certificate, RatingDecision
from ratings.selectors.decisions import waiting_badge
from ratings.services import decisions
from ratings.states import DossierStatus
from ratings.tests.deciding import certified, draft, leader, scored

pytestmark = pytest.mark.django_db
LIST = "province:ratings_ratingdecision_changelist"
DRAFT = "province:ratings_ratingdecision_draft"


@pytest.fixture
def dossier(cast, make_product):
    return scored(make_product(cast.producer, name="Mật ong rừng"))


@pytest.fixture
def row(cast, dossier):
    return draft(cast, [dossier])


def at(name, row, *args):
    return reverse(f"province:ratings_ratingdecision_{name}", args=[row.pk, *args])


def typed(*dossiers, **changes):
    form = {
        "number": "12/QĐ-UBND",
        "decided_on": clock.today().isoformat(),
        "round_name": "đợt 1 năm 2026",
        "dossiers": [dossier.pk for dossier in dossiers],
    }
    return form | changes


def read(response):
    return response.content.decode()


# --- Drafting ---


def test_an_officer_drafts_from_the_page(cast, client_for, dossier):
    client = client_for(cast.province_officer)
    html = read(client.get(reverse(DRAFT)))
    assert "Mật ong rừng" in html
    assert f'value="{dossier.pk}" checked' in html
    response = client.post(reverse(DRAFT), typed(dossier))
    row = RatingDecision.objects.get()
    assert response.url == at("change", row)
    assert (row.drafted_by, row.lines.get().dossier) == (cast.province_officer, dossier)


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"number": ""}, 422, "bắt buộc"),
        ({"decided_on": "2099-01-01"}, 400, "ở tương lai"),
        ({"decided_on": "hôm nay"}, 422, "ngày"),
        ({"dossiers": []}, 400, "Chưa chọn hồ sơ nào"),
        ({"dossiers": ["999999"]}, 422, ""),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(cast, client_for, dossier, changes, status, words):
    response = client_for(cast.province_officer).post(reverse(DRAFT), typed(dossier, **changes))
    assert response.status_code == status
    assert words in read(response)
    assert "đợt 1 năm 2026" in read(response)
    assert not RatingDecision.objects.exists()


def test_a_taken_number_keeps_the_choice(cast, client_for, row, make_product):
    other = scored(make_product(cast.rival, name="Nem"))
    another = scored(make_product(cast.rival, name="Chả"))
    response = client_for(cast.province_officer).post(reverse(DRAFT), typed(other))
    assert response.status_code == 409
    assert "đã có quyết định số 12/QĐ-UBND" in read(response)
    assert f'value="{other.pk}" checked' in read(response)
    assert f'value="{another.pk}" checked' not in read(response)


def test_the_drafter_changes_the_list(cast, client_for, row, dossier, make_product):
    other = scored(make_product(cast.rival, name="Nem"))
    client = client_for(cast.province_officer)
    html = read(client.get(at("redraft", row)))
    assert f'value="{dossier.pk}" checked' in html
    assert f'value="{other.pk}" checked' not in html
    assert client.post(at("redraft", row), typed(other, number="14/QĐ-UBND")).status_code == 302
    row.refresh_from_db()
    assert (row.number, row.lines.get().dossier) == ("14/QĐ-UBND", other)


def test_nobody_else_changes_it(cast, client_for, row, dossier):
    response = client_for(cast.province_leader).post(at("redraft", row), typed(dossier, number="1"))
    assert response.status_code == 403
    assert "Chỉ người soạn" in read(response)


def test_dossiers_of_another_province_are_not_offered(cast, client_for, make_product, dossier):
    far = scored(make_product(cast.far_producer, name="Quế"))
    client = client_for(cast.province_officer)
    assert "Quế" not in read(client.get(reverse(DRAFT)))
    assert client.post(reverse(DRAFT), typed(far)).status_code == 422
    assert "Mật ong rừng" not in read(client_for(cast.other_officer).get(reverse(DRAFT)))


def test_the_choice_costs_the_same_for_one_and_for_twenty(cast, client_for, dossier, make_product):
    client = client_for(cast.province_officer)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(DRAFT))
        return len(queries)

    cost()
    few = cost()
    for _number in range(20):
        scored(make_product(cast.producer))
    assert cost() == few


# --- The centre ---


@pytest.fixture
def sent(cast, make_product):
    product = make_product(cast.producer, name="Đường thốt nốt")
    return scored(product, score="92.80", stars=5, status=DossierStatus.CENTRAL)


def test_a_decision_of_the_centre_is_recorded(cast, client_for, sent, dossier):
    client = client_for(cast.province_officer)
    url = reverse(DRAFT) + "?cap=trung-uong"
    html = read(client.get(url))
    assert "Đường thốt nốt" in html
    assert "Mật ong rừng" not in html
    assert f'value="{sent.pk}" checked' not in html
    form = typed(sent, authority="Bộ Nông nghiệp và Môi trường", number="1899/QĐ-BNNMT")
    assert "90 đến 100" in read(client.post(url, form | {f"score_{sent.pk}": "80"}))
    assert client.post(url, form | {f"score_{sent.pk}": "91.5"}).status_code == 302
    row = RatingDecision.objects.get()
    assert (row.level, row.authority, str(row.lines.get().score)) == ("national", form["authority"], "91.50")


def test_a_refusal_of_the_centre_is_recorded(cast, client_for, sent):
    url = reverse("province:ratings_ratingdecision_refused", args=[sent.pk])
    client = client_for(cast.province_officer)
    assert url in read(client.get(reverse(DRAFT) + "?cap=trung-uong"))
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Thiếu hồ sơ xuất khẩu"}).status_code == 302
    sent.refresh_from_db()
    assert (sent.status, sent.stars) == (DossierStatus.SCORED, 4)
    assert client.post(url, {"reason": "Lần nữa"}).status_code == 409
    assert client_for(cast.commune_officer).post(url, {"reason": "x"}).status_code == 403
    assert client_for(cast.other_officer).post(url, {"reason": "x"}).status_code == 404


# --- Signing ---


def test_the_signer_sees_the_whole_list_and_signs(cast, client_for, row):
    client = client_for(cast.province_leader)
    page = read(client.get(at("change", row)))
    assert at("step", row, "ky") in page
    html = read(client.get(at("step", row, "ky")))
    for words in ("Mật ong rừng", "HTX Duy Xuyên", "71", "Cán bộ tỉnh", "không sửa, không bỏ được nữa"):
        assert words in html
    assert client.post(at("step", row, "ky")).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.signed_by) == ("signed", cast.province_leader)
    page = read(client.get(at("change", row)))
    assert Certificate.objects.get().number in page
    assert at("step", row, "ky") not in page
    call_command("check_invariants")


@pytest.mark.parametrize("who", ["province_leader", "admin"])
def test_the_drafter_reads_why_not(cast, client_for, dossier, who):
    actor = getattr(cast, who)
    row = draft(cast, [dossier], actor=actor)
    client = client_for(actor)
    page = read(client.get(at("change", row)))
    assert "Bạn là người soạn nên không ký được" in page
    assert at("step", row, "ky") not in page
    response = client.post(at("step", row, "ky"))
    assert response.status_code == 403
    assert "Người soạn không được ký" in read(response)
    assert not Certificate.objects.exists()


def test_an_officer_waits_for_the_leader(cast, client_for, dossier):
    row = draft(cast, [dossier], actor=cast.province_leader)
    client = client_for(cast.province_officer)
    assert "Chờ lãnh đạo tỉnh ký" in read(client.get(at("change", row)))
    assert client.post(at("step", row, "ky")).status_code == 403


def test_dropping_asks_why(cast, client_for, row, dossier):
    client = client_for(cast.province_officer)
    assert client.post(at("step", row, "bo"), {"reason": ""}).status_code == 422
    assert client.post(at("step", row, "bo"), {"reason": "Sai số"}).status_code == 302
    dossier.refresh_from_db()
    assert dossier.status == DossierStatus.SCORED


def test_a_commune_reads_only_what_is_signed(cast, client_for, row):
    client = client_for(cast.commune_officer)
    assert client.get(at("change", row)).status_code == 404
    assert "12/QĐ-UBND" not in read(client.get(reverse(LIST)))
    decisions.sign(decision=row, actor=cast.province_leader)
    page = read(client.get(at("change", row)))
    assert "Mật ong rừng" in page
    assert "12/QĐ-UBND" in read(client.get(reverse(LIST)))
    assert client.get(at("appendix", row, "pdf")).status_code == 200
    assert client.get(reverse(DRAFT)).status_code == 403


@pytest.mark.parametrize("who", ["other_officer", "council_member", "owner", "buyer", None])
def test_outsiders_find_nothing(cast, client_for, row, who):
    client = client_for(getattr(cast, who) if who else None)
    for url in (at("change", row), at("redraft", row), at("step", row, "ky"), at("appendix", row, "xlsx")):
        expected = 302 if who is None else (404 if who == "other_officer" else 403)
        assert client.get(url).status_code == expected, url
        assert client.post(url, typed()).status_code == expected, url
    row.refresh_from_db()
    assert row.status == "draft"


@pytest.mark.parametrize(("kind", "start"), [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")])
def test_the_appendix_can_be_had(cast, client_for, row, kind, start):
    response = client_for(cast.province_officer).get(at("appendix", row, kind))
    assert response.content.startswith(start)
    assert response["Content-Disposition"] == f'attachment; filename="phu-luc-12-qd-ubnd.{kind}"'


def test_there_is_no_appendix_of_another_kind(cast, client_for, row):
    assert client_for(cast.province_officer).get(at("appendix", row, "exe")).status_code == 404


# --- List and menu ---


def test_tabs_count_and_the_menu_tells_the_signer(cast, client_for, row, rf):
    response = client_for(cast.province_leader).get(reverse(LIST))
    assert {tab["value"]: tab["count"] for tab in response.context["tabs"]} == {
        "": 1,
        "draft": 1,
        "signed": 0,
        "dropped": 0,
    }
    request = rf.get("/")
    for person, badge in (
        (cast.province_leader, "1"),
        (cast.province_officer, ""),
        (leader(cast.quang_ngai), ""),
        (cast.admin, "1"),
        (cast.commune_officer, ""),
    ):
        request.user = person
        assert waiting_badge(request) == badge


def test_the_list_costs_the_same_for_few_and_many(cast, client_for, row, make_product):
    client = client_for(cast.province_officer)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(LIST))
        return len(queries)

    cost()
    few = cost()
    for number in range(20):
        draft(cast, [scored(make_product(cast.producer))], number=f"{number + 100}/QĐ-UBND")
    assert cost() == few


# --- Revocation ---


def test_a_revocation_begins_at_the_certificate(cast, client_for, make_product):
    certificate = certified(cast, make_product(cast.producer, name="Mật ong rừng"))
    client = client_for(cast.province_officer)
    page = read(client.get(reverse("province:ratings_certificate_change", args=[certificate.pk])))
    url = reverse("province:ratings_certificate_step", args=[certificate.pk, "thu-hoi"])
    assert url in page
    form = {
        "number": "99/QĐ-UBND",
        "decided_on": clock.today().isoformat(),
        "numbers": f"{certificate.number}\n48-2020-00009",
        "reason": "Không còn sản xuất",
    }
    assert "không có số 48-2020-00009" in read(client.post(url, form))
    assert client.post(url, form | {"numbers": certificate.number}).status_code == 302
    row = RatingDecision.objects.get(kind="revocation")
    signer = client_for(cast.province_leader)
    html = read(signer.get(at("step", row, "ky")))
    assert "Không còn sản xuất" in html
    assert certificate.number in html
    assert signer.post(at("step", row, "ky")).status_code == 302
    certificate.refresh_from_db()
    assert certificate.status == "revoked"
    assert at("redraft", row) not in read(client.get(at("change", row)))


def test_a_commune_officer_does_not_revoke(cast, client_for, make_product):
    certificate = certified(cast, make_product(cast.producer))
    client = client_for(cast.commune_officer)
    url = reverse("province:ratings_certificate_step", args=[certificate.pk, "thu-hoi"])
    assert url not in read(client.get(reverse("province:ratings_certificate_change", args=[certificate.pk])))
    form = {
        "number": "99/QĐ-UBND",
        "decided_on": clock.today().isoformat(),
        "numbers": certificate.number,
        "reason": "x",
    }
    assert client.post(url, form).status_code == 403
    assert not RatingDecision.objects.filter(kind="revocation").exists()
