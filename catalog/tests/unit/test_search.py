"""What a visitor's words become."""

import unicodedata

import pytest

from catalog import search


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("Mật Ong rừng", ["mat", "ong", "rung"]),
        (unicodedata.normalize("NFD", "mật ong"), ["mat", "ong"]),
        ("hoà", ["hoa"]),
        ("hòa", ["hoa"]),
        ("Đường thốt nốt", ["duong", "thot", "not"]),
        ("sô-cô-la 70%", ["so", "co", "la", "70"]),
        ("🍯", []),
        ("mat\x00ong", ["mat", "ong"]),
        ("a_b", ["a", "b"]),
        ("", []),
        ("':* & ! | (", []),
        ("a b c d e f g h i j", list("abcdefgh")),
    ],
)
def test_terms(typed, terms):
    assert search.terms(typed) == terms


def test_a_very_long_query_is_cut():
    assert len(search.tidy("ong " * 5000)) <= search.MAX_LENGTH
    assert len(search.terms("ong " * 5000)) == search.MAX_TERMS


def test_only_the_last_word_is_a_beginning():
    assert search.tsquery(["mat", "ong"]) == "'mat' & 'ong':*"


def test_a_word_may_be_two_that_lost_their_space():
    assert search.glued_tsquery(["matong", "rung", "tra"]) == (
        "('matong' | ('ma' <-> 'tong') | ('mat' <-> 'ong') | ('mato' <-> 'ng'))"
        " & ('rung' | ('ru' <-> 'ng')) & ('tra')"
    )


def test_index_text_holds_plain_words_only():
    assert search.index_text("Hộ Bà Tư, a@b.vn", "", "500ml/chai") == "ho ba tu a b vn 500ml chai"
