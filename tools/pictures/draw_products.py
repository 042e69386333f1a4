"""Draw the pictures of the demo goods: `python draw_products.py [index …]`.

Writes <index>-<slug>-a|b|c.webp (800 × 800) and index.json; see README.md.
"""

import argparse
import json
import time
from pathlib import Path

from studio.compose import product_svg
from studio.goods import goods, rows
from studio.render import rasterise, save_webp

TARGET = Path(__file__).resolve().parents[2] / "ocop_market" / "demo" / "pictures"
LIMITS = {"a": 24_000, "b": 24_000, "c": 27_000}


def write_index(folder):
    """Map the name of every kind to its main pictures and its second view."""
    index = {}
    for row in rows():
        stem = f"{row['index']}-{row['slug']}"
        index[row["kind"]] = {"main": [f"{stem}-a.webp", f"{stem}-b.webp"], "second": f"{stem}-c.webp"}
    (folder / "index.json").write_text(
        json.dumps(index, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", nargs="*", type=int, help="numbers of kinds; all when none is given")
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument("--variants", default="abc")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    begun, count, total = time.monotonic(), 0, 0
    for row in rows():
        if options.index and int(row["index"]) not in options.index:
            continue
        for letter in options.variants:
            picture = rasterise(product_svg(goods(row, "abc".index(letter))))
            total += save_webp(
                picture, options.out / f"{row['index']}-{row['slug']}-{letter}.webp", LIMITS[letter]
            )
            count += 1
    write_index(options.out)
    print(f"{count} pictures, {total / 1e6:.1f} MB, {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
