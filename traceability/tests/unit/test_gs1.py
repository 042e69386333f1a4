"""GTINs, lots and links by the rules of GS1."""

from urllib.parse import unquote

import pytest

from traceability import gs1
from traceability.errors import BadDigitalLink


@pytest.mark.parametrize(
    ("digits", "padded"),
    [
        ("8938500001239", "08938500001239"),
        ("08938500001239", "08938500001239"),
        ("18938500001236", "18938500001236"),
        ("96385074", "00000096385074"),
    ],
)
def test_gtin_is_padded(digits, padded):
    assert gs1.gtin14(digits) == padded


@pytest.mark.parametrize(
    "digits", ["8938500001230", "893850000123", "1", "", "89385000012３9", "8938500001239 "]
)
def test_bad_gtin_is_refused_in_words(digits):
    with pytest.raises(BadDigitalLink) as refused:
        gs1.gtin14(digits)
    assert refused.value.status == 400
    assert refused.value.data == {"part": "gtin"}
    assert "GTIN" in str(refused.value)


@pytest.mark.parametrize("lot", ["LOT2026A", "a/b", "L-01.2026", "x" * 20])
def test_lot_of_cset82(lot):
    assert gs1.lot(lot) == lot


@pytest.mark.parametrize("lot", ["", "Lã", "x" * 21, "a b", "#1", "lô\n"])
def test_lot_outside_cset82(lot):
    with pytest.raises(BadDigitalLink):
        gs1.lot(lot)


@pytest.mark.parametrize(
    "digits", ["8938500001230", "893850000123", "08938500001239", "893850000123９", "", "a" * 13]
)
def test_bad_gln_is_refused_in_words(digits):
    assert gs1.gln13("8938500001239") == "8938500001239"
    with pytest.raises(BadDigitalLink) as refused:
        gs1.gln13(digits)
    assert refused.value.data == {"part": "gln"}
    assert "GLN" in str(refused.value)


def test_a_place_by_its_gln():
    link = gs1.location_link(site="https://ocop.example", gln="8938500001239")
    assert link == "https://ocop.example/414/8938500001239"


G = "08938500001239"
GOOD = f"{G}/10/LOT2026A/21/SN0001"


def test_the_parts_of_a_good_link():
    link = gs1.parse(GOOD, "17=270131&11=261120")
    assert (link.gtin, link.cpv, link.lot, link.serial) == (G, "", "LOT2026A", "SN0001")
    assert link.attributes == {"17": "270131", "11": "261120"}
    assert link.path == f"/01/{GOOD}"
    assert str(link) == f"/01/{GOOD}?17=270131&11=261120"


@pytest.mark.parametrize(
    ("tail", "values"),
    [
        (G, ("", "", "")),
        (f"{G}/", ("", "", "")),
        (f"{G}/22/2A", ("2A", "", "")),
        (f"{G}/21/S", ("", "", "S")),
        (f"{G}/22/2A/10/L/21/S/", ("2A", "L", "S")),
        (f"{G}/10/A%2F1", ("", "A/1", "")),
        (f"{G}/10/21/21/10", ("", "21", "10")),  # values may look like keys
        (f"{G}/10/05%2F10%2F26", ("", "05/10/26", "")),
    ],
)
def test_links_that_hold(tail, values):
    link = gs1.parse(tail)
    assert (link.cpv, link.lot, link.serial) == values


@pytest.mark.parametrize(
    ("tail", "part"),
    [
        ("", "gtin"),
        ("8938500001239", "gtin"),  # 13 digits: other readers pad it, the official engine refuses it
        ("96385074", "gtin"),
        ("08938500001230", "gtin"),
        ("0893850000123９", "gtin"),
        (f"{G}%00", "gtin"),
        (f"{G}/foo", "path"),
        (f"{G}/foo/bar", "path"),
        (f"{G}//", "path"),
        (f"{G}/10", "path"),
        (f"{G}/10/", "path"),
        (f"{G}/10/A/1", "path"),
        (f"{G}/21/S/10/L", "path"),
        (f"{G}/10/L/22/2A", "path"),
        (f"{G}/10/A/10/B", "path"),
        (f"{G}/10/A/17/270131", "path"),
        (f"{G}/10/A%", "path"),
        (f"{G}/10/A%2", "path"),
        (f"{G}/10/A%ZZ", "path"),
        (f"{G}/10/L%C3%A3", "lot"),
        (f"{G}/10/L\u00e3", "lot"),
        (f"{G}/10/A%00", "lot"),
        (f"{G}/10/A%0A", "lot"),
        (f"{G}/10/A%20B", "lot"),
        (f"{G}/10/%FF", "lot"),
        (f"{G}/10/{'x' * 21}", "lot"),
        (f"{G}/10/{'x' * 10_000}", "lot"),
        (f"{G}/21/S%C3%B4", "serial"),
        (f"{G}/22/{'2' * 21}", "cpv"),
        ("/" * 10_000, "gtin"),
        (f"{G}" + "/10/A" * 2_000, "path"),
    ],
)
def test_links_that_do_not_hold(tail, part):
    with pytest.raises(BadDigitalLink) as refused:
        gs1.parse(tail)
    assert refused.value.data == {"part": part}
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "query",
    [
        "17=271331",  # month 13, the 32nd, the 30th of February
        "17=270132",
        "17=270230",
        "11=261120&13=000000",
        "17=2701",
        "17=",
        "17",
        "17=２７０１３１",
        "17=27013110LOT",
        "17=270131%1D10LOT",
        "17=270131&17=270131",
        "3103=150",
        "310=1",  # no such AI
        "999=1",
        "1=7270131",
        "01=08938500001239",  # keys of the path
        "22=2A",
        "10=LOT",
        "21=SN",
    ],
)
def test_attributes_that_do_not_hold(query):
    with pytest.raises(BadDigitalLink) as refused:
        gs1.parse(G, query)
    assert refused.value.data == {"part": "query"}


def test_attributes_that_hold_and_keys_of_others():
    query = "13=261120&15=270100&3103=001500&linkType=all&utm_source=zalo&%C3%A3=1&gtin=1&a"
    assert gs1.parse(G, query).attributes == {"13": "261120", "15": "270100", "3103": "001500"}


@pytest.mark.parametrize(
    "tail", [GOOD, f"{G}/10/A%2F1/21/S%2F%25", f"{G}/22/%21/10/A%2FB%2FC", f"{G}/10/10", G, f"{G}/21/S/10/L"]
)
def test_a_path_that_a_server_decoded_is_encoded_again(tail):
    assert gs1.encoded_again(unquote(tail)) == tail
    assert gs1.encoded_again(unquote(tail) + "/") == tail


def test_link_keeps_a_slash_out_of_the_path():
    link = gs1.digital_link(site="https://ocop.example", gtin="08938500001239", lot="A/1")
    assert link == "https://ocop.example/01/08938500001239/10/A%2F1"
