"""Pictures of the site itself: sector tiles, the hero still life, the share card."""

from . import crafts_clay, crafts_wood, crafts_woven, landscape, packs_box, packs_glass, packs_soft
from .baskets import basket
from .fonts import DISPLAY, SANS, SERIF
from .goods import goods, rows
from .scene import backdrop, prop
from .svg import Drawing, ellipse, group, path, rect, text

FLOOR = 676  # where every thing stands in its own 800-unit drawing


def _row(index):
    return rows()[index]


def stand(drawing, draw, index, x, floor, scale, variant=0, **options):
    """One drawn thing with its base at (x, floor), `scale` of its own size."""
    item = goods(_row(index), variant)
    for name, value in options.items():
        setattr(item, name, value)
    return group(
        draw(drawing, item), f"translate({x - 400 * scale:.1f} {floor - FLOOR * scale:.1f}) scale({scale})"
    )


def bottle(shape):
    return lambda drawing, item: packs_glass.glass_bottle(drawing, item, shape)


def _tile(scene, manner, fill):
    drawing = Drawing(480, 360)
    body = backdrop(drawing, scene, "plain", 480, 360, 262)
    if manner == "disc":
        body += '<circle cx="240" cy="150" r="128" fill="#FFF" opacity=".35"/>'
    return drawing.markup(body + fill(drawing))


def _food(d):
    return (
        stand(d, packs_soft.pillow, 4, 120, 290, 0.36)
        + stand(d, basket, 114, 286, 306, 0.42)
        + stand(d, bottle("sauce"), 0, 410, 300, 0.40)
        + prop(d, "hot-pepper", 70, 316, 50, -8)
        + prop(d, "garlic", 446, 322, 46)
    )


def _drinks(d):
    return (
        stand(d, packs_soft.pouch, 59, 126, 292, 0.38, layout="panel")
        + stand(d, packs_soft.paper_bag, 103, 356, 292, 0.38, variant=1)
        + stand(d, bottle("drink"), 38, 242, 302, 0.34)
        + prop(d, "teacup-without-handle", 196, 322, 60)
        + prop(d, "hot-beverage", 438, 322, 52)
        + prop(d, "coffee-bean", 312, 332, 30, 40)
    )


def _herbal(d):
    return (
        stand(d, packs_box.upright_box, 16, 118, 290, 0.35)
        + stand(d, packs_glass.squat_jar, 14, 254, 298, 0.37, variant=1)
        + stand(d, packs_glass.dropper, 12, 376, 296, 0.36)
        + prop(d, "ginseng", 176, 318, 60, 20)
        + prop(d, "star-anise", 316, 330, 42)
        + prop(d, "herb", 446, 316, 54)
    )


def _crafts(d):
    hanging = group(
        crafts_woven.one_lantern(d, 0, 0, 1, crafts_woven.SILKS[0], False), "translate(388 108) scale(.42)"
    )
    return (
        path("M388 0V24", stroke="#5A3D20", stroke_width=2)
        + hanging
        + stand(d, crafts_clay.blue_vase, 52, 150, 300, 0.41)
        + stand(d, crafts_woven.bamboo_basket, 44, 330, 306, 0.33, lines=("MÂY TRE",))
        + prop(d, "thread", 66, 312, 54)
    )


def _plants(d):
    return (
        stand(d, crafts_wood.sapling, 49, 240, 304, 0.43)
        + prop(d, "potted-plant", 92, 262, 112)
        + prop(d, "bouquet", 392, 268, 104, 4)
        + prop(d, "hibiscus", 334, 322, 54)
        + prop(d, "lotus", 146, 326, 50)
    )


SECTORS = (
    ("fruit", "disc", _food),
    ("tea", "disc", _drinks),
    ("honey", "disc", _herbal),
    ("craft", "plain", _crafts),
    ("leaf", "disc", _plants),
)


def sector_svgs():
    """The six sector tiles, 480 × 360, in the order of the national list."""
    tiles = [_tile(scene, manner, fill) for scene, manner, fill in SECTORS]
    drawing = Drawing(480, 360)
    place = group(landscape.stilt_village(drawing, goods(_row(51), 0)), "translate(0 -118) scale(.6)")
    return [*tiles, drawing.markup(place)]


def _branch(x, y, scale):
    """A bare twig with a few leaves for the tall vase."""
    leaf = "M0 0C14 -16 40 -18 58 0C40 16 14 14 0 0Z"
    spots = (
        (-20, -90, -150),
        (-48, -150, 160),
        (6, -140, -30),
        (-30, -230, -120),
        (30, -210, -10),
        (60, -270, -50),
        (10, -300, -110),
        (84, -330, -20),
        (-66, -206, 190),
    )
    leaves = "".join(
        f'<path transform="translate({a} {b}) rotate({turn})" d="{leaf}" fill="{("#6E8F55", "#86A468", "#56773F")[i % 3]}"/>'
        for i, (a, b, turn) in enumerate(spots)
    )
    twig = path(
        "M0 0C-14 -80 10 -160 4 -230C2 -270 30 -310 84 -340M-8 -90C-30 -120 -44 -140 -66 -206M4 -200C30 -230 44 -250 62 -278",
        stroke="#7A5A3A",
        stroke_width=6,
        stroke_linecap="round",
    )
    return group(twig + leaves, f"translate({x} {y}) scale({scale})")


def _still_life(d, x, floor, scale=1.0):
    """The goods of the hero, grouped around (x, floor); about 860 units wide at scale 1."""

    def at(dx):
        return x + dx * scale

    back, front = floor - 26 * scale, floor + 24 * scale
    marks = _branch(at(-322), back - 402 * scale, 0.62 * scale)
    marks += stand(d, crafts_clay.blue_vase, 52, at(-322), back, 0.74 * scale)
    marks += stand(d, packs_box.upright_box, 69, at(-130), back, 0.62 * scale, variant=0, layout="panel")
    marks += stand(d, bottle("sauce"), 0, at(48), back - 4, 0.70 * scale)
    marks += stand(d, packs_soft.sack, 120, at(206), back - 6, 0.66 * scale, layout="arch", variant=1)
    marks += stand(d, basket, 114, at(372), front, 0.60 * scale, lines=("XOÀI CÁT",))
    marks += stand(d, packs_glass.jar, 20, at(-14), front + 4 * scale, 0.47 * scale)
    for name, dx, dy, size, turn in (
        ("teapot", -236, -40, 124, 0),
        ("teacup-without-handle", -116, -14, 92, 0),
        ("lychee", 120, 10, 62, 6),
        ("lychee", 166, 20, 62, -12),
        ("garlic", -400, -10, 76, 0),
        ("hot-pepper", 216, 10, 74, -16),
        ("star-anise", -52, 34, 48, 10),
    ):
        marks += prop(d, name, at(dx), front + dy * scale, size * scale, turn)
    return marks


def _room(d, width, height, line, window):
    """Paper-toned wall with soft window light, a plain table edge."""
    body = backdrop(d, "paper", "plain", width, height, line)
    panes = "".join(
        f"M{window + i * 118} {60 - i * 26}h96v{line * 0.36:.0f}h-96ZM{window + i * 118} {60 - i * 26 + line * 0.36 + 22:.0f}h96v{line * 0.34:.0f}h-96Z"
        for i in range(3)
    )
    body += (
        f'<g transform="skewY(8)"><path d="{panes}" fill="#FFFFFF" opacity=".45" filter="{d.blur(9)}"/></g>'
    )
    return body + rect(0, line + 6, width, 5, "#FFF", opacity=0.25)


def hero_svg():
    """1600 × 700; the left 40 % stays calm for words."""
    d = Drawing(1600, 700)
    body = _room(d, 1600, 700, 520, 250)
    body += ellipse(1130, 330, 420, 260, "#F1E6CC", opacity=0.6, filter=d.blur(24))
    return d.markup(body + _still_life(d, 1110, 612, 0.92))


def hero_mobile_svg():
    """780 × 620: the same table seen nearer."""
    d = Drawing(780, 620)
    body = _room(d, 780, 620, 440, 60)
    return d.markup(body + _still_life(d, 378, 530, 0.74))


def share_svg(mark):
    """1200 × 630 card for shared links; `mark` is the inner SVG of the site's mark."""
    d = Drawing(1200, 630)
    body = _room(d, 1200, 630, 470, 60) + _still_life(d, 810, 556, 0.74)
    body += rect(0, 0, 1200, 14, "#1E5B43") + group(mark, "translate(64 86) scale(1.7)")
    body += text(72, 292, "Chợ OCOP", 78, "#1E5B43", DISPLAY, 700, anchor="start")
    body += text(74, 348, "Sản vật quê mình,", 36, "#1F2A24", SERIF, 600, anchor="start")
    body += text(74, 394, "rõ người làm ra", 36, "#1F2A24", SERIF, 600, anchor="start")
    return d.markup(body + text(74, 600, "Ảnh minh họa", 20, "#5A4A2C", SANS, 400, anchor="start"))
