"""Soft packs: stand-up pouch, folded paper bag, window pillow, rice sack."""

from . import glyphs
from .labels import LAYOUTS, panel
from .scene import ground_shadow
from .svg import fitted, group, path, rect, title

POUCH = "M250 112H550Q556 112 555 124C548 250 566 470 578 640Q580 672 545 676C450 686 350 686 255 676Q220 672 222 640C234 470 252 250 245 124Q244 112 250 112Z"
FOLDED = "M236 150H564L572 660Q572 676 556 678C450 684 350 684 244 678Q228 676 228 660Z"
PILLOW = "M190 150L206 142 222 150 238 142 254 150 270 142 286 150 302 142 318 150 334 142 350 150 366 142 382 150 398 142 414 150 430 142 446 150 462 142 478 150 494 142 510 150 526 142 542 150 558 142 574 150 590 142 606 150C620 300 622 520 604 664C590 672 210 672 196 664C178 520 180 300 190 150Z"
SACK = "M268 120C330 132 470 132 532 120C544 150 548 176 556 206C590 330 600 520 586 640Q580 682 540 684C450 690 350 690 260 684Q220 682 214 640C200 520 210 330 244 206C252 176 256 150 268 120Z"


def _sheen(drawing, pack):
    return drawing.linear((0, pack.shade), (0.18, pack.base), (0.56, pack.base), (1, pack.shade))


def _folds(drawing):
    return path(
        "M240 190C302 210 312 420 288 676",
        stroke="#FFF",
        stroke_opacity=0.18,
        stroke_width=26,
        filter=drawing.blur(9),
    ) + path(
        "M556 190C520 330 540 520 556 676",
        stroke="#000",
        stroke_opacity=0.28,
        stroke_width=30,
        filter=drawing.blur(9),
    )


def pouch(drawing, goods):
    """Stand-up pouch with seal ribs and hang hole."""
    inside = [rect(200, 100, 400, 600, _sheen(drawing, goods.pack))]
    ribs = "".join(f"M200 {118 + i * 8}H600" for i in range(5))
    inside.append(rect(200, 100, 400, 58, "#000", opacity=0.1))
    inside.append(path(ribs, stroke="#FFF", stroke_opacity=0.15, stroke_width=1.5))
    inside.append(path("M200 158H600", stroke="#FFF", stroke_opacity=0.35, stroke_width=2))
    if goods.layout == "medal":
        inside.append(rect(200, 166, 400, 30, goods.band(drawing)))
        label = LAYOUTS["medal"](drawing, goods, (268, 214, 264, 400))
        bottom = rect(200, 634, 400, 48, goods.band(drawing))
    else:
        inside.append(rect(200, 182, 400, 48, goods.band(drawing)))
        inside.append(rect(200, 612, 400, 36, goods.band(drawing)))
        label = LAYOUTS[goods.layout](drawing, goods, (264, 254, 272, 334))
        bottom = ""
    inside += [
        bottom,
        _folds(drawing),
        path("M222 640C300 664 500 664 578 640V690H222Z", "#000", opacity=0.2, filter=drawing.blur(3)),
    ]
    hole = f'<circle cx="400" cy="136" r="9" fill="{goods.scene_shade}" stroke="#000" stroke-opacity=".25"/>'
    return (
        ground_shadow(drawing, 400, 676, 215, 40)
        + group("".join(inside), clip=drawing.clip(POUCH))
        + label
        + hole
    )


def paper_bag(drawing, goods):
    """Kraft bag with folded top, a cord and a printed label."""
    pack = goods.pack
    inside = rect(220, 140, 360, 560, _sheen(drawing, pack)) + path(
        "M236 150V678M276 250V678M524 250V678", stroke="#000", stroke_opacity=0.10, stroke_width=3
    )
    inside += path(
        "M228 300L276 250M572 300L524 250", stroke="#000", stroke_opacity=0.14, stroke_width=3
    ) + _folds(drawing)
    inside += rect(220, 640, 360, 24, goods.band(drawing))
    fold = rect(230, 122, 340, 78, _sheen(drawing, pack), 4) + rect(
        230, 122, 340, 78, "#FFF", 4, opacity=0.07
    )
    fold += rect(230, 196, 340, 9, "#000", opacity=0.22, filter=drawing.blur(3))
    cord = path("M230 166H570", stroke=pack.accent, stroke_width=5) + path(
        "M400 166C370 140 356 178 398 168C440 178 430 140 400 166M398 168L374 214M402 168L428 218",
        stroke=pack.accent,
        stroke_width=4,
        stroke_linecap="round",
    )
    label = panel(drawing, goods, (270, 244, 260, 360))
    return (
        ground_shadow(drawing, 400, 678, 210, 38)
        + group(inside, clip=drawing.clip(FOLDED))
        + fold
        + cord
        + label
    )


def _film(drawing):
    """Highlights and creases of the clear film."""
    return (
        path(
            "M214 300C206 380 208 440 216 504M250 296C244 380 246 450 252 500",
            stroke="#FFF",
            stroke_opacity=0.55,
            stroke_width=10,
            filter=drawing.blur(3),
        )
        + path(
            "M586 190C560 330 574 520 590 664",
            stroke="#000",
            stroke_opacity=0.22,
            stroke_width=26,
            filter=drawing.blur(9),
        )
        + path(
            "M214 170C236 330 228 520 214 664",
            stroke="#FFF",
            stroke_opacity=0.25,
            stroke_width=18,
            filter=drawing.blur(9),
        )
    )


def pillow(drawing, goods):
    """Clear bag: the goods show through, header card on top and label below."""
    pack = goods.pack
    inside = [
        rect(
            170,
            130,
            460,
            560,
            drawing.linear((0, "#D9D2C2"), (0.2, "#F5F0E4"), (0.8, "#F1EADB"), (1, "#C6BDA8")),
        )
    ]
    inside.append(_contents(drawing, goods))
    inside.append(
        rect(170, 140, 460, 132, _sheen(drawing, pack)) + rect(170, 262, 460, 26, goods.band(drawing))
    )
    inside.append(
        rect(170, 522, 460, 160, _sheen(drawing, pack)) + rect(170, 510, 460, 20, goods.band(drawing))
    )
    inside.append(_film(drawing))
    words = (
        fitted(400, 182, goods.maker, 15, pack.on, 320, spacing=1.2)
        + title(
            400,
            582 if len(goods.lines) > 1 else 586,
            goods.lines,
            40 if len(goods.lines) > 1 else 54,
            pack.on,
            370,
        )[0]
    )
    words += fitted(400, 650, goods.net, 17, pack.on, 320, weight=600)
    words += glyphs.place(drawing, goods.glyph, 400, 228, 62)
    return (
        ground_shadow(drawing, 400, 668, 230, 38) + group("".join(inside), clip=drawing.clip(PILLOW)) + words
    )


def _contents(drawing, goods):
    """The goods behind the clear middle of a pillow bag."""
    marks, rnd = [], goods.random("contents")
    name = goods.filling
    if name.startswith("noodle"):
        spots = [(x, y) for y in (318, 392, 466) for x in (250, 350, 450, 550)]
        return "".join(
            glyphs.place(
                drawing, name, x + rnd.uniform(-8, 8), y + rnd.uniform(-6, 6), 132, rnd.uniform(-20, 20)
            )
            for x, y in spots
        )
    if name == "rice-paper":
        return "".join(
            glyphs.place(drawing, name, 400 + rnd.uniform(-4, 4), 500 - i * 12, 400) for i in range(15)
        )
    for y in range(300, 530, 52):
        for x in range(220, 620, 66):
            marks.append(
                glyphs.place(
                    drawing,
                    name,
                    x + rnd.uniform(-14, 14),
                    y + rnd.uniform(-12, 12),
                    92,
                    rnd.uniform(-40, 40),
                    rnd.random() < 0.5,
                )
            )
    return "".join(marks)


def sack(drawing, goods):
    """Rice bag, gathered and stitched at the top."""
    pack = goods.pack
    inside = [
        rect(190, 100, 420, 600, _sheen(drawing, pack)),
        rect(190, 640, 420, 60, "#000", opacity=0.16, filter=drawing.blur(9)),
    ]
    inside.append(rect(190, 214, 420, 44, goods.band(drawing)) + rect(190, 606, 420, 36, goods.band(drawing)))
    pleats = "".join(
        f"M{290 + i * 24} 128C{284 + i * 25} 150 {276 + i * 27} 176 {268 + i * 29} 206" for i in range(10)
    )
    inside.append(path(pleats, stroke="#000", stroke_opacity=0.14, stroke_width=3))
    inside.append(
        path("M262 150C330 162 470 162 538 150", stroke="#F6E7C2", stroke_width=5, stroke_dasharray="9 6")
    )
    inside.append(_folds(drawing))
    label = LAYOUTS["arch" if goods.layout == "medal" else goods.layout](drawing, goods, (266, 280, 268, 308))
    return ground_shadow(drawing, 400, 684, 220, 40) + group("".join(inside), clip=drawing.clip(SACK)) + label
