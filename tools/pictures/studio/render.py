"""From SVG to a WebP file: resvg, one fixed grain tile, a size limit."""

import functools
import io
import random

import resvg_py
from PIL import Image, ImageChops

from .fonts import font_files

TILE = 200
QUALITIES = (78, 75, 72, 68, 64, 60, 55, 50, 45, 40, 34)


@functools.cache
def _grain(width, height, strength):
    """Grey noise around 128 from a fixed seed, repeated over the picture."""
    rnd = random.Random(20261123)
    tile = Image.new("L", (TILE, TILE))
    tile.putdata([max(0, min(255, round(rnd.gauss(128, strength)))) for _ in range(TILE * TILE)])
    full = Image.new("L", (width, height))
    for x in range(0, width, TILE):
        for y in range(0, height, TILE):
            full.paste(tile, (x, y))
    return full.convert("RGB")


def rasterise(svg, grain=4):
    """RGB picture of an SVG document; raises ValueError when resvg rejects it."""
    png = resvg_py.svg_to_bytes(
        svg_string=svg, font_files=list(font_files().values()), skip_system_fonts=True
    )
    picture = Image.open(io.BytesIO(bytes(png))).convert("RGB")
    if not grain:
        return picture
    return Image.blend(picture, ImageChops.overlay(picture, _grain(*picture.size, grain)), 0.3)


def save_webp(picture, target, limit):
    """Write a WebP of at most `limit` bytes, lowering the quality step by step."""
    for quality in QUALITIES:
        buffer = io.BytesIO()
        picture.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= limit:
            target.write_bytes(buffer.getvalue())
            return buffer.tell()
    raise ValueError(f"{target.name}: still over {limit} bytes at quality {QUALITIES[-1]}")
