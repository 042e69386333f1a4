"""Drawing a sheet: once what all labels share, then label by label, page by page."""

import dataclasses
import itertools
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics

from core import papers
from core.text import clean
from traceability.labels import pdf, symbol
from traceability.labels.face import BOLD, Face, Line, Mark, lay_out, own_lines
from traceability.labels.papers import Paper

LARGEST = 0.46  # of the label's width: the words need the rest


@dataclass(frozen=True)
class Square:
    """Where the QR's dark part stands on a label; mm from the lower left corner."""

    left: float
    bottom: float
    side: float
    module: float

    @property
    def end(self) -> float:
        """Where words may begin."""
        return self.left + self.side + symbol.QUIET_ZONE * self.module


def square(paper: Paper, count: int) -> Square:
    """For a symbol of ``count`` modules a side, its quiet zone wholly inside the label."""
    height, free = paper.label_height, paper.label_height - 2 * paper.pad
    both = 2 * symbol.QUIET_ZONE
    module = min(free / count, height / (count + both), LARGEST * paper.label_width / count)
    if paper.dot:
        module = max(module // paper.dot, 1) * paper.dot
    side = module * count
    return Square(max(paper.pad, symbol.QUIET_ZONE * module), (height - side) / 2, side, module)


def write(
    stream: BinaryIO,
    *,
    paper: Paper,
    face: Face,
    marks: Iterable[Mark],
    title: str,
    told: Callable[[int], None] = lambda done: None,
) -> None:
    """Draw a label for each mark; ``told(n)`` after each. Raises ValueError when there is no mark."""
    marks = iter(marks)
    first = next(marks, None)
    if first is None:
        raise ValueError("no label to print")
    papers.load_fonts()
    sheet = _Sheet(stream, paper, _printable(face), first, title)
    places = list(paper.places())
    drawn: list[str] = []
    for done, mark in enumerate(itertools.chain([first], marks), 1):
        x, y = places[len(drawn)]
        drawn.append(f"q 1 0 0 1 {x * mm:.3f} {y * mm:.3f} cm\n/L Do\n{sheet.own(mark)}Q\n")
        if len(drawn) == paper.per_page:
            sheet.document.add_page("".join(drawn).encode())
            drawn.clear()
        told(done)
    if drawn:
        sheet.document.add_page("".join(drawn).encode())
    sheet.document.close()


class _Sheet:
    """The document with what all its labels share. Without serials that is the QR too."""

    def __init__(self, stream: BinaryIO, paper: Paper, face: Face, first: Mark, title: str) -> None:
        self.mask = symbol.best_mask(first.address)
        matrix = symbol.modules(first.address, mask=self.mask)
        self.place = square(paper, len(matrix))
        self.top = (paper.label_height - paper.pad) * mm
        self.room = (paper.label_width - self.place.end - paper.pad) * mm
        height = (paper.label_height - 2 * paper.pad) * mm
        self.layout = lay_out(face, first, room=(self.room, height))
        words = "".join(line.words for line in (*self.layout.lines, *self.layout.marks))
        self.fonts = pdf.fonts(words + string.ascii_uppercase + string.digits)
        size = paper.width * mm, paper.height * mm
        self.document = pdf.Pdf(stream, title=title, size=size, fonts=self.fonts)
        self.is_alike = not first.serial
        rule = self.top - self.layout.rule
        left, right = self.place.end * mm, self.place.end * mm + self.room
        shared = f"0.4 w {left:.3f} {rule:.3f} m {right:.3f} {rule:.3f} l S\n"
        shared += self._lines(self.layout.lines)
        if self.is_alike:
            shared += self._symbol(matrix)
        self.document.add_form("L", shared.encode())

    def own(self, mark: Mark) -> str:
        """PDF content of what only this label has."""
        if self.is_alike:
            return ""
        lines = own_lines(mark, self.layout, room=self.room)
        return self._symbol(symbol.modules(mark.address, mask=self.mask)) + self._lines(lines)

    def _symbol(self, matrix: list[list[bool]]) -> str:
        """Serials are equally long, yet one of luckier letters may have a smaller symbol."""
        place = self.place
        module = min(place.module, place.side / len(matrix))
        return symbol.path(matrix, left=place.left * mm, bottom=place.bottom * mm, module=module * mm)

    def _lines(self, lines: Iterable[Line]) -> str:
        left = self.place.end * mm
        shown = []
        for line in lines:
            name = "F2" if line.font == BOLD else "F1"
            words = self.fonts[name].show(line.words)
            at = f"1 0 0 1 {left:.3f} {self.top - line.base:.3f} Tm"
            shown.append(f"/{name} {line.size:.2f} Tf {at} {words} Tj\n")
        return f"BT\n{''.join(shown)}ET\n"


def _printable(face: Face) -> Face:
    """Without signs that our font lacks, such as emoji: a box in their place would look like a fault."""
    known = pdfmetrics.getFont(papers.FONT).face.charToGlyph

    def kept(words: str) -> str:
        return clean("".join(letter for letter in clean(words) if ord(letter) in known))

    return dataclasses.replace(
        face, product=kept(face.product), producer=kept(face.producer), price=kept(face.price)
    )
