"""Order codes: short, unguessable, readable aloud."""

import secrets

from payments.statements.references import ALPHABET

_HALF = 4
_LIKE = str.maketrans("", "", " -–—.")


def new() -> str:
    """Like "7K3M-92XQ": one of 8.5 × 10¹¹. With "OCOP " before it, it fits the 19 unaccented
    characters that every bank keeps of a transfer note."""
    letters = [secrets.choice(ALPHABET) for _ in range(2 * _HALF)]
    return "".join(letters[:_HALF]) + "-" + "".join(letters[_HALF:])


def normalise(text: str) -> str:
    """What people type ("7k3m 92xq") → "7K3M-92XQ"; "" when it cannot be a code."""
    plain = text.translate(_LIKE).upper()[: 2 * _HALF + 1]
    if len(plain) != 2 * _HALF or any(letter not in ALPHABET for letter in plain):
        return ""
    return f"{plain[:_HALF]}-{plain[_HALF:]}"


def parcel(text: str) -> str:
    """A parcel's code as carriers print it ("7k3m92xq-1") → "7K3M-92XQ-1"; "" when it cannot be one."""
    plain = text.translate(_LIKE)
    order, number = normalise(plain[: 2 * _HALF]), plain[2 * _HALF :]
    return f"{order}-{number}" if order and number.isascii() and number.isdecimal() else ""
