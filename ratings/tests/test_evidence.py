"""Papers: private from the first byte, read by those concerned only, and every look leaves a trace."""

import pytest
from django.urls import reverse

from accounts.models import Role
from core.errors import NotAllowed
from core.models import AuditEntry
from ratings import policies
from ratings.models import Council, CouncilItem, CouncilMember, Criterion, Dossier, Evidence
from ratings.services import dossiers, evidence, workflow
from ratings.services.answers import AnswerRefused, DeskClosed
from ratings.services.files import PaperRefused
from ratings.tests.papers import PDF, document, picture, upload
from ratings.tests.rating import answer_all, make_dossier, make_set
from tests.cast import make_officer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private_files")]


@pytest.fixture
def criteria(product_set):
    return make_set(product_set)


@pytest.fixture
def dossier(cast, make_product, criteria):
    return make_dossier(make_product(cast.producer), criteria_set=criteria)


def attach(dossier, content=PDF, name="giay.pdf", *, criterion=None, actor=None):
    return evidence.attach(
        dossier=dossier, criterion=criterion, file=upload(content, name), actor=actor or None
    )


def stored(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


# --- Laying beside, taking out ---


def test_a_paper_is_kept_under_a_name_that_nobody_guesses(cast, dossier, criteria, private_files):
    paper = attach(dossier, name="Giấy ATTP.pdf", criterion=criteria.criteria.first(), actor=cast.staff)
    assert (paper.name, paper.content_type, paper.size) == ("Giấy ATTP.pdf", "application/pdf", len(PDF))
    assert (paper.uploaded_by, paper.criterion.code) == (cast.staff, "1.1")
    assert len(paper.sha256) == 64
    [file] = stored(private_files)
    assert file.read_bytes() == PDF
    assert file.suffix == ".pdf"
    assert len(file.stem) == 32
    assert "ATTP" not in str(file)


@pytest.mark.parametrize(
    "name",
    ["../../../etc/passwd", "..\\..\\web.config", "/root/giay.pdf", "a/b/c.pdf", "x\0y\r\nSet-Cookie: a.pdf"],
)
def test_a_name_that_leads_elsewhere_is_only_a_name(cast, dossier, name, private_files, client_for):
    file = upload()
    file._name = name  # past Django's own cleaning of names
    paper = evidence.attach(dossier=dossier, criterion=None, file=file, actor=cast.owner)
    [kept] = stored(private_files)
    assert kept.parent == private_files / "ho-so" / str(dossier.pk)
    assert not set("/\\\0\r\n") & set(paper.name)
    answer = client_for(cast.owner).get(reverse("ratings:evidence", args=[paper.pk]))
    assert b"".join(answer) == PDF


def test_the_same_paper_twice_is_one(cast, dossier, criteria, private_files):
    first = attach(dossier, criterion=criteria.criteria.first())
    assert attach(dossier, criterion=criteria.criteria.first(), name="lan-hai.pdf") == first
    assert attach(dossier, criterion=criteria.criteria.last()) != first
    assert len(stored(private_files)) == 2


def test_what_is_refused_is_not_kept(cast, dossier, private_files):
    with pytest.raises(PaperRefused, match=r"gia\.pdf"):
        attach(dossier, b"MZ\x90", "gia.pdf")
    assert not Evidence.objects.exists()
    assert stored(private_files) == []


def test_there_is_an_end_to_papers(dossier, monkeypatch):
    monkeypatch.setattr(evidence, "MOST_PAPERS", 2)
    papers = [attach(dossier, picture(size=(40, side))) for side in (40, 41)]
    with pytest.raises(evidence.TooManyPapers):
        attach(dossier, document())
    evidence.remove(paper=papers[0], actor=None)
    attach(dossier, document())


def test_a_criterion_of_another_set_takes_no_paper(dossier):
    with pytest.raises(AnswerRefused):
        attach(dossier, criterion=make_set(code="9").criteria.first())


def test_a_paper_taken_out_is_gone_unless_a_submission_names_it(
    cast, dossier, private_files, django_capture_on_commit_callbacks
):
    never, handed_in = attach(dossier), attach(dossier, document())
    with django_capture_on_commit_callbacks(execute=True):
        evidence.remove(paper=never, actor=cast.owner)
    assert len(stored(private_files)) == 1
    answer_all(dossier)
    dossiers.submit(dossier=dossier, actor=cast.owner)
    dossier.refresh_from_db()
    workflow.move(dossier=dossier, to="returned", actor=None, reason="x")
    with django_capture_on_commit_callbacks(execute=True):
        evidence.remove(paper=handed_in, actor=cast.owner)
    assert len(stored(private_files)) == 1
    assert not Evidence.objects.kept().exists()
    assert Evidence.objects.get() == handed_in


@pytest.mark.parametrize("status", ["submitted", "advisory", "council", "certified", "withdrawn"])
def test_a_handed_in_dossier_takes_and_loses_no_paper(cast, dossier, status):
    paper = attach(dossier)
    Dossier.objects.update(status=status)
    dossier.refresh_from_db()
    with pytest.raises(DeskClosed):
        attach(dossier, document(), actor=cast.owner)
    with pytest.raises(DeskClosed):
        evidence.remove(paper=paper, actor=cast.owner)
    assert Evidence.objects.kept().count() == 1


@pytest.mark.parametrize("who", ["rival_owner", "province_officer", "commune_officer", "buyer"])
def test_only_its_people_lay_and_take_papers(cast, dossier, who):
    paper = attach(dossier)
    with pytest.raises(NotAllowed):
        attach(dossier, document(), actor=cast.people[who])
    with pytest.raises(NotAllowed):
        evidence.remove(paper=paper, actor=cast.people[who])


# --- Reading ---


@pytest.fixture
def papers(dossier, criteria):
    """Of a criterion of the commune's, of another, of none; the dossier was handed in."""
    of_commune = Criterion.objects.filter(criteria_set=criteria, is_for_commune=True).first()
    found = {
        "commune": attach(dossier, criterion=of_commune),
        "other": attach(dossier, criterion=criteria.criteria.last()),
        "general": attach(dossier),
    }
    Dossier.objects.update(status="commune_check", submission_count=1)
    return found


def seat(user, dossier, status="waiting"):
    council = Council.objects.create(
        province=dossier.province, name="Đợt 1", held_on="2026-03-01", secretary=user
    )
    CouncilMember.objects.create(council=council, user=user)
    CouncilItem.objects.create(council=council, dossier=dossier, position=1, status=status)


READERS = {
    "owner": {"commune", "other", "general"},
    "staff": {"commune", "other", "general"},
    "province_officer": {"commune", "other", "general"},
    "province_leader": {"commune", "other", "general"},
    "admin": {"commune", "other", "general"},
    "commune_officer": {"commune"},
    "rival_owner": set(),
    "far_owner": set(),
    "other_officer": set(),
    "council_member": set(),  # an office alone is no seat
    "buyer": set(),
}


@pytest.mark.parametrize("who", READERS)
def test_a_paper_is_read_by_those_concerned(cast, papers, client_for, who):
    user = cast.people[who]
    client = client_for(user)
    codes = {
        name: client.get(reverse("ratings:evidence", args=[p.pk])).status_code for name, p in papers.items()
    }
    assert {name for name, code in codes.items() if code == 200} == READERS[who]
    assert {code for name, code in codes.items() if name not in READERS[who]} <= {404}
    assert {name for name, paper in papers.items() if policies.may_read(user, paper)} == READERS[who]
    seen = AuditEntry.objects.filter(action="ratings.evidence.viewed", actor_id=user.pk)
    assert {int(entry.object_id) for entry in seen} == {papers[name].pk for name in READERS[who]}


def test_an_officer_of_another_commune_reads_nothing(cast, papers):
    officer = make_officer("Cán bộ Hội An", Role.COMMUNE_OFFICER, cast.da_nang, cast.hoi_an)
    assert not Evidence.objects.visible_to(officer).exists()


def test_a_seat_opens_the_papers_of_its_session_only(cast, papers, dossier, make_product, criteria):
    other = attach(make_dossier(make_product(cast.rival), criteria_set=criteria))
    Dossier.objects.update(submission_count=1)
    seat(cast.council_member, dossier)
    assert set(Evidence.objects.visible_to(cast.council_member)) == set(papers.values())
    assert other not in Evidence.objects.visible_to(cast.council_member)
    CouncilItem.objects.update(status="removed")
    assert not Evidence.objects.visible_to(cast.council_member).exists()


@pytest.mark.parametrize("who", ["province_officer", "commune_officer", "admin"])
def test_papers_of_a_draft_are_its_producers_alone(cast, papers, who):
    Dossier.objects.update(status="draft", submission_count=0)
    assert not Evidence.objects.visible_to(cast.people[who]).exists()


def test_a_guest_signs_in_first_and_learns_nothing(papers, client_for):
    for pk in (papers["commune"].pk, 10**9):
        answer = client_for(None).get(reverse("ratings:evidence", args=[pk]))
        assert (answer.status_code, "dang-nhap" in answer["Location"]) == (302, True)
    assert not AuditEntry.objects.filter(action="ratings.evidence.viewed").exists()


@pytest.mark.parametrize(
    ("content", "name", "shown", "content_type"),
    [
        (PDF, "giay.html", 'inline; filename="giay.html.pdf"', "application/pdf"),
        (picture(), "Ảnh.JPG", "inline; filename*=utf-8''%E1%BA%A2nh.JPG", "image/jpeg"),
        (document(), "a.docx", 'attachment; filename="a.docx"', "wordprocessingml.document"),
        (PDF, 'a";x="b.pdf', 'inline; filename="a\\";x=\\"b.pdf"', "application/pdf"),
    ],
)
def test_a_paper_is_served_as_what_it_is(cast, dossier, client_for, content, name, shown, content_type):
    paper = attach(dossier, content, name)
    answer = client_for(cast.owner).get(reverse("ratings:evidence", args=[paper.pk]))
    assert answer["Content-Disposition"] == shown
    assert answer["Content-Type"].endswith(content_type)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer) == content


def test_a_paper_has_no_public_address(cast, dossier, client_for):
    paper = attach(dossier)
    with pytest.raises(ValueError, match="not accessible via a URL"):
        paper.file.url  # noqa: B018
    client = client_for(cast.owner)
    for path in (
        f"/media/{paper.file.name}",
        f"/media/../private/{paper.file.name}",
        f"/media/%2e%2e/private/{paper.file.name}",
        f"/static/{paper.file.name}",
        f"/ho-so/minh-chung/{paper.file.name}",
        "/ho-so/minh-chung/../../private/",
    ):
        assert client.get(path).status_code in (400, 404), path


def test_a_paper_that_the_storage_lost_is_not_there(cast, dossier, client_for):
    paper = attach(dossier)
    paper.file.storage.delete(paper.file.name)
    assert client_for(cast.owner).get(reverse("ratings:evidence", args=[paper.pk])).status_code == 404
