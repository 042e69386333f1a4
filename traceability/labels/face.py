"""What stands on a label beside its QR, laid out for the room that the paper leaves. Points."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import papers
from core.templatetags.market import day
from traceability.labels.text import LEAST, fit, width

PLAIN, BOLD = papers.FONT, papers.BOLD
_SCALES = [step / 20 for step in range(32, 9, -1)]  # 1.6 down to 0.5
_LEADING = 1.2
_RISE = 0.98  # from the top of a line to its base: marks stand high on Vietnamese capitals


@dataclass(frozen=True)
class Face:
    """The same on every label of a sheet. Texts are "" where there is nothing to say."""

    product: str
    producer: str
    lot: str
    produced_on: dt.date
    expires_on: dt.date | None = None
    price: str = ""
    stars: int | None = None  # of a live star only
    star_until: dt.date | None = None


@dataclass(frozen=True)
class Mark:
    """What one label has for itself. ``address`` is ASCII; a sheet without serials has one for all."""

    address: str
    serial: str = ""
    check: str = ""  # to be covered by a scratch film

    @property
    def lines(self) -> list[str]:
        """The serial in groups as phone numbers are read here, 4-3-3; the check code in threes."""
        s, c = self.serial, self.check
        number = f"{s[:4]} {s[4:7]} {s[7:]}".strip()
        check = f"{c[:3]} {c[3:]}".strip()
        return [words % value for words, value in ((_("Số %s"), number), (_("Mã cào %s"), check)) if value]


@dataclass(frozen=True)
class Line:
    words: str
    font: str
    size: float
    top: float  # from the upper edge of the room

    @property
    def base(self) -> float:
        return self.top + self.size * _RISE


@dataclass(frozen=True)
class Layout:
    """``rule``: where a hairline parts names and facts; ``marks``: the lines of each label's own."""

    lines: tuple[Line, ...]
    rule: float
    marks: tuple[Line, ...]
    height: float
    scale: float
    cut: int  # 0: every word is whole


def lay_out(face: Face, mark: Mark, *, room: tuple[float, float]) -> Layout:
    """As large as the room allows: whole words before large ones, names cut before facts."""
    tries = [_at(scale, face, mark, room, is_tight) for is_tight in (False, True) for scale in _SCALES]
    fitting = [found for found in tries if found.height <= room[1]]
    # Large words that are cut say less than small ones.
    fitting = [found for found in fitting if found.scale <= 1 or not found.cut]
    return min(fitting or tries[-1:], key=lambda found: found.cut)


def own_lines(mark: Mark, layout: Layout, *, room: float) -> Iterator[Line]:
    """The serial and the check code of this label, in the places that the layout keeps."""
    for words, place in zip(mark.lines, layout.marks, strict=True):
        size = min(place.size, place.size * room / max(width(words, place.font, place.size), 1))
        yield Line(words, place.font, size, place.top)


def _at(scale: float, face: Face, mark: Mark, room: tuple[float, float], is_tight: bool) -> Layout:
    """The layout at this scale. A tight one goes without what can be missed: large letters, a second
    line for the producer, the last day of the star."""
    column = _Column(scale, room[0])
    column.add(face.product, BOLD, 8 if is_tight else 10, most=2, weight=1)
    column.add(face.producer, PLAIN, 7.5, most=1 if is_tight else 2, weight=1)
    rule = column.top + 2 * scale
    column.top = rule + 2 * scale
    column.add(_("Lô %s") % face.lot, BOLD, 7.5, most=2)
    column.add(_("NSX %s") % day(face.produced_on), PLAIN, 7.5)
    if face.expires_on:
        column.add(_("HSD %s") % day(face.expires_on), PLAIN, 7.5)
    if face.stars:
        star = _("OCOP %s sao") % face.stars
        if not is_tight:
            star = _("%(star)s, đến %(day)s") % {"star": star, "day": day(face.star_until)}
        column.add(star, BOLD, 7.5)
    column.add(face.price, BOLD, 7.5 if is_tight else 9.5)
    own, size = mark.lines, 7.5 * scale
    height = column.top + len(own) * size * _LEADING + (2 * scale if own else 0)
    foot = max(room[1], height)
    marks = tuple(
        Line(words, BOLD, size, foot - (len(own) - number) * size * _LEADING)
        for number, words in enumerate(own)
    )
    return Layout(tuple(column.lines), rule, marks, height, scale, column.cut)


class _Column:
    """Lines from the top down. ``cut``: what had to be cut, names weighing 1 and facts 10."""

    def __init__(self, scale: float, room: float) -> None:
        self.scale, self.room = scale, room
        self.lines: list[Line] = []
        self.top, self.cut = 0.0, 0

    def add(self, words: str, font: str, size: float, *, most: int = 1, weight: int = 10) -> None:
        if not words:
            return
        size *= self.scale
        # Of facts every letter counts, so they are shrunk as far as it goes.
        least = max(LEAST, size * 0.75) if weight == 1 else LEAST
        found = fit(words, font=font, size=size, room=self.room, most=most, least=least)
        self.cut += weight * any(line.endswith("…") for line in found.lines)
        for line in found.lines:
            self.lines.append(Line(line, font, found.size, self.top))
            self.top += found.size * _LEADING
