"""Pictures are judged by what they are, and carry nothing that people did not mean to show."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from catalog.errors import PictureRefused
from catalog.models import ProductImage
from catalog.services import pictures, products
from core.models import OutboxMessage


def picture(size=(1600, 1200), form="JPEG", mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else 0).save(out, form, **options)
    return out.getvalue()


def upload(data, name="anh.jpg"):
    return SimpleUploadedFile(name, data)


def add(product, data, **kwargs):
    return products.add_image(product=product, file=upload(data), alt="Chai mật ong", actor=None, **kwargs)


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "không dùng làm ảnh"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "không dùng làm ảnh"),
        (b"%PDF-1.7 mot van ban", "không dùng làm ảnh"),
        (picture()[:3000], "không dùng làm ảnh"),
        (picture(form="GIF"), "không dùng làm ảnh"),
        (picture((8, 8)), "quá nhỏ"),
        (b"\0" * (10 * 2**20 + 1), "10 MB"),
        (picture((20_000, 20_000), "PNG", "1"), "quá nhiều điểm ảnh"),
    ],
    ids=["empty", "svg", "pdf", "cut off", "gif", "tiny", "huge file", "bomb"],
)
def test_what_is_no_fit_picture_is_refused_with_a_reason(product, data, word):
    with pytest.raises(PictureRefused, match=word):
        add(product, data)
    assert not ProductImage.objects.exists()
    assert not OutboxMessage.objects.filter(topic="catalog.image_added").exists()


def test_place_and_camera_are_taken_off_and_the_picture_is_turned(product):
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the camera on its side
    exif[0x010F] = "May anh"
    exif.get_ifd(0x8825)[2] = (15.0, 50.0, 0.0)
    image = add(product, picture((800, 600), exif=exif))
    with Image.open(image.original.open()) as kept:
        assert (kept.format, kept.size) == ("WEBP", (600, 800))
        assert not kept.getexif()
        assert "exif" not in kept.info


def test_sizes_are_made_once_and_never_blown_up(product):
    image = add(product, picture((700, 350)))
    pictures.make_sizes(image_id=image.pk)
    image.refresh_from_db()
    assert set(image.sizes) == {"320", "640", "1200"}
    sizes = {}
    for width, name in image.sizes.items():
        with Image.open(default_storage.open(name)) as cut:
            sizes[width] = cut.size
            assert cut.format == "WEBP"
    assert sizes == {"320": (320, 160), "640": (640, 320), "1200": (700, 350)}
    product.refresh_from_db()
    assert product.cover == image.sizes["640"]
    made = image.sizes
    pictures.make_sizes(image_id=image.pk)
    image.refresh_from_db()
    assert image.sizes == made


def test_a_task_for_a_deleted_picture_does_nothing(db):
    pictures.make_sizes(image_id=10**9)


def test_transparent_parts_become_white(product):
    image = add(product, picture((64, 64), "PNG", "RGBA"))
    with Image.open(image.original.open()) as kept:
        assert kept.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_the_sizes_are_asked_for_in_the_same_transaction(product):
    image = add(product, picture())
    assert OutboxMessage.objects.get(topic="catalog.image_added").payload == {"id": image.pk}
