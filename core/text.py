"""Vietnamese text: folding for search, keys for sorting, slugs."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "đ": "d", "Đ": "d"})

# Alphabet a ă â b c d đ e ê … and the tones in dictionary order: ngang huyền hỏi ngã sắc nặng.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


def clean(text: str) -> str:
    """NFC, control characters (among them NUL, which Postgres refuses) out, spaces folded."""
    text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in text)
    return _SPACES.sub(" ", text).strip()


def fold(text: str) -> str:
    """Lower case without marks, đ as d: "Mật Ong Rừng" and NFD "mât ong rưng" agree.

    Old and new tone placement (hoà/hòa) fold to the same letters because all marks go.
    """
    text = unicodedata.normalize("NFD", clean(text).translate(_APOSTROPHES).lower())
    return "".join(c for c in text if not unicodedata.combining(c))


def slugify(text: str) -> str:
    """ASCII slug of at most 80 characters, "" when nothing is left."""
    return _NOT_SLUG.sub("-", fold(text)).strip("-")[:80].rstrip("-")


def sort_key(text: str) -> str:
    """Key whose plain byte order is Vietnamese dictionary order (letters first, then tones)."""
    letters, tones = [], []
    for char in unicodedata.normalize("NFC", clean(text).lower()):
        base = unicodedata.normalize("NFD", char)
        tone = next((_TONES[mark] for mark in base if mark in _TONES), "0")
        plain = unicodedata.normalize("NFC", "".join(mark for mark in base if mark not in _TONES))
        place = _ALPHABET.find(plain)
        letters.append(chr(0x30 + place) if place >= 0 else (plain if plain < "0" else "~" + plain))
        tones.append(tone)
    return "".join(letters) + "\t" + "".join(tones)


def clean_lines(text: str) -> str:
    """``clean`` for texts of several paragraphs: line breaks stay, at most one blank line in a row."""
    lines = "\n".join(clean(line) for line in text.splitlines())
    return _BLANK_LINES.sub("\n\n", lines).strip()
