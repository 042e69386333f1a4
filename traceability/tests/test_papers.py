"""Papers of a lot: judged by content, kept once, shown to whom they are meant for."""

import io

import pytest
from django.urls import reverse
from PIL import Image

from core.errors import NotAllowed
from traceability.errors import InvalidPaper
from traceability.models import LotPaper
from traceability.services import papers
from traceability.tests.life import PDF, photo, upload
from traceability.tests.test_events import make_lot

GPS = {0x010F: "Máy ảnh", 0x0131: "Phần mềm"}


@pytest.fixture
def lot(product, private_files):
    return make_lot(product)


def keep(lot, file=None, **facts):
    facts = {"title": "Phiếu kiểm nghiệm", "kind": "test", "actor": None} | facts
    return papers.keep(lot=lot, file=file or upload(), **facts)


def file_of(paper):
    return reverse("traceability:paper", args=[paper.sha256])


def test_a_paper_lies_under_its_hash(lot, cast, private_files):
    paper = keep(lot, actor=cast.owner, issuer="Quatest 2")
    assert paper.sha256 in paper.file
    assert (private_files / paper.file).read_bytes() == PDF
    assert (paper.media_type, paper.size, paper.uploaded_by) == ("application/pdf", len(PDF), cast.owner.pk)


def test_the_same_file_is_the_same_paper(lot, product, private_files):
    once = keep(lot)
    assert keep(lot, title="Lần hai") == once
    picture = keep(lot, upload(photo()))
    assert keep(lot, upload(photo(), name="khac.png")) == picture
    assert keep(make_lot(product, "L02")).file == once.file  # another lot's, but one file
    assert LotPaper.objects.count() == 3
    assert len([path for path in private_files.rglob("*") if path.is_file()]) == 2


def test_pictures_lose_what_the_camera_wrote(lot, private_files):
    paper = keep(lot, upload(photo(exif=GPS), name="anh.jpg"))
    data = (private_files / paper.file).read_bytes()
    assert paper.media_type == "image/webp"
    assert "Máy ảnh".encode() not in data
    assert not Image.open(io.BytesIO(data)).getexif()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "không phải ảnh"),
        (b"<svg onload=alert(1)>", "không phải ảnh"),
        (b"MZ" + b"\0" * 400, "không phải ảnh"),
        (PDF[:20], "bị cắt giữa chừng"),
        (photo()[:200], "không phải ảnh"),
        (PDF + b" " * 10 * 2**20, "lớn hơn 10 MB"),
    ],
)
def test_a_bad_file_is_refused_in_words(lot, content, words):
    with pytest.raises(InvalidPaper, match=words) as refusal:
        keep(lot, upload(content, name="giay.pdf"))
    assert refusal.value.data == {"field": "file"}
    assert not LotPaper.objects.exists()


def test_dates_the_wrong_way_round(client_for, cast, lot):
    page = reverse("traceability:lot-papers", args=[lot.pk])
    fields = {"kind": "test", "title": "Phiếu", "issued_on": "2026-11-20", "expires_on": "2026-11-19"}
    answer = client_for(cast.owner).post(page, fields | {"file": upload()})
    assert answer.status_code == 400
    assert "không thể trước ngày cấp" in answer.content.decode()


def test_a_lot_has_so_many_papers_at_most(lot, monkeypatch):
    monkeypatch.setattr(papers, "MOST_PAPERS", 1)
    keep(lot)
    with pytest.raises(InvalidPaper, match="Lô đã có 1"):
        keep(lot, upload(photo()))


@pytest.mark.parametrize("actor", ["rival_owner", "province_officer", "buyer"])
def test_only_the_producers_people_keep_papers(cast, lot, actor):
    with pytest.raises(NotAllowed):
        keep(lot, actor=getattr(cast, actor))


def test_the_page_keeps_a_paper(client_for, cast, lot):
    client, page = client_for(cast.staff), reverse("traceability:lot-papers", args=[lot.pk])
    fields = {"kind": "certificate", "title": "VietGAP", "issuer": "Trung tâm 2", "is_public": "on"}
    assert client.post(page, fields | {"file": upload()}).url == page
    paper = lot.papers.get()
    assert (paper.title, paper.is_public) == ("VietGAP", True)
    assert file_of(paper) in client.get(page).content.decode()
    assert client.post(page, fields).status_code == 422
    bad = client.post(page, fields | {"file": upload(b"x")})
    assert bad.status_code == 400
    assert "không phải ảnh" in bad.content.decode()
    assert client_for(cast.rival_owner).post(page, fields | {"file": upload()}).status_code == 404
    assert lot.papers.count() == 1
    assert client.post(page, fields, CONTENT_LENGTH=str(200 * 2**20)).url == page
    assert "quá lớn" in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("is_public", "role", "status"),
    [
        (True, None, 200),
        (True, "buyer", 200),
        (False, None, 404),
        (False, "buyer", 404),
        (False, "rival_owner", 404),
        (False, "other_officer", 404),
        (False, "staff", 200),
        (False, "commune_officer", 200),
        (False, "province_officer", 200),
    ],
)
def test_who_reads_it(client_for, cast, lot, is_public, role, status):
    paper = keep(lot, is_public=is_public)
    answer = client_for(getattr(cast, role) if role else None).get(file_of(paper))
    assert answer.status_code == status
    if status == 200:
        assert b"".join(answer.streaming_content) == PDF
        assert "sandbox" in answer["Content-Security-Policy"]
        assert ("public" in answer["Cache-Control"]) is is_public


def test_a_draft_products_papers_are_nobodys_business(client_for, cast, lot):
    paper = keep(lot)
    lot.product.status = "draft"
    lot.product.save()
    assert client_for(None).get(file_of(paper)).status_code == 404
    assert client_for(cast.owner).get(file_of(paper)).status_code == 200


def test_one_lots_private_paper_may_be_anothers_public_one(client_for, lot, product):
    paper = keep(lot, is_public=False)
    assert client_for(None).get(file_of(paper)).status_code == 404
    keep(make_lot(product, "L02"))
    assert client_for(None).get(file_of(paper)).status_code == 200


def test_a_lost_file_and_a_strange_hash(client_for, lot, private_files):
    paper = keep(lot)
    (private_files / paper.file).unlink()
    assert client_for(None).get(file_of(paper)).status_code == 404
    assert client_for(None).get(reverse("traceability:paper", args=["0" * 64])).status_code == 404
    assert client_for(None).get("/truy-xuat/giay-to/../../etc/passwd/").status_code == 404
