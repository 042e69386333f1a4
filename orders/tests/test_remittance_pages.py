"""Screens of cash on delivery: the treasurers' desk and overview, the producers' own list."""

import datetime as dt
import io
from functools import partial

import openpyxl
import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from core import clock
from core.errors import NotAllowed
from orders import carriers
from orders.services import bank, remittances, resolving
from orders.states import SubOrderStatus
from orders.tests import remitting
from orders.tests.remitting import CARRIERS, told
from orders.tests.sheets import xlsx
from payments.errors import AlreadyResolved
from payments.models import CodCollection, Posting, RemittanceRow
from payments.selectors import cod as pages
from payments.services.bank import Movement
from payments.states import RemittanceOutcome
from tests.books import all_invariants

S = RemittanceOutcome
OVERVIEW = "/quan-tri/payments/remittancerow/tong-hop/"
ROWS = "/quan-tri/payments/remittancerow/"
OWN = "/kenh-chu-the/payments/codcollection/"


@pytest.fixture(autouse=True)
def connected(settings):
    settings.CARRIERS = CARRIERS


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=80, price=270_000)


@pytest.fixture
def ship(cast, product, private_files):
    """A parcel of 300.000 đồng."""
    return partial(remitting.ship, product, commune=cast.hoi_an)


@pytest.fixture
def treasurer(cast, client_for):
    return client_for(cast.treasurer)


def now_of(**more):
    return pages.reconciliation(at=more.pop("at", clock.now()), name_of=carriers.name_of, **more)


@pytest.fixture
def story(cast, ship, make_product):
    """GHN sent one whole, one short (claimed), holds one; GHTK holds one of a rival; one is on its way."""
    for number in range(3):
        ship(f"LX{number}")
    ship("LX9", SubOrderStatus.HANDED_OVER)
    rivals = make_product(cast.rival, price=70_000)
    remitting.ship(rivals, "GT1", commune=cast.hoi_an, carrier="ghtk")
    remitting.bring(
        told("LX0", 300_000, 20_000), told("LX1", 250_000, 20_000), told("XXX9", 9_000), actor=cast.treasurer
    )
    short = RemittanceRow.objects.get(outcome=S.SHORT)
    remittances.claim(row=short, reason="đòi GHN", actor=cast.treasurer)
    assert all_invariants() == {}


def test_the_reconciliation_adds_up(cast, story):
    page = now_of()
    ghn, ghtk = page.carriers["ghn"], page.carriers["ghtk"]
    assert (ghn.parcels, ghn.collected, ghn.remitted, ghn.in_transit) == (3, 900_000, 550_000, 350_000)
    assert (ghn.fees, ghn.waiting, ghn.waiting_amount, ghn.overdue) == (40_000, 1, 9_000, 0)
    assert (ghtk.collected, ghtk.in_transit, ghtk.name) == (100_000, 100_000, "Giao Hàng Tiết Kiệm")
    assert [(one.name, one.in_transit) for one in page.producers] == [
        (cast.producer.name, 350_000),
        (cast.rival.name, 100_000),
    ]
    assert page.total.in_transit == 450_000
    ((parcel, left),) = [(one["parcel_code"], one["left"]) for one in page.open]
    assert (left, CodCollection.objects.get(reference=parcel).tracking_code) == (50_000, "LX1")


def test_overdue_is_what_is_still_missing(story):
    later = now_of(at=clock.now() + dt.timedelta(days=8))
    assert (later.carriers["ghn"].overdue, later.carriers["ghn"].overdue_parcels) == (350_000, 2)
    assert later.total.overdue == later.total.in_transit


def test_one_carrier_alone(story):
    page = now_of(carrier="ghtk")
    assert (list(page.carriers), page.total.collected, page.open) == (["ghtk"], 100_000, [])


def test_the_overview_shows_it(cast, story, treasurer):
    page = treasurer.get(OVERVIEW).content.decode()
    for words in ("450.000", "350.000", "còn thiếu 50.000", "doi-soat.xlsx", "1 dòng chờ", cast.rival.name):
        assert words in page
    assert cast.rival.name not in treasurer.get(OVERVIEW + "?dv=ghn").content.decode()
    assert treasurer.get(OVERVIEW + "?dv=%27%3Cscript%3E").status_code == 200


def test_an_empty_market_says_so(treasurer):
    assert "Chưa đơn vị vận chuyển nào" in treasurer.get(OVERVIEW).content.decode()


def test_the_workbook_holds_sums_parcels_and_differences(story, treasurer, cast, ship):
    cast.producer.name = "=HYPERLINK(1)"
    cast.producer.save()
    answer = treasurer.get("/quan-tri/payments/remittancerow/tong-hop.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}
    assert list(cells) == ["Theo đơn vị", "Theo chủ thể", "Đang trên đường", "Chênh lệch"]
    assert cells["Theo đơn vị"][-1] == ["Tổng cộng", 4, 1_000_000, 550_000, 0, 450_000, 0, 40_000, 1]
    assert cells["Theo chủ thể"][1][0] == "'=HYPERLINK(1)"
    assert [row[2] for row in cells["Đang trên đường"][1:]] == ["LX1", "LX2", "GT1"]
    assert [row[4] for row in cells["Chênh lệch"][1:]] == ["Thiếu tiền", "Không rõ kiện nào"]


def queries(client, url):
    client.get(url)  # sessions and content types are known afterwards
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("url", [OVERVIEW, ROWS, "/quan-tri/payments/codcollection/", OWN])
def test_pages_cost_the_same_for_many_rows(cast, ship, client_for, url):
    client = client_for(cast.owner if url == OWN else cast.treasurer)

    def add(number):
        ship(f"LX{number}")
        ship(f"LY{number}")
        remitting.bring(told(f"LX{number}", 1_000), told(f"Z{number}", 5), actor=cast.treasurer)

    add(0)
    few = queries(client, url)
    for number in range(1, 8):
        add(number)
    assert queries(client, url) == few


def test_tabs_lead_to_what_waits(story, treasurer):
    page = treasurer.get(ROWS).content.decode()
    assert "resolved_at__isnull=True&amp;outcome__exact=unknown" in page
    waiting = treasurer.get(ROWS + "?resolved_at__isnull=True&outcome__exact=unknown").content.decode()
    assert ">XXX9<" in waiting.replace(" ", "").replace("\n", "")
    assert "LX0" not in waiting
    assert 'aria-current="page"' in waiting


def test_a_row_is_resolved_on_its_page(cast, story, treasurer):
    row = RemittanceRow.objects.get(outcome=S.UNKNOWN)
    page = treasurer.get(f"{ROWS}{row.pk}/change/").content.decode()
    for step in ("gan-kien", "doi-chieu-lai", "bo-qua"):
        assert f"/buoc/{step}/" in page
    assert "/buoc/con-doi/" not in page
    wrong = treasurer.post(f"{ROWS}{row.pk}/buoc/gan-kien/", {"code": "KHONG"})
    assert (wrong.status_code, "không giao kiện nào" in wrong.content.decode()) == (400, True)
    assert treasurer.post(f"{ROWS}{row.pk}/buoc/bo-qua/", {"reason": ""}).status_code == 422
    assert treasurer.post(f"{ROWS}{row.pk}/buoc/bo-qua/", {"reason": "nhầm sàn"}).status_code == 302
    row.refresh_from_db()
    assert row.resolution == "Bỏ qua: nhầm sàn"
    gone = treasurer.post(f"{ROWS}{row.pk}/buoc/bo-qua/", {"reason": "lại"})
    assert gone.status_code == 409


def test_from_the_form_to_the_books(cast, ship, treasurer):
    parcel = ship("LX1")
    content = io.BytesIO(xlsx([remitting.HEADINGS, told("LX1", 300_000, 20_000)]))
    content.name = "ghn.xlsx"
    kept = treasurer.post(
        "/quan-tri/payments/moneyfile/tai-len/remittance/", {"source": "ghn", "file": content}, follow=True
    )
    page = kept.content.decode()
    assert parcel.code in page
    step = kept.redirect_chain[-1][0].replace("/change/", "/buoc/ghi/")
    assert treasurer.post(step).status_code == 302
    assert RemittanceRow.objects.get().outcome == S.MATCHED
    assert all_invariants() == {}


def test_producers_see_their_own_cash(cast, story, client_for):
    page = client_for(cast.owner).get(OWN).content.decode()
    assert "Giao Hàng Nhanh" in page
    assert "600.000" in page  # held of LX1, LX2
    assert "Giao Hàng Tiết Kiệm" not in page
    others = CodCollection.objects.get(tracking_code="GT1")
    assert client_for(cast.owner).get(f"{OWN}{others.pk}/change/").status_code == 404
    assert client_for(cast.rival_owner).get(f"{OWN}{others.pk}/change/").status_code == 200


@pytest.mark.parametrize(
    "url", [OVERVIEW, OVERVIEW.rstrip("/") + ".xlsx", ROWS, "/quan-tri/payments/codcollection/"]
)
def test_only_treasurers_see_the_markets(cast, story, client_for, url):
    for person in (cast.province_officer, cast.commune_officer, cast.owner, cast.buyer):
        assert client_for(person).get(url).status_code == 403
    assert client_for(cast.chief_treasurer).get(url).status_code == 200


def test_the_carriers_transfer_is_not_booked_twice(cast, story, treasurer):
    """The list says it parcel by parcel, the bank's statement in one sum."""
    moved = Movement("fc1", "statement", "{}", 510_000, "VND", "GHN doi soat", "", clock.now())
    notice = bank.receive(movement=moved).notice
    assert (now_of().carriers["ghn"].unseen, balance("bank")) == (510_000, 510_000 + 510_000)
    url = f"/quan-tri/payments/paymentnotice/{notice.pk}/buoc/tien-thu-ho/"
    assert treasurer.post(url, {"carrier": "manual"}).status_code == 422
    assert treasurer.post(url, {"carrier": "ghn"}).status_code == 302
    assert (balance("bank"), balance("suspense")) == (510_000, 0)
    assert (now_of().carriers["ghn"].arrived, now_of().carriers["ghn"].unseen) == (510_000, 0)
    assert all_invariants() == {}
    with pytest.raises(AlreadyResolved):
        resolving.carriers_transfer(notice=notice, carrier="ghn", actor=cast.treasurer)
    with pytest.raises(NotAllowed):
        resolving.carriers_transfer(notice=notice, carrier="ghn", actor=cast.owner)


def balance(code):
    return Posting.objects.filter(account__code=code).aggregate(sum=Sum("amount"))["sum"] or 0
