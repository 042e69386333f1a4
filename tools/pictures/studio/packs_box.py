"""Cartons: upright tea box, flat sweet box, gift box with open lid, tray."""

from . import glyphs
from .labels import LAYOUTS, medal, panel, tag
from .palette import CREAM
from .scene import ground_shadow
from .svg import ellipse, fitted, path, rect, title


def upright_box(drawing, goods):
    """Carton with front, side and top faces."""
    pack = goods.pack
    front = drawing.linear((0, pack.base), (0.7, pack.base), (1, pack.shade))
    marks = [ground_shadow(drawing, 420, 678, 220, 36)]
    marks.append(
        path("M230 186L290 146H610L550 186Z", pack.base)
        + path("M230 186L290 146H610L550 186Z", "#FFF", opacity=0.22)
    )
    marks.append(
        path("M550 186L610 146V640L550 676Z", pack.shade)
        + path("M550 186L610 146V640L550 676Z", "#000", opacity=0.12)
    )
    marks.append(rect(230, 186, 320, 490, front))
    if goods.layout == "medal":
        marks.append(
            rect(230, 186, 320, 40, goods.band(drawing)) + rect(230, 640, 320, 36, goods.band(drawing))
        )
        marks.append(medal(drawing, goods, (250, 240, 280, 384)))
    else:
        marks.append(
            rect(230, 200, 320, 46, goods.band(drawing)) + rect(230, 626, 320, 36, goods.band(drawing))
        )
        marks.append(LAYOUTS[goods.layout](drawing, goods, (256, 266, 268, 342)))
    marks.append(
        path("M232 186V676", stroke="#FFF", stroke_opacity=0.35, stroke_width=3)
        + path("M230 187H550", stroke="#FFF", stroke_opacity=0.35, stroke_width=2)
    )
    return "".join(marks)


def flat_box(drawing, goods):
    """Wide low box standing on its edge, in the manner of sweet boxes."""
    pack = goods.pack
    front = drawing.linear((0, pack.base), (0.75, pack.base), (1, pack.shade))
    marks = [ground_shadow(drawing, 410, 674, 270, 34)]
    marks.append(
        path("M130 300L180 262H700L650 300Z", pack.base)
        + path("M130 300L180 262H700L650 300Z", "#FFF", opacity=0.25)
    )
    marks.append(path("M650 300L700 262V642L650 672Z", pack.shade))
    marks.append(
        rect(130, 300, 520, 372, front)
        + rect(130, 300, 520, 34, goods.band(drawing))
        + rect(130, 638, 520, 34, goods.band(drawing))
    )
    marks.append(
        rect(160, 354, 460, 264, CREAM, 10)
        + rect(168, 362, 444, 248, "none", 6, stroke=pack.accent, stroke_width=2)
    )
    marks.append(
        f'<circle cx="268" cy="486" r="84" fill="{pack.base}" opacity=".16"/>'
        + glyphs.place(drawing, goods.glyph, 268, 486, 132)
    )
    marks.append(fitted(478, 404, goods.maker, 15, pack.accent, 230, spacing=1))
    marks.append(title(478, 488, goods.lines, 50, pack.ink, 238)[0])
    marks.append(fitted(478, 584, goods.net, 17, pack.accent, 220, weight=700, spacing=0.5))
    marks.append(path("M131 300V672M130 301H650", stroke="#FFF", stroke_opacity=0.3, stroke_width=2))
    return "".join(marks)


def gift_box(drawing, goods):
    """Shallow open box showing the goods in paper cups, lid leaning behind."""
    pack, rnd = goods.pack, goods.random("gift")
    lid = (
        rect(226, 120, 348, 420, drawing.linear((0, pack.base), (0.7, pack.base), (1, pack.shade)), 6)
        + rect(226, 120, 348, 34, goods.band(drawing))
        + rect(226, 506, 348, 34, goods.band(drawing))
    )
    lid += medal(drawing, goods, (256, 168, 288, 318))
    tray = (
        path("M170 520H630L664 650Q666 676 640 678H160Q134 676 136 650Z", pack.shade)
        + path("M186 530H614L640 616H160Z", "#F3E8CF")
        + path("M186 530H614L620 552H180Z", "#000", opacity=0.12)
    )
    cups = ""
    for row, (y, count) in enumerate(((556, 5), (592, 5))):
        for i in range(count):
            x = 400 + (i - (count - 1) / 2) * (84 + row * 6)
            cups += ellipse(x, y + 12, 38, 16, "#D9C79B") + glyphs.place(
                drawing, goods.filling, x, y - 4, 76, rnd.uniform(-8, 8)
            )
    front = path(
        "M160 616H640L650 650Q652 678 640 678H160Q148 678 150 650Z",
        drawing.linear((0, pack.shade), (0.3, pack.base), (0.7, pack.base), (1, pack.shade)),
    ) + path("M160 616H640", stroke="#FFF", stroke_opacity=0.4, stroke_width=3)
    front += path("M152 646H648V662H151Z", goods.band(drawing))
    return ground_shadow(drawing, 400, 678, 280, 36) + lid + tray + cups + front


def tray(drawing, goods):
    """Fresh goods on a leaf-lined tray with a paper sleeve."""
    rnd, pack = goods.random("tray"), goods.pack
    marks = [ground_shadow(drawing, 400, 664, 290, 44)]
    marks.append(
        path(
            "M110 480H690L660 640Q656 664 630 666H170Q144 664 140 640Z",
            drawing.linear((0, "#8F6B3F"), (0.3, "#C79B60"), (0.7, "#BA8B50"), (1, "#7C5A30")),
        )
    )
    marks.append(path("M104 470H696L684 500H116Z", "#DDB67A"))
    marks.append(
        path("M140 480C220 430 330 448 400 440C480 448 590 430 664 480Z", "#3F7A3A")
        + path("M150 478C300 452 500 452 650 478", stroke="#78AE5C", stroke_width=4)
    )
    for y, count, size in ((372, 4, 150), (430, 5, 150)):
        for i in range(count):
            x = 400 + (i - (count - 1) / 2) * 104 + rnd.uniform(-8, 8)
            marks.append(
                glyphs.place(
                    drawing,
                    goods.filling,
                    x,
                    y + rnd.uniform(-8, 8),
                    size,
                    rnd.uniform(-28, 28),
                    rnd.random() < 0.5,
                )
            )
    marks.append(
        path("M104 470H696L690 486H110Z", "#C79B60") + path("M104 470H696", stroke="#F0D6A6", stroke_width=4)
    )
    marks.append(
        path(
            "M272 352C330 340 470 340 528 352L540 668H260Z",
            drawing.linear((0, pack.shade), (0.2, pack.base), (0.75, pack.base), (1, pack.shade)),
        )
    )
    marks.append(
        path("M270 372C330 360 470 360 530 372L531 396C470 384 330 384 269 396Z", goods.band(drawing))
    )
    marks.append(panel(drawing, goods, (286, 404, 228, 248)))
    return "".join(marks)


def leaf_parcel(drawing, goods):
    """Bánh chưng: square parcel in lá dong tied with bamboo strips."""
    light, dark = ("#C8503C", "#A83A2A") if goods.variant % 2 else ("#E7D59B", "#DCC788")
    leaf = drawing.linear((0, "#2F5A2A"), (0.4, "#4F8540"), (1, "#27481F"))
    body = rect(216, 300, 368, 366, leaf, 22)
    veins = "".join(
        f"M{226} {322 + i * 22}C{340} {312 + i * 22} {460} {332 + i * 22} {576} {320 + i * 22}"
        for i in range(16)
    )
    body += path(veins, stroke="#7FB265", stroke_width=1.6, opacity=0.5) + path(
        "M216 300L400 470L584 300M300 666L400 470L500 666", stroke="#1F3A18", stroke_width=3, opacity=0.4
    )
    ties = "".join(rect(x, 296, 12, 374, light) for x in (320, 468)) + "".join(
        rect(212, y, 376, 12, dark) for y in (402, 548)
    )
    side = path("M584 318L636 290V624L584 656Z", "#23421C") + path("M230 300L286 272H636L584 302Z", "#5E964B")
    knot = path(
        "M396 408C360 370 344 420 398 410C450 420 444 370 404 408M398 410L372 452M404 410L430 450",
        stroke=light,
        stroke_width=7,
        stroke_linecap="round",
    )
    return ground_shadow(drawing, 420, 664, 240, 38) + side + body + ties + knot + tag(goods, 410, 596, -3)
