"""Produce: woven basket, slatted crate, and the round bamboo tray of second views."""

import math

from . import glyphs
from .labels import tag
from .packs_glass import light
from .patterns import weave
from .scene import SHADOW, ground_shadow
from .svg import ellipse, group, path, rect

BAMBOO = ("#D6A462", "#C28E4C", "#B07B3E")


def _heap(drawing, goods, rows):
    """Rows of the same fruit, back to front, each with a small shadow."""
    rnd, marks = goods.random("heap"), []
    for y, count, size, step in rows:
        for i in range(count):
            x = 400 + (i - (count - 1) / 2) * step + rnd.uniform(-8, 8)
            marks.append(
                ellipse(
                    x,
                    y + size * 0.35,
                    size * 0.38,
                    size * 0.12,
                    "#3B2106",
                    opacity=0.28,
                    filter=drawing.blur(9),
                )
            )
            marks.append(
                glyphs.place(
                    drawing,
                    goods.filling,
                    x,
                    y + rnd.uniform(-8, 8),
                    size,
                    rnd.uniform(-22, 22),
                    rnd.random() < 0.5,
                )
            )
    return "".join(marks)


ROWS = {
    "small": ((340, 4, 118, 92), (386, 5, 122, 96), (432, 5, 118, 100)),
    "medium": ((322, 3, 150, 104), (384, 4, 156, 108), (440, 4, 150, 116)),
    "large": ((320, 2, 212, 184), (412, 3, 208, 168)),
    "single": ((392, 2, 300, 220),),
}


def basket(drawing, goods):
    shape = "M150 452H650L604 668Q600 684 582 686H218Q200 684 196 668Z"
    inside = (
        rect(140, 440, 520, 260, weave(drawing, *BAMBOO))
        + rect(140, 440, 520, 260, light(drawing))
        + rect(140, 440, 520, 30, "#000", opacity=0.25, filter=drawing.blur(9))
    )
    rim = rect(136, 446, 528, 30, "#C8924F", 15) + rect(136, 446, 528, 10, "#FFF", 5, opacity=0.28)
    return (
        ground_shadow(drawing, 400, 690, 250, 36)
        + _heap(drawing, goods, ROWS[goods.size])
        + group(inside, clip=drawing.clip(shape))
        + rim
        + tag(goods, 468, 586)
    )


def crate(drawing, goods):
    """Slatted wooden crate with a stencilled paper label."""
    wood = drawing.linear((0, "#B98B52"), (0.5, "#D9AE72"), (1, "#AD7F47"))
    marks = [
        ground_shadow(drawing, 400, 688, 280, 36),
        path("M150 450H650V470H150Z", "#6B4A26"),
        _heap(drawing, goods, ROWS[goods.size]),
    ]
    for y in (462, 540, 618):
        marks.append(rect(126, y + 5, 548, 64, "#000", 4, opacity=0.16) + rect(126, y, 548, 64, wood, 4))
        marks.append(
            path(
                f"M136 {y + 18}C280 {y + 12} 480 {y + 24} 664 {y + 15}M136 {y + 42}C300 {y + 48} 500 {y + 36} 664 {y + 46}",
                stroke="#8A6234",
                stroke_width=1.6,
                opacity=0.5,
            )
        )
    for x in (126, 634):
        marks.append(rect(x, 452, 40, 236, "#A67A44", 3) + rect(x, 452, 40, 236, "#FFF", 3, opacity=0.08))
        marks += [
            f'<circle cx="{x + 20}" cy="{y}" r="4" fill="#5E4420"/>' for y in (482, 506, 560, 584, 638, 662)
        ]
    marks.append(tag(goods, 400, 578, 0, 270))
    return "".join(marks)


def round_tray(drawing, goods, scatter=False):
    """Seen from above: bamboo tray (mẹt) lined with banana leaf, heaped with the goods.

    The tray is slightly out of focus: it reads as depth and halves the file.
    """
    rnd = goods.random("tray")
    marks = [ellipse(414, 430, 352, 340, SHADOW, opacity=0.4, filter=drawing.blur(18))]
    marks.append(
        '<circle cx="400" cy="404" r="344" fill="#9A6A32"/><circle cx="400" cy="402" r="338" fill="#D0A062"/>'
    )
    marks.append(
        f'<circle cx="400" cy="404" r="312" fill="{weave(drawing, "#DEB87E", "#D3A868", "#BE9052", 56)}"/>'
    )
    marks.append(
        '<circle cx="400" cy="404" r="312" fill="none" stroke="#7C5424" stroke-width="5" opacity=".6"/><circle cx="400" cy="404" r="326" fill="none" stroke="#F0D3A0" stroke-width="3" stroke-dasharray="10 7" opacity=".8"/>'
    )
    marks = [f'<g filter="{drawing.blur(1.6)}">{"".join(marks)}</g>']
    marks.append(
        _leaf(drawing, 400, 404, rnd.uniform(-40, -20)) + _leaf(drawing, 400, 404, rnd.uniform(30, 55))
    )
    marks.append(_sprinkle(drawing, goods, rnd) if scatter else _rings(drawing, goods, rnd))
    return "".join(marks)


def _leaf(drawing, x, y, turn):
    tone = drawing.linear((0, "#3C7436"), (0.5, "#5C9A4A"), (1, "#356A30"), vertical=True)
    veins = "".join(
        f"M{-250 + i * 38} 0L{-226 + i * 38} -{100 - abs(i - 6) * 9}M{-250 + i * 38} 0L{-226 + i * 38} {100 - abs(i - 6) * 9}"
        for i in range(13)
    )
    blade = (
        path("M-286 0C-200 -128 160 -138 286 0C160 138 -200 128 -286 0Z", tone)
        + path(veins, stroke="#8FC177", stroke_width=2, opacity=0.3)
        + path("M-286 0H286", stroke="#A9D08F", stroke_width=4, opacity=0.8)
    )
    return group(blade, f"translate({x} {y}) rotate({turn:.1f}) scale(1.12)")


def _rings(drawing, goods, rnd):
    size = {"small": 132, "medium": 172, "large": 224, "single": 270}[goods.size]
    plan = {
        "small": ((10, 214), (6, 118), (1, 0)),
        "medium": ((8, 198), (5, 100), (1, 0)),
        "large": ((5, 172), (1, 0)),
        "single": ((3, 120),),
    }[goods.size]
    marks = []
    for count, radius in plan:
        start = rnd.uniform(0, math.tau)
        for i in range(count):
            angle = start + math.tau * i / count
            x, y = 400 + radius * math.cos(angle), 404 + radius * math.sin(angle)
            marks.append(
                ellipse(
                    x + 8,
                    y + size * 0.16,
                    size * 0.42,
                    size * 0.36,
                    SHADOW,
                    opacity=0.34,
                    filter=drawing.blur(9),
                )
            )
            marks.append(
                glyphs.place(
                    drawing,
                    goods.filling,
                    x,
                    y,
                    size * rnd.uniform(0.94, 1.06),
                    rnd.uniform(-34, 34),
                    rnd.random() < 0.5,
                )
            )
    return "".join(marks)


def _sprinkle(drawing, goods, rnd):
    """A loose mound of grains, beans or leaves."""
    key, size, marks = glyphs.symbol(drawing, goods.filling), goods.filling_size, []
    reach, layers = 222, 3
    marks.append(f'<circle cx="400" cy="404" r="{reach - size * 0.3:.0f}" fill="{goods.filling_ground}"/>')
    for layer in range(layers):
        radius = reach * (1 - layer * 0.2)
        count = int((radius / size) ** 2 * (6.6 if size > 30 else 4.2))
        marks.append(
            f'<circle cx="{400 + layer * 3}" cy="{412 - layer * 4}" r="{radius}" fill="{SHADOW}" opacity=".13" filter="{drawing.blur(9)}"/>'
        )
        for _ in range(count):
            distance, angle = radius * math.sqrt(rnd.random()), rnd.uniform(0, math.tau)
            marks.append(
                glyphs.stamp(
                    key,
                    400 + distance * math.cos(angle),
                    404 + distance * math.sin(angle),
                    size,
                    rnd.uniform(0, 360),
                )
            )
    return "".join(marks)


def table_top(drawing, scene):
    """Planks seen from straight above."""
    tone = drawing.linear((0, scene.table), (1, scene.table_shade))
    marks = [rect(0, 0, 800, 800, tone)]
    for y in (132, 268, 404, 540, 676):
        marks.append(
            path(f"M0 {y}H800", stroke=scene.table_shade, stroke_width=5, opacity=0.7)
            + path(f"M0 {y + 4}H800", stroke="#FFF", stroke_width=1.5, opacity=0.14)
        )
        marks.append(
            path(
                f"M0 {y - 50}C260 {y - 62} 520 {y - 38} 800 {y - 54}M0 {y - 92}C200 {y - 84} 560 {y - 100} 800 {y - 88}",
                stroke=scene.table_shade,
                stroke_width=2,
                opacity=0.4,
            )
        )
    return "".join(marks)
