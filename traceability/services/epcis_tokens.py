"""Tokens of programs that read and write a producer's events: issued once, revoked for good."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from core import clock
from core.services import audit
from core.text import clean
from producers import policies
from producers.models import Producer
from traceability.models import EpcisToken

PREFIX = "epcis_"
SEEN_EVERY = dt.timedelta(minutes=1)  # the last use is not written down more often


@dataclass(frozen=True)
class Issued:
    """``secret`` is the token as the program sends it; nobody can read it again."""

    token: EpcisToken
    secret: str


def issue(
    *, producer: Producer, name: str, may_capture: bool, actor: Any, at: dt.datetime | None = None
) -> Issued:
    """A new token. Raises NotAllowed (only owners let programs in)."""
    policies.require(policies.owns(actor, producer))
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = EpcisToken.objects.create(
            producer=producer,
            name=clean(name)[:80],
            may_capture=may_capture,
            digest=_digest(secret),
            hint=secret[:12],
            created_at=at or clock.now(),
        )
        audit.record(action="traceability.epcis_token.issued", obj=token, actor=actor, at=at)
    return Issued(token, secret)


def revoke(*, token: EpcisToken, actor: Any, at: dt.datetime | None = None) -> None:
    """From now on nobody comes in with it. Again: nothing happens. Raises NotAllowed."""
    policies.require(policies.owns(actor, token.producer))
    with transaction.atomic():
        moment = at or clock.now()
        if EpcisToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=moment):
            audit.record(action="traceability.epcis_token.revoked", obj=token, actor=actor, at=moment)
    token.refresh_from_db()


def holder(*, secret: str, at: dt.datetime | None = None) -> EpcisToken | None:
    """The live token that this is, its use noted; None for any other text."""
    moment = at or clock.now()
    found = EpcisToken.objects.select_related("producer").filter(digest=_digest(secret), revoked_at=None)
    token: EpcisToken | None = found.first()
    if token is not None:
        long_ago = Q(last_used_at=None) | Q(last_used_at__lt=moment - SEEN_EVERY)
        EpcisToken.objects.filter(long_ago, pk=token.pk).update(last_used_at=moment)
    return token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
