"""Returns in the two admin sites: the producer answers, the province rules on disputes."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.models import ReturnCase
from orders.states import CaseReason
from orders.tests.returning import C, ask, bring, delivered, upload
from payments.models import Refund
from tests.books import all_invariants

pytestmark = pytest.mark.usefixtures("private_files")


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=200, price=100_000)


@pytest.fixture
def case(cast, product):
    sub = delivered(product, cast=cast, quantity=2)
    return ask(sub, cast.buyer, story="Chai vỡ <b>hết</b>", photos=[upload()])


def text(answer):
    return re.sub(r"[ \n]+", " ", answer.content.decode())


def page(client, site, case):
    return text(client.get(reverse(f"{site}:orders_returncase_change", args=[case.pk])))


def step(client, site, case, slug, **data):
    return client.post(reverse(f"{site}:orders_returncase_step", args=[case.pk, slug]), data)


def now(case):
    return ReturnCase.objects.get(pk=case.pk).status


def offered(shown):
    return set(re.findall(r"/buoc/([a-z-]+)/", shown))


def test_the_producer_sees_what_is_asked(cast, client_for, case):
    shown = page(client_for(cast.staff), "producer", case)
    for words in ("Chai vỡ &lt;b&gt;hết", "230.000\u00a0₫", "Hàng hỏng", f"/anh/{case.photos.get().pk}/"):
        assert words in shown
    assert offered(shown) == {"hoan-ngay", "nhan-lai", "tu-choi"}


def test_goods_come_back(cast, client_for, case):
    client = client_for(cast.staff)
    assert step(client, "producer", case, "nhan-lai", answer="Gửi giúp").status_code == 302
    assert offered(page(client, "producer", case)) == {"hoan-ngay", "da-nhan-lai"}
    assert step(client, "producer", case, "da-nhan-lai").status_code == 422
    line = case.lines.get()
    form = text(client.get(reverse("producer:orders_returncase_step", args=[case.pk, "da-nhan-lai"])))
    assert "Nhập lại kho" in form
    wrong = step(client, "producer", case, "da-nhan-lai", **{f"fate-{line.pk}": "eaten"})
    assert wrong.status_code == 422
    done = step(client, "producer", case, "da-nhan-lai", **{f"fate-{line.pk}": "restocked"})
    assert (done.status_code, now(case)) == (302, C.CLOSED)
    shown = page(client, "producer", case)
    assert "Nhập lại kho" in shown
    assert offered(shown) == set()
    assert Refund.objects.get().amount == 230_000
    assert all_invariants() == {}


@pytest.mark.parametrize(
    ("slug", "data", "end"),
    [
        ("hoan-ngay", {}, C.CLOSED),
        ("tu-choi", {"answer": "Hàng nguyên"}, C.DECLINED),
        ("tu-choi", {}, C.OPENED),
    ],
)
def test_answers(cast, client_for, case, slug, data, end):
    answer = step(client_for(cast.owner), "producer", case, slug, **data)
    assert (answer.status_code, now(case)) == (302 if end != C.OPENED else 422, end)


def test_a_stale_page_is_told(cast, client_for, case):
    bring(case, C.WITHDRAWN, cast)
    answer = step(client_for(cast.owner), "producer", case, "hoan-ngay")
    assert answer.status_code == 409
    assert "không cho phép bước này" in text(answer)


def test_officers_rule_on_disputes_only(cast, client_for, case):
    client = client_for(cast.province_officer)
    assert offered(page(client, "province", case)) == set()
    early = step(client, "province", case, "cho-hoan", ruling="Hoàn")
    assert (early.status_code, now(case)) == (409, C.OPENED)
    bring(case, C.DISPUTED, cast)
    assert offered(page(client, "province", case)) == {"cho-hoan", "khong-hoan"}
    assert step(client, "province", case, "cho-hoan", ruling=" ").status_code == 422
    answer = step(
        client, "province", case, "cho-hoan", ruling="Hoàn, gửi lại", goods_back="on", with_shipping="on"
    )
    assert (answer.status_code, now(case)) == (302, C.ACCEPTED)
    stored = ReturnCase.objects.get()
    assert (stored.ruling, stored.refunds_shipping) == ("Hoàn, gửi lại", True)


@pytest.mark.parametrize(("slug", "end"), [("cho-hoan", C.CLOSED), ("khong-hoan", C.REJECTED)])
def test_rulings(cast, client_for, case, slug, end):
    bring(case, C.DISPUTED, cast)
    answer = step(client_for(cast.province_leader), "province", case, slug, ruling="Vì ảnh rõ")
    assert (answer.status_code, now(case)) == (302, end)
    assert all_invariants() == {}


def test_a_commune_reads_and_does_not_rule(cast, client_for, case):
    bring(case, C.DISPUTED, cast)
    client = client_for(cast.commune_officer)
    assert offered(page(client, "province", case)) == set()
    assert step(client, "province", case, "khong-hoan", ruling="Không").status_code == 403
    assert now(case) == C.DISPUTED


def test_an_officer_learns_nothing_of_who_the_buyer_is(cast, client_for, case):
    bring(case, C.DISPUTED, cast)
    client = client_for(cast.province_officer)
    pages = [
        page(client, "province", case),
        text(client.get(reverse("province:orders_returncase_changelist"))),
        text(client.get(reverse("province:orders_returncase_history", args=[case.pk]))),
        text(client.get(reverse("province:orders_returncase_step", args=[case.pk, "cho-hoan"]))),
    ]
    for private in (
        "Nguyễn Thị Mua",
        "905000111",
        "0905 000 111",
        "Thôn 2",
        ">Người mua mới",
        cast.buyer.email,
    ):
        assert not any(private in shown for shown in pages), private


def test_lists_tabs_and_badges(cast, client_for, product):
    ends = [C.OPENED, C.ACCEPTED, C.DISPUTED, C.CLOSED]
    made = {end: bring(ask(delivered(product, cast=cast), cast.buyer), end, cast) for end in ends}
    owner = client_for(cast.owner)
    listed = text(owner.get(reverse("producer:orders_returncase_changelist")))
    assert all(case.code in listed for case in made.values())
    only = text(owner.get(reverse("producer:orders_returncase_changelist") + "?status__exact=closed"))
    assert made[C.CLOSED].code in only
    assert made[C.OPENED].code not in only
    assert badge(listed, "producer") == "2"  # to answer, and goods to receive
    assert badge(text(client_for(cast.province_officer).get(reverse("province:index"))), "province") == "1"
    assert badge(text(client_for(cast.rival_owner).get(reverse("producer:index"))), "producer") == ""


def badge(shown, site):
    link = shown.split(f'href="{reverse(f"{site}:orders_returncase_changelist")}"')[1].split("</a>")[0]
    found = re.search(r">\s*(\d+)\s*<", link)
    return found[1] if found else ""


@pytest.mark.parametrize("site", ["producer", "province"])
def test_lists_and_pages_cost_the_same_for_one_and_for_twenty(cast, client_for, make_product, site):
    person = cast.owner if site == "producer" else cast.province_officer
    client, counts = client_for(person), []
    for size in (1, 20):
        goods = [make_product(cast.producer) for _ in range(size)]
        case = ask(delivered(*goods, cast=cast), cast.buyer, reason=CaseReason.OTHER, photos=[upload()])
        for product in goods[1:]:
            ask(delivered(product, cast=cast), cast.buyer)
        row = []
        for name, args in (("changelist", []), ("change", [case.pk])):
            address = reverse(f"{site}:orders_returncase_{name}", args=args)
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            row.append(len(captured))
        counts.append(row)
    assert counts[0] == counts[1], counts
