"""Papers of every kind, whole and bad, as bytes."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
TYPES = "[Content_Types].xml"


def picture(form="JPEG", size=(64, 64), mode="RGB"):
    out = io.BytesIO()
    Image.new(mode, size).save(out, form)
    return out.getvalue()


def zipped(parts, *, packing=zipfile.ZIP_DEFLATED):
    """Name → content, as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def document(inner="word/document.xml", **more):
    return zipped({TYPES: "<Types/>", inner: "<x/>", **more})


def upload(content=PDF, name="giay.pdf"):
    return SimpleUploadedFile(name, content)
