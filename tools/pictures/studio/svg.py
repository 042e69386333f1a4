"""A small SVG builder: unique ids, shared filters, gradients and fitted text."""

from html import escape

from . import fonts


class Drawing:
    """Collects definitions while the parts of one picture are drawn as strings."""

    def __init__(self, width=800, height=800):
        self.width, self.height = width, height
        self._defs, self._count, self._blurs = [], 0, {}

    def uid(self, stem="i"):
        self._count += 1
        return f"{stem}{self._count}"

    def define(self, markup):
        self._defs.append(markup)

    def linear(self, *stops, vertical=False):
        """Gradient paint from (offset, colour[, opacity]) stops; returns `url(#…)`."""
        name = self.uid("g")
        axis = 'x1="0" y1="0" x2="0" y2="1"' if vertical else 'x1="0" x2="1"'
        self.define(f'<linearGradient id="{name}" {axis}>{_stops(stops)}</linearGradient>')
        return f"url(#{name})"

    def radial(self, *stops, cx=0.5, cy=0.5, r=0.5):
        name = self.uid("g")
        self.define(
            f'<radialGradient id="{name}" cx="{cx}" cy="{cy}" r="{r}">{_stops(stops)}</radialGradient>'
        )
        return f"url(#{name})"

    def blur(self, deviation):
        """Blur filter of the given deviation, one definition per value."""
        if deviation not in self._blurs:
            name = self.uid("f")
            self._blurs[deviation] = f"url(#{name})"
            self.define(
                f'<filter id="{name}" x="-60%" y="-60%" width="220%" height="220%">'
                f'<feGaussianBlur stdDeviation="{deviation}"/></filter>'
            )
        return self._blurs[deviation]

    def clip(self, path):
        name = self.uid("c")
        self.define(f'<clipPath id="{name}"><path d="{path}"/></clipPath>')
        return f"url(#{name})"

    def markup(self, body):
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}">'
            f"<defs>{''.join(self._defs)}</defs>{body}</svg>"
        )


def _stops(stops):
    parts = []
    for offset, colour, *opacity in stops:
        extra = f' stop-opacity="{opacity[0]}"' if opacity else ""
        parts.append(f'<stop offset="{offset}" stop-color="{colour}"{extra}/>')
    return "".join(parts)


def group(markup, transform=None, clip=None, opacity=None):
    attrs = ""
    if transform:
        attrs += f' transform="{transform}"'
    if clip:
        attrs += f' clip-path="{clip}"'
    if opacity is not None:
        attrs += f' opacity="{opacity}"'
    return f"<g{attrs}>{markup}</g>"


def rect(x, y, w, h, fill, rx=0, **attrs):
    return f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{rx}" fill="{fill}"{_attrs(attrs)}/>'


def path(d, fill="none", **attrs):
    return f'<path d="{d}" fill="{fill}"{_attrs(attrs)}/>'


def ellipse(cx, cy, rx, ry, fill, **attrs):
    return f'<ellipse cx="{cx}" cy="{cy}" rx="{rx}" ry="{ry}" fill="{fill}"{_attrs(attrs)}/>'


def _attrs(attrs):
    return "".join(f' {key.replace("_", "-")}="{value}"' for key, value in attrs.items())


def text(x, y, words, size, fill, family=fonts.SANS, weight=600, spacing=0.0, anchor="middle"):
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-family="{family}" font-weight="{weight}" '
        f'font-size="{size:.1f}" fill="{fill}" letter-spacing="{spacing}">{escape(words)}</text>'
    )


def fitted(x, y, words, size, fill, width, family=fonts.SANS, weight=600, spacing=0.0):
    """One centred line, shrunk until it is at most `width` wide."""
    size = fit_size([words], size, width, family, weight, spacing)
    return text(x, y, words, size, fill, family, weight, spacing)


def fit_size(lines, size, width, family=fonts.SANS, weight=600, spacing=0.0):
    widest = max(fonts.text_width(line, size, family, weight, spacing) for line in lines)
    return size if widest <= width else size * width / widest


def title(x, y, lines, size, fill, width, family=fonts.DISPLAY, leading=1.06):
    """Centred title of 1–2 lines around the middle line `y`; returns (markup, height)."""
    size = fit_size(lines, size, width, family, 700 if family != fonts.SERIF else 600)
    weight = 600 if family == fonts.SERIF else 700
    step = size * leading
    first = y - step * (len(lines) - 1) / 2 + size * 0.36
    marks = [text(x, first + i * step, line, size, fill, family, weight) for i, line in enumerate(lines)]
    return "".join(marks), step * len(lines)
