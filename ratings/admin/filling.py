"""Reading the self-assessment form: any part of it, from one criterion to the whole sheet."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string

from ratings.models import Criterion, Dossier
from ratings.selectors import sheet
from ratings.services import assessments, evidence, files
from ratings.services.answers import AnswerRefused

GENERAL = "chung"  # papers that belong to no criterion


@dataclass
class Outcome:
    """``touched``: criteria (or GENERAL) whose papers changed; ``refusals``: files not taken, and why."""

    touched: set[str] = field(default_factory=set)
    refusals: list[str] = field(default_factory=list)


def take(request: HttpRequest, dossier: Dossier) -> Outcome:
    """Keep the fields ``option-<criterion>``, ``note-<criterion>``, ``file-<criterion>``, ``remove``.

    A file that is refused keeps nothing else from being saved. Raises what the services
    raise for the rest.
    """
    outcome = Outcome()
    assessments.save(dossier=dossier, given=_given(request), actor=request.user)
    if removed := request.POST.get("remove"):
        paper = get_object_or_404(dossier.evidence.kept(), pk=_number(removed))
        evidence.remove(paper=paper, actor=request.user)
        outcome.touched.add(str(paper.criterion_id or GENERAL))
    for name, uploads in request.FILES.lists():
        place = name.removeprefix("file-")
        for upload in uploads:
            try:
                evidence.attach(
                    dossier=dossier, criterion=_criterion(dossier, place), file=upload, actor=request.user
                )
            except (files.PaperRefused, evidence.TooManyPapers) as refusal:
                outcome.refusals.append(str(refusal))
            outcome.touched.add(place)
    return outcome


def papers_html(request: HttpRequest, dossier: Dossier, places: set[str]) -> dict[str, str]:
    """Place → its list of papers as the page shows it."""
    if not places:
        return {}
    filled = sheet.of_dossier(dossier)
    lists = {str(row.criterion.pk): row.evidence for row in filled.rows} | {GENERAL: filled.general}
    return {
        place: render_to_string(
            "admin/ratings/_papers.html", {"papers": lists[place], "can_edit": True}, request
        )
        for place in places
        if place in lists
    }


def _given(request: HttpRequest) -> dict[int, assessments.Given]:
    """Criteria of which the form speaks. A radio that nobody chose is not sent at all."""
    return {
        pk: assessments.Given(
            option=_number(option) if (option := request.POST.get(f"option-{pk}")) else None,
            note=request.POST.get(f"note-{pk}", ""),
        )
        for pk in sorted(set(_spoken_of(request)))
    }


def _spoken_of(request: HttpRequest) -> Iterator[int]:
    for name in request.POST:
        kind, _, place = name.partition("-")
        if kind in ("option", "note"):
            yield _number(place)


def _criterion(dossier: Dossier, place: str) -> Criterion | None:
    if place == GENERAL:
        return None
    found = Criterion.objects.filter(pk=_number(place), criteria_set=dossier.criteria_set_id).first()
    if found is None:
        raise AnswerRefused(data={"criterion": place})
    return found


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise AnswerRefused(data={"criterion": text[:20]})
    return int(text)
