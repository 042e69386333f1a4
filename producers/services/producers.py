"""Producers: entered, changed, suspended, reopened; and the people who act for them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.db import transaction

from accounts import phones
from core import outbox
from core.errors import MarketError
from core.models import Commune, Province, StatusChange
from core.services import audit, freshness, records
from core.services.constraints import insert_with_slug, refusing
from core.services.transitions import transition
from core.text import clean, clean_lines, fold, slugify
from producers import policies, states
from producers.errors import InvalidProducer, ReasonMissing, TaxCodeTaken
from producers.models import Membership, Producer, ProducerKind, ProducerStatus

_LIMITS = {"representative": 120, "address_line": 200, "former_address": 250, "quote": 300, "email": 254}
_FIELDS = {*_LIMITS, "name", "kind", "tax_code", "phone", "story", "since_year", "province", "commune"}
_BROKEN: Mapping[str, Callable[[], MarketError]] = {
    "producers_producer_tax_code_key": TaxCodeTaken,
    "producer_tax_code_shape": partial(InvalidProducer, data={"field": "tax_code"}),
}


def create(
    *,
    name: str,
    actor: Any,
    kind: str = ProducerKind.UNKNOWN,
    status: str = ProducerStatus.LISTED,
    province: Province | None = None,
    commune: Commune | None = None,
    is_illustrative: bool = False,
    **fields: Any,
) -> Producer:
    """A producer with a slug of its own. ``fields``: tax_code, phone, story, since_year …

    An officer may enter producers of the own area only. Raises NotAllowed, InvalidProducer,
    TaxCodeTaken.
    """
    values = _values({"name": name, "kind": kind, "province": province, "commune": commune, **fields})
    producer = Producer(status=status, is_illustrative=is_illustrative, **values)
    producer.search_text = _search_text(producer)
    with transaction.atomic():
        insert_with_slug(producer, slugify(producer.name) or "chu-the", refused=_BROKEN)
        # Whether the place lies in the officer's area is asked of the stored row.
        policies.require(policies.may_oversee(actor, producer))
        audit.record(action="producers.producer.created", obj=producer, actor=actor)
    return producer


def update(*, producer: Producer, actor: Any, **fields: Any) -> Producer:
    """Change what the producer says of itself. Raises NotAllowed, InvalidProducer, TaxCodeTaken."""
    policies.require(policies.may_manage(actor, producer))
    values = _values(fields)
    with transaction.atomic():
        with refusing(_BROKEN):
            records.update(obj=producer, values=values, actor=actor)
        Producer.objects.filter(pk=producer.pk).update(search_text=_search_text(producer))
        outbox.publish("producers.changed", {"id": producer.pk})
        _renew(producer)
    return producer


def add_member(*, producer: Producer, user: Any, role: str, actor: Any) -> Membership:
    """Let a user act for the producer; a second call changes the role. Raises NotAllowed."""
    policies.require(policies.may_appoint(actor, producer))
    with transaction.atomic():
        membership, _ = Membership.objects.update_or_create(
            producer=producer, user=user, defaults={"role": role}
        )
        audit.record(action="producers.member.added", obj=membership, actor=actor)
    return membership


def activate(*, producer: Producer, actor: Any) -> Producer:
    """Open the shop of a producer that was only listed. Raises NotAllowed, ForbiddenTransition."""
    policies.require(policies.may_oversee(actor, producer))
    _move(producer, states.ACTIVE, actor=actor)
    return producer


def suspend(*, producer: Producer, reason: str, actor: Any) -> Producer:
    """Close the shop: its products vanish from the market at once, orders under way stay.

    Raises NotAllowed, ReasonMissing, ForbiddenTransition.
    """
    policies.require(policies.may_oversee(actor, producer))
    _move(producer, states.SUSPENDED, actor=actor, reason=_reason(reason))
    return producer


def reopen(*, producer: Producer, reason: str, actor: Any) -> Producer:
    """Bring a suspended producer back to what it was before.

    Raises NotAllowed, ReasonMissing, ForbiddenTransition.
    """
    policies.require(policies.may_oversee(actor, producer))
    before = (
        StatusChange.objects.filter(
            machine=states.PRODUCER.name, object_id=producer.pk, to_state=states.SUSPENDED
        )
        .values_list("from_state", flat=True)
        .last()
    )
    _move(producer, before or states.ACTIVE, actor=actor, reason=_reason(reason))
    return producer


def _move(producer: Producer, to: str, *, actor: Any, reason: str = "") -> None:
    """One step, seen by the public as soon as it is committed."""
    with transaction.atomic():
        if transition(producer, machine=states.PRODUCER, to=to, actor=actor, reason=reason):
            _renew(producer)


def _renew(producer: Producer) -> None:
    freshness.bump_on_commit(freshness.CATALOGUE, freshness.of_producer(producer.slug))


def _reason(reason: str) -> str:
    reason = clean(reason)
    if not reason:
        raise ReasonMissing
    return reason


def _search_text(producer: Producer) -> str:
    place = producer.commune.name if producer.commune else ""
    province = producer.province.name if producer.province else ""
    return fold(" ".join((producer.name, place, province)))[:500]


def _values(fields: dict[str, Any]) -> dict[str, Any]:
    """Cleaned field values. Raises InvalidProducer; TypeError for an unknown field."""
    unknown = fields.keys() - _FIELDS
    if unknown:
        raise TypeError(f"producers have no {sorted(unknown)}")
    values = dict(fields)
    for field, limit in _LIMITS.items():
        if field in values:
            values[field] = clean(values[field])
            if len(values[field]) > limit:
                raise InvalidProducer(data={"field": field, "limit": limit})
    if "name" in values:
        values["name"] = clean(values["name"])
        if not 1 <= len(values["name"]) <= 200:
            raise InvalidProducer(data={"field": "name"})
    if "tax_code" in values:
        values["tax_code"] = clean(values["tax_code"] or "") or None
    if "story" in values:
        values["story"] = clean_lines(values["story"])
    if values.get("phone"):
        values["phone"] = _phone(values["phone"])
    return _with_place(values)


def _phone(text: str) -> str:
    """E.164. Raises InvalidProducer."""
    try:
        return phones.normalise(str(text))
    except phones.InvalidPhone as error:
        raise InvalidProducer(error.message, data={"field": "phone"}) from error


def _with_place(values: dict[str, Any]) -> dict[str, Any]:
    commune, province = values.get("commune"), values.get("province")
    if commune is not None:
        if province is not None and commune.province_id != province.pk:
            raise InvalidProducer(data={"field": "commune"})
        values["province"] = commune.province
    return values
