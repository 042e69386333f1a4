"""Small pictures on a 32-unit grid: Fluent Emoji glyphs and own drawings."""

import colorsys
import functools
import json
import re
from pathlib import Path

from .own_glyphs import OWN

GLYPH_FILE = Path(__file__).resolve().parents[1] / "fluent-glyphs.json"

# Fluent colours are toy-like for some goods: (hue turn, saturation factor, lightness shift).
TINTS = {
    "peanuts": (0.02, 0.9, 0.0),
    "hot-beverage": (0.0, 0.45, 0.0),
    "hot-pepper": (0.04, 0.88, -0.03),
    "teapot": (0.06, 0.42, -0.10),
    "scarf": (0.0, 0.75, -0.04),
    "soap": (0.18, 0.45, 0.0),
    "mushroom": (0.06, 0.55, 0.0),
    "cooked-rice": (0.03, 0.55, -0.02),
    "steaming-bowl": (0.03, 0.62, -0.04),
    "candy": (0.06, 0.7, 0.0),
    "lotus": (0.0, 0.72, 0.02),
    "hibiscus": (0.02, 0.75, 0.0),
    "teacup-without-handle": (0.0, 0.5, 0.0),
    "lotion-bottle": (0.2, 0.4, 0.0),
    "herb": (-0.02, 0.7, -0.06),
    "cut-of-meat": (0.02, 0.8, -0.04),
    "bacon": (0.04, 0.6, -0.2),
}


@functools.cache
def _fluent():
    return json.loads(GLYPH_FILE.read_text(encoding="utf-8"))["icons"]


def _shift(colour, turn, saturation, light):
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, lum, sat = colorsys.rgb_to_hls(red, green, blue)
    sat = min(1.0, sat * saturation)
    lum = min(1.0, max(0.0, lum + light))
    rgb = colorsys.hls_to_rgb((hue + turn) % 1, lum, sat)
    return "#" + "".join(f"{round(c * 255):02X}" for c in rgb)


def tinted(body, turn, saturation, light):
    """All hex colours of an SVG fragment turned in hue, saturation and lightness."""
    full = re.sub(r"#([0-9A-Fa-f])([0-9A-Fa-f])([0-9A-Fa-f])(?![0-9A-Za-z_])", r"#\1\1\2\2\3\3", body)
    return re.sub(
        r'(?<=")#[0-9A-Fa-f]{6}(?=")', lambda match: _shift(match.group(0), turn, saturation, light), full
    )


@functools.cache
def _body(name, tint):
    body = OWN[name] if name in OWN else _fluent()[name]["body"]
    tint = tint or TINTS.get(name)
    return tinted(body, *tint) if tint else body


def _unique(drawing, body):
    """Prefix every id of a fragment, so that many glyphs fit in one document."""
    prefix = drawing.uid("e")
    for name in sorted(set(re.findall(r'id="([^"]+)"', body)), key=len, reverse=True):
        for form in ('id="{}"', "url(#{})", 'href="#{}"'):
            body = body.replace(form.format(name), form.format(f"{prefix}_{name}"))
    return body


def place(drawing, name, x, y, size, turn=0, flip=False, tint=None):
    """One glyph centred at (x, y), `size` units wide, turned by `turn` degrees."""
    scale = size / 32
    across = -scale if flip else scale
    body = _unique(drawing, _body(name, tint))
    return f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn:.1f}) scale({across:.3f} {scale:.3f}) translate(-16 -16)">{body}</g>'


def symbol(drawing, name, tint=None):
    """Define a glyph once for many small placements; use with `stamp`."""
    key = drawing.uid("s")
    drawing.define(f'<g id="{key}">{_unique(drawing, _body(name, tint))}</g>')
    return key


def stamp(key, x, y, size, turn=0):
    scale = size / 32
    return (
        f'<use xlink:href="#{key}" transform="translate({x:.1f} {y:.1f}) rotate({turn:.0f}) '
        f'scale({scale:.3f}) translate(-16 -16)"/>'
    )
