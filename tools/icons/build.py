"""Write static/img/icons.svg: the lucide icons (ISC licence) named in names.txt, as one sprite.

Run from the project root: ``.venv/bin/python tools/icons/build.py``.
"""

import re
import sys
from pathlib import Path

import lucide


def main() -> None:
    root = Path(__file__).resolve().parents[2]
    symbols = []
    for name in Path(__file__).with_name("names.txt").read_text().split():
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
