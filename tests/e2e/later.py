"""The market's web application with a clock that is ahead: the day after ``MONTHS_LATER`` months from now."""

import datetime as dt
import os

from core import clock
from ocop_market.wsgi import application

__all__ = ["application"]

_present = clock.now
_AHEAD = (
    clock.add_months(clock.today(), int(os.environ["MONTHS_LATER"])) - clock.today() + dt.timedelta(days=1)
)


def _later() -> dt.datetime:
    return _present() + _AHEAD


clock.now = _later
