"""What a buyer sees of a parcel's way, and the papers of an order."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.carriers.standin import Server, StandIn
from orders.models import OrderLine, ShipmentEvent, SubOrder
from orders.services import fulfilment
from orders.states import SubOrderStatus
from orders.tests.buying import buy, parcel, run_outbox, walk
from orders.tests.sending import SECRET, connect, packed, sent
from orders.tests.unit.paper import pages
from payments.states import Method

S = SubOrderStatus
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def stand(settings):
    with Server(StandIn(hooks={}, secret=SECRET)) as server:
        connect(settings, server.url)
        yield server


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def words(answer):
    assert answer["Content-Type"] == "application/pdf"
    return " ".join(page.text for page in pages(answer.content))


def page_of(client, sub, more=""):
    return client.get(f"/don-hang/{sub.order.code}/{more}")


def test_the_carriers_news_stand_on_the_order(cast, client_for, make_product, stand):
    sub = sent(cast, "ghn", make_product(cast.producer), user=cast.buyer)
    ShipmentEvent.objects.create(
        shipment=sub.shipment,
        key="1",
        status="delivery_failed",
        reason=HOSTILE,
        occurred_at=sub.shipment.booked_at,
    )
    page = text(page_of(client_for(cast.buyer), sub))
    assert "Giao chưa được" in page
    assert sub.shipment.tracking_code in page
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


def test_who_fetches_is_told_where_and_when(cast, client_for, make_product, make_pickup):
    sub = make_pickup(packed(cast, make_product(cast.producer), user=cast.buyer))
    client = client_for(cast.buyer)
    assert "Bạn sẽ đến lấy tại Quầy chợ Nam Phước" in text(page_of(client, sub))
    fulfilment.hand_over(sub_order=sub, actor=cast.owner)
    page = text(page_of(client, sub))
    for told in ("mời bạn đến lấy tại Quầy chợ Nam Phước", "7:00–17:00", "Sẵn sàng ở điểm nhận"):
        assert told in page, told
    assert "Đang giao" not in page
    run_outbox()
    letter = next(letter for letter in mail.outbox if "Sẵn sàng ở điểm nhận" in letter.subject)
    assert "Quầy chợ Nam Phước, Số 5 Hùng Vương" in letter.body


def test_a_parcel_taken_back_stands_once_at_the_packing_table(cast, client_for, make_product):
    sub = packed(cast, make_product(cast.producer), user=cast.buyer)
    fulfilment.hand_over(sub_order=sub, actor=cast.owner)
    fulfilment.prepare(sub_order=sub, actor=cast.owner)
    assert text(page_of(client_for(cast.buyer), sub)).count('aria-current="step"') == 1


@pytest.mark.parametrize("paper", ["bien-nhan/", "hop-dong.pdf"])
def test_papers_are_the_buyers_own(cast, client_for, make_product, paper):
    sub = buy(make_product(cast.producer), commune=cast.hoi_an, user=cast.buyer).sub_orders.get()
    seen = {role: page_of(client_for(user), sub, paper).status_code for role, user in cast.people.items()}
    assert seen.pop("buyer") == 200
    assert set(seen.values()) == {404}


def test_a_receipt_says_what_was_paid(cast, client_for, make_product):
    mine, other = make_product(cast.producer), make_product(cast.rival)
    order = buy(mine, other, commune=cast.hoi_an, user=cast.buyer, recipient=HOSTILE)
    client, sub = client_for(cast.buyer), order.sub_orders.get(producer=cast.producer)
    assert "Tình trạng: Trả 230.000 ₫ khi nhận hàng" in words(page_of(client, sub, "bien-nhan/"))
    walk(sub, S.DELIVERED)
    paper = words(page_of(client, sub, "bien-nhan/"))
    assert "Đã trả 115.000 ₫ khi nhận hàng, còn 115.000 ₫" in paper
    assert HOSTILE in paper  # a paper shows markup as it is
    fulfilment.cancel(sub_order=order.sub_orders.get(producer=cast.rival), actor=cast.buyer)
    assert "Đã trả đủ khi nhận hàng: 115.000 ₫" in words(page_of(client, sub, "bien-nhan/"))


def test_a_receipt_of_an_unpaid_order_does_not_call_it_paid(cast, client_for, make_product):
    product = make_product(cast.producer)
    order = buy(product, commune=cast.hoi_an, user=cast.buyer, method=Method.TRANSFER)
    paper = words(client_for(cast.buyer).get(f"/don-hang/{order.code}/bien-nhan/"))
    assert "Chờ trả tiền" in paper
    assert "Đã trả" not in paper


def test_page_and_paper_of_the_contract_hold_the_snapshot(cast, client_for, make_product):
    product = make_product(cast.producer, ingredients="Mật ong nguyên chất", storage="Nơi khô mát")
    sub = buy(product, commune=cast.hoi_an, user=cast.buyer).sub_orders.get()
    OrderLine.objects.update(stars=4, certificate_number="48-2026-00001")
    type(product).objects.update(ingredients="Đổi sau khi bán", storage="")
    client = client_for(cast.buyer)
    for told in (text(page_of(client, sub, "hop-dong/")), words(page_of(client, sub, "hop-dong.pdf"))):
        for fact in (
            "Mật ong nguyên chất",
            "Nơi khô mát",
            "OCOP 4 sao",
            "48-2026-00001",
            "115.000",
            "19/2023/QH15",
            "30 ngày",
            "7 ngày",
            "thời hạn riêng của Chợ OCOP",
            "COD",
            "HTX Duy Xuyên",
            "Nguyễn Thị Mua",
        ):
            assert fact in told, fact
        assert "Đổi sau khi bán" not in told


def test_discounts_say_who_bears_them(cast, client_for, make_product):
    sub = buy(make_product(cast.producer), commune=cast.hoi_an, user=cast.buyer).sub_orders.get()
    OrderLine.objects.update(producer_discount=5_000, market_discount=10_000)
    SubOrder.objects.update(producer_discount=5_000, market_discount=10_000, total=100_000)
    page = text(page_of(client_for(cast.buyer), sub, "hop-dong/"))
    for told in ("Giảm giá của người bán", "−5.000", "Giảm giá của sàn", "−10.000", "100.000"):
        assert told in page, told
    desk = text(client_for(cast.owner).get(f"/kenh-chu-the/orders/suborder/{sub.pk}/change/"))
    for told in ("người bán chịu", "−5.000", "sàn chịu", "−10.000", "100.000", "110.000"):
        assert told in desk, told


def test_many_events_cost_one_query(cast, client_for, make_product, stand):
    client, counts = client_for(cast.buyer), []
    for size in (1, 20):
        sub = sent(cast, "ghn", *[make_product(cast.producer) for _ in range(size)], user=cast.buyer)
        for number in range(size):
            ShipmentEvent.objects.create(
                shipment=sub.shipment, key=str(number), status="in_transit", occurred_at=sub.order.placed_at
            )
        asked = []
        for more in ("", "hop-dong/", "hop-dong.pdf", "bien-nhan/"):
            page_of(client, sub, more)
            with CaptureQueriesContext(connection) as captured:
                page_of(client, sub, more)
            asked.append(len(captured))
        counts.append(asked)
    assert counts[0] == counts[1]
    assert counts[0] == [9, 8, 8, 8]  # the order itself also asks whether something of it is recalled


@pytest.mark.parametrize("status", S)
def test_every_state_has_its_papers(cast, client_for, make_product, status):
    sub = parcel(make_product(cast.producer), status=status, commune=cast.hoi_an, user=cast.buyer)
    client = client_for(cast.buyer)
    assert sub.code in words(page_of(client, sub, "bien-nhan/"))
    assert sub.code in words(page_of(client, sub, "hop-dong.pdf"))
