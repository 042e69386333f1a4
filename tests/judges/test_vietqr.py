"""Our VietQR payloads, read by npm ``vietnam-qr-pay`` and npm ``emvco-merchant-parse``.

The first accepts an unknown bank, a wrong NAPAS number and an amount that is none, so every
field is compared and the payload written back; the second does not look at the checksum.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from payments import banks, vietqr
from tests.judges.conftest import Judge

VECTOR = (
    "00020101021238570010A00000072701270006970436011300110012345670208QRIBFTTA"
    "530370454061500005802VN62170813OCOP DH0001236304F7AF"
)


@settings(deadline=None)
@given(
    bin=st.sampled_from([bank.bin for bank in banks.all_banks()]),
    account=st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=19),
    amount=st.integers(1, 10**13 - 1),
    memo=st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=4, max_size=14).map(vietqr.own_memo),
)
def test_both_read_what_we_wrote(judge: Judge, bin: str, account: str, amount: int, memo: str):
    payload = vietqr.encode(bin, account, amount, memo)
    read = judge.ask("vietqr", payload=payload)
    assert read["isValid"] is True
    assert (read["initMethod"], read["currency"], read["nation"]) == ("12", "704", "VN")
    assert (read["provider"]["guid"], read["provider"]["service"]) == ("A000000727", "QRIBFTTA")
    assert (read["consumer"]["bankBin"], read["consumer"]["bankNumber"]) == (bin, account)
    assert (read["amount"], read["additionalData"]["purpose"]) == (str(amount), memo)
    assert read["rebuilt"] == payload

    parts = judge.ask("emvco", payload=payload)
    assert parts["38"] == {
        "00": "A000000727",
        "01": f"0006{bin}01{len(account):02}{account}",
        "02": "QRIBFTTA",
    }
    assert (parts["01"], parts["53"], parts["54"], parts["58"]) == ("12", "704", str(amount), "VN")
    assert (parts["62"], parts["63"]) == ({"08": memo}, payload[-4:])


def test_a_changed_amount_is_found_out(judge: Judge):
    assert judge.ask("vietqr", payload=VECTOR)["isValid"] is True
    assert judge.ask("vietqr", payload=VECTOR.replace("150000", "950000"))["isValid"] is False
