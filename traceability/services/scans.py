"""Counting look-ups: how often, on which day. Never who or where."""

import datetime as dt
import logging
import re

from django.db import DatabaseError, connection, transaction

from core import clock
from traceability.models import Code

logger = logging.getLogger(__name__)

# Programs that fetch a page without a person looking: search engines, link previews of chat
# apps, monitors, libraries. In-app browsers (Zalo, Facebook) are people; "CUBOT" is a phone.
_MACHINES = re.compile(
    r"(?<!cu)bot\b|(?<!cu)bot[/_-]|crawl|spider|slurp|preview|facebookexternalhit|facebookcatalog"
    r"|whatsapp/|skypeuri|embedly|mediapartners|google-read-aloud|feedfetcher|headless|lighthouse"
    r"|pingdom|uptime|monitor|curl/|wget/|python|httpx|aiohttp|go-http|okhttp|java/|libwww|node-fetch"
    r"|axios/|ruby|perl|php/|scrapy|postman",
    re.IGNORECASE,
)
_UPSERT = """
INSERT INTO traceability_scanday (code_id, day, province_id, count) VALUES (%s, %s, NULL, 1)
ON CONFLICT (code_id, day, province_id) DO UPDATE SET count = traceability_scanday.count + 1
"""


def is_person(*, method: str, user_agent: str, purpose: str = "") -> bool:
    """Whether a request comes from somebody who looks at the page.

    ``purpose`` is the Sec-Purpose or Purpose header: browsers that fetch ahead say "prefetch".
    """
    if method != "GET" or "prefetch" in purpose.lower() or "preview" in purpose.lower():
        return False
    return bool(user_agent.strip()) and not _MACHINES.search(user_agent)


def count(*, code: Code, at: dt.datetime | None = None) -> bool:
    """Add one to the code's day in Vietnam; False when the database refused.

    The page does not depend on it: an error is logged, and a lock is waited for two seconds.
    """
    day = (at or clock.now()).astimezone(clock.VIETNAM).date()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            cursor.execute(_UPSERT, [code.pk, day])
    except DatabaseError:
        logger.exception("a look-up of code %s was not counted", code.pk)
        return False
    return True
