"""Fitting words into a label: shrunk first, cut with … where that is not enough."""

from dataclasses import dataclass

from reportlab.pdfbase import pdfmetrics

LEAST = 4  # points; below it office printers blur the marks of Vietnamese letters
_STEP = 0.25
_NEARLY = 0.85  # a line that is a little too long is shrunk, so that no last word stands alone


@dataclass(frozen=True)
class Fitted:
    lines: tuple[str, ...]
    size: float


def width(words: str, font: str, size: float) -> float:
    return pdfmetrics.stringWidth(words, font, size)


def fit(words: str, *, font: str, size: float, room: float, most: int = 1, least: float = LEAST) -> Fitted:
    """At most ``most`` lines of at most ``room`` points, as near to ``size`` as it goes."""
    least = min(least, size)
    alone = size * min(1, room / max(width(words, font, size), 1))
    if alone >= max(least, size * _NEARLY):
        return Fitted((words,), alone)
    while True:
        lines = _wrap(words, font, size, room)
        if len(lines) <= most and all(width(line, font, size) <= room for line in lines):
            return Fitted(tuple(lines), size)
        if size <= least:
            kept = [*lines[: most - 1], " ".join(lines[most - 1 :])]
            return Fitted(tuple(_cut(line, font, size, room) for line in kept), size)
        size = max(size - _STEP, least)


def _wrap(words: str, font: str, size: float, room: float) -> list[str]:
    lines: list[str] = []
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, font, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(words: str, font: str, size: float, room: float) -> str:
    if width(words, font, size) <= room:
        return words
    while words and width(f"{words}…", font, size) > room:
        words = words[:-1]
    return f"{words.rstrip()}…"
