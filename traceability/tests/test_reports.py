"""Reports about labels: from a page of ours or about a text that is none; who reads what; how they end."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import NotAllowed
from core.models import Province
from traceability.errors import AlreadyConcluded, InvalidConclusion
from traceability.models import ScanReport
from traceability.selectors import scans as selectors
from traceability.services import codes, reports

FORM = {"kind": "fake", "words": "Nhãn mờ,\nkhông có hạn dùng", "where": "Chợ Cồn", "phone": "0905 123 456"}


@pytest.fixture
def code(product):
    return codes.ensure(product=product)


@pytest.fixture
def home(cast):
    """The province of the cast's officers."""
    return cast.producer.province_id


@pytest.fixture
def form(home):
    return FORM | {"province": home}


@pytest.fixture
def reported(code, home):
    return reports.report(
        code=code,
        asked="",
        kind="fake",
        province=Province.objects.get(pk=home),
        words="Nhãn mờ",
        phone="0905123456",
    )


@pytest.fixture
def unknown(home):
    return reports.report(
        code=None, asked="TEM LẠ 123", kind="fake", province=Province.objects.get(pk=home), words="Tem lạ"
    )


def address(code):
    return f"/truy-xuat/{code.value}/bao/"


def test_from_the_page_to_the_thanks(client, code, form):
    page = client.get(address(code)).content.decode()
    assert code.product.name in page
    assert 'name="asked"' not in page
    answer = client.post(address(code), form, follow=True)
    row = ScanReport.objects.get()
    assert row.number in answer.content.decode()
    assert (row.code, row.kind, row.asked, row.where) == (code, "fake", "", "Chợ Cồn")
    assert (row.words, row.phone) == ("Nhãn mờ,\nkhông có hạn dùng", "+84905123456")


def test_the_number_is_the_visitors_own(client, client_for, code, form):
    client.post(address(code), form)
    stranger = client_for(None).get(f"{address(code)}?da-gui=1").content.decode()
    assert ScanReport.objects.get().number not in stranger


def test_about_a_text_that_is_no_code(client, form):
    unknown = client.get("/truy-xuat/ABCDEFGHJK/")
    assert "/truy-xuat/bao/?ma=ABCDEFGHJK" in unknown.content.decode()
    page = client.get("/truy-xuat/bao/?ma=ABCDEFGHJK").content.decode()
    assert 'value="ABCDEFGHJK"' in page
    assert client.post("/truy-xuat/bao/", form).status_code == 422
    assert client.post("/truy-xuat/bao/", form | {"asked": "ABCDEFGHJK"}).status_code == 302
    assert ScanReport.objects.values_list("code", "asked").get() == (None, "ABCDEFGHJK")


def test_a_draft_is_not_told_of(client, cast, make_product):
    code = codes.ensure(product=make_product(cast.producer, name="Bí mật", publish=False))
    assert "Bí mật" not in client.get(address(code)).content.decode()


@pytest.mark.parametrize("text", ['a/b"><script>', "😀" * 200, "%00\x00", "L/Ỗ 1"])
def test_any_text_may_be_asked_about(client, text, form):
    answer = client.get("/truy-xuat/bao/", {"ma": text})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().replace("<script src", "")
    assert client.post("/truy-xuat/bao/", form | {"asked": text[:60]}).status_code in (302, 422)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": ""},
        {"kind": "x"},
        {"words": " \n "},
        {"words": "x" * 1001},
        {"province": ""},
        {"province": "99"},
        {"where": "x" * 201},
        {"phone": "12"},
        {"phone": "gọi tôi"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(client, code, form, wrong):
    answer = client.post(address(code), form | wrong)
    assert answer.status_code in (400, 422)
    assert "field__error" in answer.content.decode()
    assert not ScanReport.objects.exists()


def test_phone_and_place_of_sale_may_be_left_out(client, code, form):
    assert client.post(address(code), form | {"phone": "", "where": ""}).status_code == 302
    assert ScanReport.objects.get().phone == ""


def test_a_program_that_fills_in_everything_is_thanked_for_nothing(client, code, form):
    answer = client.post(address(code), form | {"website": "http://x.example"}, follow=True)
    assert answer.status_code == 200
    assert not ScanReport.objects.exists()


def test_not_too_often(client, code, form):
    statuses = [client.post(address(code), form).status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]
    assert ScanReport.objects.count() == 5


def test_a_report_needs_the_token(code, form):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(address(code), form).status_code == 403


# --- Desks ---


def desk(site, what, *args):
    return reverse(f"{site}:traceability_scanreport_{what}", args=args)


def test_the_producer_answers_and_the_officer_closes(reported, client_for, cast):
    owner, officer = client_for(cast.owner), client_for(cast.province_officer)
    step = desk("producer", "step", reported.pk, "tra-loi")
    assert owner.post(step, {"words": "Đã thu lại"}).status_code == 302
    assert "Đã thu lại" in officer.get(desk("province", "change", reported.pk)).content.decode()
    step = desk("province", "step", reported.pk, "khep-lai")
    assert officer.post(step, {"conclusion": "Đã kiểm tra chợ"}).status_code == 302
    reported.refresh_from_db()
    assert (reported.answer, reported.conclusion) == ("Đã thu lại", "Đã kiểm tra chợ")
    assert reported.closed_by == cast.province_officer.pk
    assert "Đã kiểm tra chợ" in owner.get(desk("producer", "change", reported.pk)).content.decode()


def test_only_officers_read_the_phone(reported, client_for, cast):
    officer = client_for(cast.province_officer)
    assert "0905 123 456" in officer.get(desk("province", "change", reported.pk)).content.decode()
    owner = client_for(cast.owner)
    for page in (desk("producer", "change", reported.pk), desk("producer", "changelist")):
        text = owner.get(page).content.decode()
        assert "Nhãn mờ" in text
        assert "905123456" not in text.replace(" ", "")
    assert (
        owner.get(desk("producer", "changelist"), {"q": "905123456"}).content.decode().count("Nhãn mờ") == 0
    )


def test_a_label_that_is_not_ours_is_the_provinces(unknown, client_for, cast):
    for user, may in (
        (cast.province_officer, True),
        (cast.admin, True),
        (cast.commune_officer, False),
        (cast.other_officer, False),
    ):
        client = client_for(user)
        assert (unknown.number in client.get(desk("province", "changelist")).content.decode()) is may
        assert client.get(desk("province", "change", unknown.pk)).status_code == (200 if may else 404)
    assert unknown.number not in client_for(cast.owner).get(desk("producer", "changelist")).content.decode()


@pytest.mark.parametrize(
    ("role", "answers", "closes"),
    [
        ("owner", True, False),
        ("staff", True, False),
        ("rival_owner", False, False),
        ("commune_officer", False, True),
        ("province_officer", False, True),
        ("other_officer", False, False),
        ("buyer", False, False),
    ],
)
def test_who_answers_and_who_closes(reported, cast, role, answers, closes):
    actor = getattr(cast, role)
    for may, call in (
        (answers, lambda: reports.answer(report=reported, words="Đã xem", actor=actor)),
        (closes, lambda: reports.close(report=reported, conclusion="Đã xem", actor=actor)),
    ):
        if may:
            call()
        else:
            with pytest.raises(NotAllowed):
                call()
    row = ScanReport.objects.get()
    assert (bool(row.answer), bool(row.closed_at)) == (answers, closes)


def test_what_is_closed_stays(reported, cast):
    with pytest.raises(InvalidConclusion):
        reports.close(report=reported, conclusion=" ", actor=cast.province_officer)
    reports.close(report=reported, conclusion="Xong", actor=cast.province_officer)
    with pytest.raises(AlreadyConcluded):
        reports.close(report=reported, conclusion="Khác", actor=cast.province_officer)
    with pytest.raises(AlreadyConcluded):
        reports.answer(report=reported, words="Muộn", actor=cast.owner)
    assert ScanReport.objects.get().conclusion == "Xong"


def test_badges(reported, unknown, rf, cast):
    found = {}
    for role in ("owner", "rival_owner", "province_officer", "commune_officer", "other_officer"):
        request = rf.get("/")
        request.user = getattr(cast, role)
        found[role] = selectors.own_reports_badge(request) + selectors.area_reports_badge(request)
    assert found == {
        "owner": "1",
        "rival_owner": "",
        "province_officer": "2",
        "commune_officer": "1",
        "other_officer": "",
    }


@pytest.mark.parametrize("site", ["producer", "province"])
def test_the_list_costs_the_same_for_many(reported, client_for, cast, site):
    client = client_for(cast.owner if site == "producer" else cast.province_officer)
    counts = []
    for more in (0, 19):
        for _ in range(more):
            reports.report(
                code=reported.code, asked="", kind="other", province=reported.province, words="Thêm"
            )
        client.get(desk(site, "changelist"))
        with CaptureQueriesContext(connection) as captured:
            client.get(desk(site, "changelist"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
