"""Write static/img/icons.svg: the few lucide icons (ISC licence) that the shop uses, as one sprite.

Run from the project root: ``.venv/bin/python tools/icons/build.py``.
"""

import re
import sys
from pathlib import Path

import lucide

NAMES = """
search shopping-cart user store scan-qr-code menu chevron-right chevron-left chevron-down x check circle-check
circle-x triangle-alert circle-question-mark map-pin phone mail message-circle truck package package-open printer download
external-link calendar leaf award file-text shield-check minus plus trash-2 list-filter languages clock hand-coins
rotate-ccw copy info star building-2 log-out house history ban thermometer sprout
""".split()


def main() -> None:
    root = Path(__file__).resolve().parents[2]
    symbols = []
    for name in NAMES:
        drawing = str(lucide._render_icon(name, None))
        inner = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.S)
        if inner is None:
            sys.exit(f"no icon {name}")
        body = re.sub(r"\s+", " ", inner.group(1)).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>')
    comment = "<!-- lucide icons, ISC licence, https://lucide.dev/license -->"
    sprite = f'<svg xmlns="http://www.w3.org/2000/svg">{comment}{"".join(symbols)}</svg>\n'
    (root / "static" / "img" / "icons.svg").write_text(sprite, encoding="utf-8")


main()
