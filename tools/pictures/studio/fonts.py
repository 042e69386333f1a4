"""Fonts for resvg: the shipped woff2 cuts merged into whole TTF files.

resvg reads no woff2 and does no fallback between the `latin` and
`vietnamese` halves of one family, so both are merged once per run.
"""

import functools
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from PIL import ImageFont

STATIC_FONTS = Path(__file__).resolve().parents[3] / "static" / "fonts"

SANS = "Be Vietnam Pro"
DISPLAY = "Phudu"
SERIF = "Lora"

# (family, weight) -> (file stem with {cut}, is a variable font)
SOURCES = {
    (SANS, 400): ("be-vietnam-pro-{cut}-400-normal", False),
    (SANS, 600): ("be-vietnam-pro-{cut}-600-normal", False),
    (SANS, 700): ("be-vietnam-pro-{cut}-700-normal", False),
    (DISPLAY, 700): ("phudu-{cut}-wght-normal", True),
    (SERIF, 600): ("lora-{cut}-wght-normal", True),
}


def _rename(font, family, weight):
    """Give the merged font one plain family name that resvg can match."""
    names = font["name"]
    for name_id in (16, 17, 21, 22, 25):
        names.removeNames(nameID=name_id)
    for name_id, value in ((1, family), (2, "Regular"), (4, family), (6, family.replace(" ", ""))):
        names.removeNames(nameID=name_id)
        names.setName(value, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight


def _build(family, weight, folder):
    stem, variable = SOURCES[family, weight]
    halves = []
    for cut in ("latin", "vietnamese"):
        font = TTFont(STATIC_FONTS / (stem.format(cut=cut) + ".woff2"))
        if variable:
            font = instancer.instantiateVariableFont(font, {"wght": weight})
        font.flavor = None
        half = folder / f"{family.replace(' ', '')}-{weight}-{cut}.ttf"
        font.save(half)
        halves.append(str(half))
    merged = Merger().merge(halves)
    _rename(merged, family, weight)
    target = folder / f"{family.replace(' ', '')}-{weight}.ttf"
    merged.save(target)
    return str(target)


@functools.cache
def font_files():
    """Paths of the merged fonts by (family, weight), built in a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="picture-fonts-"))
    return {key: _build(*key, folder) for key in SOURCES}


@functools.cache
def _measure_font(family, weight):
    return ImageFont.truetype(font_files()[family, weight], 200)


def text_width(text, size, family=SANS, weight=600, spacing=0.0):
    """Width in drawing units of `text` set at `size`, letter spacing included."""
    return _measure_font(family, weight).getlength(text) * size / 200 + spacing * len(text)
