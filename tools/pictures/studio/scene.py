"""Wall, table, light and shadows: the stage of every still life."""

from . import glyphs
from .palette import SCENES
from .svg import ellipse, group, path, rect

SHADOW = "#2B1A08"
TABLE_LINE = 590
# How far below its centre a glyph touches the table, as a part of its size.
FOOT = {
    "sea-fish": 0.22,
    "dried-fish": 0.22,
    "cinnamon": 0.3,
    "dried-mango": 0.3,
    "palm-sugar": 0.34,
    "candle": 0.45,
}


def backdrop(drawing, scene_name, manner="plain", width=800, height=800, line=TABLE_LINE):
    """Wall and table; `manner` is plain, disc, window, arch or cloth."""
    scene = SCENES[scene_name]
    wall = drawing.radial((0, scene.wall), (1, scene.wall_shade), cx=0.35, cy=0.25, r=0.95)
    table = drawing.linear((0, scene.table), (1, scene.table_shade), vertical=True)
    parts = [rect(0, 0, width, height, wall), _manner(drawing, scene, manner, width, line)]
    parts.append(rect(0, line, width, height - line, table))
    parts.append(_wood(scene, width, height, line))
    parts.append(rect(0, line - 4, width, 9, "#000", opacity=0.05, filter=drawing.blur(3)))
    if manner == "cloth":
        parts.append(_cloth(drawing, width, height, line))
    return "".join(parts)


def _manner(drawing, scene, manner, width, line):
    if manner == "disc":
        return f'<circle cx="{width / 2}" cy="{line - 210}" r="290" fill="{scene.wall_shade}" opacity=".55"/>'
    if manner == "arch":
        mid = width / 2
        shape = f"M{mid - 260} {line}V{line - 290}A260 260 0 0 1 {mid + 260} {line - 290}V{line}Z"
        return path(shape, scene.wall, opacity=0.75) + path(shape, stroke=scene.wall_shade, stroke_width=5)
    if manner == "window":
        panes = "".join(
            f'<path d="M{x} 60L{x + 120} 20V{line - 330}L{x} {line - 280}ZM{x} {line - 260}L{x + 120} {line - 310}V{line - 60}L{x} {line - 10}Z"/>'
            for x in (70, 210)
        )
        return f'<g fill="#FFFFFF" opacity=".34" filter="{drawing.blur(9)}">{panes}</g>'
    return ""


def _wood(scene, width, height, line):
    rows, marks = (40, 92, 156), []
    for i, offset in enumerate(rows):
        if line + offset < height:
            marks.append(
                f"M0 {line + offset}C{width * 0.3} {line + offset - 5 + i * 4} {width * 0.6} {line + offset + 7} {width} {line + offset - 2}"
            )
    return path("".join(marks), stroke=scene.table_shade, stroke_width=2.2, opacity=0.5)


def _cloth(drawing, width, height, line):
    fabric = drawing.linear((0, "#F7F0DF"), (1, "#DDCFB0"), vertical=True)
    shape = f"M{width * 0.1} {line + 30}H{width * 0.9}L{width} {height}H0Z"
    edge = f"M{width * 0.1 + 16} {line + 42}H{width * 0.9 - 16}L{width - 34} {height}M{width * 0.1 + 16} {line + 42}L34 {height}"
    return path(shape, fabric) + path(edge, stroke="#B4481E", stroke_width=3, opacity=0.55)


def ground_shadow(drawing, x, y, rx, ry):
    """Soft wide shadow plus a dark contact shadow under a standing thing."""
    return ellipse(x + 36, y, rx, ry, SHADOW, opacity=0.3, filter=drawing.blur(24)) + ellipse(
        x, y, rx * 0.84, ry * 0.45, SHADOW, opacity=0.45, filter=drawing.blur(9)
    )


def prop(drawing, name, x, y, size, turn=0, flip=False):
    """A glyph standing on the table, with its shadow; `y` is its centre."""
    shadow = ellipse(
        x + 8,
        y + size * FOOT.get(name, 0.43),
        size * 0.4,
        size * 0.09,
        SHADOW,
        opacity=0.4,
        filter=drawing.blur(9),
    )
    return shadow + glyphs.place(drawing, name, x, y, size, turn, flip)


def flying(drawing, name, x, y, size, turn=0):
    return glyphs.place(drawing, name, x, y, size, turn)


def closer(markup, scale=1.26, turn=-3, about=(400, 440)):
    """The same things seen nearer and slightly turned."""
    x, y = about
    return group(markup, f"translate(400 410) rotate({turn}) scale({scale}) translate({-x} {-y})")
