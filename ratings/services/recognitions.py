"""Decisions are opened, certificates issued; the product's star follows the one in force."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from catalog.models import Product
from catalog.services import recognition
from core import clock
from core.errors import NotAllowed
from core.models import Province
from core.services import audit
from core.services.transitions import transition
from core.text import clean, fold
from ratings import states, validity
from ratings.errors import InvalidRecognition
from ratings.models import Basis, Certificate, Dossier, RatingDecision

_NEXT_NUMBER = """
INSERT INTO ratings_registercounter (province_id, year, last) VALUES (%s, %s, 1)
ON CONFLICT (province_id, year) DO UPDATE SET last = ratings_registercounter.last + 1
RETURNING last
"""


def open_decision(
    *,
    level: str,
    authority: str,
    province: Province,
    actor: Any,
    number: str = "",
    decided_on: dt.date | None = None,
    decided: validity.Decided | None = None,
    award_year: int | None = None,
    province_at_award: str = "",
    rule_set: str = "",
    source_url: str = "",
    is_illustrative: bool = False,
    at: dt.datetime | None = None,
) -> RatingDecision:
    """The decision with these particulars, made when it is not there yet.

    The day comes as ``decided_on``, or as ``decided`` where the source is less exact, or not at
    all: then ``award_year`` bounds it. Raises InvalidRecognition for a day in the future.
    """
    if decided is None:
        by_district = level == RatingDecision.Level.DISTRICT
        decided = validity.decided(decided_on, award_year=award_year, by_district=by_district)
    if decided.day and decided.day > clock.today():
        raise InvalidRecognition(data={"field": "decided_on"})
    interval = decided.interval
    row, is_new = RatingDecision.objects.get_or_create(
        status=states.DecisionStatus.SIGNED,  # never a draft that waits here
        number=clean(number),
        level=level,
        authority=clean(authority)[:160],
        province=province,
        province_at_award=clean(province_at_award) or province.short_name,
        precision=decided.precision,
        decided_on=decided.day,
        decided_text=decided.text[:60],
        decided_earliest=interval.earliest if interval else None,
        decided_latest=interval.latest if interval else None,
        award_year=award_year,
        rule_set=rule_set,
        source_url=source_url,
        is_illustrative=is_illustrative,
    )
    if is_new:
        audit.record(action="ratings.decision.opened", obj=row, actor=actor, at=at)
    return row


def issue(
    *,
    product: Product,
    decision: RatingDecision,
    stars: int | None,
    actor: Any,
    basis: str = Basis.DECISION,
    score: Decimal | None = None,
    dossier: Dossier | None = None,
    basis_text: str = "",
    product_name: str = "",
    producer_name: str | None = None,
    address_as_written: str = "",
    source_url: str = "",
    source_row: int | None = None,
    natural_key: str = "",
    source_digest: str = "",
    at: dt.datetime | None = None,
) -> Certificate:
    """Enter one product's recognition into the register and let its star follow.

    The later decision is the one in force, whatever the order of entry: an earlier one becomes
    superseded, or is entered as superseded. Only a decision gives a star; its validity is the
    decision's day + 36 months, left blank where the day is not known. Raises NotAllowed,
    InvalidRecognition.
    """
    _check(product, stars, score, actor)
    moment = at or clock.now()
    certificate = Certificate(
        product=product,
        decision=decision,
        stars=stars,
        score=score,
        dossier=dossier,
        basis=basis,
        basis_text=clean(basis_text)[:200],
        product_name=clean(product_name) or product.name,
        producer_name=clean(product.producer.name if producer_name is None else producer_name),
        address_as_written=clean(address_as_written)[:250],
        source_url=source_url or decision.source_url,
        source_row=source_row,
        natural_key=natural_key,
        source_digest=source_digest,
        created_at=moment,
        **_validity(decision, basis),
    )
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=product.pk)
        certificate.number = _next_number(decision, moment)
        certificate.search_text = search_text_of(certificate)
        certificate.status = _place_in_line(certificate, actor, at)
        certificate.save(force_insert=True)
        audit.record(action="ratings.certificate.issued", obj=certificate, actor=actor, at=at)
        settle(product=product)
    return certificate


def amend(
    *,
    certificate: Certificate,
    decision: RatingDecision,
    actor: Any,
    at: dt.datetime | None = None,
    **values: Any,
) -> Certificate:
    """Follow a corrected source: new particulars for an imported row, its number stays.

    ``values``: stars, score, basis and the texts that ``issue`` takes. Raises NotAllowed,
    InvalidRecognition.
    """
    product = certificate.product
    _check(product, values.get("stars"), values.get("score"), actor)
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=product.pk)
        before = {name: str(getattr(certificate, name)) for name in values}
        certificate.decision = decision
        for name, value in (values | _validity(decision, values["basis"])).items():
            setattr(certificate, name, value)
        certificate.search_text = search_text_of(certificate)
        if certificate.status != states.REVOKED:
            # Out of the line and into it again, at the place the new particulars give it.
            Certificate.objects.filter(pk=certificate.pk).update(status=states.SUPERSEDED)
            certificate.status = _place_in_line(certificate, actor, at)
        certificate.save()
        changes = {n: [before[n], str(values[n])] for n in values if before[n] != str(values[n])}
        audit.record(
            action="ratings.certificate.amended", obj=certificate, actor=actor, at=at, changes=changes
        )
        settle(product=product)
    return certificate


def settle(*, product: Product) -> None:
    """Let the product's star say what its certificate in force says, or nothing.

    A recognition without a decision leaves its number on the product, but no star.
    """
    rows = Certificate.objects.filter(product=product, status=states.ISSUED).select_related("decision")
    in_force = rows.filter(basis=Basis.DECISION).first()
    if in_force:
        recognition.set_star(
            product=product,
            stars=in_force.stars,
            valid_until=in_force.expiry_earliest,
            lapsed_after=in_force.expiry_latest,
            certificate_number=in_force.number,
            decision_number=in_force.decision.number,
            decided_on=in_force.decision.decided_on,
            authority=in_force.decision.authority,
        )
    elif told := rows.order_by("-id").first():
        recognition.set_star(product=product, stars=None, valid_until=None, certificate_number=told.number)
    else:
        recognition.clear_star(product=product)


def _check(product: Product, stars: int | None, score: Decimal | None, actor: Any) -> None:
    if actor is not None and not Product.objects.overseen_by(actor).filter(pk=product.pk).exists():
        raise NotAllowed
    if stars is not None and not 1 <= stars <= 5:
        raise InvalidRecognition(data={"field": "stars"})
    if score is not None and not 0 <= score <= 100:
        raise InvalidRecognition(data={"field": "score"})


def _validity(decision: RatingDecision, basis: str) -> dict[str, Any]:
    """Dates of validity: none without a decision, no single day without the decision's day."""
    blank = dict.fromkeys(("valid_until", "expiry_earliest", "expiry_latest"))
    if basis != Basis.DECISION or not (decision.decided_earliest and decision.decided_latest):
        return blank | {"validity_is_computed": False}
    ends = validity.expiry(validity.Interval(decision.decided_earliest, decision.decided_latest))
    return {
        "valid_until": ends.latest if decision.decided_on else None,
        "expiry_earliest": ends.earliest,
        "expiry_latest": ends.latest,
        "validity_is_computed": True,
    }


def _rank(decision: RatingDecision) -> tuple[dt.date, dt.date]:
    """Later decisions are greater; one without any date is the least."""
    return (decision.decided_earliest or dt.date.min, decision.decided_latest or dt.date.min)


def later(*, product: Product, decision: RatingDecision) -> Certificate | None:
    """What outranks a recognition by this decision: it would be entered as superseded."""
    latest = _latest(product)
    return latest if latest and _rank(latest.decision) > _rank(decision) else None


def _latest(product: Product, *, but: int | None = None) -> Certificate | None:
    rows: Iterable[Certificate] = (
        Certificate.objects.filter(product=product, basis=Basis.DECISION)
        .exclude(status=states.REVOKED)
        .exclude(pk=but)
        .select_related("decision")
    )
    return max(rows, key=lambda row: (_rank(row.decision), row.pk), default=None)


def _place_in_line(certificate: Certificate, actor: Any, at: dt.datetime | None) -> str:
    """The status that the certificate gets among its product's; an earlier one steps back.

    The product row is locked by the caller.
    """
    latest = _latest(certificate.product, but=certificate.pk)
    is_decision = certificate.basis == Basis.DECISION
    if latest is None:
        return states.ISSUED
    if is_decision and _rank(latest.decision) <= _rank(certificate.decision):
        if latest.status == states.ISSUED:
            transition(latest, machine=states.CERTIFICATE, to=states.SUPERSEDED, actor=actor, at=at)
        return states.ISSUED
    # The other one is in force, also where this one stood before its source was corrected.
    Certificate.objects.filter(pk=latest.pk, status=states.SUPERSEDED).update(status=states.ISSUED)
    return states.SUPERSEDED if is_decision else states.ISSUED


def _next_number(decision: RatingDecision, moment: dt.datetime) -> str:
    """Next in the register: province code, year of the decision (else of entry), counter.

    The counter's row stays locked until the transaction ends, so numbers have no twins.
    """
    known = decision.decided_on.year if decision.decided_on else decision.award_year
    year = known or moment.astimezone(clock.VIETNAM).year
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, [decision.province_id, year])
        (last,) = cursor.fetchone()
    return f"{decision.province_id}-{year}-{last:05d}"


def search_text_of(certificate: Certificate) -> str:
    """What the register's search looks through, folded."""
    product, decision = certificate.product, certificate.decision
    parts = (
        certificate.product_name,
        certificate.producer_name,
        certificate.address_as_written,
        product.commune.name if product.commune else "",
        decision.province.short_name,
        decision.number,
        certificate.number,
    )
    return fold(" ".join(parts))[:600]
