"""Vietnamese text: folding, sorting, cleaning."""

import unicodedata

import pytest

from core import text


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Mật Ong Rừng", "mat ong rung"),
        ("ĐƯỜNG đen", "duong den"),
        ("hoà", text.fold("hòa")),
        (unicodedata.normalize("NFD", "Thốt nốt"), "thot not"),
        ("  nhiều \t khoảng\n trắng ", "nhieu khoang trang"),
        ("a\x00b\u200bc", "a b c"),
        ("", ""),
    ],
)
def test_fold(written, folded):
    assert text.fold(written) == folded


def test_slugs_are_short_ascii():
    assert text.slugify("Nước mắm nhĩ – Nam Ô (loại 1)") == "nuoc-mam-nhi-nam-o-loai-1"
    assert text.slugify("🍯 !") == ""
    assert len(text.slugify("đặc sản " * 50)) <= 80


def test_dictionary_order():
    """Letters a ă â b c d đ e ê …, then the tones ngang huyền hỏi ngã sắc nặng."""
    words = ["ma", "mà", "mả", "mã", "má", "mạ", "mai", "măng", "mâm", "da", "đa", "ôn", "ơn", "on"]
    ordered = ["da", "đa", "ma", "mà", "mả", "mã", "má", "mạ", "mai", "măng", "mâm", "on", "ôn", "ơn"]
    assert sorted(words, key=text.sort_key) == ordered


def test_clean_lines_keeps_paragraphs():
    assert text.clean_lines("Một  hai\r\n\r\n\r\n\r\nba\x00\n") == "Một hai\n\nba"
