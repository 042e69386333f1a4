"""What a list's rows would do to the register: new, known, changed, or a question. Reads only."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.models import Province
from core.text import fold
from ratings.models import Certificate
from ratings.services.placing import UNPLACED, Location, Placer
from ratings.services.rows import BadCell, Row, parse
from ratings.services.tables import Line

CREATED, UNCHANGED, UPDATED, ERROR = "created", "unchanged", "updated", "error"
DUPLICATE = "duplicate"  # a question: the same product, or another?
SKIPPED = "skipped"  # said twice, or decided to be left out
SECTION = "section"
WRITES = frozenset({CREATED, UPDATED})

SKIP, UPDATE, OTHER = "skip", "update", "other"  # answers to the question

_ALIKE = 0.9  # of SequenceMatcher, for names of the same producer


@dataclass(frozen=True)
class Verdict:
    """What becomes of one row. ``row`` and ``location`` are None where it cannot be read."""

    line: Line
    outcome: str
    message: str = ""
    column: str = ""  # of an error
    row: Row | None = None
    location: Location | None = None
    key: str = ""  # natural key that the certificate has afterwards
    amends: str = ""  # natural key of the certificate that the row corrects
    product_name: str = ""  # of the product that the row belongs to
    candidate: Certificate | None = None  # what the row may be the same as

    @property
    def place(self) -> str:
        return self.location.outcome if self.location else UNPLACED


@dataclass
class _Seen:
    """A recognition of the same producer: in the register, or earlier in the file."""

    name: str
    year: int | None
    key: str
    certificate: Certificate | None = None
    line: int = 0


class Judge:
    """Looks at the rows of one list in their order.

    ``province`` refuses rows of others and fills where a row is silent; ``asks``: doubtful rows
    become questions, answered by ``choice``; without, they follow their natural key alone.
    """

    def __init__(self, *, province: Province | None = None, asks: bool = False) -> None:
        self.province, self.asks = province, asks
        self.today: dt.date = clock.today()
        self.placer = Placer()
        self.known: dict[str, Certificate] = {}
        self._issued_here: dict[str, Certificate] = {}
        self._in_file: dict[str, tuple[int, str]] = {}  # key → row number, digest
        self._of_producer: dict[tuple[str, str], list[_Seen]] = defaultdict(list)
        for certificate in _register(province):
            self._remember(certificate)

    def _remember(self, certificate: Certificate) -> None:
        decision = certificate.decision
        producer = (fold(certificate.producer_name), decision.province_id)
        if certificate.natural_key:
            self.known[certificate.natural_key] = certificate
        else:
            key = Row.key_of(
                certificate.product_name, certificate.producer_name, decision.province_id, _year(certificate)
            )
            self._issued_here[key] = certificate
        self._of_producer[producer].append(
            _Seen(fold(certificate.product_name), _year(certificate), certificate.natural_key, certificate)
        )

    def judge(self, line: Line, *, choice: str = "") -> Verdict:
        if line.is_section:
            return Verdict(line, SECTION, line.text)
        try:
            row = parse(
                line.number,
                line.cells,
                today=self.today,
                province=self.province.name if self.province else "",
                problems=line.problems,
            )
            location = self._locate(row)
            verdict = self._match(line, row, location, choice)
        except BadCell as bad:
            return Verdict(line, ERROR, bad.remedy, bad.column)
        if verdict.outcome in WRITES or verdict.outcome == DUPLICATE:
            seen = _Seen(fold(row.name), row.year, verdict.key, line=row.number)
            self._of_producer[fold(row.producer), location.province.pk].append(seen)
        return verdict

    def _locate(self, row: Row) -> Location:
        location = self.placer.place(row)
        if self.province and location.province != self.province:
            message = _("dòng này thuộc %(found)s; lần nhập này chỉ nhận %(own)s")
            raise BadCell("province", message % {"found": location.province.name, "own": self.province.name})
        return location

    def _match(self, line: Line, row: Row, location: Location, choice: str) -> Verdict:
        key = row.natural_key(location.province.pk)
        twin = Row.twin_of(key, row.stars)
        if (
            self.asks
            and (choice == OTHER or twin in self.known)
            and (key in self.known or key in self._in_file)
        ):
            key = twin
        found: dict[str, Any] = {"line": line, "row": row, "location": location, "key": key}
        found["product_name"] = row.name
        earlier = self._in_file.get(key)
        self._in_file.setdefault(key, (row.number, row.digest))
        if earlier:
            return self._repeated(found, row, earlier, choice)
        if here := self._issued_here.get(key):
            return self._of_this_register(found, row, here)
        if known := self.known.get(key):
            return self._known(found, row, known, choice)
        return self._new(found, row, location, choice)

    def _repeated(self, found: dict[str, Any], row: Row, earlier: tuple[int, str], choice: str) -> Verdict:
        number, digest = earlier
        if not self.asks:
            raise BadCell("name", _("trùng với dòng %s của tệp; giữ lại một dòng") % number)
        if digest == row.digest:
            return Verdict(**found, outcome=SKIPPED, message=_("Giống hệt dòng %s của tệp.") % number)
        message = _("Cùng sản phẩm, chủ thể và năm với dòng %s của tệp nhưng nội dung khác.") % number
        return _answered(found, choice, message, amends=found["key"])

    def _of_this_register(self, found: dict[str, Any], row: Row, here: Certificate) -> Verdict:
        if here.stars == row.stars:
            message = _("Đã cấp tại đây, số %s.") % here.number
            return Verdict(**found, outcome=UNCHANGED, message=message, candidate=here)
        raise BadCell(
            "stars",
            _("công nhận %(number)s cấp tại đây ghi %(stars)s sao; không sửa được bằng cách nhập danh sách")
            % {"number": here.number, "stars": here.stars},
        )

    def _known(self, found: dict[str, Any], row: Row, known: Certificate, choice: str) -> Verdict:
        if known.source_digest == row.digest:
            return Verdict(**found, outcome=UNCHANGED, candidate=known)
        message = _differences(row, known)
        if self.asks and known.stars != row.stars:
            return _answered(found, choice, message, amends=known.natural_key, candidate=known)
        return Verdict(**found, outcome=UPDATED, message=message, amends=known.natural_key, candidate=known)

    def _new(self, found: dict[str, Any], row: Row, location: Location, choice: str) -> Verdict:
        seen = self._alike(row, location) if self.asks else None
        if seen is None or choice == OTHER:
            return Verdict(**found, outcome=CREATED)
        if seen.certificate:
            message = _("Gần giống “%(name)s” của cùng chủ thể, đã có trong sổ (%(number)s).")
            message %= {"name": seen.certificate.product_name, "number": seen.certificate.number}
            product_name = seen.certificate.product.name
        else:
            message = _("Gần giống sản phẩm cùng chủ thể ở dòng %s của tệp.") % seen.line
            product_name = seen.name
        same_year = seen.year == row.year and bool(seen.key)
        return _answered(
            found | {"product_name": product_name if choice == UPDATE else row.name},
            choice,
            message,
            amends=seen.key if same_year else "",
            candidate=seen.certificate,
        )

    def _alike(self, row: Row, location: Location) -> _Seen | None:
        """A recognition of the same producer under nearly the same name; numbers tell variants apart."""
        if not row.producer:
            return None
        name = fold(row.name)
        digits = [char for char in name if char.isdigit()]
        found = None
        for seen in self._of_producer[fold(row.producer), location.province.pk]:
            if seen.name == name:
                return None  # the same product, in another year
            if [char for char in seen.name if char.isdigit()] != digits:
                continue
            matcher = SequenceMatcher(None, seen.name, name)
            if matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE:
                found = seen
        return found


def _answered(
    found: Mapping[str, Any], choice: str, message: str, *, amends: str, candidate: Certificate | None = None
) -> Verdict:
    """The question, or what its answer means."""
    if choice == SKIP:
        return Verdict(**found, outcome=SKIPPED, message=message, candidate=candidate)
    if choice == UPDATE:
        outcome = UPDATED if amends else CREATED
        return Verdict(**found, outcome=outcome, message=message, amends=amends, candidate=candidate)
    return Verdict(**found, outcome=DUPLICATE, message=message, candidate=candidate)


def _register(province: Province | None) -> QuerySet[Certificate]:
    """Real recognitions, all or those of one province."""
    rows = Certificate.objects.filter(decision__is_illustrative=False).order_by("pk")
    if province:
        rows = rows.filter(decision__province=province)
    return rows.select_related("product__producer", "decision")


def _year(certificate: Certificate) -> int | None:
    decision = certificate.decision
    if decision.award_year or not decision.decided_earliest:
        return decision.award_year
    return decision.decided_earliest.year


def _differences(row: Row, known: Certificate) -> str:
    """ "Hạng sao: 3 → 4; Điểm: 65,10 → 71,00"."""
    pairs = (
        (_("Hạng sao"), known.stars, row.stars),
        (_("Điểm"), known.score, row.score),
        (_("Số quyết định"), known.decision.number, row.decision_no),
        (_("Ngày quyết định"), _day(known.decision.decided_on), _day(row.decided.day)),
        (_("Tên"), known.product_name, row.name),
        (_("Địa chỉ"), known.address_as_written, row.place_as_written),
    )
    changed = [
        f"{label}: {_shown(before)} → {_shown(after)}" for label, before, after in pairs if before != after
    ]
    return "; ".join(changed) or _("Nội dung nguồn đã đổi.")


def _day(value: dt.date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def _shown(value: Any) -> str:
    return str(value) if value not in (None, "") else "–"
