"""Lay many pictures on one sheet to look them over: `python contact_sheet.py OUT.png FILE …`."""

import sys
from pathlib import Path

from PIL import Image, ImageDraw

CELL, COLUMNS = 300, 6


def main():
    target, *files = sys.argv[1:]
    lines = -(-len(files) // COLUMNS)
    sheet = Image.new("RGB", (CELL * min(COLUMNS, len(files)), CELL * lines), "white")
    draw = ImageDraw.Draw(sheet)
    for place, name in enumerate(files):
        x, y = place % COLUMNS * CELL, place // COLUMNS * CELL
        sheet.paste(Image.open(name).convert("RGB").resize((CELL, CELL), Image.Resampling.LANCZOS), (x, y))
        draw.text((x + 4, y + 2), Path(name).stem[-24:], fill="black")
    sheet.save(target)


if __name__ == "__main__":
    main()
