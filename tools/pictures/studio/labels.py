"""Label layouts: maker line, glyph, product name that fits, net content."""

from . import glyphs
from .palette import CREAM
from .svg import fitted, path, rect, title


def panel(drawing, goods, box, plain=False):
    """Cream panel with a double border: maker, glyph, name, net content."""
    x, y, w, h = box
    mid, pack = x + w / 2, goods.pack
    marks = [rect(x, y, w, h, CREAM, 10)]
    if not plain:
        marks.append(rect(x + 8, y + 8, w - 16, h - 16, "none", 6, stroke=pack.accent, stroke_width=2))
    marks.append(fitted(mid, y + h * 0.135, goods.maker, 14, pack.accent, w - 46, spacing=1))
    glyph_size = min(h * 0.36, 112)
    marks.append(glyphs.place(drawing, goods.glyph, mid, y + h * 0.185 + glyph_size / 2, glyph_size))
    name, _ = title(
        mid,
        y + h * 0.715,
        goods.lines,
        min(48, h * (0.155 if len(goods.lines) == 1 else 0.132)),
        pack.ink,
        w - 44,
    )
    marks += [name, fitted(mid, y + h * 0.925, goods.net, 16, pack.accent, w - 50, weight=700, spacing=0.6)]
    return "".join(marks)


def arch(drawing, goods, box):
    """An arched window with the glyph; name in body colour below it."""
    x, y, w, h = box
    mid, pack, rise = x + w / 2, goods.pack, w * 0.4
    shape = f"M{x} {y + h}V{y + rise}C{x} {y + rise * 0.3} {mid - w * 0.2} {y} {mid} {y}S{x + w} {y + rise * 0.3} {x + w} {y + rise}V{y + h}Z"
    marks = [path(shape, CREAM), path(shape, stroke=pack.accent, stroke_width=3)]
    size = min(w * 0.42, h * 0.4)
    marks.append(glyphs.place(drawing, goods.glyph, mid, y + h * 0.10 + size / 2, size))
    marks.append(fitted(mid, y + h * 0.575, goods.maker, 13, pack.accent, w - 40, spacing=1))
    marks.append(
        title(
            mid,
            y + h * 0.735,
            goods.lines,
            min(48, h * (0.15 if len(goods.lines) == 1 else 0.118)),
            pack.ink,
            w - 36,
        )[0]
    )
    marks.append(rect(x, y + h - h * 0.115, w, h * 0.115, pack.accent))
    marks.append(fitted(mid, y + h - h * 0.036, goods.net, 16, CREAM, w - 40, weight=700, spacing=0.6))
    return "".join(marks)


def medal(drawing, goods, box):
    """Round medallion with the glyph; name straight on the pack."""
    x, y, w, h = box
    mid, pack = x + w / 2, goods.pack
    radius = min(w * 0.34, h * 0.26)
    cy = y + radius + 2
    marks = [
        f'<circle cx="{mid}" cy="{cy}" r="{radius}" fill="{CREAM}"/>',
        f'<circle cx="{mid}" cy="{cy}" r="{radius - 8}" fill="none" stroke="{pack.accent}" stroke-width="2" stroke-dasharray="2 5"/>',
    ]
    marks.append(glyphs.place(drawing, goods.glyph, mid, cy, radius * 1.15))
    marks.append(
        title(
            mid,
            y + h * 0.705,
            goods.lines,
            min(54, h * (0.16 if len(goods.lines) == 1 else 0.122)),
            pack.on,
            w,
        )[0]
    )
    marks.append(
        path(
            f"M{mid - w * 0.26} {y + h * 0.865}H{mid + w * 0.26}",
            stroke=pack.on,
            stroke_width=1.6,
            opacity=0.7,
        )
    )
    marks.append(fitted(mid, y + h * 0.925, goods.maker, 13, pack.on, w, spacing=1))
    marks.append(fitted(mid, y + h * 0.995, goods.net, 15, pack.on, w, weight=700, spacing=0.6))
    return "".join(marks)


def band(goods, box, text_width, fill, ground=CREAM):
    """A wrap-around label; `fill` is the pattern of its two edge strips."""
    x, y, w, h = box
    mid, pack, strip = x + w / 2, goods.pack, max(22, h * 0.13)
    marks = [rect(x, y, w, h, ground), rect(x, y, w, strip, fill), rect(x, y + h - strip, w, strip, fill)]
    inner, top = h - 2 * strip, y + strip
    marks.append(fitted(mid, top + inner * 0.21, goods.maker, 14, pack.accent, text_width, spacing=1))
    marks.append(
        title(
            mid,
            top + inner * 0.52,
            goods.lines,
            min(50, inner * (0.42 if len(goods.lines) == 1 else 0.27)),
            pack.ink,
            text_width,
        )[0]
    )
    marks.append(
        fitted(mid, top + inner * 0.92, goods.net, 15, pack.ink, text_width, weight=600, spacing=0.4)
    )
    return "".join(marks)


def upright(drawing, goods, box, pattern=None, ground=CREAM):
    """A narrow tall label for bottles: glyph above, name in up to three short lines."""
    x, y, w, h = box
    mid, pack = x + w / 2, goods.pack
    marks = [rect(x, y, w, h, ground)]
    if pattern:
        marks += [rect(x, y, w, h * 0.085, pattern), rect(x, y + h * 0.915, w, h * 0.085, pattern)]
    size = min(w * 0.42, h * 0.26)
    marks.append(glyphs.place(drawing, goods.glyph, mid, y + h * 0.105 + size / 2, size))
    marks.append(
        title(mid, y + h * 0.575, goods.narrow, min(40, h * 0.33 / len(goods.narrow)), pack.ink, w - 26)[0]
    )
    marks.append(fitted(mid, y + h * 0.805, goods.maker, 10.5, pack.accent, w - 26, spacing=0.6))
    marks.append(fitted(mid, y + h * 0.885, goods.net, 15, pack.accent, w - 30, weight=700, spacing=0.4))
    return "".join(marks)


def tag(goods, x, y, turn=-4, width=264):
    """A paper tag tied to a basket or craft piece."""
    left, high = x - width / 2, 108
    shape = f"M{left + 24} {y - high / 2}H{left + width - 8}Q{left + width} {y - high / 2} {left + width} {y - high / 2 + 8}V{y + high / 2 - 8}Q{left + width} {y + high / 2} {left + width - 8} {y + high / 2}H{left + 24}L{left} {y}Z"
    marks = path(shape, "#000", opacity=0.16, transform="translate(4 6)") + path(shape, "#FBF6EA")
    marks += f'<circle cx="{left + 26}" cy="{y}" r="7" fill="#8A5A22"/>'
    mid = x + 14
    if len(goods.lines) > 1:
        marks += title(mid, y - 15, goods.lines, 31, goods.pack.ink, width - 58, leading=1.02)[0]
        marks += fitted(mid, y + 42, goods.net, 15, "#4B3A22", width - 66, weight=400)
    else:
        marks += title(mid, y - 10, goods.lines, 40, goods.pack.ink, width - 58)[0]
        marks += fitted(mid, y + 36, goods.net, 16, "#4B3A22", width - 66, weight=400)
    return f'<g transform="rotate({turn} {x} {y})">{marks}</g>'


LAYOUTS = {"panel": panel, "arch": arch, "medal": medal}
