"""Codes that look copied: rules over look-ups, a desk of officers and producers, and what they find.

A rule is a reason to look, not a verdict. It sees the look-ups since its last finding about the same code,
so what was looked into is not raised again for the same reasons.
"""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import clock, outbox
from core.errors import NotAllowed
from core.services import audit
from core.text import clean_lines
from traceability.errors import AlreadyConcluded, InvalidConclusion
from traceability.models import Suspicion

# Codes scanned within so long are looked at again at each run: messages may come late.
LOOK_BACK = dt.timedelta(days=1)
# One item can be scanned in the shop and at home; a third province within a day is hard to reach.
SERIAL_PLACES = 3
# A lot is meant to be in many provinces. It is odd when, within a day, they are ten and the look-ups are
# more than the lot has units: as if each of them had been scanned on that day.
LOT_PLACES = 10
PLACES_WITHIN = dt.timedelta(hours=24)
# One label, 30 days: a shelf brings some curious people in one place, a family with friends a few more.
OFTEN_WITHIN = dt.timedelta(days=30)
OFTEN_IN_PLACES = (20, 2)  # look-ups, provinces
OFTEN_ANYWHERE = 50
# An old packet is found in a cupboard once; a label that shows up first so long after its date is odd.
EXPIRED_DAYS = 30
EXPIRED_OFTEN = 20  # look-ups of a lot past its date, in 30 days
SOLD_OUT_DAYS = 90  # since the last unit of the lot left
MOST_WORDS = 300

# ``recent``: the labels scanned lately. ``seen``: their look-ups that no finding has dealt with yet; a label
# that was found to be copied is red already. A serial and a code without one each have an index of their
# own, hence the unions. ``first_at``: when the label was looked up for the first time.
_SEEN = """
WITH recent AS (
    SELECT DISTINCT code_id, serial_id FROM traceability_scan WHERE at > %(looked)s AND at <= %(now)s
), seen AS (
    SELECT r.code_id, r.serial_id, s.at, s.province_id, l.id AS lot_id, l.quantity, l.expires_on,
           (s.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, beginning.at AS first_at
    FROM recent r
    JOIN traceability_code c ON c.id = r.code_id
    JOIN traceability_lot l ON l.id = c.lot_id
    CROSS JOIN LATERAL (
        SELECT max(closed_at) AS at, coalesce(bool_or(is_copy), false) AS is_copy
        FROM traceability_suspicion
        WHERE code_id = r.code_id
          AND ((is_copy AND (serial_id IS NULL OR serial_id = r.serial_id))
               OR (rule = %(rule)s AND serial_id IS NOT DISTINCT FROM r.serial_id))
    ) found
    CROSS JOIN LATERAL (
        SELECT min(at) AS at FROM (
            SELECT min(at) AS at FROM traceability_scan WHERE serial_id = r.serial_id
            UNION ALL
            SELECT min(at) FROM traceability_scan
            WHERE r.serial_id IS NULL AND code_id = r.code_id AND serial_id IS NULL
        ) of_either
    ) beginning
    CROSS JOIN LATERAL (
        SELECT at, province_id FROM traceability_scan
        WHERE serial_id = r.serial_id AND at > %(since)s AND at <= %(now)s
        UNION ALL
        SELECT at, province_id FROM traceability_scan
        WHERE r.serial_id IS NULL AND code_id = r.code_id AND serial_id IS NULL
          AND at > %(since)s AND at <= %(now)s
    ) s
    WHERE NOT found.is_copy AND s.at > coalesce(found.at, '-infinity')
), raised AS (
"""
# A rule selects code, serial, look-ups, their provinces, and what else it saw.
_MANY_PLACES = """
    SELECT code_id, serial_id, count(*) AS looks, array_agg(DISTINCT province_id) AS provinces,
           jsonb_build_object('quantity', min(quantity)) AS more
    FROM seen
    GROUP BY code_id, serial_id
    HAVING CASE WHEN serial_id IS NOT NULL THEN count(DISTINCT province_id) >= %(serial_places)s
                ELSE count(DISTINCT province_id) >= %(lot_places)s AND count(*) > min(quantity) END
"""
_SERIAL_OFTEN = """
    SELECT code_id, serial_id, count(*) AS looks, array_agg(DISTINCT province_id) AS provinces,
           jsonb_build_object() AS more
    FROM seen
    WHERE serial_id IS NOT NULL
    GROUP BY code_id, serial_id
    HAVING count(*) >= %(anywhere)s
        OR (count(*) >= %(often)s AND count(DISTINCT province_id) >= %(often_places)s)
"""
_AFTER_EXPIRY = """
    SELECT code_id, serial_id, count(*) AS looks, array_agg(DISTINCT province_id) AS provinces,
           jsonb_build_object('expires_on', min(expires_on)) AS more
    FROM seen
    WHERE day > expires_on
    GROUP BY code_id, serial_id
    HAVING CASE WHEN serial_id IS NULL THEN count(*) >= %(expired_often)s
                ELSE min(at) = min(first_at) AND min(day) > min(expires_on) + %(expired_days)s END
"""
# Only of lots whose every unit went through the market's stock is it known when they were gone.
_AFTER_SOLD_OUT = """
    SELECT code_id, serial_id, count(*) AS looks, array_agg(DISTINCT province_id) AS provinces,
           jsonb_build_object('quantity', min(quantity),
                              'sold_out_on', (min(gone.at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS more
    FROM seen
    CROSS JOIN LATERAL (
        SELECT max(m.at) AS at
        FROM traceability_lotmovement m JOIN traceability_lotstock k ON k.id = m.stock_id
        WHERE k.lot_id = seen.lot_id AND m.kind IN ('ship', 'destroy')
          AND (SELECT sum(received) >= seen.quantity AND bool_and(received = shipped + gone)
               FROM traceability_lotstock WHERE lot_id = seen.lot_id)
    ) gone
    GROUP BY code_id, serial_id
    HAVING min(seen.at) = min(first_at) AND min(seen.at) > min(gone.at) + %(sold_out)s
"""
_RAISE = """
)
INSERT INTO traceability_suspicion (code_id, serial_id, rule, facts, raised_at, comment, conclusion)
SELECT code_id, serial_id, %(rule)s,
       more || jsonb_build_object('count', looks, 'places', (
           SELECT coalesce(jsonb_agg(short_name ORDER BY sort_key), '[]') FROM core_province
           WHERE code = ANY(provinces))),
       %(now)s, '', ''
FROM raised
ON CONFLICT DO NOTHING RETURNING id
"""
R = Suspicion.Rule
_RULES = (
    (R.MANY_PLACES, _MANY_PLACES, PLACES_WITHIN),
    (R.SERIAL_OFTEN, _SERIAL_OFTEN, OFTEN_WITHIN),
    (R.AFTER_EXPIRY, _AFTER_EXPIRY, OFTEN_WITHIN),
    (R.AFTER_SOLD_OUT, _AFTER_SOLD_OUT, OFTEN_WITHIN),
)


def look(*, at: dt.datetime | None = None) -> list[int]:
    """Apply every rule to the codes scanned lately; returns the ids of new suspicions, each told of once.

    Safe to run again and at the same time: a code has one open suspicion of a rule.
    """
    now = at or clock.now()
    values: dict[str, Any] = {
        "now": now,
        "looked": now - LOOK_BACK,
        "serial_places": SERIAL_PLACES,
        "lot_places": LOT_PLACES,
        "anywhere": OFTEN_ANYWHERE,
        "often": OFTEN_IN_PLACES[0],
        "often_places": OFTEN_IN_PLACES[1],
        "expired_days": EXPIRED_DAYS,
        "expired_often": EXPIRED_OFTEN,
        "sold_out": dt.timedelta(days=SOLD_OUT_DAYS),
    }
    new: list[int] = []
    with transaction.atomic(), connection.cursor() as cursor:
        for rule, sql, within in _RULES:
            cursor.execute(_SEEN + sql + _RAISE, {**values, "rule": rule, "since": now - within})
            new += [row[0] for row in cursor.fetchall()]
        for pk in new:
            outbox.publish("traceability.suspicion_raised", {"id": pk})
    return new


def comment(*, suspicion: Suspicion, words: str, actor: Any, at: dt.datetime | None = None) -> None:
    """What the producer knows about it. Raises NotAllowed, InvalidConclusion, AlreadyConcluded."""
    _require(Suspicion.objects.owned_by(actor), suspicion)
    text = _words(words, 1000)
    with transaction.atomic():
        if not Suspicion.objects.filter(pk=suspicion.pk, closed_at=None).update(comment=text):
            raise AlreadyConcluded
        audit.record(
            action="traceability.suspicion.commented", obj=suspicion, actor=actor, at=at, reason=text[:300]
        )


def conclude(
    *, suspicion: Suspicion, is_copy: bool, conclusion: str, actor: Any, at: dt.datetime | None = None
) -> None:
    """Somebody looked into it. A copy turns the label's page red: only an officer of the area may say so;
    the producer may say that there is nothing in it.

    Raises NotAllowed, InvalidConclusion, AlreadyConcluded (also to the second of two at once).
    """
    _require(
        Suspicion.objects.overseen_by(actor) if is_copy else Suspicion.objects.visible_to(actor), suspicion
    )
    moment, text = at or clock.now(), _words(conclusion, MOST_WORDS)
    with transaction.atomic():
        closed = Suspicion.objects.filter(pk=suspicion.pk, closed_at=None).update(
            closed_at=moment, closed_by=actor.pk, is_copy=is_copy, conclusion=text
        )
        if not closed:
            raise AlreadyConcluded
        audit.record(
            action="traceability.suspicion.concluded",
            obj=suspicion,
            actor=actor,
            at=moment,
            reason=text,
            changes={"is_copy": [None, is_copy]},
        )


def _require(rows: Any, suspicion: Suspicion) -> None:
    if not rows.filter(pk=suspicion.pk).exists():
        raise NotAllowed


def _words(text: str, most: int) -> str:
    words = clean_lines(text)
    if not words or len(words) > most:
        raise InvalidConclusion(_("Hãy ghi rõ, từ 1 đến %s ký tự.") % most)
    return words
