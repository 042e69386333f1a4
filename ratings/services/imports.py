"""A province's list into the register: every row accounted for, a second time changes nothing."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Product, ProductSet
from catalog.services import listing, products
from core import clock
from core.errors import MarketError
from core.models import Commune, LegacyCommune, Province
from core.services import places
from core.text import fold
from producers.models import Producer, ProducerStatus
from producers.services import producers
from ratings.models import Basis, Certificate, ImportBatch, ImportRow, RatingDecision
from ratings.services import recognitions, spreadsheets
from ratings.services.rows import BadCell, Row, parse

CREATED, UNCHANGED, UPDATED, ERROR = "created", "unchanged", "updated", "error"
PLACED, DISTRICT, SPLIT, UNPLACED = "placed", "district", "split", "unplaced"
OUTCOMES = (CREATED, UNCHANGED, UPDATED, ERROR)
PLACES = (PLACED, DISTRICT, SPLIT, UNPLACED)


@dataclass(frozen=True)
class Line:
    """What became of one row of the file."""

    number: int
    outcome: str
    place: str
    message: str
    raw: dict[str, str]
    certificate: Certificate | None = None
    stars: int | None = None
    province_at_award: str = ""
    province: str = ""


@dataclass
class Report:
    """The whole run: ``lines`` in the order of the file."""

    file_name: str
    dry_run: bool
    lines: list[Line] = field(default_factory=list)

    @property
    def outcomes(self) -> dict[str, int]:
        found = Counter(line.outcome for line in self.lines)
        return {name: found[name] for name in OUTCOMES}

    @property
    def places(self) -> dict[str, int]:
        found = Counter(line.place for line in self.lines)
        return {name: found[name] for name in PLACES}

    @property
    def blank_stars(self) -> int:
        return sum(line.stars is None for line in self.lines if line.outcome != ERROR)

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
    """Read a .csv or .xlsx and enter its rows, all in one transaction.

    A row that cannot be read is reported with its number, column and remedy; the others go in.
    ``dry_run`` does everything and takes it back. Raises FileRefused for the file as a whole.
    """
    sheet = spreadsheets.read(content, PurePath(name).name)
    report = Report(sheet.name, dry_run)
    with transaction.atomic():
        with listing.postponed():
            _Run(sheet, report, actor, at).all()
        batch = ImportBatch.objects.create(
            file_name=sheet.name[:200], checksum=sheet.checksum, actor=actor, counts=report.counts
        )
        ImportRow.objects.bulk_create(
            ImportRow(
                batch=batch,
                row_number=line.number,
                outcome=line.outcome,
                place=line.place,
                message=line.message,
                certificate=line.certificate,
                raw=line.raw,
            )
            for line in report.lines
        )
        if dry_run:
            transaction.set_rollback(True)
    return report


@dataclass(frozen=True)
class _Place:
    """Where a row lies: ``outcome`` for the report, the rest as far as it is certain."""

    outcome: str
    message: str
    province: Province
    commune: Commune | None = None


class _Run:
    """One import under way, with what the file needs from the database read beforehand."""

    def __init__(self, sheet: spreadsheets.Sheet, report: Report, actor: Any, at: dt.datetime | None) -> None:
        self.sheet, self.report, self.actor, self.at = sheet, report, actor, at
        self.today = clock.today()
        self.seen: dict[str, int] = {}  # natural key → row of this file
        self.provinces: dict[str, Province | None] = {}
        self.answers: dict[tuple[str, ...], places.Resolution] = {}  # lists repeat their places
        self.sets = ProductSet.objects.in_bulk()
        self.producers: dict[tuple[str, str], Producer] = {}
        self.products: dict[tuple[int, str], Product] = {}
        self.known = {
            row.natural_key: row
            for row in Certificate.objects.exclude(natural_key="").select_related(
                "product__producer", "decision"
            )
        }

    def all(self) -> None:
        self._remember(Producer.objects.filter(is_illustrative=False))
        for number, cells in self.sheet.rows:
            raw = {column: str(value) for column, value in cells.items()}
            try:
                row = parse(number, cells, today=self.today)
                with transaction.atomic():
                    line = self._take(row, raw)
            except BadCell as bad:
                line = Line(number, ERROR, UNPLACED, f"{bad.column}: {bad.remedy}", raw)
            except MarketError as error:
                line = Line(number, ERROR, UNPLACED, str(error), raw)
            self.report.lines.append(line)

    def _remember(self, found: Iterable[Producer]) -> None:
        for producer in found:
            self.producers.setdefault((fold(producer.name), producer.province_id or ""), producer)
        for product in Product.objects.filter(is_illustrative=False).select_related("producer"):
            self.products.setdefault((product.producer_id, fold(product.name)), product)

    def _take(self, row: Row, raw: dict[str, str]) -> Line:
        place = self._place(row)
        key = row.natural_key(place.province.pk)
        known = self.known.get(key)
        if key in self.seen:
            raise BadCell("name", _("trùng với dòng %s của tệp; giữ lại một dòng") % self.seen[key])
        self.seen[key] = row.number
        if known and known.source_digest == row.digest:
            outcome, certificate = UNCHANGED, known
        elif known:
            outcome, certificate = UPDATED, self._amend(known, row, place)
        else:
            outcome, certificate = CREATED, self._issue(row, place, key)
        return Line(
            number=row.number,
            outcome=outcome,
            place=place.outcome,
            message=place.message,
            raw=raw,
            certificate=certificate,
            stars=row.stars,
            province_at_award=row.province_at_award or place.province.short_name,
            province=place.province.short_name,
        )

    def _issue(self, row: Row, place: _Place, key: str) -> Certificate:
        product = self._product(row, place)
        self.known[key] = recognitions.issue(
            product=product,
            decision=self._decision(row, place),
            actor=self.actor,
            at=self.at,
            natural_key=key,
            **_particulars(row),
        )
        return self.known[key]

    def _amend(self, certificate: Certificate, row: Row, place: _Place) -> Certificate:
        if place.commune and certificate.product.commune_id != place.commune.pk:
            products.update(product=certificate.product, actor=self.actor, commune=place.commune)
        decision = self._decision(row, place)
        return recognitions.amend(
            certificate=certificate, decision=decision, actor=self.actor, at=self.at, **_particulars(row)
        )

    def _decision(self, row: Row, place: _Place) -> RatingDecision:
        return recognitions.open_decision(
            number=row.decision_no,
            decided=row.decided,
            award_year=row.award_year,
            level=row.level,
            authority=_authority(row, place.province),
            province=place.province,
            province_at_award=row.province_at_award,
            source_url=row.source_url,
            actor=self.actor,
            at=self.at,
        )

    def _product(self, row: Row, place: _Place) -> Product:
        """The one product of this name that the producer has; made and shown when there is none."""
        producer = self._producer(row, place)
        key = (producer.pk, fold(row.name))
        if key not in self.products:
            product = products.create(
                producer=producer,
                name=row.name,
                product_set=self.sets.get(row.product_set or 0),
                province=place.province,
                commune=place.commune,
                actor=self.actor,
            )
            products.publish(product=product, actor=self.actor)
            self.products[key] = product
        elif place.commune and not self.products[key].commune_id:
            products.update(product=self.products[key], actor=self.actor, commune=place.commune)
        return self.products[key]

    def _producer(self, row: Row, place: _Place) -> Producer:
        """Matched by name and province; where the source is silent, a stand-in that says so."""
        name = row.producer or _("Nguồn không nêu chủ thể (%s)") % place.province.short_name
        key = (fold(name), place.province.pk)
        commune = place.commune if row.producer else None
        if key not in self.producers:
            self.producers[key] = producers.create(
                name=name,
                kind=row.kind,
                status=ProducerStatus.LISTED,
                province=place.province,
                commune=commune,
                former_address=row.place_as_written if row.producer else "",
                actor=self.actor,
            )
        elif commune and not self.producers[key].commune_id:
            producers.update(
                producer=self.producers[key],
                actor=self.actor,
                commune=commune,
                former_address=row.place_as_written,
            )
        return self.producers[key]

    def _province(self, text: str) -> Province | None:
        if text not in self.provinces:
            found = places.resolve(province=text) if text else None
            self.provinces[text] = found.province if found else None
        return self.provinces[text]

    @staticmethod
    def _resolve(address: str, commune: str, district: str, province: str) -> places.Resolution:
        if not address:
            return places.resolve(commune=commune, district=district, province=province)
        answer = places.resolve(address)
        if answer.province is None and province:
            answer = places.resolve(f"{address}, {province}")
        return answer

    def _place(self, row: Row) -> _Place:
        """The commune where it is certain, else why not; the province always."""
        key = (row.address, row.commune, row.district, row.province_at_award or row.province)
        if key not in self.answers:
            self.answers[key] = self._resolve(*key)
        answer = self.answers[key]
        home = self._province(row.province) or self._province(row.province_at_award) or answer.province
        if home is None:
            column = "province" if row.province else "province_at_award"
            raise BadCell(column, _("không có tỉnh này; viết tên tỉnh, ví dụ Đà Nẵng"))
        if answer.province is not None and answer.province != home:
            message = _("Địa danh thuộc %(found)s, không thuộc %(home)s như cột tỉnh ghi.")
            message %= {"found": answer.province.name, "home": home.name}
            return _Place(UNPLACED, message, home)
        if answer.commune:
            return _Place(PLACED, answer.message, home, answer.commune)
        if answer.kind == SPLIT:
            names = ", ".join(commune.name for commune in answer.candidates)
            return _Place(SPLIT, f"{answer.message} ({names})", home)
        if row.commune or (row.address and answer.kind != DISTRICT):
            text = ", ".join(part for part in (row.commune or row.address, row.district) if part)
            return _Place(UNPLACED, _("Danh mục không có “%s”.") % text, home)
        if answer.kind == DISTRICT:
            return _Place(DISTRICT, answer.message, home)
        if row.district:
            return _Place(UNPLACED, _("Danh mục không có “%s”.") % row.district, home)
        return _Place(UNPLACED, _("Nguồn chỉ nêu tỉnh."), home)


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


def _authority(row: Row, province: Province) -> str:
    """Who signed, as far as level and place at the time of the award say; "" for a statement."""
    if row.basis == Basis.STATEMENT:
        return ""
    level = RatingDecision.Level
    if row.level == level.NATIONAL:
        return _("Trung ương")
    of_council = row.basis == Basis.COUNCIL
    if row.level == level.DISTRICT:
        place = row.district or row.province_at_award
        return (_("Hội đồng OCOP %s") if of_council else _("UBND %s")) % place
    former = LegacyCommune.objects.filter(province_key=fold(row.province_at_award)).first()
    name = places.in_sentence(former.province if former else province.name)
    return (_("Hội đồng OCOP %s") if of_council else _("UBND %s")) % name
