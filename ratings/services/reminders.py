"""Telling in good time that a recognition runs out: 180, 90 and 30 days before, each once."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Assignment, Role
from core import clock
from notifications.models import Notification
from notifications.services import messages
from producers.models import Membership
from ratings.models import Certificate, Dossier
from ratings.services.letters import certificate_url
from ratings.states import OPEN

TOPIC = "ratings.certificate_expiring"
BATCH = 200  # certificates read at a time


@dataclass(frozen=True)
class Notice:
    """One certificate, one window, one person (or the producer's own address)."""

    certificate: Certificate
    window: int  # days
    to: dict[str, Any]  # user or email, as ``messages.notify`` takes them
    who: str

    @property
    def key(self) -> str:
        return f"{TOPIC}:{self.certificate.pk}:{self.window}:{self.who}"


def send_due(*, on: dt.date | None = None) -> int:
    """Queue the notices that are due on a day; returns how many were new.

    Each is a transaction of its own and leaves its key, so a run that was killed goes on where it
    stopped and a second run sends nothing. Who is first told with 25 days left hears of the 30-day
    window only.
    """
    day = on or clock.today()
    officers = _officers(day)
    sent = 0
    for certificates in _portions(day):
        notices = [notice for row in certificates for notice in _notices(row, officers, day)]
        keys = [notice.key for notice in notices]
        told = set(Notification.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True))
        for notice in notices:
            if notice.key not in told:
                _send(notice, day)
                sent += 1
    return sent


def _portions(day: dt.date) -> Iterator[list[Certificate]]:
    """In force and within the widest window, with all that a notice needs, so many at a time."""
    members = Membership.objects.filter(user__is_active=True).select_related("user").order_by("pk")
    under_way = Dossier.objects.filter(status__in=sorted(OPEN))
    rows = (
        Certificate.objects.expiring(days=max(settings.RATING_REMINDER_DAYS), on=day)
        .select_related("decision", "product__producer")
        .prefetch_related(
            Prefetch("product__producer__memberships", members, to_attr="people"),
            Prefetch("product__dossiers", under_way, to_attr="under_way"),
        )
        .order_by("pk")
    )
    last = 0
    while portion := list(rows.filter(pk__gt=last)[:BATCH]):
        yield portion
        last = portion[-1].pk


def _officers(day: dt.date) -> dict[str, list[Assignment]]:
    """Province code → its officers in office on the day."""
    rows = Assignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day),
        role=Role.PROVINCE_OFFICER,
        valid_from__lte=day,
        user__is_active=True,
    ).select_related("user")
    found: dict[str, list[Assignment]] = {}
    for row in rows.order_by("pk"):
        found.setdefault(row.province_id, []).append(row)
    return found


def _notices(
    certificate: Certificate, officers: dict[str, list[Assignment]], day: dt.date
) -> Iterable[Notice]:
    left = (certificate.expiry_earliest - day).days if certificate.expiry_earliest else 0
    window = min(days for days in settings.RATING_REMINDER_DAYS if left <= days)
    product: Any = certificate.product
    people = {member.user_id: member.user for member in product.producer.people}
    if not people and product.producer.email:
        yield Notice(certificate, window, {"email": product.producer.email}, "producer")
    people |= {office.user_id: office.user for office in officers.get(product.province_id, [])}
    for user_id, user in people.items():
        yield Notice(certificate, window, {"user": user}, str(user_id))


def _send(notice: Notice, day: dt.date) -> None:
    certificate: Any = notice.certificate
    left = (certificate.expiry_earliest - day).days
    with translation.override("vi"):
        context = {
            "certificate": certificate,
            "left": left,
            "dossier": next(iter(certificate.product.under_way), None),
        }
        messages.notify(
            **notice.to,
            topic=TOPIC,
            title=_("Công nhận OCOP còn %(left)s ngày: %(name)s")
            % {"left": left, "name": certificate.product_name},
            body=render_to_string("ratings/mail/certificate_expiring.txt", context),
            url=certificate_url(certificate),
            dedupe_key=notice.key,
        )
