"""Pictures: judged by their content, freed of metadata, cut to the sizes that the shop serves."""

import hashlib
import io
import warnings
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from catalog.errors import PictureRefused
from catalog.models import ProductImage
from catalog.services import listing

WIDTHS = (320, 640, 1200)  # px
LARGEST_FILE = 10 * 2**20  # bytes
MOST_PIXELS = 50_000_000  # a 50-megapixel photo; decoded it takes 150 MB for a moment
LONGEST_KEPT = 2400  # px, longer side of the picture that is kept
SMALLEST = 32  # px, either side
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 80


def accept(file: Any) -> "ContentFile[bytes]":
    """Judge an upload by its bytes, whatever its name says, and return what is to be kept.

    A plain WebP of reasonable size is kept as it is; anything else becomes a WebP without
    metadata, turned as its EXIF orientation says. Raises PictureRefused.
    """
    data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise PictureRefused(_("Ảnh lớn hơn 10 MB. Xin chọn ảnh nhỏ hơn."))
    with opened(data) as image:
        plain = (
            image.format == "WEBP"
            and not {"exif", "xmp", "icc_profile"} & image.info.keys()
            and max(image.size) <= LONGEST_KEPT
        )
        if not plain:
            data = _webp(_upright(image), LONGEST_KEPT, 90)
    return ContentFile(data)


def make_sizes(*, image_id: int) -> None:
    """Cut the served sizes and name them on the row; safe to run again.

    A picture narrower than a size is not blown up. Nothing happens for a picture that has been
    deleted meanwhile, or has its sizes.
    """
    image = ProductImage.objects.filter(pk=image_id).first()
    if image is None or image.sizes:
        return
    with image.original.open("rb") as file:
        data = file.read()
    sizes = {}
    with opened(data) as picture:
        upright = _upright(picture)
    for width in WIDTHS:
        content = _webp(upright, width, QUALITY, by_width=True)
        digest = hashlib.sha256(content).hexdigest()[:10]
        sizes[str(width)] = _store(f"products/{image.product_id}/{image.pk}-{width}-{digest}.webp", content)
    with transaction.atomic():
        ProductImage.objects.filter(pk=image_id).update(sizes=sizes)
        listing.refresh(product_ids=[image.product_id])


def opened(data: bytes, *, formats: tuple[str, ...] = FORMATS) -> Image.Image:
    """The decoded picture. Size is looked at before the pixels are, so a bomb is not unpacked.

    Raises PictureRefused.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns of bombs long before our own limit speaks.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=formats)
            _judge_size(image.size)
            image.load()
    except PictureRefused:
        raise
    except Image.DecompressionBombError as error:
        raise PictureRefused(_("Ảnh có quá nhiều điểm ảnh. Xin chọn ảnh nhỏ hơn 50 triệu điểm.")) from error
    except Exception as error:  # Pillow's decoders raise many kinds on broken files
        raise PictureRefused from error
    return image


def _judge_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MOST_PIXELS:
        raise PictureRefused(_("Ảnh có quá nhiều điểm ảnh. Xin chọn ảnh nhỏ hơn 50 triệu điểm."))
    if min(size) < SMALLEST:
        raise PictureRefused(_("Ảnh quá nhỏ. Xin chọn ảnh rõ hơn."))


def _upright(image: Image.Image) -> Image.Image:
    """Pixels turned as EXIF says, in sRGB, on white where they were transparent."""
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            image = converted or image
        except (ImageCms.PyCMSError, OSError):
            pass  # an unreadable profile: the bare numbers are the best guess
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    return image.convert("RGB")


def _webp(image: Image.Image, limit: int, quality: int, *, by_width: bool = False) -> bytes:
    """The picture as WebP without metadata, at most ``limit`` px wide (or long)."""
    longer = image.width if by_width else max(image.size)
    if longer > limit:
        scale = limit / longer
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()


def _store(name: str, content: bytes) -> str:
    """Write under exactly this name; a half-written file of a killed run is replaced."""
    if default_storage.exists(name):
        default_storage.delete(name)
    return default_storage.save(name, ContentFile(content))
