"""What is drawn: one row of kinds.tsv seen as variant a, b (packs) or c (second view)."""

import csv
import random
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from . import fonts
from .palette import PACKS, SCENES, Pack
from .patterns import BANDS

TABLE = Path(__file__).resolve().parents[1] / "kinds.tsv"
MANNERS = ("plain", "disc", "window", "arch", "cloth")
LAYOUTS = ("panel", "arch", "medal")


@dataclass
class Goods:
    """One picture to draw: label text, pack colours, contents and surroundings."""

    index: int
    slug: str
    kind: str
    template: str
    lines: tuple
    maker: str
    net: str
    glyph: str
    pack: Pack
    band_name: str
    scene: str
    manner: str
    layout: str
    variant: int
    props: tuple
    second: str
    options: dict = field(default_factory=dict)

    def random(self, purpose):
        """Random numbers that depend only on the kind, the variant and the purpose."""
        return random.Random(zlib.crc32(f"{self.index}-{self.variant}-{purpose}".encode()))

    def band(self, drawing):
        return BANDS[self.band_name](drawing, self.pack.band)

    @property
    def scene_shade(self):
        return SCENES[self.scene].wall_shade

    @property
    def narrow(self):
        return _narrowed(self.lines)

    @property
    def filling(self):
        return self.options.get("fill", self.glyph)

    @property
    def filling_size(self):
        return int(self.options.get("fsize", 44))

    @property
    def filling_ground(self):
        return self.options.get("ground", "#8A6A3A")

    @property
    def liquid(self):
        return tuple(self.options["liquid"].split(",")) if "liquid" in self.options else None

    @property
    def size(self):
        return self.options.get("size", "small")


def _narrowed(lines):
    """The label lines for a narrow label: at most one of them split where it gets slimmest.

    Only breaks inside a given line are tried, so that place names stay whole
    ("RỪNG / NAM TRÀ MY", never "RỪNG NAM / TRÀ MY").
    """
    options = [lines]
    for place, line in enumerate(lines):
        words = line.split()
        for cut in range(1, len(words)):
            parts = (" ".join(words[:cut]), " ".join(words[cut:]))
            options.append(lines[:place] + parts + lines[place + 1 :])

    def cost(candidate):
        widest = max(fonts.text_width(line, 40, fonts.DISPLAY, 700) for line in candidate)
        return widest + 110 * len(candidate)

    return min(options, key=cost)


def rows():
    """All rows of kinds.tsv as dictionaries of text, in order of their index."""
    with TABLE.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def goods(row, variant):
    """The `Goods` of one row; variant 0 and 1 are main pictures, 2 the second view."""
    index, look = int(row["index"]), variant % 2
    seed = zlib.crc32(row["slug"].encode())
    pick = random.Random(seed + variant * 7919)
    options = dict(item.split("=", 1) for item in row["options"].split(";") if item)
    return Goods(
        index=index,
        slug=row["slug"],
        kind=row["kind"],
        template=row["template"],
        lines=tuple(row["lines"].split("/")),
        maker=row["maker"],
        net=row["net"],
        glyph=row["glyph"],
        pack=PACKS[row["packs"].split(",")[look]],
        band_name=row["bands"].split(",")[look],
        scene=row["scene"] if look == 0 else _other_scene(row["scene"]),
        manner=MANNERS[(seed + variant * 2) % len(MANNERS)],
        layout=LAYOUTS[(seed // 7 + variant) % len(LAYOUTS)],
        variant=variant,
        props=tuple(name for name in row["props"].split(",") if name)
        if look == 0
        else tuple(reversed([name for name in row["props"].split(",") if name])),
        second=row["second"],
        options=options | {"mirror": pick.random() < 0.5},
    )


def _other_scene(name):
    names = ["tea", "honey", "paper", "fruit", "clay", "sea", "leaf", "craft", "dusk"]
    return names[(names.index(name) + 2) % len(names)]
