"""What producers and the desks' officers are told about dossiers and certificates."""

from typing import Any

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.models import Role, User
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


def desk_called(*, dossier_id: int, to: str) -> None:
    """Tell the officers of a desk that a dossier arrived there, unless it has gone on since."""
    dossier = Dossier.objects.select_related("product__producer", "commune").get(pk=dossier_id)
    if dossier.status != to:
        return
    event = StatusChange.objects.filter(machine=DOSSIER.name, object_id=dossier.pk, to_state=to).last()
    key = f"ratings.desk:{dossier.pk}:{event.pk if event else to}"
    with translation.override("vi"):
        title = _("Hồ sơ %(code)s chờ xử lý: %(product)s") % {
            "code": dossier.code,
            "product": dossier.product.name,
        }
        body = render_to_string("ratings/mail/desk_called.txt", {"dossier": dossier})
        url = reverse("province:ratings_dossier_change", args=[dossier.pk])
        for officer in _officers_of(dossier):
            messages.notify(
                user=officer,
                topic="ratings.desk_called",
                title=title,
                body=body,
                url=url,
                dedupe_key=f"{key}:{officer.pk}",
            )


def _officers_of(dossier: Dossier) -> QuerySet[User]:
    """Who is waited for: the commune's officers for a new dossier, the province's for the review."""
    if dossier.status == DossierStatus.SUBMITTED:
        return accounts.officers(
            roles=(Role.COMMUNE_OFFICER,), province=dossier.province_id, commune=dossier.commune_id
        )
    if dossier.status == DossierStatus.ADVISORY:
        return accounts.officers(roles=(Role.PROVINCE_OFFICER,), province=dossier.province_id)
    return User.objects.none()


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
