"""Text of fonts from before Unicode: converted where it reads as Vietnamese, told where letters are lost."""

import unicodedata

import pytest

from core import old_fonts

WORDS = (
    "Mật ong rừng Trà Sư",
    "gạo nếp",
    "nước mắm cá cơm",
    "Đường thốt nốt",
    "Hợp tác xã nông nghiệp",
    "muối tôm",
    "Tỏi đen",
    "HTX Tân Qui, xã An Phú Tân",
    "thị xã Điện Bàn",
    "bưởi Năm Roi",
    "Bánh tráng",
    "giấy dó, chả bò",
)


def as_tcvn3(text):
    codes = {letter: code for code, letter in old_fonts.TCVN3.items()}
    return "".join(codes.get(char, char) for char in text)


def as_vni(text):
    """The other way round, after the layout: letter, then its mark."""
    marks = {mark: char for char, mark in old_fonts._VNI_MARKS.items()}
    letters = {letter: char for char, letter in old_fonts._VNI_LETTERS.items()}
    out = ""
    for char in text:
        low = char.lower()
        split = unicodedata.normalize("NFD", low)
        if char.isascii():
            typed = char
        elif low in letters:
            typed = letters[low]
        else:
            base = split[0]
            if "\u031b" in split:  # the horn of ơ and ư
                base = letters[{"o": "ơ", "u": "ư"}[base]]
            rest = split[1:].replace("\u031b", "")
            rest = "".join(sorted(rest, key=lambda mark: mark not in "\u0302\u0306"))
            typed = base + (marks[rest] if rest else "")
        out += typed.capitalize() if char.isupper() else typed
    return out


@pytest.mark.parametrize("text", WORDS)
def test_both_old_fonts_come_back_as_unicode(text):
    # Capital vowels with a tone have no code in TCVN3: its fonts for capitals draw them.
    assert old_fonts.repair(as_tcvn3(text)) == (text, "TCVN3")
    assert old_fonts.repair(as_vni(text)) == (text, "VNI")


@pytest.mark.parametrize("text", [*WORDS, "GIÒ LỤA", "★★★", "25°C · 5%", "½ kg", "SENVIE®", "hoà", "Đắk Lắk"])
def test_unicode_is_left_alone(text):
    assert old_fonts.repair(text) == (text, "")


@pytest.mark.parametrize("text", ["Crème brûlée", "Café", "Việt Nam có không?", "12/QĐ-UBND"])
def test_what_is_no_old_font_stays(text):
    assert old_fonts.repair(text) == (text, "")


def test_capitals_of_an_old_font_become_capitals():
    assert old_fonts.repair(as_tcvn3("mật").replace("m", "M").replace("t", "T")) == ("MẬT", "TCVN3")


@pytest.mark.parametrize("text", ["Mật ong r?ng", "G\ufffdo nếp", "Zz¹qqx"])
def test_lost_letters_are_an_error(text):
    with pytest.raises(old_fonts.Unreadable):
        old_fonts.repair(text)
