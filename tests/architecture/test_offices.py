"""Work in the two admin sites: what it changes, what it shows, and what it keeps to itself."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Product
from core.models import AuditEntry, OutboxDelivery
from core.services import delivery
from orders.models import SubOrder
from producers.models import Membership, Producer
from traceability.models import Lot


def step(client, site, model, row, slug, **data):
    return client.post(reverse(f"{site}:{model}_step", args=[row.pk, slug]), data)


def text(response):
    return response.content.decode()


def test_a_parcel_goes_its_way(world, client_for):
    client, parcel = client_for(world.cast.staff), world.parcel
    for slug, data in (
        ("xac-nhan", {}),
        ("chuan-bi", {}),
        ("giao-di", {"carrier_name": "Bưu điện", "tracking_code": "EX1"}),
        ("da-giao", {}),
    ):
        assert step(client, "producer", "orders_suborder", parcel, slug, **data).status_code == 302
    parcel.refresh_from_db()
    assert (parcel.status, parcel.shipment.carrier_name, parcel.shipment.tracking_code) == (
        "delivered",
        "Bưu điện",
        "EX1",
    )
    page = text(client.get(reverse("producer:orders_suborder_change", args=[parcel.pk])))
    assert "0912 345 678" in page
    assert "Nhân viên" in page  # who did it
    assert "buoc/" not in page  # nothing left to do


def test_a_step_asks_for_what_it_needs(world, client_for):
    client = client_for(world.cast.owner)
    assert step(client, "producer", "orders_suborder", world.parcel, "huy").status_code == 422
    late = step(client, "producer", "orders_suborder", world.parcel, "da-giao")
    assert late.status_code == 409
    assert "không cho phép bước này" in text(late)
    stale = client.get(reverse("producer:orders_suborder_step", args=[world.parcel.pk, "da-giao"]))
    assert stale.status_code == 302
    assert SubOrder.objects.get(pk=world.parcel.pk).status == "placed"


def test_stock_is_received_and_counted(world, client_for):
    client, item = client_for(world.cast.staff), world.stock
    before = item.on_hand
    step(client, "producer", "catalog_stockitem", item, "nhap-kho", quantity=7)
    item.refresh_from_db()
    assert item.on_hand == before + 7
    step(client, "producer", "catalog_stockitem", item, "kiem-ke", on_hand=3)
    item.refresh_from_db()
    assert item.on_hand == 3
    assert step(client, "producer", "catalog_stockitem", item, "nhap-kho", quantity=-1).status_code == 422


def product_form(client, product, **changes):
    """The change form as the browser would send it back, with changes."""
    url = reverse("producer:catalog_product_change", args=[product.pk])
    page = client.get(url)
    data = {}
    inlines = page.context["inline_admin_formsets"]
    for form in (page.context["adminform"].form, *(form for inline in inlines for form in inline.formset)):
        for field in form:
            value = field.value()
            if value not in (None, False, ""):
                data[field.html_name] = value
    for inline in inlines:
        for field in inline.formset.management_form:
            data[field.html_name] = field.value()
    data.pop("images-__prefix__-original", None)
    return client.post(url, {**data, **changes})


def test_texts_and_prices_change_through_services(world, client_for):
    client, product = client_for(world.cast.staff), world.product
    answer = product_form(client, product, summary="Hoa rừng tháng ba.", **{"variants-0-price": 99_000})
    assert answer.status_code == 302, answer.context["errors"]
    product.refresh_from_db()
    assert (product.summary, product.price_from) == ("Hoa rừng tháng ba.", 99_000)
    changed = AuditEntry.objects.filter(object_type="catalog.product", action__endswith="changed").first()
    assert changed.changes["summary"] == ["", "Hoa rừng tháng ba."]
    assert changed.actor_id == world.cast.staff.pk


def test_the_star_is_told_but_not_typed(world, client_for):
    client = client_for(world.cast.owner)
    product_form(client, world.product, stars="5", certificate_number="X", status="hidden")
    world.product.refresh_from_db()
    assert (world.product.stars, world.product.status) == (4, "published")
    page = text(client.get(reverse("producer:catalog_product_change", args=[world.product.pk])))
    assert "12/QĐ-UBND" in page


def test_a_refusal_keeps_what_was_typed(world, client_for, make_product):
    """A lot's code exists already: the form comes back with the sentence and the words."""
    url = reverse("producer:traceability_lot_add")
    form = {
        "product": world.product.pk,
        "code": "L01",
        "produced_on": "20/11/2026",
        "quantity": 5,
        "place": "Bếp số 2",
    }
    answer = client_for(world.cast.owner).post(url, form)
    assert answer.status_code == 200
    assert "Bếp số 2" in text(answer)
    assert answer.context["adminform"].form.errors
    assert Lot.objects.count() == 1


def test_choices_are_the_offices_own(world, client_for, make_product):
    theirs = make_product(world.cast.rival, name="Mật ong của đối thủ")
    client = client_for(world.cast.owner)
    for url in (reverse("producer:traceability_lot_add"), reverse("producer:traceability_lot_changelist")):
        page = text(client.get(url))
        assert world.product.name in page
        assert theirs.name not in page
    form = {"product": theirs.pk, "code": "L02", "produced_on": "20/11/2026", "quantity": 5}
    assert client.post(reverse("producer:traceability_lot_add"), form).status_code == 200
    assert Lot.objects.count() == 1
    form = {"producer": world.cast.rival.pk, "name": "Hàng lạ"}
    client.post(reverse("producer:catalog_product_add"), form)
    assert not Product.objects.filter(name="Hàng lạ").exists()


def test_owners_appoint_and_staff_do_not(world, client_for):
    producer, buyer = world.cast.producer, world.cast.buyer
    form = {"login": "0912 345 678", "role": "staff"}
    url = ("producer", "producers_producer", producer, "them-nguoi")
    assert step(client_for(world.cast.staff), *url, **form).status_code == 403
    assert not Membership.objects.filter(user=buyer).exists()
    assert step(client_for(world.cast.owner), *url, **form).status_code == 302
    assert Membership.objects.get(user=buyer).role == "staff"
    assert step(client_for(world.cast.owner), *url, login="khong@ai.vn", role="staff").status_code == 404
    profile = reverse("producer:producers_producer_change", args=[producer.pk])
    assert client_for(world.cast.staff).post(profile, {"name": "Tên khác"}).status_code == 403
    assert client_for(world.cast.rival_owner).post(profile, {"name": "Tên khác"}).status_code == 404


def test_an_officer_suspends_with_a_reason(world, client_for):
    client, producer = client_for(world.cast.province_officer), world.cast.producer
    url = ("province", "producers_producer", producer, "tam-ngung")
    assert step(client, *url).status_code == 422
    assert step(client, *url, reason="Chờ kiểm tra an toàn thực phẩm").status_code == 302
    assert Producer.objects.get(pk=producer.pk).status == "suspended"
    assert AuditEntry.objects.filter(reason="Chờ kiểm tra an toàn thực phẩm").exists()
    step(client, "province", "producers_producer", producer, "mo-lai", reason="Đã đạt")
    assert Producer.objects.get(pk=producer.pk).status == "active"


def test_an_imported_row_is_corrected_with_a_reason(world, client_for):
    client, row = client_for(world.cast.province_officer), world.certificate
    form = {"product_name": "Mật ong Duy Sơn", "producer_name": "HTX Duy Sơn"}
    url = ("province", "ratings_certificate", row, "dinh-chinh")
    assert step(client, *url, **form).status_code == 422
    assert step(client, *url, **form, reason="Nguồn in sai dấu").status_code == 302
    row.refresh_from_db()
    assert (row.product_name, row.stars) == ("Mật ong Duy Sơn", 4)
    assert "mat ong duy son" in row.search_text
    entry = AuditEntry.objects.get(reason="Nguồn in sai dấu")
    assert entry.changes["product_name"][1] == "Mật ong Duy Sơn"
    trail = text(client.get(reverse("province:ratings_certificate_history", args=[row.pk])))
    assert "Nguồn in sai dấu" in trail


def test_officers_see_no_buyers(world, client_for):
    client = client_for(world.cast.province_officer)
    for name, args in (("changelist", []), ("change", [world.parcel.pk])):
        page = text(client.get(reverse(f"province:orders_suborder_{name}", args=args)))
        assert world.parcel.code in page
        for private in ("12 Trần Phú", "0912", "912345678", world.order.recipient):
            assert private not in page


def test_what_was_given_up_is_sent_again(world, client_for):
    row = OutboxDelivery.objects.filter(done_at=None).first()
    OutboxDelivery.objects.filter(pk=row.pk).update(failed_at=row.due_at, attempts=15)
    client = client_for(world.cast.admin)
    assert step(client, "province", "core_outboxdelivery", row, "gui-lai").status_code == 302
    assert row.pk in delivery.claim()


@pytest.mark.parametrize(("who", "desk"), [("owner", "/kenh-chu-the/"), ("admin", "/quan-tri/")])
def test_desks_carry_their_policy_and_ask_no_other_host(world, client_for, who, desk):
    answer = client_for(world.cast.people[who]).get(desk)
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert re.findall(r'(?:src|action|<link[^>]*href)="https?://[^"]+"', text(answer)) == []


def test_a_new_producer_is_told_how_to_begin(cast, client_for):
    page = text(client_for(cast.owner).get("/kenh-chu-the/"))
    assert "Thêm sản phẩm đầu tiên" in page


def queries_of(client, url):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@pytest.mark.parametrize("page", ["catalog_product_changelist", "catalog_stockitem_changelist", "index"])
def test_lists_cost_the_same_for_one_and_for_many(world, client_for, make_product, page):
    client, url = client_for(world.cast.owner), reverse(f"producer:{page}")
    client.get(url)
    before = queries_of(client, url)
    for _ in range(5):
        make_product(world.cast.producer, stock=2)
    assert queries_of(client, url) == before
