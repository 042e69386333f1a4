"""Lantern, sedge mat, silk, brocade bag, leaf hat, bamboo and sedge baskets."""

from .labels import tag
from .packs_glass import light
from .patterns import brocade, weave
from .scene import SHADOW, ground_shadow
from .svg import ellipse, group, path, rect

SILKS = (
    ("#A8322D", "#7A1B1B", "#F1C978"),
    ("#2F5F7A", "#1B3F55", "#EBD9A4"),
    ("#B98A2C", "#8A611A", "#FFF1CC"),
    ("#6B2B4E", "#471833", "#F0C6CF"),
)


def one_lantern(drawing, x, y, scale, silk, tall):
    base, shade, gold = silk
    tone = drawing.linear((0, shade), (0.3, base), (0.55, base), (1, shade))
    rx, ry = (112, 150) if tall else (150, 122)
    glow = drawing.radial((0, "#FFE9B0", 0.85), (0.6, "#FFD98A", 0.25), (1, "#FFD98A", 0))
    ribs = "".join(
        f'<ellipse cx="0" cy="0" rx="{rx * f:.0f}" ry="{ry}" fill="none" stroke="{shade}" stroke-width="2.5" opacity=".75"/>'
        for f in (0.25, 0.5, 0.76)
    )
    flower = "".join(
        f'<ellipse transform="rotate({turn})" cx="0" cy="-26" rx="11" ry="22" fill="{gold}" opacity=".85"/>'
        for turn in range(0, 360, 60)
    )
    marks = (
        path(f"M0 {-ry - 60}V{-ry - 14}", stroke="#5A3D20", stroke_width=4)
        + f'<ellipse rx="{rx}" ry="{ry}" fill="{tone}"/><ellipse rx="{rx * 0.8}" ry="{ry * 0.8}" fill="{glow}"/>'
        + ribs
        + path(f"M0 {-ry}V{ry}", stroke=shade, stroke_width=2.5, opacity=0.75)
        + flower
    )
    for sign in (-1, 1):
        marks += rect(-44, sign * ry - 11, 88, 22, "#3A2313", 5) + rect(
            -44, sign * ry - 11, 88, 6, gold, 3, opacity=0.7
        )
    fringe = "".join(f"M{-12 + i * 4} {ry + 34}L{-18 + i * 6} {ry + 104}" for i in range(7))
    marks += (
        path(f"M0 {ry + 10}V{ry + 34}", stroke=gold, stroke_width=4)
        + f'<circle cy="{ry + 26}" r="10" fill="{gold}"/>'
        + path(fringe, stroke=base, stroke_width=3.5, stroke_linecap="round")
    )
    return group(marks, f"translate({x} {y}) scale({scale})")


def lantern(drawing, goods):
    """Hội An silk lanterns hanging from a bamboo pole."""
    first = goods.variant % 2
    pole = rect(40, 74, 720, 16, drawing.linear((0, "#C9A45C"), (1, "#8A6A34"), vertical=True), 8) + "".join(
        rect(x, 72, 8, 20, "#7C5A2C", 3) for x in (150, 330, 520, 680)
    )
    marks = ellipse(400, 330, 330, 240, "#FFE3A3", opacity=0.4, filter=drawing.blur(24)) + pole
    if first:
        return (
            marks
            + one_lantern(drawing, 212, 330, 0.82, SILKS[1], True)
            + one_lantern(drawing, 598, 310, 0.74, SILKS[2], False)
            + one_lantern(drawing, 404, 400, 1.05, SILKS[0], False)
            + ground_shadow(drawing, 400, 700, 190, 22)
        )
    return (
        marks
        + one_lantern(drawing, 206, 300, 0.74, SILKS[2], False)
        + one_lantern(drawing, 600, 322, 0.84, SILKS[3], True)
        + one_lantern(drawing, 400, 390, 1.1, SILKS[0], True)
        + ground_shadow(drawing, 400, 700, 190, 22)
    )


def _rolled_mat(drawing, red, green):
    roll = rect(
        452,
        560,
        290,
        108,
        drawing.linear((0, "#F4E6B8"), (0.45, "#E3CC8A"), (1, "#A88A45"), vertical=True),
        20,
    )
    roll += (
        path(
            "".join(f"M{470 + i * 8} 562V666" for i in range(34)),
            stroke="#A88A45",
            stroke_width=1.4,
            opacity=0.55,
        )
        + rect(500, 558, 16, 112, red)
        + rect(676, 558, 16, 112, red)
        + rect(524, 558, 7, 112, green)
        + rect(660, 558, 7, 112, green)
    )
    roll += ellipse(742, 614, 26, 54, "#D9C27E") + path(
        "M742 574C764 590 762 640 742 646C726 640 728 598 742 594C752 600 752 626 742 628",
        stroke="#9A7C3A",
        stroke_width=4,
    )
    return roll


def mat(drawing, goods):
    """Sedge mat: one rolled, one hanging open with a printed border."""
    odd = goods.variant % 2
    red, green = ("#A83E2C", "#3F6B4A") if odd else ("#8A2F4E", "#2B4780")
    sedge = drawing.linear((0, "#E7D294"), (0.5, "#F1E1AF"), (1, "#DCC480"))
    lines = "".join(f"M150 {120 + i * 7}H590" for i in range(76))
    flat = rect(150, 116, 440, 540, sedge) + path(lines, stroke="#B99A50", stroke_width=1.4, opacity=0.55)
    flat += "".join(rect(x, 116, w, 540, red, opacity=0.85) for x, w in ((166, 12), (562, 12))) + "".join(
        rect(x, 116, 6, 540, green, opacity=0.85) for x in (186, 548)
    )
    diamond = "".join(
        path(f"M370 {y - 62}L{370 + 96} {y}L370 {y + 62}L{370 - 96} {y}Z", stroke=red, stroke_width=11)
        + path(f"M370 {y - 30}L{370 + 46} {y}L370 {y + 30}L{370 - 46} {y}Z", green)
        for y in (226, 386, 546)
    )
    corner = "".join(
        path(f"M{x} {y - 34}L{x + 46 * s} {y}L{x} {y + 34}Z", green, opacity=0.8)
        for y in (306, 466)
        for x, s in ((204, 1), (536, -1))
    )
    rod = rect(132, 98, 476, 22, drawing.linear((0, "#C9A45C"), (1, "#8A6A34"), vertical=True), 11)
    return (
        rect(166, 132, 440, 540, SHADOW, opacity=0.22, filter=drawing.blur(9))
        + flat
        + diamond
        + corner
        + rod
        + ground_shadow(drawing, 600, 668, 160, 26)
        + _rolled_mat(drawing, red, green)
    )


def silk(drawing, goods):
    """A silk scarf draped over a wooden rail, two folded lengths beside it."""
    # Every kind starts at another colour, so that two silk villages do not look alike.
    start = goods.variant % 2 + 2 * (goods.index > 50)
    first, second, third = (SILKS[(start + step) % 4] for step in (0, 1, 2))
    base, shade, gold = first
    folds = drawing.linear(*((i / 8, (base, shade)[i % 2]) for i in range(9)))
    rail = rect(
        110, 150, 580, 22, drawing.linear((0, "#A67A48"), (1, "#6B4A28"), vertical=True), 11
    ) + "".join(
        rect(x, 150, 20, 530, drawing.linear((0, "#8A6234"), (1, "#5E4020")), 6)
        + rect(x - 30, 668, 80, 16, "#5E4020", 6)
        for x in (140, 640)
    )
    drape = "M236 146C330 140 430 140 520 146L532 520C500 540 470 520 440 536C400 552 360 526 320 540C290 548 260 534 226 540Z"
    pattern = "".join(
        f'<g transform="translate({270 + (i % 3) * 96 + (i // 3 % 2) * 40} {220 + (i // 3) * 84})"><circle r="13" fill="{gold}" opacity=".55"/><circle r="6" fill="{shade}" opacity=".7"/>'
        + path("M-30 18C-18 6 -8 26 4 14C14 4 24 18 32 12", stroke=gold, stroke_width=2.5, opacity=0.6)
        + "</g>"
        for i in range(12)
    )
    cloth = (
        rect(220, 130, 320, 430, folds, opacity=0.98)
        + pattern
        + rect(220, 490, 330, 14, gold, opacity=0.6)
        + rect(220, 130, 320, 40, "#FFF", opacity=0.2, filter=drawing.blur(9))
    )
    fringe = path(
        "".join(f"M{230 + i * 9} 534V{566 + (i * 7) % 9}" for i in range(34)), stroke=base, stroke_width=3
    )
    stack = ""
    for i, (tone, dark, line) in enumerate((second, first, third)):
        y = 640 - i * 34
        stack += rect(520, y, 178, 36, drawing.linear((0, tone), (1, dark), vertical=True), 12) + rect(
            520, y + 14, 178, 5, line, opacity=0.7
        )
    shadow = path(drape, SHADOW, opacity=0.25, transform="translate(18 14)", filter=drawing.blur(9))
    return (
        ground_shadow(drawing, 400, 682, 280, 24)
        + rail
        + shadow
        + group(cloth, clip=drawing.clip(drape))
        + fringe
        + ground_shadow(drawing, 610, 676, 100, 20)
        + stack
    )


def brocade_bag(drawing, goods):
    """Handwoven shoulder bag with tassels."""
    colours = ("#1F1A1A", "#D9A441", "#A8322D") if goods.variant % 2 else ("#5E1A1A", "#E6C77A", "#2B4780")
    shape = "M212 330Q400 312 588 330L604 640Q604 668 576 670C460 680 340 680 224 670Q196 668 196 640Z"
    dark = colours[0]
    inside = rect(190, 310, 420, 380, dark)
    for y, tile in ((336, 36), (404, 72), (508, 72), (612, 36)):
        inside += group(rect(0, 0, 420, tile, brocade(drawing, colours, tile)), f"translate(190 {y})")
    inside += "".join(
        rect(190, y, 420, 7, tone)
        for y, tone in ((388, colours[1]), (490, colours[2]), (594, colours[1]), (654, colours[2]))
    )
    inside += rect(190, 310, 420, 380, light(drawing))
    strap = (
        path("M224 336C220 60 580 60 576 336", stroke=dark, stroke_width=30)
        + path("M224 336C220 60 580 60 576 336", stroke=colours[1], stroke_width=5, stroke_dasharray="12 8")
        + path(
            "M224 336C220 60 580 60 576 336",
            stroke=colours[2],
            stroke_width=3,
            stroke_dasharray="3 17",
            transform="translate(0 9)",
        )
    )
    tassels = "".join(
        path(
            "".join(f"M{x - 9 + i * 4.5} 676L{x - 13 + i * 6.5} 722" for i in range(5)),
            stroke=colours[2 if n % 2 else 1],
            stroke_width=4,
            stroke_linecap="round",
        )
        + f'<circle cx="{x}" cy="672" r="8" fill="{colours[1]}"/>'
        for n, x in enumerate(range(236, 590, 54))
    )
    return (
        ground_shadow(drawing, 400, 704, 230, 34) + strap + group(inside, clip=drawing.clip(shape)) + tassels
    )


def leaf_hat(drawing, goods):
    """Nón lá with fine rings and a silk chin ribbon."""
    ribbon = "#9B3A6B" if goods.variant % 2 else "#2F6B6E"
    cone = drawing.linear((0, "#C9B27A"), (0.3, "#F6EBC8"), (0.5, "#EFE0B4"), (1, "#B99C5E"))
    shape = "M400 190C410 190 690 560 704 590C712 612 560 640 400 640C240 640 88 612 96 590C110 560 390 190 400 190Z"
    rings = "".join(
        f"M{400 - t * 300:.0f} {192 + t * 398:.0f}C{400 - t * 250:.0f} {192 + t * 440:.0f} {400 + t * 250:.0f} {192 + t * 440:.0f} {400 + t * 300:.0f} {192 + t * 398:.0f}"
        for t in (0.1, 0.17, 0.24, 0.31, 0.38, 0.45, 0.52, 0.59, 0.66, 0.73, 0.8, 0.87, 0.94)
    )
    blades = "".join(f"M400 192L{110 + i * 24} {600 + 36 * (1 - abs(i - 12) / 12):.0f}" for i in range(25))
    inside = (
        rect(80, 180, 640, 470, cone)
        + path(blades, stroke="#C4A866", stroke_width=1.4, opacity=0.55)
        + path(rings, stroke="#A8873F", stroke_width=2.2, opacity=0.7)
    )
    poem = path(
        "M300 450c14-8 20 8 34 0M344 450c14-8 20 8 34 0M296 478c14-8 20 8 34 0M340 478c14-8 20 8 34 0M430 500c14-8 20 8 34 0M474 500c14-8 20 8 34 0",
        stroke="#7C5A2C",
        stroke_width=3,
        opacity=0.5,
        stroke_linecap="round",
    )
    inside += poem + path(
        "M452 380C470 340 500 360 492 392C520 380 530 410 500 420C510 444 476 446 470 424C446 430 436 400 452 380Z",
        "#D98A8A",
        opacity=0.6,
    )
    strap = path(
        "M150 612C190 720 330 700 360 660", stroke=ribbon, stroke_width=16, stroke_linecap="round"
    ) + path(
        "M650 612C640 700 560 730 520 700C500 740 540 760 590 742",
        stroke=ribbon,
        stroke_width=16,
        stroke_linecap="round",
        stroke_linejoin="round",
    )
    edge = path("M96 592C110 620 240 642 400 642C560 642 690 620 704 592", stroke="#A8873F", stroke_width=7)
    return ground_shadow(drawing, 400, 652, 310, 34) + strap + group(inside, clip=drawing.clip(shape)) + edge


def bamboo_basket(drawing, goods):
    """Empty woven basket with a tall handle; a smaller tray behind it."""
    tones = ("#E2BD84", "#CFA060", "#A67A44") if goods.variant % 2 else ("#C99A5C", "#B08048", "#8A5E2E")
    back = (
        '<circle cx="520" cy="380" r="196" fill="#9A6A32"/><circle cx="520" cy="380" r="188" fill="#D9B070"/>'
        + f'<circle cx="520" cy="380" r="168" fill="{weave(drawing, "#E7C892", "#D8B278", "#B58748", 30)}"/>'
        + '<circle cx="520" cy="380" r="168" fill="none" stroke="#7C5424" stroke-width="4" opacity=".5"/>'
    )
    shape = "M150 430H570L530 650Q524 678 496 680C400 686 320 686 224 680Q196 678 190 650Z"
    inside = (
        rect(140, 420, 440, 270, weave(drawing, *tones, 44))
        + rect(140, 420, 440, 270, light(drawing))
        + rect(140, 560, 440, 10, tones[2])
        + rect(140, 440, 440, 26, "#000", opacity=0.22, filter=drawing.blur(9))
    )
    mouth = (
        ellipse(360, 432, 214, 34, "#5E4020")
        + ellipse(360, 432, 214, 34, "none", stroke=tones[0], stroke_width=15)
        + ellipse(
            360, 432, 214, 34, "none", stroke=tones[2], stroke_width=15, stroke_dasharray="4 14", opacity=0.6
        )
    )
    handle = (
        path("M168 424C160 150 560 150 552 424", stroke=tones[2], stroke_width=20)
        + path("M168 424C160 150 560 150 552 424", stroke=tones[0], stroke_width=12)
        + path(
            "M168 424C160 150 560 150 552 424",
            stroke=tones[2],
            stroke_width=12,
            stroke_dasharray="3 15",
            opacity=0.7,
        )
    )
    return (
        ground_shadow(drawing, 540, 590, 170, 18)
        + back
        + ground_shadow(drawing, 370, 680, 220, 34)
        + handle
        + group(inside, clip=drawing.clip(shape))
        + mouth
        + tag(goods, 372, 592)
    )


def sedge_tote(drawing, goods):
    """Sedge shopping bag (làn cói) with two handles and a dyed flower."""
    dye = "#A83E2C" if goods.variant % 2 else "#2B4780"
    shape = "M176 330H624L652 650Q654 676 626 678C480 686 320 686 174 678Q146 676 148 650Z"
    inside = (
        rect(140, 320, 520, 370, weave(drawing, "#EBD9A0", "#DDC686", "#B99A50", 26))
        + rect(140, 352, 520, 22, dye, opacity=0.75)
        + rect(140, 624, 520, 22, dye, opacity=0.75)
    )
    flower = (
        "".join(
            f'<ellipse transform="translate(400 492) rotate({turn})" cx="0" cy="-48" rx="22" ry="42" fill="{dye}" opacity=".82"/>'
            for turn in range(0, 360, 45)
        )
        + '<circle cx="400" cy="492" r="22" fill="#E0A93B"/>'
    )
    inside += (
        flower
        + path(
            "M470 560C520 560 550 530 560 496C520 500 486 520 470 560ZM330 560C280 560 250 530 240 496C280 500 314 520 330 560Z",
            "#4F7A45",
            opacity=0.85,
        )
        + rect(140, 320, 520, 370, light(drawing))
    )
    handles = "".join(
        path(f"M262 336C256 {top} 544 {top} 538 336", stroke=tone, stroke_width=18)
        + path(
            f"M262 336C256 {top} 544 {top} 538 336",
            stroke="#8A6A34",
            stroke_width=18,
            stroke_dasharray="3 12",
            opacity=0.6,
        )
        for top, tone in ((96, "#C4A866"), (140, "#DDC686"))
    )
    rim = rect(166, 322, 468, 22, "#C4A866", 11) + rect(
        166, 322, 468, 22, "none", 11, stroke="#8A6A34", stroke_width=2
    )
    return ground_shadow(drawing, 400, 682, 270, 36) + handles + group(inside, clip=drawing.clip(shape)) + rim
