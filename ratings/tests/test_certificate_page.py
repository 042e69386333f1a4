"""A certificate's page and paper: what it is worth on the day, its history, and a QR back to it."""

import datetime as dt

import pytest
import qrcode
from django.urls import reverse

from core import clock
from ratings.models import RatingDecision
from ratings.services import certificate_papers, decisions, papers, recognitions, revocations
from ratings.tests.deciding import certified

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(cast, make_product):
    return certified(cast, make_product(cast.producer, name="Mật ong rừng"))


@pytest.fixture
def printed(monkeypatch):
    """Every text that goes onto paper, and what the QR holds."""
    texts = []

    def noted(write):
        def told(text, *args, **kwargs):
            texts.append(str(text))
            return write(text, *args, **kwargs)

        return told

    monkeypatch.setattr(papers, "text", noted(papers.text))
    monkeypatch.setattr(qrcode, "make", noted(qrcode.make))
    mark = certificate_papers._watermark
    monkeypatch.setattr(
        certificate_papers, "_watermark", lambda canvas, text: texts.append(text) or mark(canvas, text)
    )
    return texts


def paper(client, certificate):
    return client.get(reverse("ratings:certificate-paper", args=[certificate.number]))


def page(client, certificate):
    return client.get(reverse("ratings:certificate", args=[certificate.number])).content.decode()


def revoke(cast, certificate):
    row = revocations.draft(
        province=cast.da_nang,
        number="99/QĐ-UBND",
        decided_on=clock.today(),
        certificates=[certificate],
        reason="Không còn sản xuất",
        actor=cast.province_officer,
    )
    decisions.sign(decision=row, actor=cast.province_leader)


def test_the_page_leads_to_the_paper(client, certificate):
    url = reverse("ratings:certificate-paper", args=[certificate.number])
    assert url == f"/chung-nhan/{certificate.number}/giay.pdf"
    assert url in page(client, certificate)
    response = client.get(url)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert client.post(url).status_code == 405


def test_the_paper_says_what_was_decided_and_leads_back(client, certificate, printed, settings):
    settings.SITE_URL = "https://cho.example"
    paper(client, certificate)
    assert f"https://cho.example/chung-nhan/{certificate.number}/" in printed
    assert any(text.startswith("12/QĐ-UBND, ") for text in printed)
    assert {"Mật ong rừng", "HTX Duy Xuyên", "71,00", "UBND thành phố Đà Nẵng"} <= set(printed)
    assert any("in từ sổ công nhận" in text for text in printed)
    assert "DỮ LIỆU MINH HỌA" not in printed


def test_a_lapsed_one_says_so_on_paper(client, certificate, printed, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: certificate.valid_until + dt.timedelta(days=1))
    paper(client, certificate)
    assert any(text.startswith("Hết hiệu lực từ sau") for text in printed)


def test_a_revoked_one_names_the_decision_on_paper_and_page(cast, client, certificate, printed):
    revoke(cast, certificate)
    paper(client, certificate)
    assert any(text.startswith("Đã thu hồi theo 99/QĐ-UBND") for text in printed)
    html = page(client, certificate)
    assert "Đã thu hồi theo 99/QĐ-UBND" in html
    assert "Lý do: Không còn sản xuất" in html


def test_an_illustrative_one_is_marked(client, certificate, printed):
    RatingDecision.objects.filter(pk=certificate.decision_id).update(is_illustrative=True)
    paper(client, certificate)
    assert "DỮ LIỆU MINH HỌA" in printed


def test_markup_in_a_name_stays_text(client, certificate):
    type(certificate).objects.update(product_name='<b>Mật & "ong"</b> <para', producer_name="</para>")
    assert paper(client, certificate).status_code == 200
    assert "&lt;b&gt;Mật &amp;" in page(client, certificate)


@pytest.mark.parametrize("basis", ["council", "statement"])
def test_what_is_only_told_has_no_paper(cast, client, make_product, basis):
    decision = recognitions.open_decision(
        number="", level="unknown", authority="", province=cast.da_nang, award_year=2025, actor=None
    )
    told = recognitions.issue(
        product=make_product(cast.producer), decision=decision, stars=4, basis=basis, actor=None
    )
    assert paper(client, told).status_code == 404
    assert "giay.pdf" not in page(client, told)


def test_unknown_numbers_have_no_paper(client):
    assert client.get("/chung-nhan/48-2026-99999/giay.pdf").status_code == 404


def test_the_history_tells_of_every_round(cast, client, certificate):
    revoke(cast, certificate)
    again = certified(cast, certificate.product, stars=3, number="100/QĐ-UBND")
    html = page(client, again)
    assert "Đã thu hồi, theo 99/QĐ-UBND" in html
    assert reverse("ratings:certificate", args=[certificate.number]) in html


def test_the_api_tells_of_the_revocation_and_writes_nothing(cast, client, certificate):
    url = reverse("recognition-detail", args=[certificate.number])
    assert client.get(url).json()["revocation_number"] == ""
    revoke(cast, certificate)
    data = client.get(url).json()
    assert (data["standing"], data["revocation_number"]) == ("revoked", "99/QĐ-UBND")
    assert data["revoked_on"] == clock.today().isoformat()
    assert data["explanation"].startswith("theo 99/QĐ-UBND")
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(url).status_code in (403, 405)


def test_one_certificate_costs_two_queries(cast, client, certificate, django_assert_num_queries):
    with django_assert_num_queries(2):
        page(client, certificate)
    for number in range(20):
        certified(cast, certificate.product, number=f"{200 + number}/QĐ-UBND")
    with django_assert_num_queries(2):
        page(client, certificate)
