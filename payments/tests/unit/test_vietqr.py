"""VietQR payloads: a known one, the words of other people's encoder and decoder, and refusals."""

import io

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from vietnam_qr_pay import QRPay
from vnqr.vietqr import generate_vietqr_string

from payments import banks, vietqr

VECTOR = (
    "00020101021238570010A00000072701270006970436011300110012345670208QRIBFTTA"
    "530370454061500005802VN62170813OCOP DH0001236304F7AF"
)

bins = st.text("0123456789", min_size=6, max_size=6)
accounts = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcxyz", min_size=1, max_size=19)
amounts = st.integers(1, 10**13 - 1)
memos = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=25).filter(
    lambda memo: memo == memo.strip()
)


def test_known_payload():
    memo = vietqr.own_memo("DH000123")
    assert vietqr.encode("970436", "0011001234567", 150_000, memo) == VECTOR


@given(bins, accounts, amounts, memos)
def test_another_encoder_writes_the_same(bin, account, amount, memo):
    assert vietqr.encode(bin, account, amount, memo) == generate_vietqr_string(bin, account, amount, memo)


@given(bins, accounts, amounts, memos)
def test_another_decoder_reads_every_field_and_writes_it_back(bin, account, amount, memo):
    payload = vietqr.encode(bin, account, amount, memo)
    read = QRPay(payload)
    assert read.is_valid
    assert (read.version, read.init_method, read.currency, read.nation) == ("01", "12", "704", "VN")
    assert (read.provider.guid, read.provider.service) == ("A000000727", "QRIBFTTA")
    assert (read.consumer.bank_bin, read.consumer.bank_number) == (bin, account)
    assert (read.amount, read.additional_data.purpose) == (str(amount), memo)
    assert read.build() == payload


@pytest.mark.parametrize("at", [len(VECTOR) - 1, VECTOR.index("150000"), VECTOR.index("DH000123")])
def test_a_changed_character_is_found_out(at):
    changed = VECTOR[:at] + ("8" if VECTOR[at] != "8" else "7") + VECTOR[at + 1 :]
    assert QRPay(VECTOR).is_valid
    assert not QRPay(changed).is_valid


@pytest.mark.parametrize(
    ("wrong", "refusal", "field"),
    [
        ({"bin": "97043"}, vietqr.BadBin, "bin"),
        ({"bin": "9704361"}, vietqr.BadBin, "bin"),
        ({"bin": "97043٦"}, vietqr.BadBin, "bin"),  # a digit, but not one of ours
        ({"account": ""}, vietqr.BadAccount, "account"),
        ({"account": "0" * 20}, vietqr.BadAccount, "account"),
        ({"account": "0011 0012"}, vietqr.BadAccount, "account"),
        ({"account": "tàikhoản"}, vietqr.BadAccount, "account"),
        ({"account": "0011\n"}, vietqr.BadAccount, "account"),
        ({"amount": 0}, vietqr.BadAmount, "amount"),
        ({"amount": -1}, vietqr.BadAmount, "amount"),
        ({"amount": True}, vietqr.BadAmount, "amount"),
        ({"amount": 150_000.0}, vietqr.BadAmount, "amount"),
        ({"amount": 10**13}, vietqr.BadAmount, "amount"),
        ({"memo": ""}, vietqr.BadMemo, "memo"),
        ({"memo": "x" * 26}, vietqr.BadMemo, "memo"),
        ({"memo": "mật ong"}, vietqr.BadMemo, "memo"),
        ({"memo": "hai\ndong"}, vietqr.BadMemo, "memo"),
        ({"memo": " OCOP"}, vietqr.BadMemo, "memo"),
    ],
)
def test_bad_input_is_refused_by_name(wrong, refusal, field):
    good = {"bin": "970436", "account": "0011001234567", "amount": 150_000, "memo": "OCOP DH000123"}
    with pytest.raises(refusal) as refused:
        vietqr.encode(**{**good, **wrong})
    assert refused.value.data == {"field": field}
    assert isinstance(refused.value, vietqr.TransferRefused)


@pytest.mark.parametrize("reference", ["DH0", "DH0000000000123", "dh000123", "DH 000123", "ĐH000123"])
def test_a_reference_that_a_bank_would_change_makes_no_memo(reference):
    with pytest.raises(vietqr.BadMemo):
        vietqr.own_memo(reference)


def test_the_longest_own_memo_fits_every_bank():
    assert len(vietqr.own_memo("ABCDEFGHJKMNPQ")) == vietqr.OWN_MEMO_MAX == 19


@pytest.mark.parametrize("payload", [VECTOR, vietqr.encode("970422", "9" * 19, 10**13 - 1, "M" * 25)])
def test_the_picture_reads_back_with_its_quiet_zone(payload):
    picture = Image.open(io.BytesIO(vietqr.png(payload))).convert("L")
    assert zxingcpp.read_barcode(picture).text == payload
    zone = vietqr.QUIET_ZONE * vietqr.MODULE
    inner = picture.point(lambda value: 255 - value).getbbox()
    assert inner == (zone, zone, picture.width - zone, picture.height - zone)


def test_the_drawing_is_the_picture_on_white():
    drawing = vietqr.svg(VECTOR)
    assert drawing.startswith("<svg") or "<svg" in drawing[:80]
    assert 'fill="white"' in drawing


def test_banks_are_known_by_bin():
    assert banks.by_bin("970436") == banks.Bank("970436", "VCB", "Vietcombank")
    assert banks.by_bin("000000") is None
    assert len(banks.all_banks()) == 58
    assert len({bank.bin for bank in banks.all_banks()}) == 58
    assert all(len(bank.bin) == 6 and bank.bin.isdecimal() and bank.name for bank in banks.all_banks())
