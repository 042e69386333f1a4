"""Places for tours and stays: river, hills, fields, houses. Never a pack."""

from . import glyphs
from .svg import ellipse, group, path, rect


def _sky(drawing, dusk, width, height):
    tones = (
        ((0, "#F6D7B0"), (0.6, "#FBEBD0"), (1, "#FDF4E2"))
        if dusk
        else ((0, "#BFDCE0"), (0.6, "#E3EFE6"), (1, "#F8F3DF"))
    )
    sun = drawing.radial((0, "#FFF6D6", 0.95), (0.4, "#FFE9B0", 0.6), (1, "#FFE9B0", 0))
    return (
        rect(0, 0, width, height, drawing.linear(*tones, vertical=True))
        + f'<circle cx="{width * 0.72}" cy="{height * 0.22}" r="{height * 0.2}" fill="{sun}"/><circle cx="{width * 0.72}" cy="{height * 0.22}" r="{height * 0.055}" fill="#FFF3CE"/>'
    )


def _hills(drawing, dusk):
    far, mid, near = ("#D9B79C", "#A98B74", "#6E7F5A") if dusk else ("#A9C6BF", "#7FAA92", "#5B8C63")
    marks = path("M0 320C90 240 160 230 240 290C320 200 420 190 520 270C600 210 700 220 800 290V420H0Z", far)
    marks += path(
        "M0 370C120 290 200 300 300 350C420 280 520 290 620 350C700 310 760 320 800 340V460H0Z", mid
    )
    return (
        marks
        + path("M0 420C140 370 260 380 400 400C540 370 660 380 800 410V500H0Z", near)
        + path(
            "M0 330C200 350 600 340 800 330V360C600 380 200 380 0 360Z",
            "#FFF",
            opacity=0.35,
            filter=drawing.blur(18),
        )
    )


def _palm(x, y, scale, lean=0):
    fronds = "".join(
        f'<path transform="rotate({turn})" d="M0 0C20 -26 60 -30 92 4C60 -8 26 -6 0 0Z" fill="{tone}"/>'
        for turn, tone in (
            (-150, "#3F6B35"),
            (-110, "#548245"),
            (-60, "#3F6B35"),
            (-20, "#548245"),
            (15, "#34592C"),
            (190, "#34592C"),
        )
    )
    return group(
        path(
            f"M{-lean} 190C{-lean * 0.6} 120 {-lean * 0.2} 60 0 0",
            stroke="#7A5A38",
            stroke_width=10,
            stroke_linecap="round",
        )
        + fronds,
        f"translate({x} {y}) scale({scale})",
    )


def _stilt_house(drawing, x, y, scale):
    roof = drawing.linear((0, "#B08A55"), (1, "#7C5A30"), vertical=True)
    straw = "".join(f"M{-150 + i * 20} 0L{-108 + i * 14} -100" for i in range(16))
    marks = "".join(rect(dx, 90, 10, 74, "#5A3D20") for dx in (-120, -62, -4, 54, 108))
    marks += (
        rect(-126, 4, 252, 84, "#A67A48")
        + path("".join(f"M{-126 + i * 18} 4V88" for i in range(15)), stroke="#7C5630", stroke_width=2)
        + rect(-134, 84, 268, 12, "#6B4A28")
    )
    marks += (
        rect(-26, 24, 44, 62, "#4A3118")
        + rect(-96, 26, 40, 34, "#4A3118")
        + rect(54, 26, 40, 34, "#4A3118")
        + rect(-94, 28, 36, 30, "#F3CF82", opacity=0.75)
        + rect(56, 28, 36, 30, "#F3CF82", opacity=0.75)
    )
    marks += (
        path("M-160 8L-104 -104H104L160 8Q0 22 -160 8Z", roof)
        + path(straw, stroke="#6B4A28", stroke_width=2, opacity=0.5)
        + path(
            "M-110 -104L-124 -132M110 -104L124 -132M-110 -104H110",
            stroke="#6B4A28",
            stroke_width=8,
            stroke_linecap="round",
        )
    )
    marks += path(
        "M-26 92L-46 164M18 92L-2 164M-32 112H12M-38 132H6M-43 150H1", stroke="#5A3D20", stroke_width=6
    )
    return group(marks, f"translate({x} {y}) scale({scale})")


def _tile_house(x, y, scale):
    marks = (
        rect(-110, 0, 220, 96, "#F0D79A")
        + rect(-110, 84, 220, 12, "#B98D4A")
        + rect(-22, 28, 44, 68, "#5E7F6A")
        + rect(-88, 30, 44, 40, "#5E7F6A")
        + rect(44, 30, 44, 40, "#5E7F6A")
    )
    marks += (
        path("M-134 6L-92 -62H92L134 6Z", "#B5573A")
        + path(
            "".join(f"M{-126 + i * 18} 4L{-88 + i * 12.6} -60" for i in range(15)),
            stroke="#8A3A22",
            stroke_width=2.4,
        )
        + path("M-96 -64H96", stroke="#8A3A22", stroke_width=8, stroke_linecap="round")
    )
    return group(marks, f"translate({x} {y}) scale({scale})")


def _river(drawing):
    water = drawing.linear((0, "#A8CDCB"), (1, "#5E97A0"), vertical=True)
    marks = path("M0 520C160 500 320 540 470 520C600 504 700 520 800 510V800H0Z", water)
    glints = "".join(
        f"M{x} {y}h{w}"
        for x, y, w in (
            (60, 570, 90),
            (240, 600, 130),
            (480, 566, 110),
            (620, 610, 120),
            (90, 650, 140),
            (360, 680, 160),
            (600, 700, 130),
            (160, 736, 120),
        )
    )
    return marks + path(glints, stroke="#FFF", stroke_width=4, stroke_linecap="round", opacity=0.4)


def _boat(x, y, scale):
    hull = path("M-110 0C-70 44 70 44 116 -8C60 8 -50 10 -110 0Z", "#6B4526") + path(
        "M-110 0C-50 12 60 10 116 -8L110 0C60 18 -50 20 -104 8Z", "#94653A"
    )
    hood = path("M-44 6C-40 -46 38 -50 44 2Z", "#B58E56") + path(
        "M-30 4C-26 -36 -18 -40 -16 4M0 4C0 -40 2 -40 4 3M24 3C26 -34 18 -38 16 3",
        stroke="#7C5A30",
        stroke_width=3,
    )
    return group(
        hull + hood + path("M84 -4L128 -74", stroke="#7C5A30", stroke_width=5, stroke_linecap="round"),
        f"translate({x} {y}) scale({scale})",
    ) + ellipse(x, y + 36 * scale, 120 * scale, 10 * scale, "#2F5A60", opacity=0.35)


def _beds(drawing, goods):
    """Rows of herb beds running toward the viewer."""
    marks = [path("M0 500H800V800H0Z", drawing.linear((0, "#8A9A58"), (1, "#9A7448"), vertical=True))]
    for i, (top, low) in enumerate(
        ((-40, -420), (120, -120), (280, 180), (440, 480), (600, 780), (760, 1080))
    ):
        tone = ("#4F8A3C", "#63A04A")[i % 2]
        marks.append(path(f"M{top} 506H{top + 110}L{low + 230} 800H{low}Z", tone))
        key = glyphs.symbol(drawing, "leafy-green")
        for step in range(6):
            t = (step + 0.6) / 6
            x = (top + 55) * (1 - t) + (low + 115) * t
            marks.append(
                glyphs.stamp(key, x, 506 + 290 * t * t + 16 * t, 34 + 84 * t, (step * 37 + i * 20) % 50 - 25)
            )
    return "".join(marks)


def _figure(x, y, scale):
    """A conical hat and shoulders seen from behind, no face."""
    return group(
        path("M-34 60C-34 16 34 16 34 60L40 120H-40Z", "#7A4B5C")
        + path("M-56 16C-20 -34 20 -34 56 16C20 28 -20 28 -56 16Z", "#E7CF98")
        + path("M-56 16C-20 28 20 28 56 16", stroke="#A8854A", stroke_width=3),
        f"translate({x} {y}) scale({scale})",
    )


def vegetable_village(drawing, goods):
    dusk = bool(goods.variant % 2)
    return (
        _sky(drawing, dusk, 800, 800)
        + _hills(drawing, dusk)
        + _tile_house(560, 420, 0.95)
        + _tile_house(250, 440, 0.7)
        + _palm(700, 300, 1.0, 20)
        + _palm(110, 330, 0.85, -16)
        + _beds(drawing, goods)
        + _figure(330, 520, 0.9)
        + (_figure(500, 560, 1.1) if dusk else "")
    )


def stilt_village(drawing, goods):
    dusk = bool(goods.variant % 2)
    marks = (
        _sky(drawing, dusk, 800, 800)
        + _hills(drawing, dusk)
        + _palm(90, 300, 1.0, -18)
        + _stilt_house(drawing, 300, 380, 1.0)
        + _stilt_house(drawing, 620, 400, 0.72)
        + _palm(740, 320, 0.8, 16)
    )
    bank = path(
        "M0 506C200 490 420 530 560 516C680 506 760 520 800 512V560C600 548 300 580 0 552Z", "#6E7F4A"
    )
    return marks + _river(drawing) + bank + _boat(540, 650, 1.15) + (_boat(200, 610, 0.7) if dusk else "")
