"""Steps of a certificate, and what it is worth on a day. Pure: no database, no clock."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Machine

ISSUED, SUPERSEDED, REVOKED = "issued", "superseded", "revoked"
DECISION = "decision"  # the basis on which a star can be in force

CERTIFICATE = Machine(
    name="ratings.certificate",
    steps={
        ISSUED: frozenset({SUPERSEDED, REVOKED}),
        SUPERSEDED: frozenset({REVOKED}),
        REVOKED: frozenset(),
    },
)


class Standing(models.TextChoices):
    """Hiệu lực: what the register says of a certificate on a day."""

    LIVE = "live", _("Còn hiệu lực")
    EXPIRED = "expired", _("Hết hiệu lực")
    UNKNOWN = "unknown", _("Chưa xác định")
    SUPERSEDED = "superseded", _("Đã thay bằng công nhận mới")
    REVOKED = "revoked", _("Đã thu hồi")


def standing(
    *,
    status: str,
    basis: str,
    stars: int | None,
    expiry_earliest: dt.date | None,
    expiry_latest: dt.date | None,
    on: dt.date,
) -> Standing:
    """Live through the last certain day, expired after the last possible one, else unknown.

    Without a decision behind it, or without stars in the source, a recognition is never live.
    """
    if status == REVOKED:
        return Standing.REVOKED
    if status == SUPERSEDED:
        return Standing.SUPERSEDED
    if basis != DECISION or expiry_earliest is None or expiry_latest is None:
        return Standing.UNKNOWN
    if on > expiry_latest:
        return Standing.EXPIRED
    if on <= expiry_earliest and stars is not None:
        return Standing.LIVE
    return Standing.UNKNOWN
