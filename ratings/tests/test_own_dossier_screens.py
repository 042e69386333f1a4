"""The producer's screens: begun, filled with and without script, checked, handed in, followed."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Product
from core.models import StatusChange
from ratings.models import Answer, Criterion, CriterionOption, Dossier, Evidence, Submission
from ratings.services import workflow
from ratings.tests.papers import PDF, upload
from ratings.tests.rating import answer_all, make_dossier, make_set

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private_files")]
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def criteria(product_set):
    return make_set(product_set)


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, name="Mật ong Duy Xuyên")


@pytest.fixture
def dossier(product, criteria):
    return make_dossier(product, criteria_set=criteria)


@pytest.fixture
def owner(cast, client_for):
    return client_for(cast.owner)


def url(dossier, page="change"):
    return reverse(f"producer:ratings_dossier_{page}", args=[dossier.pk])


def text(response):
    return response.content.decode()


def whole_form(criteria, choice=0, **more):
    """What a browser without script sends: a note for every criterion, a radio where one is chosen."""
    form = {}
    for criterion in criteria.criteria.all():
        form[f"note-{criterion.pk}"] = ""
        form[f"answer-{criterion.pk}"] = criterion.options.all()[choice].pk
    return form | more


# --- Beginning ---


def test_a_dossier_is_begun_in_two_pages(cast, product, criteria, owner):
    page = owner.get(reverse("producer:ratings_dossier_add"))
    assert f"?product={product.pk}" in text(page)
    address = reverse("producer:ratings_dossier_add") + f"?product={product.pk}"
    form = owner.get(address)
    assert "Đánh giá lần đầu" in text(form)
    assert "Nâng hạng" not in text(form)
    assert "QĐ 148/QĐ-TTg" in text(form)
    answer = owner.post(address, {"kind": "first", "stars_applied": 4, "criteria_set": criteria.pk})
    assert answer["Location"] == url(Dossier.objects.get())


def test_what_cannot_be_applied_for_says_why(cast, make_product, criteria, owner):
    Product.objects.filter(pk=make_product(cast.producer, name="Trà rừng").pk).update(commune=None)
    make_dossier(make_product(cast.producer, name="Nước mắm"), criteria_set=criteria)
    page = text(owner.get(reverse("producer:ratings_dossier_add")))
    assert "Chưa ghi xã sản xuất" in page
    assert "Đang có hồ sơ HS-48" in page
    assert "?product=" not in page


def test_without_products_or_criteria_the_way_is_shown(cast, client_for, make_product):
    client = client_for(cast.owner)
    address = reverse("producer:ratings_dossier_add")
    assert "Chưa có sản phẩm nào" in text(client.get(address))
    make_product(cast.producer)
    assert "Văn phòng OCOP cấp tỉnh phải nhập" in text(client.get(address))


def test_a_rivals_product_is_not_offered(cast, make_product, criteria, owner):
    theirs = make_product(cast.rival)
    address = reverse("producer:ratings_dossier_add") + f"?product={theirs.pk}"
    answer = owner.post(address, {"kind": "first", "stars_applied": 4, "criteria_set": criteria.pk})
    assert theirs.name not in text(answer)
    assert not Dossier.objects.exists()


@pytest.mark.parametrize(
    "bad", [{"stars_applied": 2}, {"stars_applied": 9}, {"kind": "renewal"}, {"kind": ""}]
)
def test_a_bent_opening_form_opens_nothing(product, criteria, owner, bad):
    address = reverse("producer:ratings_dossier_add") + f"?product={product.pk}"
    form = {"kind": "first", "stars_applied": 4, "criteria_set": criteria.pk} | bad
    assert owner.post(address, form).status_code == 422
    assert not Dossier.objects.exists()


# --- Filling ---


def test_the_sheet_shows_points_limits_and_the_rules(dossier, criteria, owner):
    Criterion.objects.filter(code="1.1").update(evidence_asked="Sổ nguồn nguyên liệu")
    criteria.version.note = "Chấm theo bộ 2019."
    criteria.version.save()
    page = text(owner.get(url(dossier)))
    for word in ("Chấm theo bộ 2019.", "Sổ nguồn nguyên liệu", "xã xác nhận", "Không rõ nguồn gốc", "15,01"):
        assert word in page
    assert page.count('type="radio"') == CriterionOption.objects.count()


def test_a_plain_form_saves_answers_and_papers(dossier, criteria, owner):
    first = criteria.criteria.first()
    form = whole_form(
        criteria, 1, **{f"note-{first.pk}": "ở xã", f"file-{first.pk}": [upload(), upload(PDF + b"\n")]}
    )
    assert owner.post(url(dossier), form)["Location"] == url(dossier)
    assert Answer.objects.count() == 5
    assert Answer.objects.get(criterion=first).note == "ở xã"
    assert Evidence.objects.filter(criterion=first).count() == 2
    page = text(owner.get(url(dossier)))
    assert page.count("checked") == 5
    assert "giay.pdf" in page


def test_a_refused_file_loses_nothing_else(dossier, criteria, owner):
    place = f"file-{criteria.criteria.first().pk}"
    form = whole_form(criteria, go="nop", **{place: [upload(b"MZ", "gia.pdf"), upload(PDF, "that.pdf")]})
    answer = owner.post(url(dossier), form, follow=True)
    assert "Tệp “gia.pdf” không phải PDF" in text(answer)
    assert answer.redirect_chain[-1][0] == url(dossier)  # not on to handing in
    assert (Answer.objects.count(), Evidence.objects.get().name) == (5, "that.pdf")


def test_script_saves_one_criterion_at_a_time(dossier, criteria, owner):
    first = criteria.criteria.first()
    form = {f"answer-{first.pk}": first.options.last().pk, f"note-{first.pk}": "12 hộ"}
    answer = owner.post(url(dossier), form, headers=SCRIPT)
    assert answer.json()["refusals"] == []
    assert len(answer.json()["saved_at"]) == 5
    assert (Answer.objects.get().option, Answer.objects.get().note) == (first.options.last(), "12 hộ")
    lists = owner.post(url(dossier), {f"file-{first.pk}": upload()}, headers=SCRIPT).json()["papers"]
    paper = Evidence.objects.get()
    assert reverse("ratings:evidence", args=[paper.pk]) in lists[str(first.pk)]
    lists = owner.post(url(dossier), {"remove": paper.pk}, headers=SCRIPT).json()["papers"]
    assert lists[str(first.pk)].strip() == ""
    general = owner.post(url(dossier), {"file-chung": upload()}, headers=SCRIPT).json()["papers"]
    assert "giay.pdf" in general["chung"]


@pytest.mark.parametrize("field", ["answer-x", "answer-99999999999999999999", "note-0", "file-0", "file-x"])
def test_a_bent_form_is_refused_in_words(dossier, owner, field):
    answer = owner.post(url(dossier), {field: upload() if "file" in field else "1"}, headers=SCRIPT)
    assert answer.status_code == 400
    assert "tải lại trang" in answer.json()["message"]
    assert owner.post(url(dossier), {field: upload() if "file" in field else "1"}).status_code == 302
    assert (Answer.objects.count(), Evidence.objects.count()) == (0, 0)


def test_a_paper_of_another_dossier_is_not_removed(cast, dossier, criteria, owner, make_product):
    other = make_dossier(make_product(cast.producer), criteria_set=criteria)
    owner.post(url(other), {"file-chung": upload()})
    assert owner.post(url(dossier), {"remove": Evidence.objects.get().pk}).status_code == 404
    assert Evidence.objects.kept().count() == 1


def test_an_expired_session_is_sent_to_sign_in_and_back(cast, dossier, criteria, client_for):
    guest = client_for(None)
    for headers in ({}, SCRIPT):  # the script sees that it was sent elsewhere
        answer = guest.post(url(dossier), whole_form(criteria), headers=headers, follow=True)
        assert answer.redirect_chain[-1][0].startswith("/tai-khoan/dang-nhap/")
    assert not Answer.objects.exists()
    page = text(client_for(cast.owner).get(url(dossier)))
    assert f"?next={url(dossier)}" in page  # the way back


def test_a_form_from_elsewhere_is_refused(cast, dossier, criteria):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.owner)
    assert client.post(url(dossier), whole_form(criteria)).status_code == 403
    assert not Answer.objects.exists()


def test_staff_fill_and_hand_in(cast, dossier, criteria, client_for):
    client = client_for(cast.staff)
    client.post(url(dossier), whole_form(criteria, 2))
    assert client.post(url(dossier, "check"))["Location"] == url(dossier)
    assert Submission.objects.get().by == cast.staff


# --- Handing in ---


def test_the_check_lists_what_is_missing_with_links(dossier, criteria, owner):
    first = criteria.criteria.first()
    Criterion.objects.filter(pk=first.pk).update(evidence_asked="Sổ nguồn nguyên liệu")
    page = text(owner.get(url(dossier, "check")))
    assert "Còn 5 tiêu chí chưa xong" in page
    assert f"{url(dossier)}#tieu-chi-{first.pk}" in page
    answer_all(dossier)
    refused = owner.post(url(dossier, "check"))
    assert refused.status_code == 409
    assert "chưa có minh chứng" in text(refused)
    assert not Submission.objects.exists()


def test_it_is_handed_in_after_one_question(dossier, criteria, owner):
    answer = owner.post(url(dossier), whole_form(criteria, 2, go="nop"))
    assert answer["Location"] == url(dossier, "check")
    page = text(owner.get(answer["Location"]))
    assert "Hồ sơ đã đủ" in page
    assert "Xã Duy Xuyên" in page
    assert owner.post(url(dossier, "check")).status_code == 302
    page = text(owner.get(url(dossier)))
    assert "Đã nộp, chờ xã tiếp nhận" in page
    assert 'type="radio"' not in page
    again = owner.post(url(dossier, "check"), follow=True)
    assert "không sửa được nữa" in text(again)
    late = owner.post(url(dossier), whole_form(criteria, 0), headers=SCRIPT)
    assert late.status_code == 409
    assert Submission.objects.count() == 1


def test_a_low_self_score_is_told_but_may_be_handed_in(dossier, owner):
    answer_all(dossier, choice=0)
    assert "Điểm tự chấm thấp hơn mức" in text(owner.get(url(dossier, "check")))
    owner.post(url(dossier, "check"))
    assert Dossier.objects.get().status == "submitted"


def test_a_returned_dossier_shows_why_on_top_and_the_way_it_went(dossier, criteria, owner):
    answer_all(dossier, choice=1)
    owner.post(url(dossier, "check"))
    dossier.refresh_from_db()
    workflow.move(dossier=dossier, to="returned", actor=None, reason="Thiếu sổ nguồn nguyên liệu")
    page = text(owner.get(url(dossier)))
    assert page.index("Thiếu sổ nguồn nguyên liệu") < page.index("data-dossier=")
    assert "Chủ Hợp tác xã" in page  # who handed it in
    assert 'type="radio"' in page
    assert ">1<" in text(owner.get(reverse("producer:index")))  # the menu counts it
    owner.post(url(dossier), whole_form(criteria, 2))
    owner.post(url(dossier, "check"))
    compared = text(owner.get(url(dossier, "compare")))
    assert "Nguồn nguyên liệu" in compared
    assert "<del>10</del> → <ins>20</ins>" in compared
    for query in ("?tu=0&den=1", "?tu=1&den=3", "?tu=a&den=2", "?tu=1&den=99999999999999999999"):
        assert owner.get(url(dossier, "compare") + query).status_code == 404


def test_it_is_withdrawn_with_a_reason(dossier, owner):
    step = reverse("producer:ratings_dossier_step", args=[dossier.pk, "rut"])
    assert owner.post(step).status_code == 422
    owner.post(step, {"reason": "Chờ vụ sau"})
    assert StatusChange.objects.get(to_state="withdrawn").reason == "Chờ vụ sau"
    page = text(owner.get(url(dossier)))
    assert "Đã rút" in page
    assert "/buoc/rut/" not in page


def test_aim_changes_while_it_is_a_draft(dossier, owner):
    step = reverse("producer:ratings_dossier_step", args=[dossier.pk, "doi"])
    owner.post(step, {"kind": "first", "stars_applied": 3})
    assert Dossier.objects.get().stars_applied == 3
    assert owner.post(step, {"kind": "upgrade", "stars_applied": 5}).status_code == 400


# --- Others ---


@pytest.mark.parametrize("who", ["rival_owner", "far_owner"])
@pytest.mark.parametrize("page", ["change", "check", "compare"])
def test_a_rival_finds_nothing(cast, dossier, criteria, client_for, who, page):
    client = client_for(cast.people[who])
    assert client.get(url(dossier, page)).status_code == 404
    assert client.post(url(dossier, page), whole_form(criteria)).status_code == 404
    assert dossier.code not in text(client.get(reverse("producer:ratings_dossier_changelist")))
    assert not Answer.objects.exists()


def queries(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_lists_cost_the_same_for_one_and_for_twenty(cast, dossier, criteria, make_product, owner):
    addresses = [reverse(f"producer:ratings_dossier_{name}") for name in ("changelist", "add")]
    for address in addresses:
        owner.get(address)
    make_product(cast.producer)
    before = [queries(owner, address) for address in addresses]
    for _ in range(19):
        make_dossier(make_product(cast.producer), criteria_set=criteria)
        make_product(cast.producer)
    assert [queries(owner, address) for address in addresses] == before


def test_the_sheet_costs_the_same_for_a_full_dossier(dossier, criteria, owner):
    owner.get(url(dossier))
    before = queries(owner, url(dossier))
    answer_all(dossier)
    for criterion in criteria.criteria.all():
        Evidence.objects.create(
            dossier=dossier,
            criterion=criterion,
            name="a.pdf",
            file="a",
            content_type="application/pdf",
            size=1,
        )
    assert queries(owner, url(dossier)) == before
