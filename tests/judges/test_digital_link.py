"""Our Digital Links, read and built by npm ``digital-link.js``.

It accepts month 13, a lot in the query, a GTIN of 13 digits and a doubled qualifier, which the official
engine refuses and so do we; and it counts the length of a value with its escapes.
"""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judges.conftest import Judge
from traceability import gs1
from traceability.errors import BadDigitalLink

SITE = "https://ocop.example"
GTIN = "08938500001239"
GOOD = f"{GTIN}/10/LOT2026A/21/SN0001?17=270131&11=261120"
plain = st.text(string.ascii_letters + string.digits + "-._", min_size=1, max_size=20)


def ours(link: str) -> bool:
    tail, _, query = link.partition("?")
    try:
        gs1.parse(tail, query)
    except BadDigitalLink:
        return False
    return True


@settings(deadline=None)
@given(lot=plain, serial=plain, day=st.dates().map(lambda day: f"{day:%y%m%d}"))
def test_both_read_and_build_the_same(judge: Judge, lot: str, serial: str, day: str):
    link = gs1.DigitalLink(GTIN, lot=lot, serial=serial, attributes={"17": day})
    read = judge.ask("digitalLink", uri=f"{SITE}{link}")
    assert read == {
        "isValid": True,
        "identifier": {"01": GTIN},
        "qualifiers": {"10": lot, "21": serial},
        "attributes": {"17": day},
        "rebuilt": f"{SITE}{link}",
    }


@pytest.mark.parametrize(
    ("link", "agreed"),
    [
        (GOOD, True),
        (GTIN, True),
        (f"{GTIN}/10/A%2F1", True),
        (f"{GTIN}/22/2A/10/L/21/S", True),
        (f"{GTIN}?linkType=all&utm_source=zalo", True),
        ("08938500001230", False),
        (f"{GTIN}/21/SN0001/10/LOT2026A", False),
        (f"{GTIN}/10/A/1", False),
        (f"{GTIN}/10/Lã", False),
        (f"{GTIN}/10/{'x' * 21}", False),
        (f"{GTIN}?999=1", False),
        (f"{GTIN}?17=2701", False),
    ],
)
def test_both_say_the_same(judge: Judge, link: str, agreed: bool):
    said = judge.words("digitalLink", uri=f"{SITE}/01/{link}")
    assert (ours(link), said.get("answer", {}).get("isValid", False)) == (agreed, agreed)


@pytest.mark.parametrize("link", [f"{GTIN}?17=271331", f"{GTIN}?10=LOT2026A", GTIN[1:]])
def test_three_that_only_we_refuse(judge: Judge, link: str):
    assert judge.ask("digitalLink", uri=f"{SITE}/01/{link}")["isValid"] is True
    assert not ours(link)


def test_both_build_the_address_of_a_place(judge: Judge):
    link = gs1.location_link(site=SITE, gln=gs1.gln13("8938500001239"))
    read = judge.ask("digitalLink", uri=link)
    assert (read["isValid"], read["identifier"], read["rebuilt"]) == (True, {"414": "8938500001239"}, link)
