"""Ceramics, terracotta, lacquer and the brown wine jar."""

from .labels import tag
from .packs_glass import light
from .patterns import BANDS
from .scene import ground_shadow
from .svg import ellipse, group, path, rect

TALL = "M352 142C350 190 330 214 300 262C256 334 244 420 272 516C292 586 316 620 318 662Q319 676 334 678C376 683 424 683 466 678Q481 676 482 662C484 620 508 586 528 516C556 420 544 334 500 262C470 214 450 190 448 142Q400 132 352 142Z"
ROUND = "M322 232C318 262 300 276 270 306C200 380 196 520 262 622Q286 664 330 674C376 682 424 682 470 674Q514 664 538 622C604 520 600 380 530 306C500 276 482 262 478 232Q400 222 322 232Z"
WINE = "M306 216C300 244 286 258 262 282C196 350 188 470 232 580Q256 656 306 672C366 682 434 682 494 672Q544 656 568 580C612 470 604 350 538 282C514 258 500 244 494 216Q400 204 306 216Z"


def _lotus(line, fill):
    petals = "".join(
        f'<path transform="rotate({turn})" d="M0 0C-20 -30 -16 -66 0 -86C16 -66 20 -30 0 0Z" fill="{fill}" stroke="{line}" stroke-width="3"/>'
        for turn in (-72, 72, -44, 44, -18, 18, 0)
    )
    stem = path(
        "M-64 6C-30 26 30 26 64 6M0 12C-6 60 14 90 -10 140M0 60C30 50 52 64 60 90M-2 84C-30 78 -46 92 -58 116",
        stroke=line,
        stroke_width=4,
        stroke_linecap="round",
    )
    return petals + stem


def _bamboo(line):
    stalks = "".join(
        f"M{x} 120C{x + 6} 40 {x - 4} -20 {x + 8} -120M{x - 6} {y}H{x + 14}"
        for x, y in ((-40, 30), (10, -10), (52, 50))
    )
    blades = "".join(
        f'<path transform="translate({x} {y}) rotate({turn})" d="M0 0C20 -12 46 -10 62 0C46 8 20 8 0 0Z" fill="{line}"/>'
        for x, y, turn in (
            (-34, -40, 20),
            (-34, 0, 150),
            (16, -70, -20),
            (16, 20, 30),
            (58, -30, 10),
            (58, 30, 160),
            (6, -20, 190),
        )
    )
    return path(stalks, stroke=line, stroke_width=6, stroke_linecap="round") + blades


def _carp(line, fill):
    body = path(
        "M-90 10C-60 -46 30 -50 70 0C90 -20 110 -34 126 -30C112 -6 112 14 128 40C106 38 88 24 70 12C30 56 -56 50 -90 10Z",
        fill,
        stroke=line,
        stroke_width=4,
    )
    scales = "".join(f"M{x} {y}a14 14 0 0 1 0 22" for x in (-30, -4, 22, 46) for y in (-22, 0))
    waves = path(
        "M-150 80C-120 60 -100 100 -70 80C-40 60 -20 100 10 80C40 60 60 100 90 80C110 66 130 84 150 78",
        stroke=line,
        stroke_width=4,
    )
    return (
        body
        + path(scales, stroke=line, stroke_width=2.5)
        + f'<circle cx="-62" cy="0" r="6" fill="{line}"/>'
        + waves
    )


MOTIFS = {"lotus": _lotus, "bamboo": lambda line, _fill: _bamboo(line), "carp": _carp}


def _vessel(drawing, shape, glaze, line, motif, fill, band_rows, mouth):
    """One thrown vessel: glaze, painted bands and motif, light, open mouth."""
    band = BANDS["waves"](drawing, (glaze, line, line), 44)
    tone = drawing.linear((0, glaze), (0.5, "#FDFCF7" if fill == "#FFFFFF" else glaze), (1, glaze))
    inside = rect(180, 120, 440, 570, tone)
    for x, y, scale in ((400, 420, 1.0), (258, 440, 0.6), (542, 440, 0.6)):
        inside += group(MOTIFS[motif](line, fill), f"translate({x} {y}) scale({scale})")
    for y in band_rows:
        inside += (
            rect(180, y, 440, 44, band) + rect(180, y - 7, 440, 5, line) + rect(180, y + 46, 440, 5, line)
        )
    inside += rect(180, 652, 440, 40, line, opacity=0.85) + rect(180, 120, 440, 570, light(drawing))
    inside += path(
        "M300 310C270 390 274 480 304 566",
        stroke="#FFF",
        stroke_opacity=0.7,
        stroke_width=16,
        stroke_linecap="round",
        filter=drawing.blur(3),
    )
    cx, cy, rx = mouth
    lip = ellipse(cx, cy, rx, 11, "#4A4038") + ellipse(
        cx, cy - 2, rx, 9, "none", stroke=glaze, stroke_width=5
    )
    return ground_shadow(drawing, 400, 676, 165, 34) + group(inside, clip=drawing.clip(shape)) + lip


def blue_vase(drawing, goods):
    """Blue and white porcelain in the manner of Bát Tràng."""
    if goods.variant % 2:
        return _vessel(drawing, ROUND, "#F3F3EC", "#23508C", "carp", "#FFFFFF", (270, 584), (400, 233, 76))
    return _vessel(drawing, TALL, "#F1F3EE", "#1F4E8C", "lotus", "#FFFFFF", (186, 586), (400, 143, 48))


def lacquer_vase(drawing, goods):
    """Lacquer: black or cinnabar ground, gold painting."""
    if goods.variant % 2:
        return _vessel(drawing, ROUND, "#7E1F17", "#E6B95A", "bamboo", "#A53524", (270, 584), (400, 233, 76))
    return _vessel(drawing, TALL, "#231C18", "#D9A441", "lotus", "#7E1F17", (186, 586), (400, 143, 48))


def terracotta(drawing, goods):
    """Unglazed Thanh Hà ware: turned rings, a small pot beside the large one."""
    clay = drawing.linear((0, "#A4522B"), (0.3, "#D98656"), (0.6, "#CB7443"), (1, "#8A3E1D"))
    shape = ROUND if goods.variant % 2 else TALL
    rings = "".join(
        f"M180 {y}C300 {y + 12} 500 {y + 12} 620 {y}" for y in (262, 274, 330, 470, 482, 560, 572, 620)
    )
    notch = "".join(f"M{200 + i * 22} 352l11 22 11 -22" for i in range(20))
    inside = (
        rect(180, 120, 440, 570, clay)
        + path(rings, stroke="#7A3415", stroke_width=3, opacity=0.45)
        + path(notch, stroke="#7A3415", stroke_width=3, opacity=0.5)
    )
    inside += rect(180, 120, 440, 570, light(drawing)) + path(
        "M300 310C272 390 276 480 304 566",
        stroke="#FFE2CC",
        stroke_opacity=0.45,
        stroke_width=18,
        stroke_linecap="round",
        filter=drawing.blur(9),
    )
    mouth = (400, 233, 76) if goods.variant % 2 else (400, 143, 48)
    lip = ellipse(mouth[0], mouth[1], mouth[2], 11, "#4A1F0C") + ellipse(
        mouth[0], mouth[1] - 2, mouth[2], 9, "none", stroke="#D98656", stroke_width=6
    )
    small = "M592 566C588 582 566 590 560 620C556 652 572 676 600 678H664C692 676 708 652 704 620C698 590 676 582 672 566Q632 560 592 566Z"
    pot = (
        path(small, clay)
        + path(
            "M562 612C600 624 664 624 702 612M560 626C600 638 664 638 704 626",
            stroke="#7A3415",
            stroke_width=3,
            opacity=0.5,
        )
        + ellipse(632, 567, 41, 9, "#4A1F0C")
        + ellipse(632, 566, 41, 8, "none", stroke="#D98656", stroke_width=5)
    )
    return (
        ground_shadow(drawing, 400, 676, 165, 34)
        + group(inside, clip=drawing.clip(shape))
        + lip
        + ground_shadow(drawing, 632, 678, 80, 20)
        + pot
    )


def wine_jar(drawing, goods):
    """Brown jar of rượu cần with leaf stopper and long bamboo straws."""
    glaze = drawing.linear((0, "#3A1C0C"), (0.28, "#8A4B22"), (0.55, "#74391A"), (1, "#2E1508"))
    inside = rect(180, 200, 440, 500, glaze) + path(
        "M180 300C280 360 320 300 400 340C480 380 540 320 620 350V200H180Z", "#2A1408", opacity=0.5
    )
    inside += rect(180, 424, 440, 40, goods.band(drawing)) + rect(180, 200, 440, 500, light(drawing))
    inside += path(
        "M270 330C240 400 244 500 274 590",
        stroke="#F6D9B4",
        stroke_opacity=0.4,
        stroke_width=16,
        stroke_linecap="round",
        filter=drawing.blur(9),
    )
    straws = "".join(
        path(
            f"M{x} 230C{x + dx * 0.3} 150 {x + dx * 0.7} 110 {x + dx} 74",
            stroke=tone,
            stroke_width=9,
            stroke_linecap="round",
        )
        for x, dx, tone in ((372, -92, "#C9A45C"), (400, 30, "#D9B870"), (424, 120, "#BF9648"))
    )
    leaves = "".join(
        f'<path transform="translate({x} 216) rotate({turn})" d="M0 0C16 -26 18 -52 0 -80C-18 -52 -16 -26 0 0Z" fill="{tone}"/>'
        for x, turn, tone in (
            (340, -50, "#4F8540"),
            (368, -22, "#3C7436"),
            (400, 4, "#5C9A4A"),
            (436, 26, "#3C7436"),
            (462, 54, "#4F8540"),
        )
    )
    lip = ellipse(400, 216, 94, 15, "#2A1408") + ellipse(
        400, 214, 94, 13, "none", stroke="#8A4B22", stroke_width=7
    )
    cord = path("M300 250C350 268 450 268 500 250", stroke="#D9C088", stroke_width=7)
    return (
        ground_shadow(drawing, 400, 674, 200, 38)
        + straws
        + leaves
        + group(inside, clip=drawing.clip(WINE))
        + lip
        + leaves.replace("216) rotate", "224) rotate")
        + cord
        + tag(goods, 440, 560)
    )
