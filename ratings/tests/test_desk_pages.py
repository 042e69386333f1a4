"""The desks' screens: what each officer finds there, and what the commune does not."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from core import clock
from ratings.models import Answer, Desk, Dossier, Evidence, Submission
from ratings.selectors import desk as desk_work
from ratings.selectors import sheet
from ratings.services import answers, desks, dossiers, workflow
from ratings.states import DossierStatus
from ratings.tests.rating import answer_all, make_dossier, queries, text

S = DossierStatus
LIST = "/quan-tri/ratings/dossier/"


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, name="Mật ong rừng Duy Xuyên")


@pytest.fixture
def dossier(product):
    """With the commune, fully self-scored, with papers; every total and score is set."""
    row = make_dossier(
        product,
        S.COMMUNE_CHECK,
        self_total=Decimal("71.11"),
        advisory_total=Decimal("72.22"),
        score=Decimal("73.33"),
        stars_applied=5,
    )
    answer_all(row)
    Answer.objects.filter(criterion__code="4.1").update(note="Bán ở chín tỉnh")
    for code, name in (("1.1", "hop-dong.pdf"), ("4.1", "dai-ly.pdf"), (None, "dang-ky.pdf")):
        criterion = row.criteria_set.criteria.filter(code=code).first() if code else None
        Evidence.objects.create(
            dossier=row,
            criterion=criterion,
            name=name,
            file="x",
            content_type="application/pdf",
            size=1,
            sha256="0" * 64,
        )
    handed_in = dossiers.snapshot(dossier=row, filled=sheet.of_dossier(row))
    Submission.objects.create(dossier=row, number=1, content=handed_in)
    return row


def page_of(dossier, page="change"):
    return f"{LIST}{dossier.pk}/{page}/"


def step(client, dossier, slug, **data):
    return client.post(page_of(dossier, f"buoc/{slug}"), {"seen": dossier.status, **data})


def criterion(dossier, code):
    return dossier.criteria_set.criteria.get(code=code)


# --- The whole way ---


def test_from_the_commune_to_the_council_by_plain_forms(cast, dossier, client_for):
    Dossier.objects.update(status=S.SUBMITTED, advisory_total=None)
    dossier.refresh_from_db()
    commune, province = client_for(cast.commune_officer), client_for(cast.province_officer)
    assert step(commune, dossier, "tiep-nhan").status_code == 302
    dossier.refresh_from_db()
    one, two = criterion(dossier, "1.1").pk, criterion(dossier, "3.3").pk

    early = step(commune, dossier, "chuyen-tinh")
    assert early.status_code == 409
    assert "1.1 Nguồn nguyên liệu; 3.3 Sử dụng lao động địa phương" in text(early)
    sent = {f"answer-{one}": "yes", f"note-{one}": "", f"answer-{two}": "no", f"note-{two}": "Chỉ 3/9 người"}
    assert commune.post(page_of(dossier, "xa-tra-loi"), sent).status_code == 302
    assert step(commune, dossier, "chuyen-tinh").status_code == 302

    dossier.refresh_from_db()
    sheet = {
        f"answer-{c.pk}": c.options.last().pk
        for c in dossier.criteria_set.criteria.prefetch_related("options")
    }
    assert province.post(page_of(dossier, "tham-dinh"), sheet).status_code == 302
    assert step(province, dossier, "chuyen-hoi-dong").status_code == 302
    dossier.refresh_from_db()
    assert (dossier.status, dossier.advisory_total) == (S.COUNCIL, Decimal("100.00"))
    page = text(province.get(page_of(dossier)))
    for word in ("Chỉ 3/9 người", "Cán bộ xã", "Cán bộ tỉnh", "100,00", "hop-dong.pdf", "dang-ky.pdf"):
        assert word in page
    assert reverse("ratings:evidence", args=[dossier.evidence.first().pk]) in page


def test_a_step_is_taken_from_where_it_was_seen(cast, dossier, client_for):
    """The page was open while a colleague handed on: nothing is returned from another desk."""
    Dossier.objects.update(status=S.COUNCIL)
    client = client_for(cast.province_officer)
    late = client.post(page_of(dossier, "buoc/tra-lai"), {"seen": S.ADVISORY, "reason": "thiếu"})
    assert late.status_code == 409
    assert "Chờ hội đồng chấm" in text(late)
    for forged in ("", "khong-co", S.RETURNED):
        answer = client.post(page_of(dossier, "buoc/tra-lai"), {"seen": forged, "reason": "thiếu"})
        assert answer.status_code in (403, 422)
    dossier.refresh_from_db()
    assert (dossier.status, dossier.returned_by) == (S.COUNCIL, "")


def test_returning_keeps_the_lines_of_the_reason(cast, dossier, client_for):
    client = client_for(cast.commune_officer)
    assert step(client, dossier, "tra-lai", reason="").status_code == 422
    assert step(client, dossier, "tra-lai", reason="1. Ảnh mờ\n2. <b>Thiếu</b> dấu").status_code == 302
    page = text(client.get(page_of(dossier)))
    assert "1. Ảnh mờ<br>2. &lt;b&gt;Thiếu&lt;/b&gt; dấu" in page
    assert "buoc/" not in page  # nothing left to do here


def test_a_stop_rule_is_chosen_from_the_desks_own(cast, dossier, client_for):
    client = client_for(cast.commune_officer)
    form = text(client.get(page_of(dossier, "buoc/loai")))
    assert "Không rõ nguồn gốc" in form
    assert "Thiếu ATTP" not in form
    foreign = step(client, dossier, "loai", criterion=criterion(dossier, "9.1").pk, reason="x")
    assert foreign.status_code == 422
    own = step(client, dossier, "loai", criterion=criterion(dossier, "1.1").pk, reason="Không có giấy tờ")
    assert own.status_code == 302
    assert Dossier.objects.get().status == S.REJECTED


# --- Answering ---


def test_one_answer_at_a_time_gets_the_running_figures(cast, dossier, client_for):
    Dossier.objects.update(status=S.ADVISORY)
    client = client_for(cast.province_officer)
    asked = criterion(dossier, "9.1")
    option = asked.options.get(points=Decimal("12.5"))
    url = page_of(dossier, "tham-dinh")
    fresh = text(client.get(url))
    assert not re.search(r"\schecked", fresh)  # prefilled with nothing
    sent = {f"answer-{asked.pk}": option.pk, f"note-{asked.pk}": "Thiếu phiếu vi sinh"}
    live = client.post(url, sent, headers={"X-Requested-With": "fetch"})
    assert live.status_code == 200
    assert "<html" not in text(live)
    assert re.search(r"<strong>12,50</strong>/100 tổng", text(live))
    assert "<strong>1/5</strong>" in text(live)
    answer = Answer.objects.get(desk=Desk.ADVISORY)
    assert (answer.option, answer.note, answer.by) == (option, "Thiếu phiếu vi sinh", cast.province_officer)
    # A note alone leaves the choice, and sending the same again writes nothing.
    client.post(url, {f"note-{asked.pk}": "Đã bổ sung"})
    client.post(url, {f"answer-{asked.pk}": option.pk, f"note-{asked.pk}": "Đã bổ sung"})
    again = Answer.objects.get(desk=Desk.ADVISORY)
    assert (again.option, again.note) == (option, "Đã bổ sung")


@pytest.mark.parametrize("nonsense", ["0", "-1", "abc", "9" * 5000, "１", "", "1e3", "\x00"])
def test_nonsense_is_refused_alone_and_the_rest_is_kept(cast, dossier, client_for, nonsense):
    Dossier.objects.update(status=S.ADVISORY)
    client = client_for(cast.province_officer)
    one, two = criterion(dossier, "1.1"), criterion(dossier, "4.1")
    sent = {
        f"answer-{one.pk}": nonsense,
        f"answer-{two.pk}": two.options.first().pk,
        f"answer-{nonsense[:90]}": "1",
    }
    answer = client.post(page_of(dossier, "tham-dinh"), sent)
    assert answer.status_code == 422
    assert "không thuộc tiêu chí này" in text(answer)
    assert list(Answer.objects.filter(desk=Desk.ADVISORY).values_list("criterion", flat=True)) == [two.pk]
    live = client.post(page_of(dossier, "tham-dinh"), sent, headers={"X-Requested-With": "fetch"})
    assert (live.status_code, live["Content-Type"]) == (422, "text/plain")


def test_an_option_of_another_criterion_is_refused(cast, dossier, client_for):
    Dossier.objects.update(status=S.ADVISORY)
    one, two = criterion(dossier, "1.1"), criterion(dossier, "4.1")
    sent = {f"answer-{one.pk}": two.options.last().pk}
    assert client_for(cast.province_officer).post(page_of(dossier, "tham-dinh"), sent).status_code == 422
    assert not Answer.objects.filter(desk=Desk.ADVISORY).exists()


def test_the_commune_answers_its_own_criteria_only(cast, dossier, client_for):
    client = client_for(cast.commune_officer)
    theirs = criterion(dossier, "4.1")
    sent = {f"answer-{theirs.pk}": "no", f"note-{theirs.pk}": "x" * 5000}
    assert client.post(page_of(dossier, "xa-tra-loi"), sent).status_code == 422
    assert not Answer.objects.exclude(desk=Desk.SELF).exists()
    own = criterion(dossier, "1.1")
    client.post(page_of(dossier, "xa-tra-loi"), {f"answer-{own.pk}": "no", f"note-{own.pk}": "x" * 5000})
    answer = Answer.objects.get(desk=Desk.COMMUNE)
    assert (answer.is_confirmed, len(answer.note)) == (False, answers.LONGEST_NOTE)


def test_answers_come_too_late_once_the_dossier_has_gone_on(cast, dossier, client_for):
    client, own = client_for(cast.commune_officer), criterion(dossier, "1.1")
    Dossier.objects.update(status=S.ADVISORY)
    url, sent = page_of(dossier, "xa-tra-loi"), {f"answer-{own.pk}": "yes"}
    live = client.post(url, sent, headers={"X-Requested-With": "fetch"})
    assert live.status_code == 409
    assert "không còn ở bước này" in text(live)
    plain = client.post(url, sent, follow=True)
    assert "không còn ở bước này" in text(plain)
    assert client.get(url).status_code == 302
    assert not Answer.objects.filter(desk=Desk.COMMUNE).exists()


def test_an_answer_from_before_the_last_submission_is_marked(cast, dossier, client_for):
    own = criterion(dossier, "1.1")
    Answer.objects.create(
        dossier=dossier,
        desk=Desk.COMMUNE,
        criterion=own,
        is_confirmed=True,
        at=dossier.submitted_at - dt.timedelta(days=1),
    )
    client, url = client_for(cast.commune_officer), page_of(dossier, "xa-tra-loi")
    assert "trước lần nộp gần nhất" in text(client.get(url))
    Answer.objects.filter(desk=Desk.COMMUNE).update(at=clock.now())
    assert "trước lần nộp gần nhất" not in text(client.get(url))


# --- What the commune does not see ---

HIDDEN = (
    "71,11",
    "71.11",
    "72,22",
    "72.22",
    "73,33",
    "73.33",
    "Khu vực phân phối",
    "chín tỉnh",
    "dai-ly.pdf",
    "dang-ky.pdf",
    "· 5 sao",
    "Hạng sao đề nghị",
    "Bí mật của tổ tư vấn",
    "Tổ tư vấn<",
)


@pytest.mark.parametrize(
    "status", [S.SUBMITTED, S.COMMUNE_CHECK, S.ADVISORY, S.COUNCIL, S.SCORED, S.RETURNED]
)
def test_the_commune_sees_its_part_and_nothing_else(cast, dossier, client_for, status):
    answer_all(dossier, Desk.ADVISORY, choice=0)
    Answer.objects.filter(desk=Desk.ADVISORY).update(note="Bí mật của tổ tư vấn")
    Dossier.objects.update(status=S.ADVISORY)
    dossier.refresh_from_db()
    desks.give_back(dossier=dossier, actor=cast.province_officer, reason="Bí mật của tổ tư vấn")
    Dossier.objects.update(status=status)
    commune, province = client_for(cast.commune_officer), client_for(cast.province_officer)
    pages = [LIST, page_of(dossier), page_of(dossier, "xa-tra-loi"), "/quan-tri/", f"{LIST}?q=mat+ong"]
    for url in pages:
        page = text(commune.get(url, follow=True))
        assert "Mật ong rừng Duy Xuyên" in page or url == "/quan-tri/"  # there only what waits
        assert [word for word in HIDDEN if word in page] == [], url
    page = text(commune.get(page_of(dossier)))
    assert "Nguồn nguyên liệu" in page
    assert "hop-dong.pdf" in page
    # The control: all of it is there for the province.
    shown = text(province.get(page_of(dossier))) + text(province.get(LIST))
    assert {word for word in HIDDEN if word not in shown} == {"71.11", "72.22", "73.33"}


@pytest.mark.parametrize(
    "query",
    ["score__gte=1", "advisory_total__gte=1", "self_total=71.11", "stars_applied__exact=5", "stars=5"],
)
def test_the_commune_cannot_find_scores_out_by_filtering(cast, dossier, client_for, query):
    answer = client_for(cast.commune_officer).get(f"{LIST}?{query}")
    assert answer.status_code in (302, 400)  # Django's refusal of a lookup, or back to the plain list
    if answer.status_code == 302:
        assert answer["Location"].endswith("?e=1")


def test_the_commune_has_no_trail_of_totals(cast, dossier, client_for):
    assert client_for(cast.commune_officer).get(page_of(dossier, "history")).status_code == 403
    assert client_for(cast.province_officer).get(page_of(dossier, "history")).status_code == 200


def test_nobody_reaches_what_is_not_theirs(cast, dossier, client_for):
    pages = ("change", "xa-tra-loi", "tham-dinh", "history", "buoc/tra-lai")
    for name, status in (("other_officer", 404), ("owner", 403), ("council_member", 403), ("buyer", 403)):
        client = client_for(cast.people[name])
        assert {client.get(page_of(dossier, page)).status_code for page in pages} == {status}, name
    neighbours = client_for(cast.commune_officer)
    Dossier.objects.update(commune=cast.hoi_an)
    assert neighbours.get(page_of(dossier)).status_code == 404
    assert "Mật ong rừng" not in text(neighbours.get(LIST))
    assert client_for(cast.province_officer).get(page_of(dossier, "xa-tra-loi")).status_code == 403
    assert client_for(None).get(page_of(dossier)).status_code == 302


def test_a_draft_is_nobodys_but_the_producers(cast, product, client_for):
    draft = make_dossier(product)
    for name in ("commune_officer", "province_officer", "admin"):
        assert client_for(cast.people[name]).get(page_of(draft)).status_code == 404


def test_the_pages_cost_the_same_for_any_number_of_criteria(cast, dossier, client_for):
    Dossier.objects.update(status=S.ADVISORY)
    client = client_for(cast.province_officer)
    urls = [page_of(dossier), page_of(dossier, "tham-dinh")]
    client.get(urls[0])
    few = [queries(client, url) for url in urls]
    for number in range(10, 40):
        more = dossier.criteria_set.criteria.create(position=number, part="C", section="x", title="Thêm")
        more.options.create(position=1, points=1)
    assert [queries(client, url) for url in urls] == few
    assert max(few) <= 20


def test_a_returned_dossier_keeps_its_place_in_the_thread(cast, dossier):
    """Who, when and why of every step, in order."""
    Dossier.objects.update(status=S.ADVISORY)
    dossier.refresh_from_db()
    desks.give_back(dossier=dossier, actor=cast.province_officer, reason="Thiếu phiếu")
    workflow.move(dossier=dossier, to=S.ADVISORY, actor=cast.owner)
    events = desk_work.thread(dossier, is_whole=True)
    assert [(event.label, event.who, event.why) for event in events] == [
        ("Trả lại để bổ sung", "Cán bộ tỉnh", "Thiếu phiếu"),
        ("Tổ tư vấn thẩm định", "Chủ Hợp tác xã", ""),
    ]


def test_what_a_producer_writes_after_a_return_is_not_shown_before_it_is_handed_in(cast, dossier, client_for):
    own = dossier.answers.get(criterion__code="4.1")
    lowest, paper = own.criterion.options.first(), dossier.evidence.get(name="dai-ly.pdf")
    desks.give_back(dossier=dossier, actor=cast.commune_officer, reason="thiếu")
    own.option, own.note = lowest, "Đang sửa dở"
    own.save()
    Evidence.objects.filter(pk=paper.pk).update(removed_at=clock.now())
    page = text(client_for(cast.province_officer).get(page_of(dossier)))
    for word in ("Chủ thể đang bổ sung", "Bán ở chín tỉnh", "dai-ly.pdf", "25</strong>"):
        assert word in page
    assert "Đang sửa dở" not in page
    dossiers.withdraw(dossier=dossier, actor=cast.owner, reason="thôi")
    assert "Đang sửa dở" not in text(client_for(cast.province_officer).get(page_of(dossier)))
