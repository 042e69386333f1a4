"""Lots, places and uploads for the tests of a lot's life."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from traceability.models import Location
from traceability.services import locations

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


def make_place(producer, commune, name="Vườn Duy Xuyên", **facts):
    place = Location(producer=producer, kind="growing_area", name=name, commune=commune, **facts)
    return locations.save(place=place, actor=None)


def upload(content=PDF, name="giay.pdf"):
    return SimpleUploadedFile(name, content)


def photo(color="#E7B44C", exif=None):
    """A JPEG, with EXIF data where some is given (tag → value)."""
    out, data = io.BytesIO(), Image.Exif()
    data.update(exif or {})
    Image.new("RGB", (64, 48), color).save(out, "JPEG", exif=data)
    return out.getvalue()
