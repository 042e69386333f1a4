"""Telling a producer that a label of theirs looks copied."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from notifications.services import messages
from producers.models import Membership
from traceability.models import Suspicion
from traceability.selectors import scans


def raised(*, suspicion_id: int) -> None:
    """One message to each owner of the producer. Officers have it on their desk."""
    suspicion = Suspicion.objects.select_related("code__product__producer", "code__lot", "serial").get(
        pk=suspicion_id
    )
    owners = Membership.objects.filter(
        producer=suspicion.code.product.producer_id, role=Membership.Role.OWNER, user__is_active=True
    ).select_related("user")
    for member in owners:
        with translation.override("vi"):
            messages.notify(
                user=member.user,
                topic="traceability.suspicion_raised",
                title=_("Nghi tem bị sao chép: %s") % suspicion.code.product.name,
                body=render_to_string(
                    "traceability/mail/suspicion.txt",
                    {"suspicion": suspicion, "facts": scans.in_words(suspicion)},
                ),
                url=reverse("producer:traceability_suspicion_change", args=[suspicion.pk]),
                dedupe_key=f"traceability.suspicion:{suspicion.pk}:{member.user_id}",
            )
