"""Own small drawings for goods that the emoji set lacks, on a 32-unit grid."""

import math
import random


def _radial(name, light, mid, dark):
    return (
        f'<radialGradient id="{name}" cx=".36" cy=".3" r=".8"><stop offset="0" stop-color="{light}"/>'
        f'<stop offset=".5" stop-color="{mid}"/><stop offset="1" stop-color="{dark}"/></radialGradient>'
    )


def _shine(x, y, rx, ry, turn=-35):
    return f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" transform="rotate({turn} {x} {y})" fill="#FFFFFF" opacity=".38"/>'


LEAF = '<path d="M16.500 6C19 1.500 24.500.8 28.500 3 26 7 20.500 8.500 16.500 6Z" fill="#5E9A3C"/><path d="M17 5.800C20.500 4.500 24 3.600 28 3.100" stroke="#3C6B25" stroke-width=".5" fill="none"/>'
STEM = '<path d="M16 7.500C15.800 5.500 16.200 4 17.200 2.600" stroke="#6B4A22" stroke-width="1.300" fill="none" stroke-linecap="round"/>'


def _fruit(light, mid, dark, top="", rx=12.0, ry=11.6, cy=18.6, skin=""):
    return (
        f"{_radial('a', light, mid, dark)}<ellipse cx='16' cy='{cy}' rx='{rx}' ry='{ry}' fill='url(#a)'/>".replace(
            "'", '"'
        )
        + skin
        + _shine(11.5, 13.6, 3.6, 2.2)
        + top
    )


def _bumps(colour, count, reach, seed):
    rnd = random.Random(seed)
    dots = ""
    for _ in range(count):
        radius, angle = reach * math.sqrt(rnd.random()), rnd.uniform(0, math.tau)
        x, y = 16 + radius * math.cos(angle), 18.6 + radius * math.sin(angle)
        dots += f'<circle cx="{x:.1f}" cy="{y:.1f}" r=".62" fill="{colour}" opacity=".55"/>'
    return dots


def _cluster(light, mid, dark, radius=5.4):
    spots = [(10, 12), (21, 11.5), (15.5, 17), (8.500, 21), (23.500, 19.5), (17, 25.500)]
    balls = "".join(
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="url(#a)"/><circle cx="{x - 1.6}" cy="{y - 1.8}" r="1.300" fill="#FFFFFF" opacity=".4"/>'
        for x, y in spots
    )
    twig = '<path d="M17 25C15 17 15 10 18 3M15.500 14L10 11M16 12L22 10" stroke="#6B4A22" stroke-width="1.200" fill="none" stroke-linecap="round"/>'
    return _radial("a", light, mid, dark) + twig + balls


def _anise():
    pod = '<path d="M0-1.200C2.600-4.500 2.600-10.500 0-14.500-2.600-10.500-2.600-4.500 0-1.200Z" fill="#7A3F1C"/><path d="M0-2.500C1-5.500 1-9.500 0-12.500-1-9.500-1-5.500 0-2.500Z" fill="#4A210C"/><ellipse cx="0" cy="-7" rx=".9" ry="1.700" fill="#C98A4C"/>'
    pods = "".join(f'<g transform="translate(16 16) rotate({45 * i + 8})">{pod}</g>' for i in range(8))
    return pods + '<circle cx="16" cy="16" r="2" fill="#5A2D12"/>'


def _sticks():
    bars = ""
    for turn, dy, tone in ((-34, -3.5, "#A3602B"), (-26, 3.5, "#8C4C1E"), (-40, 0, "#B87038")):
        bars += (
            f'<g transform="rotate({turn} 16 16) translate(0 {dy})"><rect x="1.500" y="13.400" width="29" height="5.600" rx="2.600" fill="{tone}"/>'
            f'<path d="M3 15H29M4 17H28" stroke="#5E2F10" stroke-width=".5" opacity=".6"/><ellipse cx="29.500" cy="16.200" rx="1.600" ry="2.700" fill="#5E2F10"/>'
            f'<path d="M29.500 14.600C30.600 15.600 30.400 17 29.400 17.300" stroke="#D69A5C" stroke-width=".6" fill="none"/></g>'
        )
    return bars


def _noodles(tones, seed):
    rnd = random.Random(seed)
    rings = f'<ellipse cx="16" cy="20" rx="14" ry="9.500" fill="{tones[2]}"/>'
    for _ in range(26):
        radius, turn = rnd.uniform(4, 12.500), rnd.uniform(0, 180)
        cx, cy = 16 + rnd.uniform(-1.500, 1.500), 18 + rnd.uniform(-2, 2)
        rings += f'<ellipse cx="{cx:.1f}" cy="{cy:.1f}" rx="{radius:.1f}" ry="{radius * 0.62:.1f}" transform="rotate({turn * 0.2 - 18:.0f} 16 18)" fill="none" stroke="{rnd.choice(tones[:2])}" stroke-width="1.200"/>'
    return rings


def _speckled(shape, colour, seed, count=26, area=(6, 8, 26, 24)):
    rnd = random.Random(seed)
    dots = "".join(
        f'<ellipse cx="{rnd.uniform(area[0], area[2]):.1f}" cy="{rnd.uniform(area[1], area[3]):.1f}" rx=".8" ry=".45" transform="rotate({rnd.randint(0, 90)} 16 16)" fill="{colour}"/>'
        for _ in range(count)
    )
    return shape + dots


def _bar(top, side, edge, height=8):
    """A small oblong cake seen from above at an angle."""
    return (
        f'<path d="M3 {14 + height}L18 {20 + height}V21L3 15Z" fill="{side}"/><path d="M18 {20 + height}L30 {13 + height}V14L18 21Z" fill="{edge}"/>'
        f'<path d="M3 15L15 8.500 30 14 18 21Z" fill="{top}"/>'
    )


def _root():
    body = '<path d="M14 7C9 9 9 15 12 19C9 22 8 26 6 29.500C10 28 12 25 14 23C14.500 26 14 29 15 31C17 28 17 25 17.500 22.500C20 24.500 22.500 27 26 28C24 24.500 22 21.500 20 19C23.500 15 22 9 18 7Z" fill="url(#a)"/>'
    lines = '<path d="M11.500 12H15M12 15.500H16M17 13H21M16 18H19.500" stroke="#9A6B2E" stroke-width=".7" stroke-linecap="round"/>'
    top = '<path d="M16 7V3M16 5C12 1 9 2 7 4 10 6 13 6.500 16 5ZM16 5C19-.5 23 .8 25.500 3 22 5.800 19 6.500 16 5Z" fill="#5E9A3C" stroke="#3C6B25" stroke-width=".6"/>'
    return _radial("a", "#F0D39A", "#D6A85E", "#A8742F") + body + lines + top


def _nest():
    rnd = random.Random(5)
    strands = "".join(
        f'<path d="M{rnd.uniform(4, 8):.1f} {rnd.uniform(12, 20):.1f}C{rnd.uniform(9, 13):.1f} {rnd.uniform(22, 29):.1f} {rnd.uniform(19, 23):.1f} {rnd.uniform(22, 29):.1f} {rnd.uniform(24, 28):.1f} {rnd.uniform(12, 20):.1f}" stroke="{rnd.choice(("#FFFDF4", "#E2D3AE", "#F4E9CE"))}" stroke-width=".9" fill="none"/>'
        for _ in range(22)
    )
    return (
        _radial("a", "#FFF9E6", "#EFE1BE", "#C9B381")
        + '<path d="M2.500 12C4 26 11 29.500 16 29.500S28 26 29.500 12C25 17 7 17 2.500 12Z" fill="url(#a)"/>'
        + strands
        + '<path d="M2.500 12C7 17 25 17 29.500 12" stroke="#B89F68" stroke-width=".8" fill="none"/>'
    )


def _persimmon():
    calyx = '<path d="M16 9.500L9 8 12 4.500 16 6 20 4.500 23 8Z" fill="#7E6A3A"/>'
    return (
        _fruit("#E8863A", "#C4571B", "#86330C", calyx, 9.6, 11.4, 19.5)
        + '<path d="M16 6V1" stroke="#6B4A22" stroke-width="1.200"/><path d="M11 14C12 20 12 25 13 29M20 13C20 20 20 25 19 29" stroke="#7C2F0C" stroke-width=".6" fill="none" opacity=".6"/>'
    )


def _artichoke():
    scales = ""
    for y, n, half in ((23, 5, 10), (18.500, 5, 9), (14, 4, 7), (10, 3, 4.5)):
        for i in range(n):
            x = 16 + (i - (n - 1) / 2) * (2 * half / n)
            tone = ("#7C9A55", "#8FAE66", "#6B8A48")[(i + int(y)) % 3]
            scales += f'<path d="M{x:.1f} {y - 6}C{x + 4:.1f} {y - 2} {x + 3.5:.1f} {y + 3} {x:.1f} {y + 5}C{x - 3.5:.1f} {y + 3} {x - 4:.1f} {y - 2} {x:.1f} {y - 6}Z" fill="{tone}" stroke="#4C6632" stroke-width=".5"/>'
    return '<path d="M14.500 26H17.500L18 31H14Z" fill="#6B8A48"/>' + scales


def _bean():
    return (
        _radial("a", "#9A6238", "#6B3C1B", "#3A1D0A")
        + '<ellipse cx="16" cy="16" rx="9.500" ry="13" fill="url(#a)"/><path d="M17 3.500C13 9 19 17 15 28.500" stroke="#2B1306" stroke-width="1.600" fill="none"/>'
        + _shine(11.500, 9.500, 2.400, 1.400)
    )


def _cashew():
    return (
        _radial("a", "#FBE7BE", "#E7C486", "#B98A48")
        + '<path d="M8 6C2 10 2 22 10 27C17 31 27 28 28 21C28.500 16.500 22 16 20 18.500C17 21.500 14 19 15.500 14C17 9 13 3.500 8 6Z" fill="url(#a)"/><path d="M7 12C6 18 9 24 15 25.500" stroke="#FFF6DF" stroke-width="1.500" fill="none" stroke-linecap="round" opacity=".7"/>'
    )


def _shoots():
    out = ""
    for turn, dx, tone in ((-24, -5, "#C9994F"), (8, 4, "#DDB56C"), (-6, -1, "#B98339")):
        out += f'<g transform="translate({dx} 0) rotate({turn} 16 30)"><path d="M16 2C19 10 21 20 20 30H12C11 20 13 10 16 2Z" fill="{tone}"/><path d="M16 5V29M13.500 14L13 29M18.500 14L19 29M12 24H20M12.500 18H19.500" stroke="#7A4F1A" stroke-width=".6" fill="none" opacity=".7"/></g>'
    return out


def _chips():
    out = ""
    for points, tone in (
        ("4 20 14 12 18 17 8 26", "#6B4426"),
        ("13 8 27 10 26 16 12 14", "#8A5C34"),
        ("14 20 28 19 27 26 15 27", "#4F2F18"),
    ):
        out += f'<polygon points="{points}" fill="{tone}"/>'
    return out + '<path d="M6 21L15 14M14 10.500L26 12.500M16 23L27 22" stroke="#C99A62" stroke-width=".7"/>'


def _tea():
    out = ""
    for turn, dx, dy, tone in (
        (-30, -6, 4, "#46543A"),
        (20, 5, 5, "#5D6C48"),
        (-60, 1, -5, "#37432A"),
        (60, -2, 1, "#7C8A5C"),
    ):
        out += f'<path transform="translate({16 + dx} {16 + dy}) rotate({turn})" d="M-12 1C-6 -5 3 1 12 -3C9 4 -2 3 -6 4.500C-8 4.500 -11 4 -12 1Z" fill="{tone}"/>'
    return out


def _slice(light, mid, dark):
    return (
        _radial("a", light, mid, dark)
        + '<path d="M4 22C4 12 12 5 26 7C29 8 29 11 27 13C20 13 13 17 10 25C8 28 4 26 4 22Z" fill="url(#a)"/><path d="M8 21C9 15 15 10 24 10" stroke="#FFFFFF" stroke-width="1" fill="none" opacity=".35"/>'
    )


def _watermelon():
    stripes = "".join(
        f'<path d="M16 7C{16 + k * 1.9} 11 {16 + k * 1.9} 26 16 30.200C{16 + k * 1.3} 25 {16 + k * 1.3} 12 16 7Z" fill="#24512A"/>'
        for k in (-7, -3.6, 0.8, 4, 7)
    )
    return (
        _radial("a", "#8DBF58", "#4F8A3A", "#2C5A28")
        + '<ellipse cx="16" cy="18.600" rx="13.500" ry="11.800" fill="url(#a)"/>'
        + stripes
        + _shine(10.5, 13, 3.5, 2)
        + STEM
    )


def _roll():
    return (
        _radial("a", "#F3C9A0", "#DDA06C", "#B06E3C")
        + '<path d="M6 9H24C29 9 29 25 24 25H6Z" fill="url(#a)"/><ellipse cx="6" cy="17" rx="4" ry="8" fill="#F6DFC4"/>'
        + "".join(
            f'<circle cx="{x}" cy="{y}" r=".7" fill="#C98F66"/>'
            for x, y in ((5, 13), (7, 16), (5, 19), (7, 22), (4, 16.500))
        )
        + '<path d="M13 9.500C15 14 15 20 13 24.500M20 9.500C22 14 22 20 20 24.500" stroke="#FFFFFF" stroke-width=".8" opacity=".5" fill="none"/>'
    )


def _disc(light, mid, dark, thick=3.5):
    return f'{_radial("a", light, mid, dark)}<ellipse cx="16" cy="{17 + thick}" rx="13" ry="9.500" fill="{dark}"/><ellipse cx="16" cy="17" rx="13" ry="9.500" fill="url(#a)"/>'


def _grain(light, dark):
    return f'<linearGradient id="a" x1="0" x2="1"><stop offset="0" stop-color="{light}"/><stop offset="1" stop-color="{dark}"/></linearGradient><ellipse cx="16" cy="16" rx="4.600" ry="13" fill="url(#a)"/>'


def _cordyceps():
    out = ""
    for dx, turn in ((-6, -12), (0, 2), (6, 14)):
        out += f'<path transform="rotate({turn} 16 30)" d="M{16 + dx * 0.5} 30C{15 + dx} 22 {17 + dx} 14 {16 + dx * 0.8} 6C{15 + dx * 0.8} 3 {18.500 + dx * 0.8} 3 {18 + dx * 0.8} 6C{19 + dx} 14 {17 + dx} 22 {18 + dx * 0.5} 30Z" fill="#E2892B" stroke="#B9611A" stroke-width=".5"/>'
    return out + '<ellipse cx="16" cy="29.500" rx="7" ry="2" fill="#8C5A2A"/>'


def _fish(light, mid, dark, eye="#1C1C1C"):
    """A slim sea fish seen from the side."""
    return (
        _radial("a", light, mid, dark)
        + f'<path d="M24 16L31 9.500C30 14 30 18 31 22.500Z" fill="{dark}"/><path d="M10 12C13 8 18 7.500 21 9L20 12.500ZM13 20L16 23.500 19 20Z" fill="{dark}"/>'
        + '<path d="M1 16.500C5 10.500 15 9.500 25.500 16C15 23 5 22.500 1 16.500Z" fill="url(#a)"/>'
        + f'<path d="M8.500 12.200C10.300 14.500 10.300 18.500 8.500 20.800" stroke="{dark}" stroke-width=".9" fill="none"/><path d="M12 16.500C16 15.300 20 15.300 24 16" stroke="{dark}" stroke-width=".7" fill="none" opacity=".7"/>'
        + f'<path d="M12.500 13.500a2 2 0 0 1 0 3M15.500 13.200a2 2 0 0 1 0 3M18.500 13.700a2 2 0 0 1 0 3M13.500 17.700a2 2 0 0 1 0 2.500M16.500 17.500a2 2 0 0 1 0 2.500" stroke="{dark}" stroke-width=".5" fill="none" opacity=".6"/>'
        + f'<circle cx="5.400" cy="15.300" r="1.300" fill="#FFFFFF"/><circle cx="5.300" cy="15.300" r=".75" fill="{eye}"/>'
    )


def _squid():
    """Split squid laid flat to dry in the sun."""
    arms = "".join(
        f'<path d="M{11 + i * 2} 20C{9 + i * 2.4} 24 {12 + i * 1.6} 27 {8.5 + i * 3} 31" stroke="#C98B78" stroke-width="1.500" fill="none" stroke-linecap="round"/>'
        for i in range(6)
    )
    return (
        _radial("a", "#FBEBDD", "#EBC7B2", "#C58F7C")
        + arms
        + '<path d="M16 .8C20 3.500 24.500 7 24.800 9.500C22.500 10 21.500 10.500 21.300 12L20.800 19C19 20.600 13 20.600 11.200 19L10.700 12C10.500 10.500 9.500 10 7.200 9.500C7.500 7 12 3.500 16 .8Z" fill="url(#a)"/>'
        + '<path d="M16 3V19" stroke="#C58F7C" stroke-width=".8" opacity=".8"/><path d="M13 8L13.500 17M19 8L18.500 17" stroke="#FFFFFF" stroke-width=".8" opacity=".5"/>'
        + '<circle cx="13.500" cy="21" r=".9" fill="#4A2A22"/><circle cx="18.500" cy="21" r=".9" fill="#4A2A22"/>'
    )


def _camellia():
    petals = "".join(
        f'<path transform="translate(16 16) rotate({60 * i})" d="M0 0C-8 -3 -8.500 -13 0 -14.500C8.500 -13 8 -3 0 0Z" fill="url(#a)" stroke="#C99A16" stroke-width=".5"/>'
        for i in range(6)
    )
    stamens = "".join(
        f'<circle cx="{16 + 2.6 * math.cos(i * 0.9):.1f}" cy="{16 + 2.6 * math.sin(i * 0.9):.1f}" r=".9" fill="#D07A12"/>'
        for i in range(7)
    )
    blade = '<path d="M22 22C27 20 31 24 31.500 30C26 31 22 28 22 22ZM10 22C5 20 1 24 .5 30C6 31 10 28 10 22Z" fill="#4F8540"/>'
    return (
        _radial("a", "#FFF3B0", "#F7D24A", "#E0A81E")
        + blade
        + petals
        + '<circle cx="16" cy="16" r="3.600" fill="#F2B632"/>'
        + stamens
    )


def _coconut():
    return (
        _radial("a", "#A9774A", "#74482A", "#452713")
        + '<circle cx="16" cy="16" r="14" fill="url(#a)"/><path d="M5 9C9 4 15 2 20 3M3 16C3 12 4 10 6 8" stroke="#C99A6A" stroke-width=".8" fill="none" opacity=".6"/>'
        + '<ellipse cx="17.500" cy="16.500" rx="11.300" ry="11.800" fill="#FFFDF6"/><ellipse cx="18" cy="17" rx="8" ry="8.500" fill="#E9E2D2"/><path d="M12 14C13 10.500 17 8.500 21 9.500" stroke="#FFFFFF" stroke-width="1.500" fill="none" stroke-linecap="round"/>'
    )


OWN = {
    "golden-camellia": _camellia(),
    "coconut-half": _coconut(),
    "sea-fish": _fish("#F2F5F4", "#9FB4BF", "#4E6A7A"),
    "dried-fish": _fish("#EBC88F", "#B9814A", "#744522"),
    "dried-squid": _squid(),
    "star-anise": _anise(),
    "cinnamon": _sticks(),
    "coffee-bean": _bean(),
    "peppercorn": _radial("a", "#7C6A58", "#3F342B", "#17110C")
    + '<circle cx="16" cy="16" r="13" fill="url(#a)"/><path d="M7 12C12 10 18 15 25 12M6 19C12 17 18 22 26 19M14 4C12 12 17 20 14 28" stroke="#0F0A06" stroke-width="1" fill="none" opacity=".5"/>',
    "tea-leaves": _tea(),
    "plum": _fruit("#B8475E", "#7D1E3A", "#43091F", STEM + LEAF),
    "lychee": _fruit("#E8695C", "#BF2F35", "#7A141F", STEM + LEAF, skin=_bumps("#7A141F", 70, 10.5, 1)),
    "longan": _cluster("#E2B878", "#B98A4A", "#7C5424"),
    "langsat": _cluster("#F5E7B4", "#DCC27C", "#A98D45"),
    "pomelo": _fruit(
        "#E4E58C", "#B5C24E", "#7C8C2A", STEM + LEAF, 12.6, 12.4, 18.8, _bumps("#7C8C2A", 46, 11, 2)
    ),
    "thanh-tra": _radial("a", "#E8E78E", "#C0C552", "#86912D")
    + '<path d="M16 5C19 5 20 9 22.500 12C28 18 27 31 16 31S4 18 9.500 12C12 9 13 5 16 5Z" fill="url(#a)"/>'
    + _shine(11, 16, 2.4, 4, 12)
    + STEM
    + LEAF,
    "orange": _fruit("#FBB857", "#EE8A22", "#B8590D", STEM + LEAF, skin=_bumps("#B8590D", 40, 10.5, 3)),
    "watermelon-whole": _watermelon(),
    "persimmon": _persimmon(),
    "artichoke": _artichoke(),
    "noodle-yellow": _noodles(("#F2CF6B", "#E0B03F", "#C28E28"), 1),
    "noodle-brown": _noodles(("#D9B27C", "#C0925A", "#97693A"), 2),
    "noodle-white": _noodles(("#F3EDDD", "#DDD3BC", "#BBAE90"), 3),
    "noodle-grey": _noodles(("#D6CFC0", "#B9B09D", "#8F8672"), 4),
    "ginseng": _root(),
    "birds-nest": _nest(),
    "cashew": _cashew(),
    "macadamia": _radial("a", "#C98F55", "#92582A", "#512B10")
    + '<circle cx="16" cy="17" r="12" fill="url(#a)"/><path d="M6 20C12 24 20 24 26 20" stroke="#F6E3BF" stroke-width="2.400" fill="none"/>'
    + _shine(11, 11, 3, 1.8),
    "bamboo-shoot": _shoots(),
    "agarwood": _chips(),
    "rice-grain": _grain("#FFFDF6", "#DDD3BA"),
    "red-rice-grain": _grain("#B8603F", "#7C3220"),
    "salt-grain": '<rect x="8" y="8" width="15" height="15" rx="4" fill="#E4733A"/><rect x="10" y="10" width="6" height="6" rx="2" fill="#F6B183"/>',
    "sesame-cake": _speckled(
        _bar("#E8C58A", "#B98645", "#9B6A30"), "#FFF6DE", 3, 30, (8, 10.500, 25, 18.500)
    ),
    "bean-cake": _bar("#F0D67C", "#C9A43F", "#A98429", 7)
    + '<path d="M8 15L16 11 25 14.300 17.500 18.500Z" fill="none" stroke="#B8922F" stroke-width=".8"/>',
    "sesame-candy": _speckled(
        _bar("#D98E2E", "#9C5A12", "#7E440A", 7), "#FBE6B2", 8, 34, (8, 10.500, 25, 18.500)
    ),
    "coconut-candy": _bar("#F6EBD2", "#D8C39A", "#BFA677", 8),
    "chocolate": _bar("#6B3A1E", "#43200D", "#331607", 4)
    + '<path d="M9 17.300L21.500 10.800M13.500 19L26 12.400M8 12.300L23 18" stroke="#2A1106" stroke-width=".9"/>',
    "palm-sugar": _disc("#E8B566", "#C98A35", "#97601C", 5),
    "rice-paper": _disc("#FFFDF4", "#F3EAD2", "#D3C6A4", 1.2)
    + '<ellipse cx="16" cy="17" rx="10" ry="7" fill="none" stroke="#FFFFFF" stroke-width=".7" opacity=".8"/>',
    "crisp-rice": _speckled(_disc("#F5D48C", "#DCA748", "#A87326", 3), "#FFF0C8", 6, 60, (6, 10, 26, 24)),
    "pia-cake": _disc("#F8E3B0", "#E6BD6C", "#B8863A", 6)
    + '<ellipse cx="16" cy="17" rx="5" ry="3.400" fill="none" stroke="#C23B2A" stroke-width="1.200"/><circle cx="16" cy="17" r="1.300" fill="#C23B2A"/>',
    "lotus-seed": _radial("a", "#FFF8E2", "#EAD9AE", "#BFA671")
    + '<ellipse cx="16" cy="17" rx="9.500" ry="12" fill="url(#a)"/><path d="M16 5.500V10" stroke="#7C6A3A" stroke-width="1.600" stroke-linecap="round"/>',
    "ham-roll": _roll(),
    "dried-mango": _slice("#FBC55C", "#EE9F2B", "#B86A10"),
    "dried-banana": _slice("#D9A25C", "#A86A2C", "#6B3C12"),
    "cordyceps": _cordyceps(),
}
