"""What stands on a label beside its QR, laid out for the room that the paper leaves. Points."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import papers
from core.templatetags.market import day
from traceability.labels.text import LEAST, Fitted, fit, width

PLAIN, BOLD = papers.FONT, papers.BOLD
_SCALES = [step / 20 for step in range(32, 11, -1)]  # 1.6 down to 0.6
_LEADING = 1.24
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
    star: str = ""


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
    is_whole: bool  # nothing had to be cut
    height: float


def lay_out(face: Face, mark: Mark, *, room: tuple[float, float]) -> Layout:
    """As large as the room allows: whole words before large ones, cut words last of all."""
    tries = [(scale, _at(scale, face, mark, room)) for scale in _SCALES]
    fitting = [(scale, found) for scale, found in tries if found.height <= room[1]]
    whole = [found for _scale, found in fitting if found.is_whole]
    modest = [found for scale, found in fitting if scale <= 1]
    return (whole or modest or [tries[-1][1]])[0]


def own_lines(mark: Mark, layout: Layout, *, room: float) -> Iterator[Line]:
    """The serial and the check code of this label, in the places that the layout keeps."""
    for words, place in zip(mark.lines, layout.marks, strict=True):
        size = min(place.size, place.size * room / max(width(words, place.font, place.size), 1))
        yield Line(words, place.font, size, place.top)


def _at(scale: float, face: Face, mark: Mark, room: tuple[float, float]) -> Layout:
    lines: list[Line] = []
    whole, top = True, 0.0

    def add(
        words: str, font: str, size: float, *, most: int = 1, gap: float = 0, may_shrink: bool = True
    ) -> None:
        nonlocal top, whole
        if not words:
            return
        # Names may be cut in the end; of facts every letter counts, so they are shrunk as far as it goes.
        least = LEAST if may_shrink else max(LEAST, size * scale * 0.75)
        found: Fitted = fit(words, font=font, size=size * scale, room=room[0], most=most, least=least)
        whole = whole and not any(line.endswith("…") for line in found.lines)
        top += gap * scale
        for line in found.lines:
            lines.append(Line(line, font, found.size, top))
            top += found.size * _LEADING

    add(face.product, BOLD, 10, most=2, may_shrink=False)
    add(face.producer, PLAIN, 7.5, most=2, gap=0.5, may_shrink=False)
    rule = top + 2 * scale
    top = rule + 2 * scale
    add(_("Lô %s") % face.lot, BOLD, 7.5, most=2)
    add(_("NSX %s") % day(face.produced_on), PLAIN, 7.5)
    if face.expires_on:
        add(_("HSD %s") % day(face.expires_on), PLAIN, 7.5)
    add(face.star, BOLD, 7.5)
    add(face.price, BOLD, 9.5, gap=1)
    own = mark.lines
    size = 7.5 * scale
    height = top + len(own) * size * _LEADING + (2 * scale if own else 0)
    whole = whole and all(width(words, BOLD, size) <= room[0] for words in own)
    foot = max(room[1], height)
    marks = tuple(
        Line(words, BOLD, size, foot - (len(own) - number) * size * _LEADING)
        for number, words in enumerate(own)
    )
    return Layout(tuple(lines), rule, marks, whole, height)
