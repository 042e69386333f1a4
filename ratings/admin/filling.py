"""Reading the forms in which desks answer: any part of them, from one criterion to the whole sheet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string

from ratings.models import Criterion, Desk, Dossier
from ratings.selectors import sheet
from ratings.services import answers, evidence, files

GENERAL = "chung"  # papers that belong to no criterion


@dataclass
class Outcome:
    """``touched``: criteria (or GENERAL) whose papers changed; ``refusals``: files not taken, and why."""

    touched: set[str] = field(default_factory=set)
    refusals: list[str] = field(default_factory=list)


def take(request: HttpRequest, dossier: Dossier) -> Outcome:
    """Keep the producer's answers, and the fields ``file-<criterion>`` and ``remove``.

    What is refused keeps nothing else from being saved. Raises AnswerRefused where that is an answer,
    and what the services raise for the whole form.
    """
    outcome = Outcome()
    said = given(request.POST, Desk.SELF)
    kept = answers.save(dossier=dossier, desk=Desk.SELF, given=said, actor=request.user)
    if kept.refused:
        raise answers.AnswerRefused(data={"criteria": sorted(kept.refused)})
    if removed := request.POST.get("remove"):
        paper = get_object_or_404(dossier.evidence.kept(), pk=_id(removed))
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


def given(data: Mapping[str, str], desk: str) -> dict[int, answers.Given]:
    """What was sent: ``answer-<criterion>`` (an option's id, for the commune "yes" or "no") and
    ``note-<criterion>``. A radio that nobody chose is not sent at all."""
    found = {}
    for key in {name.partition("-")[2] for name in data if name.startswith(("answer-", "note-"))}:
        said, note = data.get(f"answer-{key}"), data.get(f"note-{key}")
        if desk == Desk.COMMUNE:
            word = {"yes": True, "no": False}.get(said or "")
            found[_id(key)] = answers.Given(is_confirmed=word, note=note)
        else:
            option = None if said is None else _id(said)
            found[_id(key)] = answers.Given(option_id=option, note=note)
    return found


def _criterion(dossier: Dossier, place: str) -> Criterion | None:
    if place == GENERAL:
        return None
    found = Criterion.objects.filter(pk=_id(place), criteria_set=dossier.criteria_set_id).first()
    if found is None:
        raise answers.AnswerRefused(data={"criterion": place})
    return found


def _id(text: str) -> int:
    """The id that stands there; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
