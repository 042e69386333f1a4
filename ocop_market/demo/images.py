"""Drawn pictures for the demo's goods.

The shipped files are small WebP already, so they are stored once each (as 640 and 1200 px, and
scaled down to 320 px) and shared by all products of a kind. Going through the upload service
would keep and scale a copy for every product: minutes of work for the same pixels.
"""

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from catalog.models import Product, ProductImage
from catalog.services import listing

FOLDER = Path(__file__).parent / "pictures"
SMALL = 320  # px


@cache
def _index() -> dict[str, Any]:
    """Kind → {"main": [file, …], "second": file}."""
    return dict(json.loads((FOLDER / "index.json").read_text(encoding="utf-8")))


class Shelf:
    """Puts shipped files into the storage, each once."""

    def __init__(self) -> None:
        self._stored: dict[str, dict[str, str]] = {}

    def sizes(self, file: str) -> dict[str, str]:
        if file not in self._stored:
            data = (FOLDER / file).read_bytes()
            stem = Path(file).stem
            large = _store(f"products/demo/{stem}.webp", data)
            self._stored[file] = {
                "320": _store(f"products/demo/{stem}-320.webp", _small(data)),
                "640": large,
                "1200": large,
            }
        return self._stored[file]

    def attach(self, product: Product, *, kind: str, number: int) -> None:
        """The main picture of the kind (they alternate) and the second view, where drawn."""
        drawn = _index().get(kind)
        if drawn is None:
            return
        main = drawn["main"][number % len(drawn["main"])]
        files = [main, *filter(None, [drawn.get("second")])]
        ProductImage.objects.bulk_create(
            ProductImage(
                product=product,
                original=self.sizes(file)["1200"],
                sizes=self.sizes(file),
                alt=f"Tranh vẽ minh họa: {product.name}"[:150],
                is_drawing=True,
                position=position,
            )
            for position, file in enumerate(files)
        )
        listing.refresh(product_ids=[product.pk])


def _small(data: bytes) -> bytes:
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    size = (SMALL, max(1, round(picture.height * SMALL / picture.width)))
    out = io.BytesIO()
    small = picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=1.5)
    small.save(out, "WEBP", quality=80, method=1)
    return out.getvalue()


def _store(name: str, data: bytes) -> str:
    """Write under exactly this name; what an earlier run left there is the same picture."""
    if default_storage.exists(name):
        return name
    return default_storage.save(name, ContentFile(data))
