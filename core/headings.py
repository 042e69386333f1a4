"""Which row of a page is the header, and what its columns mean in the words of whoever reads it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core import names
from core.spreadsheets import Page
from core.text import clean

# A heading → the field that it means, and how readily (0 first) it is taken for it.
Meaning = Callable[[str], tuple[str, int] | None]


@dataclass(frozen=True)
class Header:
    """``row`` from 0, the first of ``height`` rows. ``headings`` and ``mapping`` by column from 0."""

    row: int
    height: int
    headings: tuple[str, ...]
    mapping: Mapping[int, str]

    @property
    def shape(self) -> str:
        """The same for files with the same headings."""
        folded = [names.words(heading) for heading in self.headings]
        while folded and not folded[-1]:
            folded.pop()
        return hashlib.sha256("\n".join(folded).encode()).hexdigest()


def guess(page: Page, meaning: Meaning, *, within: int) -> Header:
    """The row, or the two merged rows, among the first with the most known headings."""
    best = at(page, 0, 1, meaning)
    for row in range(min(within, len(page.grid))):
        for height in (1, 2):
            found = at(page, row, height, meaning)
            if len(found.mapping) > len(best.mapping):
                best = found
    return best


def at(page: Page, row: int, height: int, meaning: Meaning) -> Header:
    """The header in the given row(s), each field once: the readiest heading wins, then the first."""
    width = max((len(cells) for cells in page.grid[row : row + height]), default=0)
    stacks = [_stack(page, row, height, column) for column in range(width)]
    claims = []
    for column, stack in enumerate(stacks):
        found = (meaning(" ".join(stack)) or meaning(stack[-1])) if stack else None
        if found:
            claims.append((found[1], column, found[0]))
    mapping: dict[int, str] = {}
    for _rank, column, name in sorted(claims):
        if name not in mapping.values():
            mapping[column] = name
    in_order = {column: mapping[column] for column in sorted(mapping)}
    return Header(row, height, tuple(" ".join(stack) for stack in stacks), in_order)


def _stack(page: Page, row: int, height: int, column: int) -> list[str]:
    """The texts above a column, from top to bottom, a merged one once."""
    texts: list[str] = []
    for y in range(row, row + height):
        place = page.merged.get((y, column), (y, column))
        text = clean(str(page.at(*place)))
        if text and place[0] >= row and text not in texts:
            texts.append(text)
    return texts
