"""Sheets as a scanner meets them: drawn by pdfium, spoilt on the way, read by two other decoders."""

import io

import cv2
import numpy
import pypdfium2
import zxingcpp
from PIL import Image

MM = 25.4


def pages(pdf, dpi):
    """Each page as a grey picture."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L") for page in document]
    finally:
        document.close()


def words(pdf):
    """The text of each page, as a reader would copy it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def crop(picture, paper, place, dpi):
    """One label of a page; ``place`` is its lower left corner in mm."""
    x, y = place
    box = (x, paper.height - y - paper.label_height, x + paper.label_width, paper.height - y)
    return picture.crop(tuple(round(edge * dpi / MM) for edge in box))


def half(picture):
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)


def turned(picture, degrees=17):
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def squeezed(picture, quality=15):
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return Image.open(stream).convert("L")


def by_zxing(picture):
    return [found.text for found in zxingcpp.read_barcodes(picture, zxingcpp.BarcodeFormat.QRCode)]


def by_opencv(picture):
    """Its two finders of the corner marks, each also with the picture enlarged, as cameras zoom in."""
    large = picture.resize((picture.width * 3, picture.height * 3), Image.Resampling.BICUBIC)
    for detector in (cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco()):
        for shown in (picture, large):
            found, _points, _matrix = detector.detectAndDecode(numpy.asarray(shown))
            if found:
                return [found]
    return []
