"""The order's code in a transfer's memo, as far as banks and people leave it whole.

The market asks for "OCOP 7K3M92XQ". Banks put text before and after it, glue it, cut it into lines;
people add a hyphen or words. Letters are never guessed: who looks the candidates up decides.
"""

import re

from core.text import fold

MARK = "OCOP"
# The letters of order codes: without 0 and O, 1, I and L, which people mix up. So the mark, which has
# an O, cannot be part of a code.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8

_TOKEN = re.compile(r"[A-Z0-9]+")
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_ALONE = re.compile(rf"(?<![A-Z0-9])([{ALPHABET}]{{4}})-?([{ALPHABET}]{{4}})(?![A-Z0-9])")


def find(memo: str) -> list[str]:
    """Codes like "7K3M-92XQ" that the memo may mean, those behind the mark first, each once."""
    shown = fold(memo).upper()
    marked = [_behind_mark(shown[match.end() :]) for match in re.finditer(MARK, shown)]
    alone = [match[1] + match[2] for match in _ALONE.finditer(shown)]
    codes = dict.fromkeys(code for code in (*marked, *alone) if code)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def _behind_mark(text: str) -> str:
    """The first eight letters, "" where they are no code.

    In one piece, words may be glued to its end. In several, the last must end where the code does:
    "OCOP 7K3M thanh toan" is a code cut off, not 7K3M-THAN.
    """
    pieces = _TOKEN.findall(text)
    if pieces and len(pieces[0]) > LENGTH:
        pieces = [pieces[0][:LENGTH]]
    code = ""
    for piece in pieces:
        code += piece
        if len(code) >= LENGTH:
            break
    return code if _CODE.fullmatch(code) else ""
