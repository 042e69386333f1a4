"""Label, packing slip and receipt: read back from the file, scanned, and nothing outside its page."""

import datetime as dt
from dataclasses import replace

import pytest

from core.clock import VIETNAM
from orders.papers import (
    Label,
    PackingSlip,
    Receipt,
    ReceiptLine,
    ReceiptPart,
    SlipLine,
    label_pdf,
    packing_slip_pdf,
    receipt_pdf,
)
from orders.tests.unit.paper import pages
from orders.tests.unit.parcels import RECIPIENT, SENDER

URL = "https://cho-ocop.example/don-hang/7K3M-92XQ"
AT = dt.datetime(2026, 11, 22, 10, 5, tzinfo=VIETNAM)
LONG = ("Nguyễn Thị Khánh Huyền Diệu Thảo " * 7)[:200]
UNBROKEN = "Ư" * 200
HOSTILE = 'Mật <b>ong</b> & "rừng" <font size="99">x</font></para> &amp; <img src="/etc/passwd"/>'

LABEL = Label(
    code="7K3M-92XQ-1",
    sender=SENDER,
    recipient=RECIPIENT,
    carrier_name="Giao Hàng Nhanh",
    cod_amount=215_000,
    weight_g=1_250,
    tracking_code="GHN000001",
    contents="Mật ong × 2",
    note="Gọi trước",
)
SLIP = PackingSlip(
    code="7K3M-92XQ-1",
    producer_name="HTX Duy Sơn",
    recipient_name="Trần Thị B",
    recipient_place="Phường Ba Đình, Thành phố Hà Nội",
    placed_at=AT,
    order_url=URL,
    lines=(SlipLine("Mật ong rừng", "chai 500 ml", 2, 85_000, 170_000, lot="L2026-11A"),),
    buyer_note="Gói giúp giấy hoa",
)
PART = ReceiptPart(
    code="7K3M-92XQ-1",
    producer_name="HTX Duy Sơn",
    producer_address="Xã Duy Xuyên, Thành phố Đà Nẵng",
    lines=(
        ReceiptLine("Mật ong", "chai", 2, 85_000, discount=10_000),
        ReceiptLine("Bánh tráng", "gói", 1, 15_000),
    ),
    tax_code="4000123456",
    producer_phone="+84905000001",
    shipping_fee=30_000,
    state="Đã giao",
)
RECEIPT = Receipt(
    code="7K3M-92XQ",
    placed_at=AT,
    buyer_name="Trần Thị B",
    buyer_phone="+84912345678",
    buyer_address="12 Lê Lợi, Phường Ba Đình, Thành phố Hà Nội",
    payment_method="Chuyển khoản VietQR",
    payment_state="Đã trả",
    order_url=URL,
    issued_at=AT,
    parts=(PART,),
)


def read(pdf):
    """The only page."""
    (page,) = pages(pdf)
    return page


def assert_inside(found):
    for page in found:
        for run in page.runs:
            # The mark across a page of invented data is turned; its box is not its width.
            if "MINH HỌA" in run.words:
                continue
            assert 0 <= run.left <= run.right <= page.width, run
            assert 0 <= run.bottom <= page.height - run.size * 0.7, run


def is_stacked(page):
    """Where the recipient ends, the sum begins, whatever anybody typed."""
    place = next(run for run in page.runs if RECIPIENT.province in run.words)
    money = next(run for run in page.runs if "COD" in run.words)
    return place.bottom > money.bottom + money.size


def test_a_label_says_who_where_and_how_much():
    page = read(label_pdf([LABEL]))

    assert (round(page.width / 72 * 25.4), round(page.height / 72 * 25.4)) == (100, 150)
    for words in (
        "Trần Thị B",
        "0912 345 678",
        "12 Lê Lợi",
        "Phường Ba Đình",
        "Thành phố Hà Nội",
        "Người gửi: HTX Duy Sơn",
        "Mã vận đơn: GHN000001",
        "215.000 ₫",
        "CHO XEM HÀNG",
        "Khối lượng: 1,25 kg",
        "Ghi chú: Gọi trước",
    ):
        assert words in page.text
    assert_inside([page])
    large = {run.words: run.size for run in page.runs}
    assert large["Thành phố Hà Nội"] >= 14
    assert large["215.000 ₫"] >= 20


def test_both_codes_of_a_label_scan_to_the_parcels_code():
    scanned = read(label_pdf([LABEL])).scan()
    assert sorted(scanned.values()) == ["7K3M-92XQ-1", "7K3M-92XQ-1"]


def test_a_paid_parcel_says_not_to_collect_and_a_hidden_phone_stays_hidden():
    page = read(label_pdf([replace(LABEL, cod_amount=0, hide_phone=True, may_look=False)]))
    assert "KHÔNG THU TIỀN" in page.text
    assert "₫" not in page.text
    assert "KHÔNG CHO XEM HÀNG" in page.text
    assert "•••• ••• 678" in page.text
    assert "345 678" not in page.text


def test_many_labels_are_many_pages_in_order():
    codes = [f"7K3M-92XQ-{number}" for number in range(1, 31)]
    found = pages(label_pdf([replace(LABEL, code=code) for code in codes]))
    assert [page.scan()["QR Code"] for page in found[:3]] == codes[:3]
    assert [code in page.text for code, page in zip(codes, found, strict=True)] == [True] * 30


@pytest.mark.parametrize("name", [LONG, UNBROKEN, HOSTILE], ids=["long", "unbroken", "hostile"])
def test_what_people_type_stays_inside_a_label(name):
    recipient = replace(RECIPIENT, name=name, address_line=name)
    sender = replace(SENDER, name=name, address_line=name)
    label = replace(
        LABEL, recipient=recipient, sender=sender, carrier_name=name[:60], contents=name * 5, note=name * 5
    )
    page = read(label_pdf([label]))

    assert_inside([page])
    assert is_stacked(page)
    assert next(run for run in page.runs if "215.000" in run.words).size >= 20
    assert set(page.scan().values()) == {label.code}


def test_markup_is_shown_as_it_is():
    for page in (
        read(label_pdf([replace(LABEL, recipient=replace(RECIPIENT, name="A <b>&</b> B"))])),
        read(packing_slip_pdf([replace(SLIP, recipient_name="A <b>&</b> B")])),
        read(receipt_pdf(replace(RECEIPT, buyer_name="A <b>&</b> B"))),
    ):
        assert "A <b>&</b> B" in page.text


def test_a_slip_lists_what_goes_into_the_box():
    page = read(packing_slip_pdf([SLIP]))
    for words in ("7K3M-92XQ-1", "Mật ong rừng", "Lô L2026-11A", "chai 500 ml", "Gói giúp giấy hoa"):
        assert words in page.text
    assert "Tất cả 1 loại, 2 món." in page.text
    assert page.scan() == {"QR Code": URL}


def test_a_gift_has_no_sum_on_it():
    assert "170.000 ₫" in read(packing_slip_pdf([SLIP])).text
    gift = read(packing_slip_pdf([replace(SLIP, show_prices=False)]))
    assert "₫" not in gift.text
    assert "Mật ong rừng" in gift.text


@pytest.mark.parametrize("on_a4", [False, True])
def test_forty_lines_of_long_names_take_pages_that_say_whose_they_are(on_a4):
    lines = tuple(
        SlipLine(f"{number} {name}"[:200], "hộp", 1) for number in range(20) for name in (LONG, HOSTILE)
    )
    other = replace(SLIP, code="7K3M-92XQ-2", recipient_name=UNBROKEN)
    found = pages(packing_slip_pdf([replace(SLIP, lines=lines), other], on_a4=on_a4))

    assert len(found) > 2
    assert_inside(found)
    assert all("7K3M-92XQ-1" in page.text and "Sản phẩm" in page.text for page in found[:-1])
    assert "7K3M-92XQ-2" in found[-1].text
    assert "Trang 1" in found[-1].text
    assert "Tất cả 40 loại, 40 món." in found[-2].text


def test_a_receipt_adds_up_and_says_that_it_is_no_invoice():
    page = read(receipt_pdf(replace(RECEIPT, refunded=15_000)))
    assert PART.total == RECEIPT.total == 205_000
    for words in (
        "Biên nhận đơn hàng 7K3M-92XQ",
        "Người bán: HTX Duy Sơn",
        "Mã số thuế: 4000123456",
        "185.000 ₫",
        "30.000 ₫",
        "−10.000 ₫",
        "205.000 ₫",
        "Cách trả tiền: Chuyển khoản VietQR",
        "Tình trạng: Đã trả",
        "không phải là hóa đơn",
    ):
        assert words in page.text
    assert "Đã hoàn: 15.000 ₫" in page.text
    assert page.scan() == {"QR Code": URL}


def test_a_receipt_of_many_producers_and_long_names_stays_on_its_pages():
    lines = tuple(ReceiptLine(name, LONG[:60], 999, 99_999_999) for name in (LONG, UNBROKEN, HOSTILE) * 5)
    part = replace(PART, producer_name=LONG, producer_address=UNBROKEN, lines=lines, tax_code="")
    found = pages(
        receipt_pdf(replace(RECEIPT, parts=(part, replace(part, code="7K3M-92XQ-2")), buyer_name=LONG))
    )
    assert len(found) > 2
    assert_inside(found)
    assert "Mã số thuế" not in found[0].text
    assert f"{part.total * 2:,} ₫".replace(",", ".") in found[-1].text


@pytest.mark.parametrize(
    ("print_it", "what"),
    [(lambda it: label_pdf([it]), LABEL), (lambda it: packing_slip_pdf([it]), SLIP), (receipt_pdf, RECEIPT)],
    ids=["label", "slip", "receipt"],
)
def test_made_up_orders_are_marked(print_it, what):
    page = read(print_it(replace(what, is_illustrative=True)))
    assert "DỮ LIỆU MINH HỌA" in page.text
    assert "QR Code" in page.scan()


def test_a_real_slip_beside_a_made_up_one_is_not_marked():
    real, made_up = pages(packing_slip_pdf([SLIP, replace(SLIP, is_illustrative=True)]))
    assert "MINH HỌA" not in real.text
    assert "MINH HỌA" in made_up.text


@pytest.mark.parametrize("print_them", [label_pdf, packing_slip_pdf])
def test_nothing_to_print(print_them):
    with pytest.raises(ValueError):
        print_them([])
