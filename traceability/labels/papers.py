"""The papers that label printers and stationers have. Millimetres; labels from the upper left corner."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Paper:
    """``pad``: what stays white inside a label's edge, because printers cannot reach further.

    ``dot``: of the print head, mm; a module of the QR is a whole number of dots. 0 for printers
    with dots too fine to matter.
    """

    width: float
    height: float
    label_width: float
    label_height: float
    columns: int = 1
    rows: int = 1
    pad: float = 2.5
    dot: float = 0.125  # 203 dpi, the usual thermal printer

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    def places(self) -> Iterator[tuple[float, float]]:
        """Lower left corners of a page's labels, row by row from the top; the grid is centred."""
        left = (self.width - self.columns * self.label_width) / 2
        top = self.height - (self.height - self.rows * self.label_height) / 2
        for row in range(1, self.rows + 1):
            for column in range(self.columns):
                yield left + column * self.label_width, top - row * self.label_height


# Keys are the values of LabelJob.Paper. Office printers leave 4.2 mm white at the edge of a sheet.
PAPERS: Mapping[str, Paper] = {
    "a4-3x8": Paper(210, 297, 70, 37, columns=3, rows=8, pad=4.2, dot=0),
    "a4-4x10": Paper(210, 297, 52.5, 29.7, columns=4, rows=10, pad=4.2, dot=0),
    "roll-50x30": Paper(50, 30, 50, 30),
    "roll-80x50": Paper(80, 50, 80, 50),
}
