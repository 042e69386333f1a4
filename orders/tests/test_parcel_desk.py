"""The producers' desk: one parcel, its steps and papers, and many parcels at once."""

import csv
import io
import json
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders import invoices
from orders.carriers.standin import Server, StandIn
from orders.models import ContactAttempt, Order, ShipmentEvent, SubOrder
from orders.services import fulfilment
from orders.states import SubOrderStatus
from orders.tests.buying import buy, parcel, walk
from orders.tests.sending import SECRET, booked, connect, control, packed, sent
from orders.tests.unit.paper import pages as read

S = SubOrderStatus
LIST = "/kenh-chu-the/orders/suborder/"
HOSTILE = "<script>alert(1)</script>"
FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture
def stand(settings):
    with Server(StandIn(hooks={}, secret=SECRET)) as server:
        connect(settings, server.url)
        yield server


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=200, name=f"Mật ong {HOSTILE}")


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def url(sub, page="change", *more, site="producer"):
    return reverse(f"{site}:orders_suborder_{page}", args=[sub.pk, *more])


def take(client, sub, slug, **data):
    return client.post(url(sub, "step", slug), data)


def words(pdf):
    return " ".join(page.text for page in read(pdf))


# --- One parcel ---


def test_the_page_tells_who_what_and_how_much(cast, client_for, product):
    sub = buy(product, commune=cast.hoi_an, quantity=2, note="Gọi trước", recipient=HOSTILE).sub_orders.get()
    page = text(client_for(cast.staff).get(url(sub)))
    for told in ("0905 000 111", "Thôn 2, Phường Hội An", "Gọi trước", "200.000", "xác nhận trước", "COD"):
        assert told in page, told
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert "style=" not in re.sub(r"<(?:html|body|nav|header|svg)[^>]*>", "", page.split('class="desk"')[1])


def test_a_day_at_the_desk(cast, client_for, product, stand):
    client = client_for(cast.staff)
    sub = buy(product, commune=cast.hoi_an).sub_orders.get()
    assert take(client, sub, "ghi-cuoc-goi", outcome="reached", note="Đồng ý").status_code == 302
    assert take(client, sub, "ghi-cuoc-goi", outcome="failed").status_code == 422
    assert take(client, sub, "xac-nhan").status_code == 302
    assert take(client, sub, "chuan-bi").status_code == 302
    page = text(client.get(url(sub)))
    assert "Đặt vận đơn" in page
    assert "Gọi xác nhận: Gặp, đồng ý" in page
    assert take(client, sub, "dat-van-don", carrier="dhl").status_code == 422
    refused = take(client, sub, "dat-van-don", carrier="ghn", weight_g=60_000)
    assert refused.status_code == 409
    assert "50000 gram" in text(refused)
    assert take(client, sub, "dat-van-don", carrier="ghn", weight_g=700).status_code == 302
    (row,) = booked(stand)
    assert row["weight_g"] == 700
    control(stand, "move", code=sub.code, steps=["picked_up", "delivery_failed"])
    assert take(client, sub, "hoi-lai").status_code == 302
    assert take(client, sub, "ghi-lan-giao", outcome="postponed", note="Hẹn chiều mai").status_code == 302
    page = text(client.get(url(sub)))
    for told in (row["number"], "Giao chưa được", "Hẹn chiều mai", "Giao Hàng Nhanh"):
        assert told in page, told
    control(stand, "move", code=sub.code, steps=["delivered"])
    assert take(client, sub, "hoi-lai").status_code == 302
    sub.refresh_from_db()
    assert sub.status == S.DELIVERED
    assert "buoc/" not in text(client.get(url(sub)))


def test_a_booking_is_called_off_from_the_desk(cast, client_for, product, stand):
    client, sub = client_for(cast.owner), sent(cast, "ghtk", product)
    assert take(client, sub, "huy-van-don").status_code == 422
    assert take(client, sub, "huy-van-don", reason="Đổi đơn vị").status_code == 302
    page = text(client.get(url(sub)))
    assert "Đang chuẩn bị" in page
    assert "Đặt vận đơn" in page


def test_without_connected_carriers_there_is_the_manual_way(cast, client_for, product, settings):
    settings.CARRIERS = {}
    client, sub = client_for(cast.owner), packed(cast, product)
    page = text(client.get(url(sub)))
    assert "Đặt vận đơn" not in page
    form = {"carrier_name": HOSTILE, "tracking_code": "<b>1</b>'\""}
    assert take(client, sub, "giao-di", **form).status_code == 302
    page = text(client.get(url(sub)))
    assert HOSTILE not in page
    assert "<b>1</b>" not in page


def test_a_parcel_to_be_fetched_has_its_own_step(cast, client_for, product, make_pickup):
    client, sub = client_for(cast.owner), make_pickup(packed(cast, product))
    page = text(client.get(url(sub)))
    assert "Quầy chợ Nam Phước" in page
    assert "giao-di" not in page
    assert take(client, sub, "san-sang").status_code == 302
    assert "Sẵn sàng ở điểm nhận" in text(client.get(url(sub)))


def test_what_a_carrier_says_otherwise_is_shown(cast, client_for, product, stand):
    sub = sent(cast, "ghn", product)
    stand.stand.parcels["ghn", sub.code].weight_g = 2_400
    stand.stand.parcels["ghn", sub.code].cod = 1
    control(stand, "move", code=sub.code, steps=["picked_up", "returning"])
    client = client_for(cast.owner)
    take(client, sub, "hoi-lai")
    ShipmentEvent.objects.filter(status="returning").update(status="delivered")
    page = text(client.get(url(sub)))
    for told in ("cân 2.400 g", "ghi 1", "không khớp với trạng thái"):
        assert told in page, told


def test_officers_see_trade_and_no_buyers(cast, client_for, product):
    sub = parcel(
        product, status=S.CANCELLED, commune=cast.hoi_an, user=cast.buyer, note="Nhà có chó", quantity=2
    )
    other = buy(product, commune=cast.hoi_an, user=cast.buyer, recipient="Bà Bảy").sub_orders.get()
    fulfilment.cancel(sub_order=other, actor=cast.buyer, reason="Bà Bảy đi vắng, gọi 0905000111")
    ContactAttempt.objects.create(sub_order=sub, kind="confirm", outcome="reached", note="Bà Bảy nghe máy")
    client = client_for(cast.province_officer)
    for row in (sub, other):
        page = text(client.get(url(row, site="province")))
        assert "170.000" in page or "85.000" in page
        for private in ("Thôn 2", "0905", "905000111", "Bà Bảy", "Nguyễn Thị Mua", "Nhà có chó"):
            assert private not in page, private
        assert str(cast.buyer) not in page.split('class="desk"')[1]
        assert "giay/" not in page
        assert "buoc/" not in page


@pytest.mark.parametrize("kind", ["tem.pdf", "dong-goi.pdf", "bien-nhan.pdf", "hoa-don.json"])
def test_papers_are_the_members_own(cast, client_for, product, kind):
    sub = parcel(product, status=S.DELIVERED, commune=cast.hoi_an, user=cast.buyer)
    seen = {
        role: client_for(user).get(url(sub, "paper", kind)).status_code for role, user in cast.people.items()
    }
    assert {seen.pop("owner"), seen.pop("staff")} == {200}
    assert seen.pop("guest") == 302
    assert set(seen.values()) == {403, 404}
    assert client_for(cast.owner).get(url(sub, "paper", "khac.pdf")).status_code == 404


def test_papers_tell_what_they_should(cast, client_for, make_product, product):
    order = buy(product, make_product(cast.rival), commune=cast.hoi_an, note="Gọi trước", recipient=HOSTILE)
    sub = order.sub_orders.get(producer=cast.producer)
    walk(sub, S.PREPARING)
    client = client_for(cast.owner)
    label = words(client.get(url(sub, "paper", "tem.pdf")).content)
    for told in (sub.code, "0905 000 111", "115.000", "HTX Duy Xuyên", "Phường Hội An"):
        assert told in label, told
    slip = words(client.get(url(sub, "paper", "dong-goi.pdf")).content)
    assert "Quét để xem đơn" in slip
    receipt = words(client.get(url(sub, "paper", "bien-nhan.pdf")).content)
    assert "115.000" in receipt
    assert cast.rival.name not in receipt  # another producer's parcel is none of its business
    assert client.get(url(sub, "paper", "hoa-don.json")).status_code == 404


def test_invoice_data_adds_up_and_leaves_vat_to_the_seller(cast, client_for, product):
    sub = parcel(product, status=S.DELIVERED, commune=cast.hoi_an, quantity=3)
    answer = client_for(cast.owner).get(url(sub, "paper", "hoa-don.json"))
    data = json.loads(answer.content)
    assert data["vat"] is None
    assert data["key"] == sub.code
    assert sum(line["amount"] for line in data["lines"]) == data["total_goods"] == 255_000
    assert data["revenue"] == data["paid_by_buyer"] == sub.total
    assert data["seller"]["name"] == cast.producer.name
    assert "attachment" in answer["Content-Disposition"]


class Provider:
    name = "Thử"

    def issue(self, data: invoices.InvoiceData) -> str:
        return f"C26T-{data.key}"


def test_a_connected_provider_issues_once(cast, client_for, product, settings):
    sub = parcel(product, status=S.DELIVERED, commune=cast.hoi_an)
    client = client_for(cast.owner)
    settings.INVOICE_PROVIDER = f"{__name__}.Provider"
    assert take(client, sub, "hoa-don").status_code == 302
    sub.refresh_from_db()
    assert sub.invoice_number == f"C26T-{sub.code}"
    page = text(client.get(url(sub)))
    assert sub.invoice_number in page
    assert "buoc/" not in page
    settings.INVOICE_PROVIDER = ""
    refused = take(client, parcel(product, status=S.DELIVERED, commune=cast.hoi_an), "hoa-don")
    assert (refused.status_code, "Chưa kết nối" in text(refused)) == (409, True)


# --- Many at once ---


def act(client, action, subs, **more):
    form = {"action": action, "_selected_action": [sub.pk for sub in subs], "index": 0} | more
    return client.post(LIST, form, follow=True)


def test_labels_of_several_parcels_come_in_one_file(cast, client_for, product):
    subs = [packed(cast, product) for _ in range(3)]
    waiting = buy(product, commune=cast.hoi_an).sub_orders.get()
    client = client_for(cast.owner)
    answer = act(client, "print_labels", [*subs, waiting])
    pages = read(answer.content)
    assert len(pages) == 3
    assert waiting.code in text(client.get(LIST))  # told which were left out
    assert len(read(act(client, "print_slips", subs).content)) == 3
    assert "chưa xác nhận" in text(act(client, "print_labels", [waiting]))


def test_several_are_confirmed_and_refusals_are_listed(cast, client_for, make_product, product):
    good = [buy(product, commune=cast.hoi_an).sub_orders.get() for _ in range(2)]
    dear = buy(make_product(cast.producer, price=2_000_000), commune=cast.hoi_an).sub_orders.get()
    gone = parcel(product, status=S.CANCELLED, commune=cast.hoi_an)
    foreign = buy(make_product(cast.rival), commune=cast.hoi_an).sub_orders.get()
    page = text(act(client_for(cast.owner), "confirm_all", [*good, dear, gone, foreign]))
    assert "Đã xác nhận 2 đơn" in page
    assert f"{dear.code}: Kiện thu hộ lớn" in page
    assert f"{gone.code}: Trạng thái hiện tại" in page
    assert foreign.code not in page
    states = SubOrder.objects.filter(pk__in=[sub.pk for sub in [*good, dear, foreign]]).order_by("pk")
    assert list(states.values_list("status", flat=True)) == [S.CONFIRMED] * 2 + [S.PLACED] * 2


def test_an_export_holds_the_rows_and_runs_nothing(cast, client_for, product):
    sub = buy(product, commune=cast.hoi_an, recipient=FORMULA, note="+1+1", address_line="@SUM(A1)")
    sub = sub.sub_orders.get()
    client = client_for(cast.owner)
    sheet = openpyxl.load_workbook(io.BytesIO(act(client, "export_xlsx", [sub]).content)).active
    table = list(csv.reader(io.StringIO(act(client, "export_csv", [sub]).content.decode("utf-8-sig"))))
    assert sheet.max_row == len(table) == 2
    assert (sheet["A2"].value, table[1][0]) == (sub.code, sub.code)
    assert (sheet["L2"].value, table[1][11]) == (sub.total, str(sub.total))
    for cell in (*sheet[2], *sheet[1]):
        assert cell.data_type != "f"
        assert not str(cell.value or "").startswith(("=", "+", "-", "@"))
    assert not any(value.startswith(("=", "+", "-", "@")) for value in table[1])


@pytest.mark.parametrize("action", ["print_labels", "print_slips", "export_xlsx", "export_csv"])
def test_nobody_takes_others_parcels_out(cast, client_for, make_product, action):
    sub = packed(cast, make_product(cast.rival), recipient="Bà Bảy")
    answer = act(client_for(cast.owner), action, [sub])
    assert b"%PDF" not in answer.content
    assert sub.code.encode() not in answer.content
    refused = act(client_for(cast.province_officer), action, [sub])
    assert refused.status_code == 403


# --- Counting queries ---


def queries(client, address, **form):
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(address, form) if form else client.get(address)
    assert answer.status_code == 200
    return len(asked)


def test_lists_papers_and_files_cost_the_same_for_one_and_for_twenty(cast, client_for, product):
    client, counts = client_for(cast.owner), []
    for size in (1, 19):
        for _ in range(size):
            packed(cast, product)
        chosen = list(SubOrder.objects.values_list("pk", flat=True))
        forms = [
            {"action": action, "_selected_action": chosen, "index": 0}
            for action in ("print_labels", "print_slips", "export_csv", "export_xlsx")
        ]
        counts.append([queries(client, LIST), *(queries(client, LIST, **form) for form in forms)])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 21, counts  # recalled goods and the labels waiting for somebody among them


def test_a_large_parcel_costs_as_much_as_a_small_one(cast, client_for, make_product, stand):
    client, counts = client_for(cast.owner), []
    for size in (1, 20):
        sub = sent(cast, "ghn", *[make_product(cast.producer) for _ in range(size)])
        for number in range(size):
            ShipmentEvent.objects.create(
                shipment=sub.shipment, key=str(number), status="in_transit", occurred_at=sub.order.placed_at
            )
            ContactAttempt.objects.create(sub_order=sub, kind="delivery", outcome="no_answer")
        pages = [url(sub), url(sub, "paper", "tem.pdf"), url(sub, "paper", "bien-nhan.pdf")]
        counts.append([queries(client, page) for page in pages])
    assert counts[0] == counts[1], counts
    assert Order.objects.count() == 2
