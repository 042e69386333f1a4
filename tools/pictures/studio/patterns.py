"""Pattern fills for bands: brocade, leaf, wave scales, sedge weave."""


def brocade(drawing, colours, tile=48):
    """Thổ cẩm: nested diamonds and corner zigzags, one tile = `tile` units."""
    ground, main, extra = colours
    name, mid = drawing.uid("p"), tile / 2

    def diamond(inset, fill):
        return f'<path d="M{mid} {inset}L{tile - inset} {mid}L{mid} {tile - inset}L{inset} {mid}Z" fill="{fill}"/>'

    corner = tile * 0.16
    corners = (
        f"M0 0h{corner}l-{corner} {corner}ZM{tile} 0v{corner}l-{corner} -{corner}Z"
        f"M0 {tile}v-{corner}l{corner} {corner}ZM{tile} {tile}h-{corner}l{corner} -{corner}Z"
    )
    drawing.define(
        f'<pattern id="{name}" width="{tile}" height="{tile}" patternUnits="userSpaceOnUse">'
        f'<rect width="{tile}" height="{tile}" fill="{ground}"/>{diamond(4, main)}{diamond(tile * 0.22, ground)}'
        f'{diamond(tile * 0.34, extra)}<path d="{corners}" fill="{extra}"/></pattern>'
    )
    return f"url(#{name})"


def leaves(drawing, colours, tile=48):
    ground, line, _ = colours
    name, mid = drawing.uid("p"), tile / 2
    blade = f"M5 {mid}C{tile * 0.3} {tile * 0.08} {tile * 0.7} {tile * 0.08} {tile - 5} {mid}C{tile * 0.7} {tile * 0.92} {tile * 0.3} {tile * 0.92} 5 {mid}ZM5 {mid}H{tile - 5}"
    veins = "".join(f"M{tile * f} {mid}l7 -9M{tile * f} {mid}l7 9" for f in (0.28, 0.44, 0.6))
    drawing.define(
        f'<pattern id="{name}" width="{tile}" height="{tile}" patternUnits="userSpaceOnUse"><rect width="{tile}" height="{tile}" fill="{ground}"/>'
        f'<path d="{blade}{veins}" fill="none" stroke="{line}" stroke-width="1.800"/></pattern>'
    )
    return f"url(#{name})"


def waves(drawing, colours, tile=40):
    ground, line, _ = colours
    name, mid = drawing.uid("p"), tile / 2
    arcs = "".join(f'<circle cx="{mid}" cy="{mid}" r="{mid * f:.1f}"/>' for f in (0.94, 0.62, 0.3))
    drawing.define(
        f'<pattern id="{name}" width="{tile}" height="{mid}" patternUnits="userSpaceOnUse"><rect width="{tile}" height="{mid}" fill="{ground}"/>'
        f'<g fill="none" stroke="{line}" stroke-width="2">{arcs}</g></pattern>'
    )
    return f"url(#{name})"


def stripes(drawing, colours, tile=24):
    ground, line, extra = colours
    name = drawing.uid("p")
    drawing.define(
        f'<pattern id="{name}" width="{tile}" height="{tile}" patternUnits="userSpaceOnUse"><rect width="{tile}" height="{tile}" fill="{ground}"/>'
        f'<path d="M0 {tile / 2}L{tile / 2} 0L{tile} {tile / 2}" fill="none" stroke="{line}" stroke-width="3"/>'
        f'<path d="M0 {tile}L{tile / 2} {tile / 2}L{tile} {tile}" fill="none" stroke="{extra}" stroke-width="3"/></pattern>'
    )
    return f"url(#{name})"


def weave(drawing, light, mid, dark, tile=40):
    """Split bamboo, over and under."""
    name, high = drawing.uid("p"), tile * 0.6
    half, low = tile / 2, high / 2
    drawing.define(
        f'<pattern id="{name}" width="{tile}" height="{high}" patternUnits="userSpaceOnUse"><rect width="{tile}" height="{high}" fill="{dark}"/>'
        f'<rect x="1" y="1" width="{half - 2}" height="{low - 2}" rx="4" fill="{light}"/><rect x="{half + 1}" y="{low + 1}" width="{half - 2}" height="{low - 2}" rx="4" fill="{light}"/>'
        f'<rect x="{half + 1}" y="1" width="{half - 2}" height="{low - 2}" rx="4" fill="{mid}"/><rect x="1" y="{low + 1}" width="{half - 2}" height="{low - 2}" rx="4" fill="{mid}"/></pattern>'
    )
    return f"url(#{name})"


BANDS = {"brocade": brocade, "leaves": leaves, "waves": waves, "stripes": stripes}
