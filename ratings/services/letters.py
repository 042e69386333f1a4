"""What producers are told about their dossiers and certificates."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.models import StatusChange
from notifications.services import messages
from producers.models import Membership, Producer
from ratings.models import Certificate, Dossier, RatingDecision
from ratings.states import DOSSIER, DecisionStatus, DossierStatus

# Steps that a producer took, or that the decision's own letter tells of.
_QUIET = frozenset({DossierStatus.WITHDRAWN, DossierStatus.IN_DECISION, DossierStatus.CERTIFIED})


def dossier_changed(*, dossier_id: int, to: str) -> None:
    """Tell the producer's people where the dossier lies now, and why."""
    if to in _QUIET:
        return
    dossier = Dossier.objects.select_related("product__producer").get(pk=dossier_id)
    event = StatusChange.objects.filter(machine=DOSSIER.name, object_id=dossier.pk, to_state=to).last()
    with translation.override("vi"):
        status = DossierStatus(to)
        context = {"dossier": dossier, "status": status, "event": event}
        tell(
            producer=dossier.product.producer,
            topic="ratings.dossier_changed",
            title=_("Hồ sơ %(code)s: %(status)s") % {"code": dossier.code, "status": status.label},
            body=render_to_string("ratings/mail/dossier_changed.txt", context),
            url=reverse("producer:ratings_dossier_change", args=[dossier.pk]),
            key=f"ratings.dossier:{dossier.pk}:{event.pk if event else to}",
        )


def decision_signed(*, decision_id: int, to: str) -> None:
    """Tell each producer in the list of its certificates, given or taken away."""
    if to != DecisionStatus.SIGNED:
        return
    decision = RatingDecision.objects.get(pk=decision_id)
    lines = decision.lines.select_related("certificate__product__producer")
    with translation.override("vi"):
        for line in lines:
            certificate = line.certificate
            if certificate is None:
                continue
            context = {"decision": decision, "line": line, "certificate": certificate}
            if decision.kind == RatingDecision.Kind.REVOCATION:
                title = _("Thu hồi công nhận OCOP: %s")
            else:
                title = _("Đã công nhận OCOP: %s")
            tell(
                producer=certificate.product.producer,
                topic="ratings.decision_signed",
                title=title % line.product_name,
                body=render_to_string("ratings/mail/decision_signed.txt", context),
                url=certificate_url(certificate),
                key=f"ratings.decision:{decision.pk}:{line.pk}",
            )


def certificate_url(certificate: Certificate) -> str:
    return reverse("ratings:certificate", args=[certificate.number])


def tell(*, producer: Producer, topic: str, title: str, body: str, url: str, key: str) -> None:
    """Everybody who works for the producer; without any, the producer's own address."""
    members = Membership.objects.filter(producer=producer, user__is_active=True).select_related("user")
    told: dict[str, dict[str, Any]] = {str(member.user_id): {"user": member.user} for member in members}
    if not told and producer.email:
        told = {"producer": {"email": producer.email}}
    for who, address in told.items():
        messages.notify(**address, topic=topic, title=title, body=body, url=url, dedupe_key=f"{key}:{who}")
