"""Decisions that take recognitions away: drafted by one person, signed by another."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Product
from core.errors import MarketError
from core.models import Province
from core.services.transitions import transition
from ratings import states
from ratings.models import Certificate, DecisionLine, RatingDecision
from ratings.services import drafts, reasons, recognitions
from ratings.states import CERTIFICATE, REVOKED, DecisionStatus


class NothingToRevoke(MarketError):
    code = "nothing_to_revoke"
    message = gettext_lazy("Chưa nêu công nhận nào để thu hồi.")


class NotRevocable(MarketError):
    """Data: number."""

    code = "not_revocable"
    status = 409


class UnknownNumber(MarketError):
    """Data: numbers."""

    code = "unknown_number"


def named(*, numbers: Sequence[str]) -> list[Certificate]:
    """The certificates with these numbers of the register. Raises UnknownNumber, which names them."""
    found = list(Certificate.objects.filter(number__in=numbers))
    missing = sorted(set(numbers) - {certificate.number for certificate in found})
    if missing:
        text = _("Sổ công nhận không có số %s. Kiểm tra lại từng dòng.") % ", ".join(missing)
        raise UnknownNumber(text, data={"numbers": missing})
    return found


def draft(
    *,
    province: Province,
    number: str,
    decided_on: dt.date,
    certificates: Sequence[Certificate],
    reason: str,
    actor: Any,
    authority: str = "",
    at: dt.datetime | None = None,
) -> RatingDecision:
    """A draft that revokes these certificates of the province once somebody else signs it.

    ``decisions.drop`` gives it up. Raises NotAllowed, InvalidDraft, NumberTaken, ReasonMissing,
    NothingToRevoke, NotRevocable; then nothing has changed.
    """
    reason = reasons.required(reason, message=_("Cần ghi lý do thu hồi."))
    if not certificates:
        raise NothingToRevoke
    head = drafts.columns(
        number=number,
        decided_on=decided_on,
        authority=authority or drafts.authority_of(province),
        level=RatingDecision.Level.PROVINCE,
        round_name="",
    )
    with transaction.atomic():
        row = drafts.insert(
            kind=RatingDecision.Kind.REVOCATION,
            province=province,
            head=head,
            actor=actor,
            at=at,
            reason=reason,
        )
        _list(row, certificates)
    return row


def carry_out(*, decision: RatingDecision, actor: Any, at: dt.datetime) -> None:
    """Take the certificates of a signed revocation away; their stars go at once.

    The caller has the decision locked and decided who may. Raises NotRevocable.
    """
    certificates = Certificate.objects.filter(decision_lines__decision=decision)
    products = list(
        Product.objects.select_for_update().filter(pk__in=certificates.values("product")).order_by("pk")
    )
    for certificate in certificates.order_by("pk"):
        moved = transition(
            certificate,
            machine=CERTIFICATE,
            to=REVOKED,
            actor=actor,
            at=at,
            reason=decision.reason,
            values={"revocation": decision},
        )
        if not moved:
            raise _refusal(certificate, _("đã bị thu hồi theo quyết định khác"))
    for product in products:
        recognitions.settle(product=product)


def _list(row: RatingDecision, certificates: Sequence[Certificate]) -> None:
    """Write the lines of the draft."""
    rows = list(
        Certificate.objects.select_for_update(of=("self",))
        .select_related("decision")
        .filter(pk__in=[certificate.pk for certificate in certificates])
        .order_by("pk")
    )
    for certificate in rows:
        _require_revocable(certificate, row)
    DecisionLine.objects.bulk_create(
        DecisionLine(
            decision=row,
            position=position,
            certificate=certificate,
            product_name=certificate.product_name,
            producer_name=certificate.producer_name,
            address=certificate.address_as_written,
            score=certificate.score,
            stars=certificate.stars,
            note=certificate.number,
        )
        for position, certificate in enumerate(rows, start=1)
    )
    row.is_illustrative = any(certificate.decision.is_illustrative for certificate in rows)
    row.save(update_fields=["is_illustrative"])


def _require_revocable(certificate: Certificate, row: RatingDecision) -> None:
    if certificate.decision.province_id != row.province_id:
        raise _refusal(certificate, _("thuộc tỉnh khác"))
    if certificate.status == states.REVOKED:
        raise _refusal(certificate, _("đã bị thu hồi"))
    decided = certificate.decision.decided_earliest
    if decided and row.decided_on and row.decided_on < decided:
        raise _refusal(certificate, _("được công nhận sau ngày của quyết định thu hồi này"))
    if certificate.decision_lines.filter(
        decision__kind=RatingDecision.Kind.REVOCATION, decision__status=DecisionStatus.DRAFT
    ).exists():
        raise _refusal(certificate, _("đã nằm trong một dự thảo thu hồi khác"))


def _refusal(certificate: Certificate, why: str) -> NotRevocable:
    text = _("Không thu hồi được công nhận %(number)s: %(why)s.")
    facts = {"number": certificate.number, "why": why}
    return NotRevocable(text % facts, data={"number": certificate.number})
