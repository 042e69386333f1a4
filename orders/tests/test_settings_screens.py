"""What producers set for sending and giving, and treasurers for the market, on their screens."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.errors import NotAllowed
from core.models import AuditEntry
from orders.errors import InvalidTerms
from orders.models import CommissionRule, PickupPoint, ShippingPolicy, Voucher
from orders.selectors.commission import rate, rules_on
from orders.selectors.fee_preview import preview
from orders.services import commission, shipping
from orders.tests.buying import buy
from orders.tests.giving import make_voucher

OWN, PROVINCE = "/kenh-chu-the/orders/", "/quan-tri/orders/"
TODAY = clock.today()


def day(later=0):
    return (TODAY + dt.timedelta(days=later)).strftime("%d/%m/%Y")


def text(answer):
    return answer.content.decode()


def table(*rates, **changes):
    """The form of a policy with new rows (zone, grams, fee)."""
    form = {
        "parcel_fee": "30000",
        "free_from": "",
        "extra_per_kg": "5000",
        "cold_surcharge": "0",
        "rates-TOTAL_FORMS": str(len(rates)),
        "rates-INITIAL_FORMS": "0",
    }
    for number, (zone, up_to, fee) in enumerate(rates):
        form |= {f"rates-{number}-zone": zone, f"rates-{number}-up_to": up_to, f"rates-{number}-fee": fee}
    return form | changes


# --- Fees ---


def test_an_owner_writes_a_fee_table_and_sees_what_it_makes(client_for, cast):
    client = client_for(cast.owner)
    form = table(("province", 1000, 15000), ("country", 1000, 30000), ("country", 3000, 45000))
    answer = client.post(f"{OWN}shippingpolicy/add/", form | {"producer": cast.producer.pk})
    assert answer.status_code == 302, text(answer)
    policy = ShippingPolicy.objects.get()
    assert policy.rates.count() == 3
    page = text(client.get(f"{OWN}shippingpolicy/{policy.pk}/change/"))
    assert "55.000\u00a0₫" in page  # 5 kg across the country
    assert [row.fees[1] for row in preview(policy)] == [15_000, 15_000, 30_000, 30_000]
    assert AuditEntry.objects.filter(action="orders.shippingrate.created").count() == 3


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (table(("country", 1000, 30000), ("country", 2000, 20000)), "mà rẻ hơn"),
        (table(("country", 0, 30000)), "từ 1 đến 1.000.000"),
        (table(("country", 2_000_000, 30000)), "từ 1 đến 1.000.000"),
        (table(("country", 1000, 99_000_000)), "Mỗi mức phí"),
        (table(("country", 1000, 1), ("country", 1000, 2)), "trùng"),
        (table(parcel_fee="99000000"), "Mỗi loại phí"),
        (table(free_from="0"), "luôn miễn phí"),
        (table(parcel_fee="-1"), "0"),
        (table(("moon", 1000, 1)), "moon"),
        (table(("country", "nặng", 1)), "Nhập một số"),
    ],
)
def test_a_table_that_makes_no_sense_is_explained_and_nothing_is_kept(client_for, cast, form, words):
    client = client_for(cast.owner)
    answer = client.post(f"{OWN}shippingpolicy/add/", form | {"producer": cast.producer.pk})
    assert answer.status_code == 200
    assert words in text(answer)
    assert not ShippingPolicy.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="orders.shipping").exists()


def test_a_step_is_changed_and_removed(client_for, cast):
    policy = ShippingPolicy.objects.create(producer=cast.producer)
    light = policy.rates.create(zone="country", up_to=1000, fee=10)
    heavy = policy.rates.create(zone="country", up_to=2000, fee=20)
    form = table(
        ("country", 1000, 15),
        ("country", 2000, 20),
        **{
            "rates-INITIAL_FORMS": "2",
            "rates-0-id": light.pk,
            "rates-0-policy": policy.pk,
            "rates-1-id": heavy.pk,
            "rates-1-policy": policy.pk,
            "rates-1-DELETE": "on",
        },
    )
    answer = client_for(cast.owner).post(f"{OWN}shippingpolicy/{policy.pk}/change/", form)
    assert answer.status_code == 302, text(answer)
    assert list(policy.rates.values_list("up_to", "fee")) == [(1000, 15)]


def test_staff_and_rivals_set_no_fees(client_for, cast):
    policy = ShippingPolicy.objects.create(producer=cast.producer)
    for user, status in ((cast.staff, 403), (cast.rival_owner, 404)):
        answer = client_for(user).post(f"{OWN}shippingpolicy/{policy.pk}/change/", table(parcel_fee="1"))
        assert answer.status_code == status
        with pytest.raises(NotAllowed):
            shipping.set_policy(policy=policy, values={"parcel_fee": 1}, actor=user)
    client_for(cast.rival_owner).post(f"{OWN}shippingpolicy/add/", table(producer=cast.producer.pk))
    policy.refresh_from_db()
    assert policy.parcel_fee == 30_000
    assert ShippingPolicy.objects.count() == 1


# --- Pick-up points ---


def test_an_owner_opens_and_closes_a_point(client_for, cast):
    client = client_for(cast.owner)
    form = {
        "producer": cast.producer.pk,
        "name": " Kho  Bàn Thạch ",
        "commune": cast.duy_xuyen.pk,
        "address_line": "Thôn 1",
        "hours": "7 đến 17 giờ",
        "is_active": "on",
    }
    assert client.post(f"{OWN}pickuppoint/add/", form).status_code == 302
    point = PickupPoint.objects.get()
    assert (point.name, point.province) == ("Kho Bàn Thạch", cast.da_nang)
    del form["is_active"]
    assert client.post(f"{OWN}pickuppoint/{point.pk}/change/", form).status_code == 302
    point.refresh_from_db()
    assert not point.is_active
    assert AuditEntry.objects.filter(action="orders.pickuppoint.changed").count() == 1
    with pytest.raises(NotAllowed):
        shipping.save_point(point=point, actor=cast.staff)
    answer = client_for(cast.rival_owner).post(f"{OWN}pickuppoint/add/", form)
    assert answer.status_code == 200  # another producer cannot be chosen
    assert PickupPoint.objects.count() == 1


# --- Vouchers ---


def voucher_form(**changes):
    fields = {
        "code": "tet ocop",
        "kind": "percent",
        "value": "10",
        "most": "50000",
        "minimum": "100000",
        "first_day": day(),
        "last_day": day(30),
        "total_limit": "100",
        "per_buyer": "1",
    }
    return fields | changes


def test_an_owner_gives_a_voucher_and_stops_it(client_for, cast):
    client = client_for(cast.owner)
    answer = client.post(f"{OWN}voucher/add/", voucher_form(producer=cast.producer.pk))
    assert answer.status_code == 302, text(answer)
    voucher = Voucher.objects.get()
    assert (voucher.code, voucher.producer) == ("TETOCOP", cast.producer)
    assert "10 %, tối đa 50.000\u00a0₫" in text(client.get(f"{OWN}voucher/"))
    page = text(client.get(f"{OWN}voucher/{voucher.pk}/change/"))
    assert f'value="{day(30)}"' in page
    form = voucher_form(value="5", last_day=day(3))
    assert client.post(f"{OWN}voucher/{voucher.pk}/change/", form).status_code == 302
    voucher.refresh_from_db()
    assert voucher.value == 5
    answer = client.post(f"{OWN}voucher/{voucher.pk}/buoc/dung/", {"reason": "Hết hàng tặng"})
    assert answer.status_code == 302
    voucher.refresh_from_db()
    assert not voucher.is_active
    assert client.post(f"{OWN}voucher/{voucher.pk}/change/", form).status_code == 403
    assert client.post(f"{OWN}voucher/{voucher.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "ab"}, "4 đến 20 chữ cái"),
        ({"value": "101"}, "Phần trăm giảm từ 1 đến 100"),
        ({"last_day": day(-1)}, "Ngày cuối không được trước ngày đầu"),
        ({"kind": "amount"}, "chỉ dùng cho mã giảm theo phần trăm"),
        ({"total_limit": "0"}, "Tổng số lượt"),
        ({"first_day": "hôm nay"}, "ngày"),
        ({"value": "9" * 30}, ""),
    ],
)
def test_terms_that_make_no_sense_are_explained_on_the_page(client_for, cast, changes, words):
    form = voucher_form(producer=cast.producer.pk) | changes
    answer = client_for(cast.owner).post(f"{OWN}voucher/add/", form)
    assert answer.status_code == 200
    assert words in text(answer)
    assert not Voucher.objects.exists()


def test_a_taken_code_is_told(client_for, cast):
    make_voucher("TETOCOP")
    answer = client_for(cast.owner).post(f"{OWN}voucher/add/", voucher_form(producer=cast.producer.pk))
    assert answer.status_code == 200
    assert Voucher.objects.count() == 1


def test_a_used_vouchers_terms_are_frozen_on_the_screen(client_for, cast, make_product):
    voucher = make_voucher("DADUNG", producer=cast.producer)
    order = buy(make_product(cast.producer), commune=cast.hoi_an)
    order.voucher_uses.create(voucher=voucher, amount=10_000)
    client = client_for(cast.owner)
    page = client.get(f"{OWN}voucher/{voucher.pk}/change/")
    assert "điều khoản không sửa được nữa" in text(page)
    assert "10.000\u00a0₫" in text(page)
    assert "First day" not in text(page)
    assert 'name="value"' not in text(page)
    assert client.post(f"{OWN}voucher/{voucher.pk}/change/", voucher_form()).status_code == 403


def test_treasurers_give_the_markets_vouchers_only(client_for, cast):
    theirs = make_voucher("CUAHTX", producer=cast.producer)
    client = client_for(cast.treasurer)
    assert client.post(f"{PROVINCE}voucher/add/", voucher_form()).status_code == 302
    assert Voucher.objects.get(code="TETOCOP").producer is None
    assert "CUAHTX" not in text(client.get(f"{PROVINCE}voucher/"))
    assert client.get(f"{PROVINCE}voucher/{theirs.pk}/change/").status_code == 404
    answer = client_for(cast.province_officer).post(f"{PROVINCE}voucher/add/", voucher_form(code="KHAC"))
    assert answer.status_code == 403
    assert Voucher.objects.count() == 2


def test_lists_cost_the_same_for_one_row_and_for_twenty(client_for, cast):
    owner, treasurer = client_for(cast.owner), client_for(cast.treasurer)
    pages = [
        (owner, f"{OWN}voucher/"),
        (owner, f"{OWN}pickuppoint/"),
        (treasurer, f"{PROVINCE}commissionrule/"),
    ]
    counts = []
    for rows in (1, 19):
        for number in range(rows):
            make_voucher(f"MA{rows}{number}", producer=cast.producer)
            CommissionRule.objects.create(rate_bp=number, valid_from=TODAY, producer=cast.producer)
            PickupPoint.objects.create(
                producer=cast.producer,
                name=f"Kho {number}",
                province=cast.da_nang,
                commune=cast.duy_xuyen,
                address_line="1",
            )
        for client, page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as captured:
                client.get(page)
            counts.append(len(captured))
    assert counts[:3] == counts[3:]


# --- The market's fee ---


def test_a_treasurer_begins_and_ends_a_rule(client_for, cast, make_product, product_set):
    client = client_for(cast.treasurer)
    form = {
        "percent": "2,5",
        "product_set": "",
        "stars": "4",
        "producer": cast.producer.pk,
        "valid_from": day(),
    }
    answer = client.post(f"{PROVINCE}commissionrule/add/", form)
    assert answer.status_code == 302, text(answer)
    rule = CommissionRule.objects.get()
    assert (rule.rate_bp, rule.stars, rule.producer) == (250, 4, cast.producer)
    assert "2,5 %" in text(client.get(f"{PROVINCE}commissionrule/"))
    assert rate(rules_on(TODAY), product_set=1, stars=4, producer=cast.producer.pk) == 250
    step = f"{PROVINCE}commissionrule/{rule.pk}/buoc/ket-thuc/"
    assert client.post(step, {"last_day": day(-1), "reason": "x"}).status_code == 400
    assert client.post(step, {"last_day": day(), "reason": "Nghị quyết mới"}).status_code == 302
    rule.refresh_from_db()
    assert rule.valid_to == TODAY
    assert AuditEntry.objects.get(action="orders.commissionrule.changed").reason == "Nghị quyết mới"
    assert rules_on(TODAY + dt.timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"percent": "50,01"}, "50"),
        ({"percent": "hai"}, "số"),
        ({"valid_from": day(-1)}, "không áp dụng ngược"),
        ({"valid_to": day(-1)}, "Ngày cuối"),
        ({"stars": "2"}, "2"),
    ],
)
def test_a_rule_that_makes_no_sense_is_explained(client_for, cast, changes, words):
    form = {"percent": "2,5", "valid_from": day()} | changes
    answer = client_for(cast.treasurer).post(f"{PROVINCE}commissionrule/add/", form)
    assert answer.status_code == 200
    assert words in text(answer)
    assert not CommissionRule.objects.exists()


def test_only_treasurers_set_the_markets_fee(cast):
    rule = commission.begin(rate_bp=300, valid_from=TODAY, actor=cast.chief_treasurer)
    for user in (cast.owner, cast.province_leader, cast.buyer):
        with pytest.raises(NotAllowed):
            commission.begin(rate_bp=1, valid_from=TODAY, actor=user)
        with pytest.raises(NotAllowed):
            commission.end(rule=rule, last_day=TODAY, actor=user)
    commission.end(rule=rule, last_day=TODAY, actor=cast.treasurer)
    with pytest.raises(InvalidTerms):  # an ended rule does not live on
        commission.end(rule=rule, last_day=TODAY + dt.timedelta(days=5), actor=cast.treasurer)


# --- Goods that need cold ---


def test_a_producer_marks_goods_that_need_cold(client_for, cast, make_product):
    product = make_product(cast.producer)
    client = client_for(cast.owner)
    url = f"/kenh-chu-the/catalog/product/{product.pk}/change/"
    page = text(client.get(url))
    assert 'name="needs_cold"' in page
    assert 'name="variants-0-shipping_weight"' in page
    variant = product.variants.get()
    form = {
        "name": product.name,
        "product_set": product.product_set_id,
        "province": product.province_id,
        "commune": product.commune_id,
        "needs_cold": "on",
        "variants-TOTAL_FORMS": "1",
        "variants-INITIAL_FORMS": "1",
        "variants-0-id": variant.pk,
        "variants-0-product": product.pk,
        "variants-0-name": variant.name,
        "variants-0-price": variant.price,
        "variants-0-net_quantity": variant.net_quantity,
        "variants-0-net_unit": variant.net_unit,
        "variants-0-shipping_weight": "1234",
        "variants-0-is_active": "on",
        "images-TOTAL_FORMS": "0",
        "images-INITIAL_FORMS": "0",
        "certifications-TOTAL_FORMS": "0",
        "certifications-INITIAL_FORMS": "0",
    }
    answer = client.post(url, form)
    assert answer.status_code == 302, text(answer)
    product.refresh_from_db()
    variant.refresh_from_db()
    assert product.needs_cold
    assert variant.shipping_weight == 1234
