"""A province's list into the register: every row accounted for, a second time changes nothing."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from catalog.models import Product, ProductSet, ProductStatus
from catalog.services import listing, products
from core import clock
from core.errors import MarketError
from core.models import LegacyCommune, Province
from core.services import places
from core.text import fold
from producers.models import Producer, ProducerStatus
from producers.services import producers
from ratings.models import Basis, Certificate, ImportBatch, ImportRow, RatingDecision
from ratings.services import recognitions, tables
from ratings.services.journal import Journal, Key
from ratings.services.matching import (
    CREATED,
    ERROR,
    SECTION,
    UNCHANGED,
    UPDATED,
    WRITES,
    Judge,
    Verdict,
)
from ratings.services.placing import PLACED, PLACES, Location
from ratings.services.rows import Row

__all__ = ["ERROR", "OUTCOMES", "PLACED", "PLACES", "Report", "run", "write"]

OUTCOMES = (CREATED, UNCHANGED, UPDATED, ERROR)


@dataclass(frozen=True)
class Outcome:
    """What became of one row of the file."""

    number: int
    outcome: str
    place: str
    message: str
    raw: dict[str, str]
    stars: int | None = None
    province_at_award: str = ""
    province: str = ""


@dataclass
class Report:
    """The whole run: ``lines`` in the order of the file."""

    file_name: str
    dry_run: bool
    lines: list[Outcome] = field(default_factory=list)

    @property
    def outcomes(self) -> dict[str, int]:
        """The four that every run has, and others that occurred."""
        found = Counter(line.outcome for line in self.lines)
        return {name: found[name] for name in OUTCOMES} | dict(found)

    @property
    def places(self) -> dict[str, int]:
        found = Counter(line.place for line in self.lines)
        return {name: found[name] for name in PLACES}

    @property
    def blank_stars(self) -> int:
        return sum(line.stars is None for line in self.lines if line.outcome not in (ERROR, SECTION))

    @property
    def before(self) -> dict[str, int]:
        """Province at the award → rows."""
        return dict(Counter(line.province_at_award for line in self.lines).most_common())

    @property
    def now(self) -> dict[str, int]:
        """Province of today → rows."""
        return dict(Counter(line.province for line in self.lines).most_common())

    @property
    def counts(self) -> dict[str, int]:
        return {"read": len(self.lines), **self.outcomes, **self.places, "blank_stars": self.blank_stars}


def run(
    *, content: bytes, name: str, actor: Any, dry_run: bool = False, at: dt.datetime | None = None
) -> Report:
    """Read a list whose header names its columns, and enter its rows, all in one transaction.

    A row that cannot be read is reported with its number, column and remedy; the others go in.
    ``dry_run`` does everything and takes it back. Raises FileRefused for the file as a whole.
    """
    table = tables.of_file(content, name)
    with transaction.atomic():
        one_at_a_time(province=None)
        judge = Judge()
        verdicts = [judge.judge(line) for line in table.lines]
        written = write(judge=judge, verdicts=verdicts, actor=actor, at=at)
        report = Report(table.name, dry_run, [_outcome(verdict) for verdict in written.verdicts])
        batch = ImportBatch.objects.create(
            file_name=table.name[:200],
            checksum=table.checksum,
            actor=actor,
            counts=report.counts,
            applied_at=at or clock.now(),
        )
        ImportRow.objects.bulk_create(
            ImportRow(
                batch=batch,
                sheet=verdict.line.sheet[:60],
                row_number=line.number,
                outcome=line.outcome,
                place=line.place,
                message=line.message,
                certificate=written.certificates.get(i),
                raw=line.raw,
                before=written.entries.get(i, []),
            )
            for i, (line, verdict) in enumerate(zip(report.lines, written.verdicts, strict=True))
        )
        if dry_run:
            transaction.set_rollback(True)
    return report


def one_at_a_time(*, province: Province | None) -> None:
    """Lists of one province wait for each other until the transaction ends, so the later sees the earlier.

    The lock leaves references to the province free (``FOR NO KEY UPDATE``).
    """
    rows = Province.objects.order_by("pk").select_for_update(no_key=True)
    list((rows.filter(pk=province.pk) if province else rows).values_list("pk"))


def _outcome(verdict: Verdict) -> Outcome:
    row, location = verdict.row, verdict.location
    message = f"{verdict.column}: {verdict.message}" if verdict.column else ""
    return Outcome(
        number=verdict.line.number,
        outcome=verdict.outcome,
        place=verdict.place,
        message=message or (location.message if location else verdict.message),
        raw={column: str(value) for column, value in verdict.line.cells.items()},
        stars=row.stars if row else None,
        province_at_award=(row.province_at_award if row else "")
        or (location.province.short_name if location else ""),
        province=location.province.short_name if location else "",
    )


@dataclass(frozen=True)
class Written:
    """``verdicts`` as they came out; ``certificates`` and ``entries`` by the verdict's place in them."""

    verdicts: list[Verdict]
    certificates: Mapping[int, Certificate]
    entries: Mapping[int, list[dict[str, Any]]]


def write(
    *,
    judge: Judge,
    verdicts: Sequence[Verdict],
    actor: Any,
    at: dt.datetime | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Written:
    """Write what the verdicts say, inside the caller's transaction.

    A row that a service refuses becomes an error, and the others go in. ``progress`` is told the
    number of rows done.
    """
    out, certificates, journal = list(verdicts), {}, Journal()
    with listing.postponed():
        writer = _Writer(judge, journal, actor, at)
        for i, verdict in enumerate(verdicts):
            journal.line = i
            if verdict.outcome in WRITES:
                try:
                    with transaction.atomic():
                        certificates[i] = writer.take(verdict)
                except MarketError as error:
                    writer.forget(journal.forget())
                    out[i] = replace(verdict, outcome=ERROR, message=str(error), location=None, row=None)
            elif verdict.outcome == UNCHANGED and verdict.candidate:
                certificates[i] = verdict.candidate
            progress(i + 1)
    return Written(out, certificates, journal.entries())


class _Writer:
    """One list on its way in, with what it needs from the database read beforehand."""

    def __init__(self, judge: Judge, journal: Journal, actor: Any, at: dt.datetime | None) -> None:
        self.known, self.journal, self.actor, self.at = judge.known, journal, actor, at
        self.sets = ProductSet.objects.in_bulk()
        self.authorities: dict[str, str] = {}
        # Decisions are found or made by their particulars; the newer ones are this run's.
        self.last_decision = RatingDecision.objects.aggregate(last=Max("pk"))["last"] or 0
        own, those = (
            Producer.objects.filter(is_illustrative=False),
            Product.objects.filter(is_illustrative=False),
        )
        if judge.province:
            own = own.filter(province=judge.province)
            those = those.filter(producer__province=judge.province)
        self.producers: dict[tuple[str, str], Producer] = {}
        self.products: dict[tuple[int, str], Product] = {}
        for producer in own:
            self.producers.setdefault((fold(producer.name), producer.province_id or ""), producer)
        for product in those.select_related("producer"):
            self.products.setdefault((product.producer_id, fold(product.name)), product)

    def take(self, verdict: Verdict) -> Certificate:
        row, location = verdict.row, verdict.location
        if row is None or location is None:
            raise TypeError("a verdict that writes has a row and its location")
        known = self.known.get(verdict.amends) if verdict.amends else None
        if known:
            self._amend(known, row, location, verdict.key)
            del self.known[verdict.amends]
            self.known[verdict.key] = known
        else:
            self.known[verdict.key] = self._issue(row, location, verdict)
        return self.known[verdict.key]

    def forget(self, gone: set[Key]) -> None:
        """What a refused row had made is not there for the next."""
        labels = {Producer: Producer._meta.label_lower, Product: Product._meta.label_lower}
        self.producers = {k: p for k, p in self.producers.items() if (labels[Producer], p.pk) not in gone}
        self.products = {k: p for k, p in self.products.items() if (labels[Product], p.pk) not in gone}

    def _issue(self, row: Row, location: Location, verdict: Verdict) -> Certificate:
        product = self._product(row, location, verdict)
        certificate = recognitions.issue(
            product=product,
            decision=self._decision(row, location),
            actor=self.actor,
            at=self.at,
            natural_key=verdict.key,
            **_particulars(row),
        )
        self.journal.made(certificate)
        return certificate

    def _amend(self, certificate: Certificate, row: Row, location: Location, key: str) -> None:
        product = certificate.product
        self.journal.keep_product(product)
        if location.commune and product.commune_id != location.commune.pk:
            products.update(product=product, actor=self.actor, commune=location.commune)
        recognitions.amend(
            certificate=certificate,
            decision=self._decision(row, location),
            actor=self.actor,
            at=self.at,
            natural_key=key,
            **_particulars(row),
        )

    def _decision(self, row: Row, location: Location) -> RatingDecision:
        decision = recognitions.open_decision(
            number=row.decision_no,
            decided=row.decided,
            award_year=row.award_year,
            level=row.level,
            authority=row.authority or self._authority(row, location.province),
            province=location.province,
            province_at_award=row.province_at_award,
            source_url=row.source_url,
            actor=self.actor,
            at=self.at,
        )
        if decision.pk > self.last_decision:
            self.journal.made(decision)
        return decision

    def _product(self, row: Row, location: Location, verdict: Verdict) -> Product:
        """The one product of this name that the producer has; made and shown when there is none."""
        producer = self._producer(row, location)
        # A twin is another product of the same name: it is not looked for.
        is_twin = verdict.key != row.natural_key(location.province.pk)
        key = (producer.pk, verdict.key if is_twin else fold(verdict.product_name))
        product = self.products.get(key)
        if product is None:
            product = self.products[key] = products.create(
                producer=producer,
                name=row.name,
                product_set=self.sets.get(row.product_set or 0),
                province=location.province,
                commune=location.commune,
                actor=self.actor,
            )
            self.journal.made(product)
            products.publish(product=product, actor=self.actor)
            return product
        self.journal.keep_product(product)
        if location.commune and not product.commune_id:
            products.update(product=product, actor=self.actor, commune=location.commune)
        if product.status == ProductStatus.HIDDEN and not product.certificates.exists():
            products.publish(product=product, actor=self.actor)  # hidden by taking a list back
        return product

    def _producer(self, row: Row, location: Location) -> Producer:
        """Matched by name and province; where the source is silent, a stand-in that says so."""
        name = row.producer or _("Nguồn không nêu chủ thể (%s)") % location.province.short_name
        key = (fold(name), location.province.pk)
        commune = location.commune if row.producer else None
        producer = self.producers.get(key)
        if producer is None:
            producer = self.producers[key] = producers.create(
                name=name,
                kind=row.kind,
                status=ProducerStatus.LISTED,
                province=location.province,
                commune=commune,
                former_address=row.place_as_written if row.producer else "",
                phone=row.phone,
                actor=self.actor,
            )
            self.journal.made(producer)
        elif commune and not producer.commune_id:
            self.journal.keep(producer)
            producers.update(
                producer=producer, actor=self.actor, commune=commune, former_address=row.place_as_written
            )
        return producer

    def _authority(self, row: Row, province: Province) -> str:
        """Who signed, as far as level and place at the time of the award say; "" for a statement."""
        if row.basis == Basis.STATEMENT:
            return ""
        level = RatingDecision.Level
        if row.level == level.NATIONAL:
            return _("Trung ương")
        pattern = _("Hội đồng OCOP %s") if row.basis == Basis.COUNCIL else _("UBND %s")
        if row.level == level.DISTRICT:
            return pattern % (row.district or row.province_at_award)
        at_award = fold(row.province_at_award)
        if at_award not in self.authorities:
            former = LegacyCommune.objects.filter(province_key=at_award).first()
            self.authorities[at_award] = places.in_sentence(former.province) if former else ""
        return pattern % (self.authorities[at_award] or places.in_sentence(province.name))


def _particulars(row: Row) -> dict[str, Any]:
    return {
        "stars": row.stars,
        "score": row.score,
        "basis": row.basis,
        "basis_text": row.basis_text,
        "product_name": row.name,
        "producer_name": row.producer,
        "address_as_written": row.place_as_written,
        "source_url": row.source_url,
        "source_row": row.number,
        "source_digest": row.digest,
    }
