"""Carved wood, incense, handmade soap, potted cinnamon sapling."""

from . import glyphs
from .labels import band, upright
from .scene import ground_shadow
from .svg import ellipse, group, path, rect, title


def statue(drawing, goods):
    """Cơ Tu carving: an abstract seated guardian or a bird, without a face."""
    wood = drawing.linear((0, "#4A2A14"), (0.3, "#96602F"), (0.55, "#845025"), (1, "#3B1F0D"))
    base = rect(270, 630, 260, 48, wood, 6) + rect(270, 630, 260, 10, "#FFF", 5, opacity=0.18)
    if goods.variant % 2:
        body = "M330 632C300 560 290 470 330 420C300 400 286 360 296 320C306 280 350 262 400 262C450 262 494 280 504 320C514 360 500 400 470 420C510 470 500 560 470 632Z"
        head = path(
            "M340 262C330 190 360 140 400 140C440 140 470 190 460 262C440 284 360 284 340 262Z", wood
        ) + path(
            "M350 210C370 196 386 200 396 214M450 210C430 196 414 200 404 214M400 214V246",
            stroke="#2B1508",
            stroke_width=5,
            stroke_linecap="round",
        )
        cuts = "M322 340C350 380 370 400 380 450M478 340C450 380 430 400 420 450M340 540C360 520 440 520 460 540M326 600C360 584 440 584 474 600M352 300C380 312 420 312 448 300"
    else:
        body = "M396 632C330 620 268 560 262 480C256 410 300 360 352 330C376 316 380 280 372 240C366 200 392 168 428 168C460 168 480 186 486 210L540 226L488 244C484 300 520 340 532 400C546 480 500 580 452 632Z"
        head = '<circle cx="440" cy="206" r="9" fill="#2B1508"/>'
        cuts = "M330 400C300 440 300 510 340 560M364 384C330 440 336 520 384 584M400 380C372 440 380 530 424 596M392 300C420 312 452 308 476 292M430 350C456 356 480 350 498 340"
    grain = "".join(
        f"M{270 + i * 20} 130C{276 + i * 20} 300 {262 + i * 20} 460 {272 + i * 20} 680" for i in range(14)
    )
    inside = (
        rect(240, 120, 320, 560, wood)
        + path(grain, stroke="#2B1508", stroke_width=2, opacity=0.28)
        + path(cuts, stroke="#2B1508", stroke_width=6, opacity=0.7, stroke_linecap="round")
        + path(cuts, stroke="#D6A468", stroke_width=2, opacity=0.5, transform="translate(3 3)")
    )
    return ground_shadow(drawing, 400, 678, 180, 34) + group(inside, clip=drawing.clip(body)) + head + base


def _burner(drawing):
    """Three-legged bronze bowl."""
    bronze = drawing.linear((0, "#4A3416"), (0.3, "#B98A3E"), (0.55, "#93692A"), (1, "#3B2810"))
    return (
        path("M430 556H630C640 600 620 640 584 648H476C440 640 420 600 430 556Z", bronze)
        + rect(420, 544, 220, 20, bronze, 10)
        + path(
            "M470 646L454 678M590 646L606 678M530 648V678",
            stroke="#4A3416",
            stroke_width=14,
            stroke_linecap="round",
        )
        + path(
            "M450 600C480 588 500 612 530 600C560 588 580 612 610 600",
            stroke="#F0D08A",
            stroke_width=4,
            opacity=0.6,
        )
    )


def incense(drawing, goods):
    """Incense box, a fan of sticks and a bronze burner with a thread of smoke."""
    pack = goods.pack
    tone = drawing.linear((0, pack.shade), (0.25, pack.base), (0.7, pack.base), (1, pack.shade))
    tube = (
        rect(170, 190, 180, 486, tone, 10)
        + rect(170, 190, 180, 30, goods.band(drawing), 6)
        + rect(170, 640, 180, 36, goods.band(drawing))
        + upright(drawing, goods, (186, 250, 148, 366))
    )
    sticks = "".join(f"M530 566L{450 + i * 20} {240 + abs(i - 4) * 10}" for i in range(9))
    ends = "".join(
        f'<circle cx="{450 + i * 20}" cy="{240 + abs(i - 4) * 10}" r="4.500" fill="#E4571E"/>'
        for i in range(9)
    )
    smoke = path(
        "M530 230C500 190 560 160 530 120C506 88 548 66 536 30",
        stroke="#FFFFFF",
        stroke_width=14,
        opacity=0.6,
        filter=drawing.blur(9),
        stroke_linecap="round",
    )
    return (
        ground_shadow(drawing, 262, 678, 110, 26)
        + tube
        + smoke
        + path(sticks, stroke="#8A5A2A", stroke_width=5)
        + path(
            "".join(
                f"M{450 + i * 20} {240 + abs(i - 4) * 10}L{466 + i * 16} {310 + abs(i - 4) * 7}"
                for i in range(9)
            ),
            stroke="#B98A3E",
            stroke_width=8,
            stroke_linecap="round",
        )
        + ends
        + ground_shadow(drawing, 530, 678, 130, 26)
        + _burner(drawing)
    )


def soap(drawing, goods):
    """Two handmade bars, one in a paper sleeve, with cinnamon and ginger."""
    first, second = (
        (("#C98F5A", "#9A6434"), ("#E7CF9A", "#BF9F5E"))
        if goods.variant % 2
        else (("#B5793F", "#854F22"), ("#DDB98A", "#AF8550"))
    )
    bar = (
        path(
            "M420 560L470 530H712L668 560V650Q664 664 650 664H436Q420 664 420 650Z",
            drawing.linear((0, first[0]), (1, first[1]), vertical=True),
        )
        + path("M420 560L470 530H712L668 560Z", "#FFF", opacity=0.3)
        + path("M668 560L712 530V622L660 662Z", "#000", opacity=0.12)
    )
    dots = "".join(
        f'<circle cx="{446 + (i * 47) % 206}" cy="{582 + (i * 29) % 68}" r="{2 + i % 3}" fill="#5E3512" opacity=".5"/>'
        for i in range(22)
    )
    box = (
        rect(130, 330, 400, 250, drawing.linear((0, second[0]), (1, second[1]), vertical=True), 16)
        + path("M130 346L180 296H560L530 340Z", second[0])
        + path("M530 340L560 296V520L530 570Z", second[1])
    )
    words = group(band(goods, (196, 326, 270, 256), 236, goods.band(drawing)))
    return (
        ground_shadow(drawing, 350, 580, 230, 30)
        + box
        + words
        + ground_shadow(drawing, 560, 664, 150, 24)
        + bar
        + dots
        + glyphs.place(drawing, "cinnamon", 210, 640, 130, 6)
        + glyphs.place(drawing, "ginger-root", 340, 650, 104, -10)
    )


def _leaves(pairs):
    marks = ""
    for x, y, turn, size, tone in pairs:
        marks += (
            f'<g transform="translate({x} {y}) rotate({turn}) scale({size})">'
            + path("M0 0C30 -34 96 -34 132 0C96 30 30 30 0 0Z", tone)
            + path(
                "M0 0H128M24 0L58 -18M24 0L58 16M56 0L88 -16M56 0L88 14",
                stroke="#DCE8B4",
                stroke_width=2,
                opacity=0.6,
            )
            + "</g>"
        )
    return marks


def sapling(drawing, goods):
    """Cinnamon sapling in a glazed pot with a name label."""
    clay = (
        drawing.linear((0, "#8A3E1D"), (0.3, "#CB7443"), (0.6, "#BD6636"), (1, "#6E2F14"))
        if goods.variant % 2
        else drawing.linear((0, "#274A5E"), (0.3, "#5E93A8"), (0.6, "#4F8398"), (1, "#1F3C4D"))
    )
    stem = path(
        "M400 480C396 400 408 300 398 170M400 400C430 370 460 350 486 330M400 360C370 330 346 316 318 300",
        stroke="#6B4426",
        stroke_width=11,
        stroke_linecap="round",
    )
    green = ("#3C7436", "#5C9A4A", "#4F8540", "#79AE5A")
    plan = (
        (398, 180, -90, 0.9),
        (398, 200, -140, 0.95),
        (398, 200, -40, 0.95),
        (400, 260, -165, 1.0),
        (400, 260, -12, 1.0),
        (318, 300, 200, 0.8),
        (318, 300, 150, 0.8),
        (330, 306, -110, 0.8),
        (486, 330, -50, 0.9),
        (486, 330, 8, 0.9),
        (470, 340, -100, 0.75),
        (400, 390, 30, 0.8),
        (400, 400, 160, 0.8),
    )
    pot = (
        path("M276 486H524L500 650Q496 676 470 678H330Q304 676 300 650Z", clay)
        + rect(262, 462, 276, 42, clay, 10)
        + rect(262, 462, 276, 10, "#FFF", 5, opacity=0.25)
        + ellipse(400, 466, 126, 12, "#3B2412", opacity=0.9)
    )
    card = rect(318, 540, 164, 92, "#FBF5E6", 6) + title(400, 574, goods.lines, 30, goods.pack.ink, 144)[0]
    card += title(400, 616, (goods.net,), 14, goods.pack.accent, 140)[0]
    return (
        ground_shadow(drawing, 400, 678, 170, 34)
        + pot
        + stem
        + _leaves([(*p, green[i % 4]) for i, p in enumerate(plan)])
        + card
    )
