"""The desks of recalls: what opening one would mean, how far it is, whom to call, the report."""

import datetime as dt
import io
import re

import openpyxl
import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from core import clock
from core.errors import NotAllowed
from core.models import AuditEntry
from orders.models import PickupPoint, RecallNotice
from orders.selectors.recalls import progress
from orders.services import recall_letters
from orders.services import recalls as reaching
from orders.states import SubOrderStatus
from orders.tests.buying import buy, run_outbox, walk
from orders.tests.unit.paper import pages as read
from tests.books import all_invariants
from tests.cast import make_officer
from traceability.models import LotMovement, Recall
from traceability.services import lot_stock, recalls
from traceability.services import lots as making

OWN, AREA = "/kenh-chu-the/traceability/recall/", "/quan-tri/traceability/recall/"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=0, name="Mật ong")


def make_lot(product, code, age):
    made_on = clock.today() - dt.timedelta(days=age)
    return making.create(product=product, code=code, produced_on=made_on, quantity=100, actor=None)


@pytest.fixture
def lots(cast, product):
    """Made five and three days ago, ten packs of each."""
    made = []
    for code, age in (("L1", 5), ("L2", 3)):
        lot = make_lot(product, code, age)
        lot_stock.receive(lot=lot, variant=product.variants.get(), quantity=10, actor=cast.owner)
        made.append(lot)
    return made


def sell(cast, product, units, **who):
    sub = buy(product, commune=cast.hoi_an, quantity=units, **who).sub_orders.get()
    walk(sub, SubOrderStatus.DELIVERED)
    return sub


@pytest.fixture
def recall(cast, product, lots):
    """Of the first lot: one buyer with a mail address, one whose letter nobody reads."""
    sell(cast, product, 3, user=cast.buyer)
    sell(cast, product, 2, phone="0900000123", email="", recipient=f"Khách {HOSTILE}")
    opened = recalls.open_(
        producer=cast.producer,
        lots=lots[:1],
        level="return",
        reason="Có tạp chất.",
        instruction="Ngừng dùng.",
        actor=cast.owner,
    )
    run_outbox()
    opened.refresh_from_db()
    return opened


def typed(chosen=None, step="preview", **changes):
    facts = {
        "product": chosen.pk if chosen else "",
        "codes": "L1",
        "level": "stop_using",
        "reason": "Phát hiện tạp chất.",
        "instruction": "Ngừng dùng.",
        "kind": "real",
        "step": step,
    }
    return facts | changes


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def tiles(answer):
    return dict(re.findall(r"<dt>([^<]+)</dt> ?<dd>([^<]+)</dd>", text(answer)))


# --- Opening ---


def test_the_preview_only_reads(cast, client_for, product, lots):
    sell(cast, product, 3, user=cast.buyer)
    sell(cast, product, 2, phone="0900000123")
    client = client_for(cast.owner)
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(f"{OWN}mo/", typed(product))
    assert answer.status_code == 200
    shown = tiles(answer)
    assert (shown["Lô"], shown["Gói làm ra"], shown["Đã gửi"]) == ("1", str(lots[0].quantity), "5")
    assert (shown["Trong kho, chưa gửi"], shown["Kiện"], shown["Người mua"]) == ("5", "2", "2")
    assert "Nguyễn Thị Mua" not in text(answer)
    writes = [q["sql"] for q in queries if re.match(r"(INSERT|UPDATE|DELETE)", q["sql"])]
    assert writes == []
    assert not Recall.objects.exists()


@pytest.mark.parametrize(("who", "site"), [("owner", OWN), ("staff", OWN), ("province_officer", AREA)])
def test_confirmed_it_opens(cast, client_for, product, lots, who, site):
    client = client_for(getattr(cast, who))
    answer = client.post(f"{site}mo/", typed(product, "open", codes="L1 L2"))
    recall = Recall.objects.get()
    assert answer["Location"] == f"{site}{recall.pk}/change/"
    assert (recall.recalled.count(), recall.opened_by, recall.is_mock) == (2, getattr(cast, who).pk, False)
    assert "Đã ngừng bán. Đang tìm người mua" in text(client.get(answer["Location"]))
    again = client.post(f"{site}mo/", typed(product, "open", codes="L1"))
    assert (again.status_code, f"Đang thu hồi rồi: lô L1 ({recall.code})" in text(again)) == (409, True)
    assert all_invariants() == {}


def test_lots_of_a_period(cast, client_for, product, lots, make_product):
    other = make_product(cast.producer, stock=0)
    make_lot(other, "X1", 4)
    client = client_for(cast.owner)
    first, last = (f"{clock.today() - dt.timedelta(days=days):%d/%m/%Y}" for days in (4, 3))
    period = {"codes": "", "made_from": first, "made_to": last}
    assert tiles(client.post(f"{OWN}mo/", typed(product, **period)))["Lô"] == "1"
    whole = {**period, "producer": cast.producer.pk}
    assert tiles(client.post(f"{OWN}mo/", typed(**whole)))["Lô"] == "2"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"codes": "L9 L1"}, "Sản phẩm này không có lô: L9."),
        ({"codes": ""}, "Hãy ghi số lô, hoặc chọn đủ hai ngày sản xuất."),
        ({"codes": "", "made_from": "02/01/2020", "made_to": "01/01/2020"}, "Ngày đầu phải trước ngày cuối."),
        ({"codes": "", "made_from": "01/01/2020", "made_to": "02/01/2020"}, "Không có lô nào sản xuất"),
        ({"product": ""}, "Hãy chọn sản phẩm, hoặc chủ thể."),
        ({"codes": HOSTILE}, "Sản phẩm này không có lô: &lt;script&gt;"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast, client_for, product, lots, changes, words):
    answer = client_for(cast.owner).post(f"{OWN}mo/", typed(product, "open", **changes))
    assert (answer.status_code, words in text(answer)) == (400, True)
    assert not Recall.objects.exists()


@pytest.mark.parametrize("missing", ["reason", "instruction", "level"])
def test_words_are_needed(cast, client_for, product, lots, missing):
    answer = client_for(cast.owner).post(f"{OWN}mo/", typed(product, "open", **{missing: ""}))
    assert (answer.status_code, Recall.objects.count()) == (422, 0)


@pytest.mark.parametrize(("who", "site"), [("rival_owner", OWN), ("other_officer", AREA)])
def test_another_producers_goods_are_not_offered(cast, client_for, product, lots, who, site):
    client = client_for(getattr(cast, who))
    assert "Mật ong" not in text(client.get(f"{site}mo/"))
    assert client.post(f"{site}mo/", typed(product, "open")).status_code == 422
    assert not Recall.objects.exists()


def test_who_oversees_no_producer_has_no_form(cast, client_for):
    assert client_for(cast.treasurer).get(f"{AREA}mo/").status_code == 403
    assert client_for(cast.buyer).get(f"{OWN}mo/").status_code == 403


@pytest.mark.parametrize(("who", "site"), [("owner", "producer"), ("province_officer", "province")])
def test_a_lots_page_leads_there(cast, client_for, product, lots, who, site):
    client = client_for(getattr(cast, who))
    page = text(client.get(reverse(f"{site}:traceability_lot_change", args=[lots[0].pk])))
    address = reverse(f"{site}:traceability_recall_open") + f"?lo={lots[0].pk}"
    assert address in page
    form = text(client.get(address))
    assert f'<option value="{product.pk}" selected>' in form
    assert ">L1</textarea>" in form.replace(" ", "")


@pytest.mark.parametrize("pk", ["", "x", "0", "9" * 40, "²"])
def test_a_broken_link_gives_an_empty_form(cast, client_for, lots, pk):
    assert client_for(cast.owner).get(f"{OWN}mo/", {"lo": pk}).status_code == 200


# --- One recall ---


def test_how_far_it_is(cast, client_for, recall):
    for who, site in ((cast.owner, OWN), (cast.province_officer, AREA), (cast.commune_officer, AREA)):
        page = text(client_for(who).get(f"{site}{recall.pk}/change/"))
        assert "Còn 1 người mua chưa được báo" in page
        assert "<strong>1</strong> / 2 người mua đã được báo" in page
        assert "Nguyễn Thị Mua" not in page
        assert "0900" not in page
    found = progress(recall)
    assert (found.by_mail, found.called, found.unreached, found.told_after) == (1, 0, 1, None)
    assert (found.sent, found.reach.held, found.outside) == (5, 5, 5)
    assert found.found_after is not None


@pytest.mark.parametrize(("who", "site"), [("rival_owner", OWN), ("other_officer", AREA)])
@pytest.mark.parametrize("page", ["change/", "goi/", "goi.xlsx", "bao-cao.pdf", "buoc/rut-lai/"])
def test_others_find_nothing(cast, client_for, recall, who, site, page):
    assert client_for(getattr(cast, who)).get(f"{site}{recall.pk}/{page}").status_code == 404
    assert not AuditEntry.objects.filter(action="orders.recall.buyers_seen").exists()


def test_the_call_list_is_in_the_trail_and_takes_calls(cast, client_for, recall):
    client = client_for(cast.province_officer)
    page = text(client.get(f"{AREA}{recall.pk}/goi/"))
    assert "0900 000 123" in page
    assert "Khách &lt;script&gt;" in page
    entry = AuditEntry.objects.get(action="orders.recall.buyers_seen")
    assert (entry.actor_id, entry.object_id) == (cast.province_officer.pk, str(recall.pk))
    notice = RecallNotice.objects.get(told_at=None)
    address = f"{AREA}{recall.pk}/goi/{notice.pk}/"
    assert client.get(address).status_code == 405
    assert client.post(address, {"note": "x" * 201}).status_code == 302
    assert RecallNotice.objects.get(pk=notice.pk).told_at is None
    client.post(address, {"note": "Đã dùng hết, không sao"})
    notice.refresh_from_db()
    first = notice.told_at
    assert (notice.told_by, notice.note) == ("call", "Đã dùng hết, không sao")
    client.post(address, {"note": "lần hai"})
    notice.refresh_from_db()
    assert (notice.told_at, notice.note) == (first, "Đã dùng hết, không sao")
    assert "Đã ngừng bán, đã báo hết người mua" in text(client.get(f"{AREA}{recall.pk}/change/"))
    assert progress(recall).told_after is not None


def test_only_a_notice_of_this_recall(cast, client_for, product, lots, recall):
    other = recalls.open_(
        producer=cast.producer, lots=lots[1:], level="return", reason="…", instruction="…", actor=None
    )
    notice = recall.notices.filter(told_at=None).get()
    assert client_for(cast.owner).post(f"{OWN}{other.pk}/goi/{notice.pk}/").status_code == 404
    with pytest.raises(NotAllowed):
        reaching.called(notice=notice, actor=cast.rival_owner)
    with pytest.raises(NotAllowed):
        reaching.looked_at(recall=recall, actor=cast.buyer)


def test_the_call_list_as_a_spreadsheet(cast, client_for, recall):
    RecallNotice.objects.filter(told_at=None).update(name="=cmd|' /C calc'!A0")
    answer = client_for(cast.owner).get(f"{OWN}{recall.pk}/goi.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert [(row[0], row[4], row[5]) for row in rows[1:]] == [
        ("'=cmd|' /C calc'!A0", 2, "chưa báo"),
        ("Nguyễn Thị Mua", 3, "bằng thư"),
    ]
    assert AuditEntry.objects.filter(action="orders.recall.buyers_seen").count() == 1


def test_a_mock_recall_shows_figures_and_nobodys_name(cast, client_for, product, lots):
    sell(cast, product, 3, user=cast.buyer)
    run_outbox()
    mail.outbox.clear()
    client = client_for(cast.owner)
    client.post(f"{OWN}mo/", typed(product, "open", kind="mock"))
    run_outbox()
    recall = Recall.objects.get()
    page = text(client.get(f"{OWN}{recall.pk}/change/"))
    assert "Diễn tập: không ngừng bán, không báo ai" in page
    assert "<strong>1</strong> người mua tìm thấy" in page
    assert "tieu-huy" not in page
    assert mail.outbox == []
    for address in ("goi/", "goi.xlsx", f"goi/{recall.notices.get().pk}/"):
        assert client.get(f"{OWN}{recall.pk}/{address}").status_code == 404
    notice = recall.notices.get()
    assert reaching.called(notice=notice, actor=cast.owner) is False
    assert client.post(f"{OWN}{recall.pk}/buoc/ket-thuc/", {"report": "Tìm trong 2 giây."}).status_code == 302


def test_destroyed_and_closed_with_a_report(cast, client_for, recall):
    client = client_for(cast.owner)
    steps = f"{OWN}{recall.pk}/buoc/"
    assert client.post(f"{steps}ket-thuc/", {"report": "  "}).status_code == 422
    client.post(f"{steps}tieu-huy/")
    assert LotMovement.objects.filter(kind="destroy", reference=recall.code).get().quantity == 5
    client.post(f"{steps}ket-thuc/", {"report": "Đã tiêu hủy năm gói, còn năm gói ở ngoài."})
    recall.refresh_from_db()
    assert recall.status == "closed"
    answer = client.get(f"{OWN}{recall.pk}/bao-cao.pdf")
    words = " ".join(page.text for page in read(answer.content))
    for shown in (recall.code, "Gói đã tiêu hủy", "Đã tiêu hủy năm gói", "Đã kết thúc", cast.owner.full_name):
        assert shown in words
    assert "Nguyễn Thị Mua" not in words
    assert client.post(f"{steps}tieu-huy/").status_code == 302
    assert all_invariants() == {}


def test_a_mistake_is_revoked_with_its_reason(cast, client_for, product, recall):
    client = client_for(cast.province_officer)
    assert client.post(f"{AREA}{recall.pk}/buoc/rut-lai/", {"reason": ""}).status_code == 422
    client.post(f"{AREA}{recall.pk}/buoc/rut-lai/", {"reason": "Nhầm lô"})
    page = text(client.get(f"{AREA}{recall.pk}/change/"))
    assert "Đã rút lại: các lô này được bán lại" in page
    assert "Nhầm lô" in page
    product.refresh_from_db()
    assert product.in_stock is True
    assert all_invariants() == {}


# --- Who hears of it ---


def test_the_producer_and_the_province_hear_of_it_once(cast, lots, point):
    make_officer("Cán bộ tỉnh hai", Role.PROVINCE_OFFICER, cast.da_nang)
    mail.outbox.clear()
    recall = recalls.open_(
        producer=cast.producer, lots=lots, level="return", reason="…", instruction="…", actor=cast.owner
    )
    run_outbox()
    told = {letter.to[0]: letter for letter in mail.outbox if recall.code in letter.subject}
    people = [cast.owner, cast.staff, cast.province_officer]
    assert {person.email for person in people} | {"can-bo-tinh-hai@cast.example"} == set(told)
    assert "Chợ Hội An" in told[cast.owner.email].body
    assert "Chợ Hội An" not in told[cast.province_officer.email].body
    assert f"{AREA}{recall.pk}/change/" in told[cast.province_officer.email].body
    recall_letters.opened(recall_id=recall.pk)
    assert len([letter for letter in mail.outbox if recall.code in letter.subject]) == 4


@pytest.fixture
def point(cast):
    return PickupPoint.objects.create(
        producer=cast.producer,
        name="Chợ Hội An",
        province=cast.da_nang,
        commune=cast.hoi_an,
        address_line="Ki ốt 3",
    )


def test_points_of_sale_are_on_the_page(cast, client_for, recall, point):
    assert "Chợ Hội An" in text(client_for(cast.owner).get(f"{OWN}{recall.pk}/change/"))


# --- Lists of any length ---


def _queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_number_of_queries_does_not_grow(cast, client_for, product, lots, recall):
    client = client_for(cast.owner)
    addresses = [OWN, f"{OWN}{recall.pk}/change/", f"{OWN}{recall.pk}/goi/"]
    few = [_queries(client, address) for address in addresses]
    for number in range(20):
        notice = RecallNotice.objects.create(
            recall=recall, contact=f"phone:{number}", name="…", phone="+84905"
        )
        part = recall.notices.first().parts.first()
        part.pk, part.notice = None, notice
        part.save()
        recalls.open_(
            producer=cast.producer,
            lots=lots[1:],
            level="return",
            reason="…",
            instruction="…",
            is_mock=True,
            actor=None,
        )
    assert [_queries(client, address) for address in addresses] == few
