"""Papers are judged by their bytes; a refusal names the file and what to do."""

import struct

import pytest

from ratings.services import files
from ratings.services.files import PaperRefused, judged, safe_name
from ratings.tests.papers import PDF, TYPES, document, picture, upload, zipped

MIB = 2**20


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (PDF, "pdf"),
        (PDF + b"\n" * 500, "pdf"),
        (picture(), "jpg"),
        (picture("PNG"), "png"),
        (document(), "docx"),
        (document("xl/workbook.xml"), "xlsx"),
    ],
)
def test_kinds_are_told_by_content(content, extension):
    data, kind = judged(upload(content, "ten-gi-cung-duoc.exe"), name="x")
    assert (kind.extension, data) == (extension, content)


def lying_zip():
    """A part that claims one byte and unpacks to a thousand."""
    data = bytearray(zipped({TYPES: "x", "word/document.xml": "a" * 1000}))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 1)
    return bytes(data)


def locked_zip():
    """Every part says that it is encrypted."""
    data = bytearray(document())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


BAD = {
    "empty": (b"", "không có nội dung"),
    "text": (b"<script>alert(1)</script>", "không phải PDF, JPEG"),
    "program": (b"MZ\x90\x00", "không phải PDF, JPEG"),
    "late pdf": (b"\n%PDF-1.7\n%%EOF", "không phải PDF, JPEG"),
    "cut pdf": (b"%PDF-1.7\n" + b"x" * 5000, "cắt giữa chừng"),
    "pdf with a tail": (PDF + b"\0" * 5000, "cắt giữa chừng"),
    "cut picture": (picture(size=(900, 900))[:700], "ảnh hỏng"),
    "gif": (picture("GIF"), "không phải PDF, JPEG"),
    "gif called png": (b"\x89PNG\r\n\x1a\n" + picture("GIF"), "ảnh hỏng"),
    "picture bomb": (picture("PNG", (20_000, 20_000), "1"), "quá nhiều điểm ảnh"),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "lưu thành .docx"),
    "plain zip": (zipped({"a.txt": "a"}), "không phải XLSX hay DOCX"),
    "no types": (zipped({"word/document.xml": "a"}), "không phải XLSX hay DOCX"),
    "cut zip": (document()[:-30], "không phải XLSX hay DOCX"),
    "macro": (document(**{"word/vbaProject.bin": "x"}), "macro"),
    "zip bomb": (document(**{f"word/{n}": b"\0" * 50 * MIB for n in range(5)}), "phình quá lớn"),
    "many parts": (document(**{f"word/{n}": "" for n in range(5001)}), "phình quá lớn"),
    "lying zip": (lying_zip(), "không phải XLSX hay DOCX"),
    "locked zip": (locked_zip(), "không phải XLSX hay DOCX"),
}


@pytest.mark.parametrize(("content", "word"), BAD.values(), ids=BAD.keys())
def test_what_is_no_fit_paper_is_refused_by_name(content, word):
    with pytest.raises(PaperRefused, match=word) as refusal:
        judged(upload(content), name="so-lo.pdf")
    assert str(refusal.value).startswith("Tệp “so-lo.pdf” ")
    assert refusal.value.data == {"file": "so-lo.pdf"}


def test_the_largest_paper_is_twenty_megabytes():
    room = files.MAX_BYTES - len(PDF)
    fits = b"%PDF-1.7\n" + b"\0" * (room - 9) + PDF
    assert len(judged(upload(fits), name="x")[0]) == files.MAX_BYTES == 20 * MIB
    with pytest.raises(PaperRefused, match="lớn hơn 20 MB"):
        judged(upload(b"%PDF-1.7\n" + b"\0" * (room - 8) + PDF), name="x")


@pytest.mark.parametrize(
    ("name", "content_type", "safe"),
    [
        ("Giấy ATTP.PDF", "application/pdf", "Giấy ATTP.PDF"),
        ("anh.jpeg", "image/jpeg", "anh.jpeg"),
        ("hoa-don.html", "application/pdf", "hoa-don.html.pdf"),
        ("khong duoi", "image/png", "khong duoi.png"),
    ],
)
def test_a_saved_paper_opens_as_what_it_is(name, content_type, safe):
    assert safe_name(name, content_type) == safe
