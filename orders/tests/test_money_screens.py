"""The screens of payouts: what a producer reads of its money, and what treasurers do on theirs."""

import csv
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from orders.models import ReturnCase
from orders.services import payouts as batches
from orders.tests.earning import account, long_ago, returned, sold
from payments.models import Payout, PayoutBatch
from payments.states import BatchStatus, PayoutStatus
from producers.models import PayoutAccount
from tests.books import all_invariants

OWN = "/kenh-chu-the/payments/payout/"
BATCHES = "/quan-tri/payments/payoutbatch/"
ENTER = "/kenh-chu-the/producers/payoutaccount/add/"


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=200, price=200_000)


@pytest.fixture
def confirmed(cast):
    return account(cast.producer, owner=cast.owner, treasurer=cast.treasurer)


@pytest.fixture
def batch(cast, product, confirmed):
    sold(product, cast=cast, at=long_ago())
    return batches.prepare(up_to=clock.today(), actor=cast.treasurer)


def text(response):
    return response.content.decode()


def step(client, model, row, slug, **data):
    return client.post(reverse(f"province:{model}_step", args=[row.pk, slug]), data)


def typed(cast, **changes):
    fields = {
        "producer": cast.producer.pk,
        "bank_bin": "970436",
        "account_number": "0071 000 123 456",
        "account_name": "Hợp tác xã Duy Xuyên",
    }
    return fields | changes


# --- The account ---


def test_an_owner_enters_the_account_and_a_treasurer_confirms_it(cast, client_for):
    assert client_for(cast.owner).post(ENTER, typed(cast)).status_code == 302
    row = PayoutAccount.objects.get()
    assert (row.account_number, row.account_name) == ("0071000123456", "HOP TAC XA DUY XUYEN")
    client = client_for(cast.treasurer)
    page = client.get(reverse("province:producers_payoutaccount_step", args=[row.pk, "xac-nhan"]))
    assert "Vietcombank" in text(page)
    seen = page.context["form"].initial["seen"]
    assert step(client, "producers_payoutaccount", row, "xac-nhan", seen=seen).status_code == 302
    row.refresh_from_db()
    assert row.is_confirmed


def test_a_page_left_open_confirms_nothing_new(cast, client_for):
    owner, treasurer = client_for(cast.owner), client_for(cast.treasurer)
    owner.post(ENTER, typed(cast))
    row = PayoutAccount.objects.get()
    seen = row.fingerprint
    change = reverse("producer:producers_payoutaccount_change", args=[row.pk])
    assert owner.post(change, typed(cast, account_number="999999999")).status_code == 302
    answer = step(treasurer, "producers_payoutaccount", row, "xac-nhan", seen=seen)
    assert answer.status_code == 409
    assert "vừa đổi tài khoản" in text(answer)
    row.refresh_from_db()
    assert (row.is_confirmed, row.account_number) == (False, "999999999")


def test_staff_read_the_account_and_do_not_change_it(cast, confirmed, client_for):
    change = reverse("producer:producers_payoutaccount_change", args=[confirmed.pk])
    client = client_for(cast.staff)
    assert client.get(change).status_code == 200
    assert client.post(change, typed(cast, account_number="999999999")).status_code == 403
    assert client.post(ENTER, typed(cast)).status_code == 403
    assert client_for(cast.rival_owner).post(change, typed(cast)).status_code == 404
    # A rival's owner may enter an account, but not for somebody else.
    assert client_for(cast.rival_owner).post(ENTER, typed(cast)).status_code == 200
    confirmed.refresh_from_db()
    assert (confirmed.is_confirmed, PayoutAccount.objects.count()) == (True, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"bank_bin": "000000"},
        {"account_number": "<script>"},
        {"account_number": "1" * 41},
        {"account_name": "=1+1"},
        {"account_name": "\x00"},
    ],
)
def test_what_no_bank_takes_comes_back_with_a_word(cast, client_for, changes):
    answer = client_for(cast.owner).post(ENTER, typed(cast, **changes))
    assert answer.status_code == 200
    assert next(iter(changes)) in answer.context["adminform"].form.errors
    assert not PayoutAccount.objects.exists()


# --- The producer's page ---


def test_a_producer_reads_its_money(cast, product, confirmed, batch, client_for):
    sold(product, cast=cast)
    argued = sold(product, cast=cast, at=long_ago())
    ReturnCase.objects.create(
        code=f"{argued.code}-T1", sub_order=argued, reason="other", story="…", answer_by=clock.now()
    )
    page = client_for(cast.owner).get(OWN)
    purse = page.context["purses"][0]
    assert (purse.owed, purse.planned, purse.sent) == (3 * 230_000, 230_000, 0)
    assert (purse.share.amount, purse.share.later_amount, purse.share.held_amount) == (0, 230_000, 230_000)
    assert argued.code in text(page)
    assert batch.number not in text(page)  # a draft is nobody's yet
    batches.approve(batch=batch, actor=cast.chief_treasurer)
    page = client_for(cast.owner).get(OWN)
    purse = page.context["purses"][0]
    assert (purse.owed, purse.planned, purse.sent) == (2 * 230_000, 0, 230_000)
    assert batch.number in text(page)
    detail = client_for(cast.owner).get(f"{OWN}{batch.payouts.get().pk}/change/")
    assert "230.000" in text(detail)


def test_others_money_is_nobodys_business(cast, batch, client_for):
    batches.approve(batch=batch, actor=cast.chief_treasurer)
    client, payout = client_for(cast.rival_owner), batch.payouts.get()
    assert batch.number not in text(client.get(OWN))
    assert client.get(f"{OWN}{payout.pk}/change/").status_code == 404
    assert client.get(f"{OWN}sao-ke/{cast.producer.pk}/2026-11/").status_code == 404
    assert client.get(f"{OWN}sao-ke/{cast.producer.pk}/2026-11/tai.pdf").status_code == 404


@pytest.mark.parametrize(
    "month", ["2026-13", "abc", "2026", "0000-01", "2026-11-01", "２０２６-01", "9999-12"]
)
def test_a_month_that_is_none_is_not_found(cast, batch, client_for, month):
    client = client_for(cast.owner)
    assert client.get(f"{OWN}sao-ke/{cast.producer.pk}/{month}/").status_code == 404
    assert client.get(f"{OWN}sao-ke/{cast.producer.pk}/{month}/tai.csv").status_code == 404
    treasurer = client_for(cast.treasurer)
    assert treasurer.get(f"/quan-tri/payments/payout/thue/{month}.csv").status_code == 404
    assert treasurer.get("/quan-tri/payments/payout/thue/", {"thang": month}).status_code == 404


@pytest.mark.parametrize("kind", ["pdf", "xlsx", "csv"])
def test_statements_are_downloaded(cast, batch, client_for, kind):
    month = f"{clock.day_of(long_ago()):%Y-%m}"
    for who, site in ((cast.owner, "kenh-chu-the"), (cast.treasurer, "quan-tri")):
        answer = client_for(who).get(f"/{site}/payments/payout/sao-ke/{cast.producer.pk}/{month}/tai.{kind}")
        assert answer.status_code == 200
        assert f'htx-duy-xuyen-{month}.{kind}"' in answer["Content-Disposition"]
    wrong = client_for(cast.owner).get(f"{OWN}sao-ke/{cast.producer.pk}/{month}/tai.exe")
    assert wrong.status_code == 404


# --- The treasurers' desk ---


def test_preparing_shows_who_and_why_not(cast, product, confirmed, make_product, client_for):
    sold(product, make_product(cast.rival), make_product(cast.far_producer), cast=cast, at=long_ago())
    account(cast.far_producer, owner=cast.far_owner, treasurer=cast.treasurer, number="999999999")
    returned_parcel = sold(product, cast=cast, at=long_ago())
    returned(returned_parcel, 1)
    page = client_for(cast.treasurer).get(f"{BATCHES}lap/")
    assert [share.producer for share in page.context["paid"]] == [cast.producer, cast.far_producer]
    assert page.context["total"] == 230_000 + 30_000 + 115_000
    (left_out,) = page.context["left_out"]
    assert (left_out["share"].producer, str(left_out["why"])) == (cast.rival, "chưa nhập tài khoản nhận tiền")
    answer = client_for(cast.treasurer).post(f"{BATCHES}lap/", {"up_to": f"{clock.today():%d/%m/%Y}"})
    batch = PayoutBatch.objects.get()
    assert answer["Location"] == f"{BATCHES}{batch.pk}/change/"
    assert batch.payouts.count() == 2
    assert all_invariants() == {}


@pytest.mark.parametrize("up_to", ["hôm nay", "31/02/2026", "31/12/9999", "<b>", "1/1/0001"])
def test_a_day_that_is_none_prepares_nothing(cast, product, confirmed, client_for, up_to):
    sold(product, cast=cast, at=long_ago())
    client = client_for(cast.treasurer)
    assert client.get(f"{BATCHES}lap/", {"up_to": up_to}).status_code in (200, 422)
    assert client.post(f"{BATCHES}lap/", {"up_to": up_to}).status_code in (400, 409, 422)
    assert not PayoutBatch.objects.exists()


def test_two_people_by_screen(cast, batch, client_for):
    first, second = client_for(cast.treasurer), client_for(cast.chief_treasurer)
    page = first.get(reverse("province:payments_payoutbatch_step", args=[batch.pk, "duyet"]))
    assert "không duyệt được đợt này" in text(page)
    assert step(first, "payments_payoutbatch", batch, "duyet").status_code == 409
    assert first.get(f"{BATCHES}{batch.pk}/ngan-hang.xlsx").status_code == 404
    assert step(second, "payments_payoutbatch", batch, "duyet").status_code == 302
    batch.refresh_from_db()
    assert batch.status == BatchStatus.APPROVED


def test_the_banks_file(cast, batch, client_for):
    batches.approve(batch=batch, actor=cast.chief_treasurer)
    client = client_for(cast.treasurer)
    lines = list(
        csv.reader(io.StringIO(client.get(f"{BATCHES}{batch.pk}/ngan-hang.csv").content.decode("utf-8-sig")))
    )
    assert lines[1][1:] == [
        "HOP TAC XA DUY XUYEN",
        "0071000123456",
        "VIETCOMBANK",
        "970436",
        "230000",
        f"OCOP {batch.number}",
    ]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{BATCHES}{batch.pk}/ngan-hang.xlsx").content))
    assert book.active["C2"].value == "0071000123456"
    assert client.get(f"{BATCHES}{batch.pk}/ngan-hang.exe").status_code == 404
    payout = batch.payouts.get()
    assert step(client, "payments_payout", payout, "da-chi").status_code == 422
    assert step(client, "payments_payout", payout, "da-chi", bank_reference="FT1").status_code == 302
    # Nothing is left to be carried out: nobody should send it again.
    assert client.get(f"{BATCHES}{batch.pk}/ngan-hang.xlsx").status_code == 404
    assert step(client, "payments_payout", payout, "tra-ve").status_code == 422
    assert step(client, "payments_payout", payout, "tra-ve", reason="Sai tên").status_code == 302
    assert Payout.objects.get(pk=payout.pk).status == PayoutStatus.BOUNCED
    assert "Bị trả về: Sai tên" in text(client_for(cast.owner).get(f"{OWN}{payout.pk}/change/"))
    assert all_invariants() == {}


def test_the_tax_report_is_downloaded(cast, batch, client_for):
    month = f"{clock.day_of(long_ago()):%Y-%m}"
    client = client_for(cast.treasurer)
    page = client.get("/quan-tri/payments/payout/thue/", {"thang": month})
    assert page.context["report"].net.goods == 200_000
    assert "Khớp với tài khoản thuế" in text(page)
    for kind in ("xlsx", "csv"):
        assert client.get(f"/quan-tri/payments/payout/thue/{month}.{kind}").status_code == 200
    assert client.get(f"/quan-tri/payments/payout/thue/{month}.pdf").status_code == 404


# --- Cost ---


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_pages_cost_the_same_for_one_and_for_many(cast, product, make_product, confirmed, client_for):
    treasurer, owner = client_for(cast.treasurer), client_for(cast.owner)
    theirs = make_product(cast.rival, stock=200, price=200_000)
    month = f"{clock.day_of(long_ago()):%Y-%m}"
    account(cast.rival, owner=cast.rival_owner, treasurer=cast.treasurer, number="999999999")

    def batch(*products, sales=1):
        for _sale in range(sales):
            sold(*products, cast=cast, at=long_ago())
        row = batches.prepare(up_to=clock.today(), actor=cast.treasurer)
        batches.approve(batch=row, actor=cast.chief_treasurer)
        sold(product, cast=cast, at=long_ago())  # to be prepared
        return row

    def costs(row):
        payout = row.payouts.filter(producer=cast.producer).get().pk
        return {
            "own": queries_of(owner, OWN),
            "own payout": queries_of(owner, f"{OWN}{payout}/change/"),
            "statement": queries_of(owner, f"{OWN}sao-ke/{cast.producer.pk}/{month}/"),
            "batches": queries_of(treasurer, BATCHES),
            "batch": queries_of(treasurer, f"{BATCHES}{row.pk}/change/"),
            "prepare": queries_of(treasurer, f"{BATCHES}lap/"),
            "payouts": queries_of(treasurer, "/quan-tri/payments/payout/"),
            "accounts": queries_of(treasurer, "/quan-tri/producers/payoutaccount/"),
            "taxes": queries_of(treasurer, "/quan-tri/payments/payout/thue/"),
        }

    one = costs(batch(product))
    for _more in range(3):
        many = batch(product, theirs, sales=3)
    assert costs(many) == one
