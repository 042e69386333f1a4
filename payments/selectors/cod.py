"""Cash on delivery at a glance: what carriers collected, sent on, still hold, and what differs."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from payments.models import AccountKind, CodCollection, MoneyFile, Posting, RemittanceRow
from payments.states import CARRIERS_TRANSFER, REMITTANCE_NEEDS_A_PERSON, CodStatus, RemittanceOutcome

_IN_HAND = (CodStatus.COLLECTED, CodStatus.REMITTED)


@dataclass
class Account:
    """Of one carrier, one producer, or all, in đồng. ``overdue`` is part of ``in_transit``.

    ``in_transit`` below zero: more was sent than collected, and is owed to the carrier.
    """

    name: str
    parcels: int = 0
    collected: int = 0
    remitted: int = 0
    written_off: int = 0
    fees: int = 0
    overdue: int = 0
    overdue_parcels: int = 0
    waiting: int = 0  # rows that need a person
    waiting_amount: int = 0
    arrived: int = 0  # on the bank's statements; of carriers only

    @property
    def net(self) -> int:
        """What its lists sent, as booked."""
        return self.remitted - self.fees

    @property
    def unseen(self) -> int:
        """Booked by lists, and not on a bank statement yet; negative where a list is missing."""
        return self.net - self.arrived

    @property
    def in_transit(self) -> int:
        return self.collected - self.remitted - self.written_off

    def add(self, **amounts: int | None) -> None:
        for name, amount in amounts.items():
            setattr(self, name, getattr(self, name) + (amount or 0))


@dataclass(frozen=True)
class Reconciliation:
    """``carriers``: code → account. ``open``: parcels of which a difference was booked and is unsettled."""

    carriers: dict[str, Account]
    producers: list[Account]
    total: Account
    open: list[Any] = field(default_factory=list)


def reconciliation(*, at: dt.datetime, name_of: Callable[[str], str], carrier: str = "") -> Reconciliation:
    """All carriers, or one. ``name_of`` gives a carrier's name. Five queries."""
    carriers: dict[str, Account] = {}
    producers: dict[int, Account] = {}
    total = Account("")

    def count(code: str, producer: int | None, producer_name: str | None, **amounts: int | None) -> None:
        carriers.setdefault(code, Account(name_of(code))).add(**amounts)
        if producer is not None:
            producers.setdefault(producer, Account(producer_name or "")).add(**amounts)
        total.add(**amounts)

    for code, producer, name, parcels, collected, overdue, overdue_parcels in _collected(at, carrier):
        amounts = {"parcels": parcels, "collected": collected, "overdue": overdue}
        count(code, producer, name, **amounts, overdue_parcels=overdue_parcels)
    for code, producer, name, remitted, written_off, fees, in_time in _remitted(at, carrier):
        amounts = {"remitted": remitted, "written_off": written_off, "fees": fees}
        count(code, producer, name, **amounts, overdue=-(in_time or 0))
    for code, producer, name, waiting, amount in _waiting(carrier):
        count(code, producer, name, waiting=waiting, waiting_amount=amount)
    for code, amount in _arrived(carrier):
        count(code, None, None, arrived=amount)
    return Reconciliation(
        carriers=dict(sorted(carriers.items())),
        producers=sorted(producers.values(), key=lambda one: (-one.in_transit, one.name)),
        total=total,
        open=open_differences(carrier=carrier),
    )


def _collected(at: dt.datetime, carrier: str) -> Iterable[Any]:
    rows = CodCollection.objects.by_carriers().filter(status__in=_IN_HAND)
    late = Q(pk__in=CodCollection.objects.overdue(at).values("pk"))
    return (
        (rows.filter(carrier=carrier) if carrier else rows)
        .order_by()
        .values_list("carrier", "producer", "producer__name")
        .annotate(
            parcels=Count("pk"),
            sum=Sum("amount"),
            late=Sum("amount", filter=late),
            late_parcels=Count("pk", filter=late),
        )
    )


def _remitted(at: dt.datetime, carrier: str) -> Iterable[Any]:
    late = Q(collection__in=CodCollection.objects.overdue(at).values("pk"))
    return (
        _of(carrier, RemittanceRow.objects.booked())
        .order_by()
        .values_list("file__source", "producer", "producer__name")
        .annotate(
            remitted=Sum("collected"),
            written_off=Sum("difference"),
            fees=Sum("fee"),
            late=Sum(F("collected") + F("difference"), filter=late),
        )
    )


def _waiting(carrier: str) -> Iterable[Any]:
    return (
        _of(carrier, RemittanceRow.objects.waiting())
        .order_by()
        .values_list("file__source", "producer", "producer__name")
        .annotate(count=Count("pk"), sum=Sum("collected"))
    )


def _arrived(carrier: str) -> Iterable[Any]:
    rows = Posting.objects.filter(
        entry__key__startswith=CARRIERS_TRANSFER, account__kind=AccountKind.SUSPENSE
    )
    rows = rows.filter(reference=carrier) if carrier else rows
    return rows.order_by().values_list("reference").annotate(sum=Sum("amount"))


def _of(carrier: str, rows: QuerySet[RemittanceRow]) -> QuerySet[RemittanceRow]:
    return rows.filter(file__source=carrier) if carrier else rows


def open_differences(*, carrier: str = "") -> list[Any]:
    """Parcels that were booked with a difference which nobody has settled: parcel_code, carrier,
    producer, expected, come, left (đồng still due; negative: owed to the carrier). One query."""
    claimed = RemittanceRow.objects.booked().exclude(outcome=RemittanceOutcome.MATCHED)
    rows = _of(carrier, RemittanceRow.objects.booked().filter(parcel_code__in=claimed.values("parcel_code")))
    expected = Case(
        When(collection__status__in=_IN_HAND, then=F("collection__amount")),
        default=0,
        output_field=BigIntegerField(),
    )
    found = (
        rows.order_by("parcel_code")
        .values("parcel_code", carrier=F("file__source"), name=F("producer__name"), expected=expected)
        .annotate(come=Coalesce(Sum(F("collected") + F("difference")), 0))
        .annotate(left=F("expected") - F("come"))
        .exclude(left=0)
    )
    return [dict(row) for row in found]


def totals_by_carrier(rows: QuerySet[CodCollection]) -> list[Any]:
    """Of these collections: carrier, due, collected, remitted, each in đồng. One query."""

    def sum_of(status: str) -> Coalesce:
        return Coalesce(Sum("amount", filter=Q(status=status)), 0)

    found = rows.order_by("carrier").values("carrier")
    found = found.annotate(
        due=sum_of(CodStatus.DUE),
        held=sum_of(CodStatus.COLLECTED),
        remitted=sum_of(CodStatus.REMITTED),
    )
    return [dict(row) for row in found]


def with_sums(files: QuerySet[MoneyFile]) -> QuerySet[MoneyFile]:
    """Files with ``net``, what the carrier says it sends for all rows in đồng, ``booked_net``, what of
    it is booked, and ``open``, how many rows wait."""
    waits = Q(
        remittance_rows__outcome__in=REMITTANCE_NEEDS_A_PERSON, remittance_rows__resolved_at__isnull=True
    )
    return files.annotate(
        net=Coalesce(Sum("remittance_rows__net"), 0),
        booked_net=Coalesce(Sum("remittance_rows__net", filter=Q(remittance_rows__is_booked=True)), 0),
        open=Count("remittance_rows", filter=waits),
    )
