"""The criteria of a dossier with what each desk answered: one shape for every screen and file."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from ratings.models import Answer, CriteriaSet, Criterion, CriterionOption, Desk, Dossier, Evidence, Part


@dataclass(frozen=True)
class Row:
    """One criterion. ``answers`` maps desk → answer, for those that answered."""

    criterion: Criterion
    options: list[CriterionOption]
    answers: dict[str, Answer] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def most(self) -> Decimal:
        """The most points that the criterion gives."""
        return max((option.points for option in self.options), default=Decimal(0))

    @property
    def own(self) -> Answer | None:
        return self.answers.get(Desk.SELF)

    @property
    def commune(self) -> Answer | None:
        return self.answers.get(Desk.COMMUNE)

    @property
    def advisory(self) -> Answer | None:
        return self.answers.get(Desk.ADVISORY)


@dataclass(frozen=True)
class Section:
    title: str
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class SheetPart:
    code: str  # "A"
    label: str
    sections: list[Section] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        return [row for section in self.sections for row in section.rows]

    @property
    def most(self) -> Decimal:
        return sum((row.most for row in self.rows), Decimal(0))

    def points(self, desk: str) -> Decimal:
        return points(self.rows, desk)


@dataclass(frozen=True)
class Sheet:
    """Parts in order; ``general`` is evidence that belongs to no criterion."""

    parts: list[SheetPart]
    general: list[Evidence] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        return [row for part in self.parts for row in part.rows]

    @property
    def most(self) -> Decimal:
        return sum((part.most for part in self.parts), Decimal(0))

    def total(self, desk: str) -> Decimal:
        return points(self.rows, desk)

    def missing(self, desk: str) -> list[Row]:
        """Criteria that the desk has not answered."""
        return [row for row in self.rows if not _is_answered(row.answers.get(desk))]


def points(rows: Iterable[Row], desk: str) -> Decimal:
    """Sum of the options that a desk chose."""
    chosen = [answer.option for row in rows if (answer := row.answers.get(desk))]
    return sum((option.points for option in chosen if option), Decimal(0))


def of_set(criteria_set: CriteriaSet) -> Sheet:
    """The bare criteria, in two queries."""
    return _arranged(criteria_set, answers=[], evidence=[])


def of_dossier(dossier: Dossier, *, only_commune: bool = False) -> Sheet:
    """Criteria, answers of every desk and kept evidence, in four queries.

    ``only_commune``: just the commune's criteria and their evidence, the self-score beside them.
    """
    answers = list(dossier.answers.select_related("option", "by"))
    evidence = list(dossier.evidence.kept())
    return _arranged(dossier.criteria_set, answers=answers, evidence=evidence, only_commune=only_commune)


def as_handed_in(dossier: Dossier, *, only_commune: bool = False) -> Sheet:
    """As ``of_dossier``, with the producer's answers and evidence of the last submission.

    What the producer writes in a returned dossier is not the desks' to read until it is handed in.
    """
    last = dossier.submissions.last()
    said = last.content["answers"] if last else {}
    papers = last.content["evidence"] if last else []
    options = CriterionOption.objects.in_bulk([answer["option"] for answer in said.values()])
    own = [
        Answer(desk=Desk.SELF, criterion_id=int(pk), option=options.get(given["option"]), note=given["note"])
        for pk, given in said.items()
    ]
    others = dossier.answers.exclude(desk=Desk.SELF).select_related("option", "by")
    evidence = dossier.evidence.filter(pk__in=[paper["id"] for paper in papers])
    answers = [*own, *others]
    return _arranged(dossier.criteria_set, answers=answers, evidence=evidence, only_commune=only_commune)


def _arranged(
    criteria_set: CriteriaSet,
    *,
    answers: Iterable[Answer],
    evidence: Iterable[Evidence],
    only_commune: bool = False,
) -> Sheet:
    by_criterion: dict[int, dict[str, Answer]] = {}
    for answer in answers:
        by_criterion.setdefault(answer.criterion_id, {})[answer.desk] = answer
    papers: dict[int | None, list[Evidence]] = {}
    for paper in evidence:
        papers.setdefault(paper.criterion_id, []).append(paper)
    criteria = criteria_set.criteria.prefetch_related("options").order_by("position")
    parts: dict[str, SheetPart] = {}
    for criterion in criteria.filter(is_for_commune=True) if only_commune else criteria:
        part = parts.setdefault(criterion.part, SheetPart(criterion.part, str(Part(criterion.part).label)))
        if not part.sections or part.sections[-1].title != criterion.section:
            part.sections.append(Section(criterion.section))
        row = Row(
            criterion,
            list(criterion.options.all()),
            by_criterion.get(criterion.pk, {}),
            papers.get(criterion.pk, []),
        )
        part.sections[-1].rows.append(row)
    return Sheet([parts[code] for code in sorted(parts)], [] if only_commune else papers.get(None, []))


def _is_answered(answer: Answer | None) -> bool:
    return answer is not None and (answer.option_id is not None or answer.is_confirmed is not None)
