"""The number under the scratch film: right once, and whoever asks later is told of the first time."""

import datetime as dt
from enum import StrEnum

from django.utils.crypto import constant_time_compare

from core import clock
from traceability.models import Serial


class Scratch(StrEnum):
    FIRST = "first"
    AGAIN = "again"  # right, but somebody was here before: serial.checked_at says when
    WRONG = "wrong"


def scratch(*, serial: Serial, typed: str, at: dt.datetime | None = None) -> Scratch:
    """Compare what was typed with the number under the film; of two at once one is the first."""
    digits = "".join(letter for letter in typed if letter.isascii() and letter.isdigit())
    if not serial.check_code or not constant_time_compare(digits, serial.check_code):
        return Scratch.WRONG
    if Serial.objects.filter(pk=serial.pk, checked_at=None).update(checked_at=at or clock.now()):
        return Scratch.FIRST
    serial.refresh_from_db(fields=["checked_at"])
    return Scratch.AGAIN
