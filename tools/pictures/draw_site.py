"""Draw the pictures of the site: sector tiles, hero, share card, favicon PNGs."""

import io
import re
from pathlib import Path

import resvg_py
from PIL import Image
from studio import site
from studio.render import rasterise, save_webp

IMG = Path(__file__).resolve().parents[2] / "static" / "img"
PAPER = "#FBF8F1"


def favicons():
    """32 px transparent; 180 and 512 px on paper with a margin, as home-screen icons want."""
    source = (IMG / "favicon.svg").read_text(encoding="utf-8")
    for size, margin in ((32, 0), (180, 0.13), (512, 0.13)):
        inner = round(size * (1 - 2 * margin))
        mark = Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=source, width=inner)))).convert(
            "RGBA"
        )
        canvas = Image.new("RGBA", (size, size), PAPER if margin else (0, 0, 0, 0))
        canvas.alpha_composite(mark, ((size - inner) // 2, (size - inner) // 2))
        (canvas.convert("RGB") if margin else canvas).save(IMG / f"favicon-{size}.png", optimize=True)


def main():
    for number, svg in enumerate(site.sector_svgs(), 1):
        print(f"sector-{number}", save_webp(rasterise(svg), IMG / f"sector-{number}.webp", 15_000))
    print("hero", save_webp(rasterise(site.hero_svg()), IMG / "hero.webp", 90_000))
    print("hero-mobile", save_webp(rasterise(site.hero_mobile_svg()), IMG / "hero-mobile.webp", 45_000))
    mark = re.search(r"</title>(.*)</svg>", (IMG / "favicon.svg").read_text(encoding="utf-8"), re.S).group(1)
    # Full colour: only crawlers load it, and 256 colours muddy the fruit.
    rasterise(site.share_svg(mark), grain=0).save(IMG / "og.png", optimize=True)
    favicons()


if __name__ == "__main__":
    main()
