"""Counting look-ups: when and roughly where, never who. The page only drops a message; the worker counts.

The message goes to the broker, or, while that is down, to the outbox: a page never waits for the counter,
and a message that arrives twice counts once.
"""

import datetime as dt
import logging
import re
import uuid
from collections.abc import Mapping
from typing import Any

import kombu.pools
from celery import current_app
from django.db import DatabaseError, connection, transaction
from kombu.exceptions import LimitExceeded, OperationalError

from core import clock, outbox
from traceability.models import Code, Serial

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
# Seconds for each of connecting and sending; no second try, since the outbox is the second way.
BROKER_PATIENCE = 0.2
_BROKER = {
    "socket_connect_timeout": BROKER_PATIENCE,
    "socket_timeout": BROKER_PATIENCE,
    "max_retries": 0,
}
# One statement, so one transaction: the row of the look-up decides whether its day counts one more.
# A province that is not there counts as none.
_WRITE = """
WITH new AS (
    INSERT INTO traceability_scan (uid, code_id, serial_id, at, province_id)
    VALUES (%(uid)s, %(code_id)s, %(serial_id)s, %(at)s,
            (SELECT code FROM core_province WHERE code = %(province_id)s))
    ON CONFLICT (uid) DO NOTHING
    RETURNING code_id, at, province_id
)
INSERT INTO traceability_scanday (code_id, day, province_id, count)
SELECT code_id, (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, province_id, 1 FROM new
ON CONFLICT (code_id, day, province_id) DO UPDATE SET count = traceability_scanday.count + 1
"""
# A look-up without a place gets one, and its count moves along.
_PLACE = """
WITH placed AS (
    UPDATE traceability_scan SET province_id = %(province_id)s
    WHERE uid = %(uid)s AND province_id IS NULL
    RETURNING code_id, (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day
), added AS (
    INSERT INTO traceability_scanday (code_id, day, province_id, count)
    SELECT code_id, day, %(province_id)s, 1 FROM placed
    ON CONFLICT (code_id, day, province_id) DO UPDATE SET count = traceability_scanday.count + 1
)
UPDATE traceability_scanday d SET count = d.count - 1 FROM placed p
WHERE d.code_id = p.code_id AND d.day = p.day AND d.province_id IS NULL
"""


def is_person(*, method: str, user_agent: str, purpose: str = "") -> bool:
    """Whether a request comes from somebody who looks at the page.

    ``purpose`` is the Sec-Purpose or Purpose header: browsers that fetch ahead say "prefetch".
    """
    if method != "GET" or "prefetch" in purpose.lower() or "preview" in purpose.lower():
        return False
    return bool(user_agent.strip()) and not _MACHINES.search(user_agent)


def note(
    *, code: Code, serial: Serial | None = None, province: str = "", at: dt.datetime | None = None
) -> dict[str, Any]:
    """Send one look-up to be counted; returns its message, the arguments of ``write``.

    Never raises and waits a fraction of a second at most: what neither broker nor database takes is logged.
    """
    message = {
        "uid": str(uuid.uuid4()),
        "code_id": code.pk,
        "serial_id": serial.pk if serial else None,
        "at": (at or clock.now()).isoformat(),
        "province_id": province or None,
    }
    try:
        _send(message)
    except (OperationalError, LimitExceeded, OSError) as error:
        logger.warning("the broker did not take a look-up, the outbox does: %s", error)
        _keep(message)
    return message


def write(*, uid: str, code_id: int, serial_id: int | None, at: str, province_id: str | None) -> bool:
    """Count a look-up in its day in Vietnam; False when it was counted before."""
    values: dict[str, Any] = {
        "uid": uid,
        "code_id": code_id,
        "serial_id": serial_id,
        "at": dt.datetime.fromisoformat(at),
        "province_id": province_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
        return cursor.rowcount == 1


def place(*, message: Mapping[str, Any], province: str) -> bool:
    """The person said where the look-up of ``message`` was made, counted or not; once for each look-up.

    ``province`` must exist. The broker's own copy of the message then finds it counted.
    """
    if write(**{**message, "province_id": province}):
        return True
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PLACE, {"uid": message["uid"], "province_id": province})
        was_without = cursor.rowcount == 1
        cursor.execute(
            "DELETE FROM traceability_scanday WHERE code_id = %s AND province_id IS NULL AND count = 0",
            [message["code_id"]],
        )
    return was_without


def _send(message: Mapping[str, Any]) -> None:
    broker = current_app.connection_for_write()
    broker.transport_options = {**broker.transport_options, **_BROKER}
    with kombu.pools.producers[broker].acquire(block=True, timeout=BROKER_PATIENCE) as producer:
        current_app.send_task(
            "traceability.tasks.write_scan", kwargs=dict(message), producer=producer, retry=False
        )


def _keep(message: Mapping[str, Any]) -> None:
    try:
        with transaction.atomic():
            outbox.publish("traceability.scan_noted", message)
    except DatabaseError:
        logger.exception("a look-up of code %s is lost", message["code_id"])
