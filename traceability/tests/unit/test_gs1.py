"""GTINs, lots and links by the rules of GS1."""

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


def test_link_keeps_a_slash_out_of_the_path():
    link = gs1.digital_link(site="https://ocop.example", gtin="08938500001239", lot="A/1")
    assert link == "https://ocop.example/01/08938500001239/10/A%2F1"
