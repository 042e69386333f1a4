"""Vietnamese typed with fonts from before Unicode: TCVN3 (ABC, ".VnTime") and VNI-Windows.

A cell is judged by its words: those with marks must read as Vietnamese syllables. Text that
does is left alone; text that does so only after conversion is converted.
Source of the tables: TCVN 5712:1993 (VN3) and the VNI-Windows layout, as Unikey documents them.
"""

import re
import unicodedata
from collections.abc import Callable

_TCVN3_CODES = "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ"
_TCVN3_LETTERS = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
TCVN3 = dict(zip(_TCVN3_CODES, _TCVN3_LETTERS, strict=True))

_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_CIRCUMFLEX, _BREVE = "\u0302", "\u0306"
# VNI writes the mark as a letter after the vowel.
_VNI_MARKS = {
    "ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT,
    "â": _CIRCUMFLEX, "á": _CIRCUMFLEX + _ACUTE, "à": _CIRCUMFLEX + _GRAVE,
    "å": _CIRCUMFLEX + _HOOK, "ã": _CIRCUMFLEX + _TILDE, "ä": _CIRCUMFLEX + _DOT,
    "ê": _BREVE, "é": _BREVE + _ACUTE, "è": _BREVE + _GRAVE,
    "ú": _BREVE + _HOOK, "ü": _BREVE + _TILDE, "ë": _BREVE + _DOT,
}  # fmt: skip
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}

_TONES = frozenset((_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT))
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
    r"(?:(?:yêu|iêu|ươi|ươu|uôi|uây|uya|uyu|oai|oay|oao|oeo|"
    r"ưa|ưi|ưu|ui|oi|ôi|ơi|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|ua)|"  # these end the syllable
    r"(?:uyê|iê|yê|uô|ươ|uy|uê|uơ|uâ|oa|oă|oe|oo|ua|[aăâeêioôơuưy])(?:ch|ng|nh|[cmnpt])?)$"
)
_ABBREVIATION = re.compile(r"[BCDĐGHKLMNPQSTVX]+$")  # "QĐ"
_BREAKS = re.compile(r"[\s.,;:()/\"'’“”+&\-–\[\]!]+")
# Signs that stand inside a word only where a TCVN3 letter was meant; "�" is a letter already lost.
_SIGNS = "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾\ufffd"
_BROKEN = re.compile(rf"[A-Za-z][{_SIGNS}?][a-z]|[{_SIGNS}][a-z]{{2}}|\ufffd")


class Unreadable(ValueError):
    """The text was typed with an old font that cannot be told, or letters of it are lost."""


def repair(text: str) -> tuple[str, str]:
    """The text in Unicode, and the name of the font it was converted from ("" for none).

    Raises Unreadable.
    """
    if (text.isascii() and "?" not in text) or "://" in text:
        return text, ""
    if reads_as_vietnamese(text):
        if _BROKEN.search(text):
            raise Unreadable(text)
        return text, ""
    for name, convert in _FONTS:
        converted = convert(text)
        if converted != text and reads_as_vietnamese(converted):
            return converted, name
    if _BROKEN.search(text):
        raise Unreadable(text)
    return text, ""


def reads_as_vietnamese(text: str) -> bool:
    """Are all words with marks Vietnamese syllables? True where no word has any."""
    return all(_is_syllable(word) for word in _BREAKS.split(text) if not word.isascii())


def convert(text: str, font: str) -> str:
    """The text as typed with this font."""
    return dict(_FONTS)[font](text)


def _is_syllable(word: str) -> bool:
    split = unicodedata.normalize("NFD", word.lower())
    if sum(char in _TONES for char in split) > 1:
        return False
    plain = unicodedata.normalize("NFC", "".join(char for char in split if char not in _TONES))
    return bool(_SYLLABLE.match(plain) or _ABBREVIATION.match(word)) or not any(map(str.isalpha, word))


def from_tcvn3(text: str) -> str:
    """TCVN3 code points → Unicode; words in capitals, which its fonts draw themselves, become capitals."""
    words = re.split(r"(\s+)", text)
    return "".join(_capitals(word, "".join(TCVN3.get(char, char) for char in word)) for word in words)


def _capitals(before: str, after: str) -> str:
    plain = [char for char in before if char.isascii() and char.isalpha()]
    return after.upper() if len(plain) > 1 and all(char.isupper() for char in plain) else after


def from_vni(text: str) -> str:
    """VNI-Windows → Unicode: a mark counts only after a vowel, so "ñ" and "ö" may carry one."""
    out: list[str] = []
    for char in text:
        low = char.lower()
        if low in _VNI_MARKS and out and out[-1][:1].lower() in "aeouyơư" and len(out[-1]) == 1:
            out[-1] += _VNI_MARKS[low]
        elif low in _VNI_LETTERS:
            letter = _VNI_LETTERS[low]
            out.append(letter.upper() if char.isupper() else letter)
        else:
            out.append(char)
    return unicodedata.normalize("NFC", "".join(out))


_FONTS: tuple[tuple[str, Callable[[str], str]], ...] = (("TCVN3", from_tcvn3), ("VNI", from_vni))
FONTS = tuple(name for name, _convert in _FONTS)
