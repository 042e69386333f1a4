"""Names of administrative units, reduced to what people agree on when they type them."""

import re
import unicodedata
from dataclasses import dataclass

from core.text import clean, fold

# Kind of unit → the level it speaks of. "city" (thành phố) is a former district or a province.
_LONG_KINDS = {
    ("thanh", "pho"): "city",
    ("thi", "tran"): "commune",
    ("dac", "khu"): "commune",
    ("thi", "xa"): "district",
}
_KINDS = {
    "phường": "commune",
    "xã": "commune",
    "huyện": "district",
    "quận": "district",
    "tỉnh": "province",
    "tp": "city",
    "tt": "commune",
    "tx": "district",
    "đk": "commune",
    "p": "commune",
    "x": "commune",
    "q": "district",
    "h": "district",
    "t": "province",
}
_LEVELS = {fold(kind): level for kind, level in _KINDS.items()}
_NUMBERED = re.compile(r"\b(p|q|phuong|quan|phường|quận)(\d+)\b")  # "Q1", "P.12"
_GLUED = re.compile(r"\b(tp|tx|tt)\.?(?=hcm\b)")  # "TPHCM"
_ZEROS = re.compile(r"\b0+(?=\d)")
_JOINERS = re.compile(r"[.\-–_/]+")
_APOSTROPHES = re.compile(r"['’‘`]")
_BREAK = re.compile(r"[,;()]+")
_COUNTRY = frozenset({"viet nam", "vietnam", "vn"})
# Names in daily use that the official list does not have.
_ALIASES = {
    "hcm": "ho chi minh",
    "sg": "ho chi minh",
    "hn": "ha noi",
    "thua thien hue": "hue",
    "daklak": "dak lak",
    "dac lac": "dak lak",
    "daknong": "dak nong",
    "dac nong": "dak nong",
}


@dataclass(frozen=True)
class UnitName:
    """A typed name. ``key`` is the name without its kind, ``whole`` with it.

    They differ where a word may be a kind or part of the name: "tinh khe" is Tịnh Khê, but
    "tinh quang nam" is tỉnh Quảng Nam. ``level`` is "commune", "district", "province",
    "city", or "" when no kind was written.
    """

    key: str
    whole: str
    level: str = ""
    is_certain: bool = True  # False: the kind may be the name's first word, typed without marks

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.key, self.whole)))

    def as_commune(self) -> "UnitName | None":
        """The same words read as a commune's name; None where the kind rules that out."""
        if self.level in ("", "commune"):
            return self
        return None if self.is_certain else UnitName(self.whole, self.whole)


def _tokens(text: str) -> list[str]:
    """Lower-case words with their marks; apostrophes out, dots and dashes as spaces, "Q1" as "q 1"."""
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFC", clean(text)).lower())
    text = _GLUED.sub(r"\1 ", _JOINERS.sub(" ", text))
    return _ZEROS.sub("", _NUMBERED.sub(r"\1 \2", text)).split()


def _kind_at(tokens: list[str], at: int) -> tuple[int, str]:
    """How many words of a kind stand at a position, and its level; (0, "") for none.

    A marked word must be the kind exactly: "Tịnh" is not "tỉnh"; "tinh" may be.
    """
    pair = tuple(fold(token) for token in tokens[at : at + 2])
    if pair in _LONG_KINDS:
        return 2, _LONG_KINDS[pair]
    token = tokens[at]
    if token in _KINDS:
        return 1, _KINDS[token]
    if token.isascii() and token in _LEVELS:
        return 1, _LEVELS[token]
    return 0, ""


def _unit(tokens: list[str]) -> UnitName:
    whole = fold(" ".join(tokens))
    if not tokens:
        return UnitName("", "")
    length, level = _kind_at(tokens, 0)
    if length == len(tokens):  # nothing but a kind: then it is the name
        length, level = 0, ""
    key = fold(" ".join(tokens[length:]))
    certain = length != 1 or tokens[0] in _KINDS
    return UnitName(_ALIASES.get(key, key), whole, level, certain)


def words(text: str) -> str:
    """The folded words of a text, kinds included."""
    return fold(" ".join(_tokens(text)))


def parse(text: str) -> UnitName:
    """ "TT. Hà Lam" → key "ha lam", level "commune"."""
    return _unit(_tokens(text))


def key(text: str) -> str:
    """The name without its kind: "Xã Duy Sơn" → "duy son", "Quận 01" → "1"."""
    return parse(text).key


def split(text: str) -> list[UnitName]:
    """The units of a typed address, smallest first, as written; the country left out.

    Cut at commas; a text without them is cut where the next "huyện", "tỉnh" … begins.
    """
    parts = [tokens for part in _BREAK.split(text) if (tokens := _tokens(part))]
    if len(parts) == 1:
        parts = _cut(parts[0])
    return [unit for tokens in parts if (unit := _unit(tokens)).whole not in _COUNTRY]


def _cut(tokens: list[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    named = False  # the present part has more than its kind
    at = 0
    while at < len(tokens):
        length, _level = _kind_at(tokens, at)
        if length and named:
            parts.append([])
            named = False
        step = length or 1
        parts[-1] += tokens[at : at + step]
        named = named or not length
        at += step
    return parts
