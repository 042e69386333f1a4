"""Glass and bottles: jars, fish-sauce, oil, spirit, drink, dropper and pump bottles."""

from . import glyphs
from .labels import band, upright
from .palette import CREAM
from .scene import ground_shadow
from .svg import ellipse, fitted, group, path, rect, title

JAR = "M268 236C232 262 218 300 218 344V610Q218 668 276 674C360 682 440 682 524 674Q582 668 582 610V344C582 300 568 262 532 236Z"
SQUAT = "M256 290C214 306 200 330 200 366V616Q200 668 250 674C350 684 450 684 550 674Q600 668 600 616V366C600 330 586 306 544 290Z"


def light(drawing):
    """Side-to-side light that makes a flat shape round."""
    return drawing.linear(
        (0, "#FFF", 0.28), (0.12, "#FFF", 0.05), (0.5, "#FFF", 0), (0.86, "#000", 0.1), (1, "#000", 0.3)
    )


def _filling(drawing, goods, box, level):
    """What is in the glass: a liquid (two colours) or a heap of small goods."""
    x, y, w, h = box
    if goods.liquid:
        deep, clear = goods.liquid
        tone = drawing.linear((0, deep), (0.22, clear), (0.62, clear), (1, deep))
        surface = f"M{x} {level}C{x + w * 0.25} {level - 12} {x + w * 0.7} {level + 12} {x + w} {level}V{y + h}H{x}Z"
        rim = f"M{x} {level}C{x + w * 0.25} {level - 12} {x + w * 0.7} {level + 12} {x + w} {level}V{level + 16}C{x + w * 0.7} {level + 28} {x + w * 0.25} {level + 4} {x} {level + 16}Z"
        return path(surface, tone) + path(rim, "#FFF", opacity=0.32)
    rnd, key, size = goods.random("filling"), glyphs.symbol(drawing, goods.filling), goods.filling_size
    marks, step = [rect(x, level + size * 0.4, w, h, goods.filling_ground)], size * 0.62
    row = level
    while row < y + h:
        column = x
        while column < x + w + step:
            marks.append(
                glyphs.stamp(
                    key, column + rnd.uniform(-6, 6), row + rnd.uniform(-5, 5), size, rnd.uniform(0, 360)
                )
            )
            column += step
        row += step
    return "".join(marks)


def _gloss(drawing):
    return path(
        "M252 300C236 360 238 560 250 650",
        stroke="#FFF",
        stroke_opacity=0.7,
        stroke_width=14,
        stroke_linecap="round",
        filter=drawing.blur(3),
    ) + path(
        "M562 320C566 420 564 560 556 640",
        stroke="#FFF",
        stroke_opacity=0.32,
        stroke_width=7,
        filter=drawing.blur(3),
    )


def jar(drawing, goods):
    """Round jar with a ribbed metal lid and a wrap-around label."""
    lid = drawing.linear((0, "#8D6B2F"), (0.25, "#E9CC86"), (0.55, "#CDA552"), (1, "#7B5A22"))
    inside = rect(200, 220, 400, 470, "#F6F2E8") + _filling(drawing, goods, (200, 220, 400, 480), 286)
    inside += (
        band(goods, (200, 350, 400, 238), 310, goods.band(drawing))
        + rect(200, 220, 400, 470, light(drawing))
        + _gloss(drawing)
    )
    ribs = "".join(f"M{262 + i * 9.6:.1f} 174V230" for i in range(30))
    top = (
        rect(252, 160, 296, 80, lid, 14)
        + path(ribs, stroke="#5B3F10", stroke_opacity=0.22, stroke_width=2)
        + rect(252, 160, 296, 12, "#FFF", 6, opacity=0.35)
    )
    outline = path(JAR, stroke="#5B3B10", stroke_opacity=0.22, stroke_width=3)
    return ground_shadow(drawing, 400, 672, 205, 38) + group(inside, clip=drawing.clip(JAR)) + outline + top


def squat_jar(drawing, goods):
    """Wide jar with a cloth cover tied with twine."""
    pack = goods.pack
    cloth = drawing.linear((0, pack.shade), (0.3, pack.base), (0.6, pack.base), (1, pack.shade))
    inside = rect(190, 280, 420, 410, "#F6F2E8") + _filling(drawing, goods, (190, 280, 420, 410), 322)
    inside += band(goods, (190, 384, 420, 220), 330, goods.band(drawing)) + rect(
        190, 270, 420, 420, light(drawing)
    )
    inside += path(
        "M234 350C222 420 222 560 236 648",
        stroke="#FFF",
        stroke_opacity=0.65,
        stroke_width=13,
        stroke_linecap="round",
        filter=drawing.blur(3),
    )
    cover = "M248 214C300 180 500 180 552 214L560 268L590 330L552 312L524 336L492 314L456 338L420 316L384 338L346 314L310 336L278 312L212 330L240 268Z"
    folds = "".join(f"M{266 + i * 30} 262L{250 + i * 34} 318" for i in range(10))
    lid = (
        path(cover, "#000", opacity=0.2, transform="translate(0 7)", filter=drawing.blur(3))
        + path(cover, cloth)
        + path(folds, stroke="#000", stroke_opacity=0.16, stroke_width=3)
    )
    lid += path("M250 216C300 236 500 236 550 216", stroke="#FFF", stroke_opacity=0.25, stroke_width=4)
    lid += path("M240 266C300 284 500 284 560 266", stroke="#E6D3A4", stroke_width=7) + path(
        "M240 266C300 284 500 284 560 266", stroke="#8A6A34", stroke_width=7, stroke_dasharray="2 7"
    )
    lid += path(
        "M470 280C500 250 524 290 474 282C440 300 430 262 470 280M470 282L452 330M474 282L500 326",
        stroke="#D9C088",
        stroke_width=4,
        stroke_linecap="round",
    )
    outline = path(SQUAT, stroke="#5B3B10", stroke_opacity=0.22, stroke_width=3)
    return ground_shadow(drawing, 400, 674, 225, 38) + group(inside, clip=drawing.clip(SQUAT)) + outline + lid


# outline, (body left, top, width, height), label box, liquid level, cap box
BOTTLES = {
    "sauce": (
        "M368 150H432V244C432 276 502 296 506 352V640Q506 672 474 676C430 682 370 682 326 676Q294 672 294 640V352C298 296 368 276 368 244Z",
        (294, 150, 212, 530),
        (294, 372, 212, 250),
        218,
        (362, 104, 76, 66),
    ),
    "oil": (
        "M364 150H436V210C440 240 522 262 528 330V640Q528 674 496 677C430 682 370 682 304 677Q272 674 272 640V330C278 262 360 240 364 210Z",
        (272, 150, 256, 530),
        (272, 360, 256, 262),
        204,
        (356, 100, 88, 70),
    ),
    "slim": (
        "M376 140H424V260C426 300 480 318 484 380V644Q484 674 456 677C420 681 380 681 344 677Q316 674 316 644V380C320 318 374 300 376 260Z",
        (316, 140, 168, 540),
        (316, 396, 168, 236),
        214,
        (370, 96, 60, 70),
    ),
    "drink": (
        "M360 176H440V204C448 232 492 250 496 300V650Q496 674 470 677C430 681 370 681 330 677Q304 674 304 650V300C308 250 352 232 360 204Z",
        (304, 176, 192, 504),
        (304, 336, 192, 262),
        232,
        (354, 134, 92, 56),
    ),
    "chili": (
        "M350 190H450V230C456 256 508 268 512 320V640Q512 674 480 677C430 682 370 682 320 677Q288 674 288 640V320C292 268 344 256 350 230Z",
        (288, 190, 224, 490),
        (288, 352, 224, 262),
        244,
        (342, 132, 116, 74),
    ),
}


def glass_bottle(drawing, goods, shape):
    """A bottle of one of the `BOTTLES` shapes with its liquid and label."""
    outline, body, label, level, cap = BOTTLES[shape]
    x, y, w, h = body
    cap_tone = drawing.linear(
        (0, goods.pack.shade), (0.3, goods.pack.base), (0.6, goods.pack.base), (1, goods.pack.shade)
    )
    inside = rect(x, y, w, h, "#EFEDE2") + _filling(drawing, goods, body, level)
    inside += upright(drawing, goods, label, goods.band(drawing)) + rect(x, y, w, h, light(drawing))
    inside += path(
        f"M{x + 24} {label[1] - 20}C{x + 18} {label[1] + 60} {x + 18} 560 {x + 26} 650",
        stroke="#FFF",
        stroke_opacity=0.6,
        stroke_width=10,
        stroke_linecap="round",
        filter=drawing.blur(3),
    )
    cx, cy, cw, ch = cap
    ribs = "".join(f"M{cx + 6 + i * 8} {cy + 14}V{cy + ch - 8}" for i in range(int(cw / 8)))
    top = (
        rect(cx, cy, cw, ch, cap_tone, 8)
        + path(ribs, stroke="#000", stroke_opacity=0.16, stroke_width=2)
        + rect(cx, cy, cw, 9, "#FFF", 5, opacity=0.28)
    )
    edge = path(outline, stroke="#3B2A10", stroke_opacity=0.28, stroke_width=3)
    return (
        ground_shadow(drawing, 400, 675, w * 0.56, 32)
        + group(inside, clip=drawing.clip(outline))
        + edge
        + top
    )


def gourd(drawing, goods):
    """Stoneware spirit bottle with a narrow neck and a cork."""
    pack = goods.pack
    shape = "M376 176H424C426 214 418 236 430 262C448 300 520 330 526 440C530 520 516 600 496 646Q488 676 456 677H344Q312 676 304 646C284 600 270 520 274 440C280 330 352 300 370 262C382 236 374 214 376 176Z"
    glaze = drawing.linear((0, pack.shade), (0.25, pack.base), (0.55, pack.base), (1, pack.shade))
    inside = rect(260, 160, 280, 530, glaze) + path(
        "M260 250C340 290 460 230 540 280V160H260Z", "#000", opacity=0.2
    )
    inside += rect(260, 646, 280, 8, "#000", opacity=0.2) + rect(260, 160, 280, 530, light(drawing))
    inside += path(
        "M318 380C300 450 302 540 322 620",
        stroke="#FFF",
        stroke_opacity=0.5,
        stroke_width=14,
        stroke_linecap="round",
        filter=drawing.blur(3),
    )
    panel = upright(drawing, goods, (314, 388, 172, 234), goods.band(drawing))
    cord = path("M370 250C390 262 412 262 432 250", stroke="#C8442E", stroke_width=7) + path(
        "M428 254L456 312M430 256L442 320", stroke="#C8442E", stroke_width=4, stroke_linecap="round"
    )
    cork = (
        rect(380, 130, 40, 54, "#C79A62", 6)
        + path("M386 142H412M390 156H416M384 168H408", stroke="#8A6234", stroke_width=2)
        + rect(368, 170, 64, 16, glaze, 6)
    )
    return (
        ground_shadow(drawing, 400, 676, 150, 34)
        + group(inside, clip=drawing.clip(shape))
        + panel
        + cord
        + cork
    )


def dropper(drawing, goods):
    """Small amber bottle of essential oil beside its carton."""
    amber = drawing.linear((0, "#4A2408"), (0.25, "#8F4F16"), (0.6, "#7A3D0E"), (1, "#331703"))
    shape = "M430 430H510V456C516 472 556 480 560 516V640Q560 674 532 677H408Q380 674 380 640V516C384 480 424 472 430 456Z"
    pack = goods.pack
    inside = rect(370, 420, 200, 270, amber)
    inside += _oil_label(goods, drawing) + rect(380, 420, 180, 260, light(drawing))
    cap = rect(
        424, 352, 92, 88, drawing.linear((0, "#15110E"), (0.3, "#4A423B"), (1, "#0D0A08")), 8
    ) + ellipse(470, 340, 30, 26, "#2A2420")
    carton = (
        rect(226, 236, 190, 440, drawing.linear((0, pack.base), (0.8, pack.base), (1, pack.shade)), 3)
        + rect(226, 236, 190, 34, goods.band(drawing))
        + rect(226, 642, 190, 34, goods.band(drawing))
    )
    carton += (
        path("M416 236L446 222V664L416 676Z", pack.shade)
        + path("M226 236L256 222H446L416 236Z", "#FFF", opacity=0.55)
        + path("M226 236L256 222H446L416 236Z", pack.base, opacity=0.75)
    )
    carton += upright(drawing, goods, (244, 288, 154, 336))
    shadows = ground_shadow(drawing, 280, 678, 130, 30) + ground_shadow(drawing, 496, 676, 120, 28)
    return group(
        shadows
        + group(carton, "translate(-60 0)")
        + group(group(inside, clip=drawing.clip(shape)) + cap, "translate(26 0)"),
        "translate(20 0)",
    )


def _oil_label(goods, drawing):
    marks = rect(370, 522, 200, 122, CREAM) + rect(370, 522, 200, 12, goods.band(drawing))
    marks += title(470, 572, goods.lines, 30, goods.pack.ink, 158)[0]
    return marks + fitted(470, 630, goods.net, 15, goods.pack.accent, 150, weight=700)


def pump(drawing, goods):
    """Tall pump bottle for hair and skin care."""
    pack = goods.pack
    shape = "M300 300Q300 268 336 262H464Q500 268 500 300V650Q500 676 474 678C430 682 370 682 326 678Q300 676 300 650Z"
    tone = drawing.linear((0, pack.shade), (0.25, pack.base), (0.6, pack.base), (1, pack.shade))
    inside = (
        rect(290, 250, 220, 440, tone)
        + upright(drawing, goods, (312, 332, 176, 288), goods.band(drawing))
        + rect(300, 250, 200, 440, light(drawing))
    )
    inside += path("M322 300V650", stroke="#FFF", stroke_opacity=0.4, stroke_width=9, filter=drawing.blur(3))
    head = (
        rect(356, 222, 88, 46, "#2F2A25", 8)
        + rect(388, 160, 24, 66, "#4A443D")
        + path("M330 132H430Q446 132 446 146V164H372Q340 164 322 182L314 170Q322 134 330 132Z", "#2F2A25")
    )
    head += path("M336 138H428", stroke="#FFF", stroke_opacity=0.3, stroke_width=4)
    return ground_shadow(drawing, 400, 676, 130, 32) + head + group(inside, clip=drawing.clip(shape))
