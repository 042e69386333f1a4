"""Codes that are printed: one per product, one per lot."""

import re
import secrets

from django.db import IntegrityError, transaction

from catalog.models import Product
from core import outbox
from traceability.models import Code, Lot

# Without 0/O, 1/I/L, U/V-like pairs: a code is read aloud and typed from a label.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"
# 22 · 30⁹ values; ten characters with a letter in front can never be read as a GTIN (8 to 14 digits).
LENGTH = 10
SHAPE = re.compile(f"[{LETTERS}][{ALPHABET}]{{{LENGTH - 1}}}")
ATTEMPTS = 20


def draw(*, length: int, letters: str = ALPHABET) -> str:
    """Letters that nobody can guess and that tell nothing about their neighbours."""
    return "".join(secrets.choice(letters) for _ in range(length))


def draw_value() -> str:
    """A fresh value of a code."""
    return draw(length=1, letters=LETTERS) + draw(length=LENGTH - 1)


def ensure(*, product: Product | None = None, lot: Lot | None = None) -> Code:
    """The code of a lot, or of a product as a whole; made once, its pictures by the worker.

    Give one of the two. Racing callers get the same row, because the database allows only one;
    a value that is taken is drawn again.
    """
    if (product is None) == (lot is None):
        raise ValueError("give a product or a lot")
    owner = {"lot": lot, "product": lot.product} if lot is not None else {"product": product, "lot": None}
    for _ in range(ATTEMPTS):
        found = Code.objects.filter(**owner).first()
        if found is not None:
            return found
        try:
            with transaction.atomic():
                code = Code.objects.create(value=draw_value(), **owner)
                outbox.publish("traceability.code_created", {"id": code.pk})
        except IntegrityError:
            continue  # a racing twin made it, or the value is taken: look again
        return code
    raise RuntimeError("no free code value found")
