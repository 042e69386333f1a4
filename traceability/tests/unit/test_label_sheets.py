"""Label sheets: what is drawn, where it stands, and whether scanners of other makers read it."""

import datetime as dt
import io
import itertools
import zlib

import numpy
import pytest
from reportlab.lib.units import mm

from core import papers
from traceability.labels import PAPERS, Face, Mark, symbol, write
from traceability.labels.face import lay_out
from traceability.labels.sheet import square
from traceability.labels.text import fit, width
from traceability.tests.unit.scanning import (
    MM,
    by_opencv,
    by_zxing,
    crop,
    half,
    pages,
    squeezed,
    turned,
    words,
)

FACE = Face(
    product="Mật ong rừng Duy Xuyên",
    producer="HTX Nông nghiệp Duy Xuyên",
    lot="L2026-07",
    produced_on=dt.date(2026, 11, 1),
    expires_on=dt.date(2027, 11, 1),
    price="185.000\u00a0₫ / chai 500 ml",
    stars=4,
    star_until=dt.date(2027, 11, 30),
)
LONG = Face(
    product="Nước mắm cá cơm than ủ chượp truyền thống mười tám tháng đặc biệt thượng hạng hũ sành Nam Ô 😀",
    producer="Hợp tác xã Dịch vụ Sản xuất Kinh doanh Tổng hợp Nông nghiệp và Thủy sản Duy Xuyên",
    lot="WWW/2026-ABC.123456!",
    produced_on=dt.date(2026, 11, 1),
    expires_on=dt.date(2027, 11, 1),
    price="1.185.000\u00a0₫ / hộp quà 3 chai 500 ml",
    stars=5,
    star_until=dt.date(2027, 11, 30),
)
SERIALS = ("JSMX443TND", "TS2HH9KYHT", "F82X44PNJ5")
ADDRESSES = {
    "own": "https://cho-ocop.example/truy-xuat/ABCDEFGHJK/?s=%s",
    "gtin": "https://cho-ocop.example/01/08938500001239/10/L2026-07/21/%s",
    "long lot": "https://cho-ocop.example/01/08938500001239/10/WWW%%2F2026-ABC.123456!/21/%s",
}


def marks(address="own", count=3, check=""):
    serials = itertools.islice(itertools.cycle(SERIALS), count)
    return [Mark(ADDRESSES[address] % serial, serial, check) for serial in serials]


def drawn(paper, labels, face=FACE, **more):
    stream = io.BytesIO()
    write(stream, paper=PAPERS[paper], face=face, marks=labels, title="Tem", **more)
    return stream.getvalue()


def labels_of(pdf, paper, count, dpi):
    """A picture of each label in order."""
    sheets, places = pages(pdf, dpi), list(paper.places())
    where = [divmod(number, paper.per_page) for number in range(count)]
    return [crop(sheets[page], paper, places[place], dpi) for page, place in where]


@pytest.mark.parametrize(
    ("address", "dpi"),
    # At 100 dpi the modules of the longest lot on the smallest label are less than two pixels.
    [
        (address, dpi)
        for address in ADDRESSES
        for dpi in (100, 150, 300)
        if (address, dpi) != ("long lot", 100)
    ],
)
@pytest.mark.parametrize("name", PAPERS)
def test_two_decoders_read_every_label(name, address, dpi):
    paper, given = PAPERS[name], marks(address)
    place = square(paper, len(symbol.modules(given[0].address)))
    ways = [lambda picture: picture, turned, squeezed]
    if place.module / MM * dpi / 2 >= 1.4:  # pixels: a module that fills less is lost to any decoder
        ways.append(half)
    for picture, mark in zip(labels_of(drawn(name, given), paper, 3, dpi), given, strict=True):
        for way in ways:
            seen = way(picture)
            assert by_zxing(seen) == [mark.address]
            assert by_opencv(seen) == [mark.address]


def test_a_whole_sheet_is_read_at_once():
    given = [Mark(ADDRESSES["own"] % f"SN{number:08d}", f"SN{number:08d}") for number in range(24)]
    (page,) = pages(drawn("a4-3x8", given), 150)
    assert sorted(by_zxing(page)) == sorted(mark.address for mark in given)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("name", PAPERS)
def test_the_quiet_zone_is_white_in_the_picture(name, address):
    """Four modules on every side, inside the label; with the module outside that, the control, not."""
    paper, (mark,) = PAPERS[name], marks(address, 1, "482913")
    count = len(symbol.modules(mark.address))
    place, dpi = square(paper, count), 600
    (picture,) = labels_of(drawn(name, [mark], LONG), paper, 1, dpi)
    dark = numpy.asarray(picture) < 200

    def ink(modules):
        grow = modules * place.module
        box = (
            place.left - grow,
            paper.label_height - place.bottom - place.side - grow,
            place.left + place.side + grow,
            paper.label_height - place.bottom + grow,
        )
        assert box[0] >= 0
        assert box[1] >= 0
        left, top, right, bottom = (round(edge * dpi / MM) for edge in box)
        return int(dark[top:bottom, left:right].sum())

    assert ink(3.9) == ink(0.1)
    assert ink(0.1) > ink(-1.1) > 0
    assert dark[:, round((place.end + 0.1) * dpi / MM) :].any()


@pytest.mark.parametrize("name", PAPERS)
def test_labels_lie_inside_the_page_and_apart(name):
    paper = PAPERS[name]
    boxes = [(x, y, x + paper.label_width, y + paper.label_height) for x, y in paper.places()]
    assert len(boxes) == paper.per_page == {"a4-3x8": 24, "a4-4x10": 40}.get(name, 1)
    for left, bottom, right, top in boxes:
        assert -1e-9 <= left < right <= paper.width + 1e-9
        assert -1e-9 <= bottom < top <= paper.height + 1e-9
    for one, other in itertools.combinations(boxes, 2):
        wide = min(one[2], other[2]) - max(one[0], other[0])
        high = min(one[3], other[3]) - max(one[1], other[1])
        assert wide < 1e-6 or high < 1e-6


@pytest.mark.parametrize("face", [FACE, LONG])
@pytest.mark.parametrize("name", PAPERS)
def test_the_edge_of_every_label_stays_white(name, face):
    """Printers cannot reach it, and what stands there would be cut or lie on the neighbour."""
    paper, count = PAPERS[name], PAPERS[name].per_page
    given = [Mark(ADDRESSES["long lot"] % "WWWWWWWWWW", "WWWWWWWWWW", "482913")] * count
    edge = int(paper.pad * 150 / MM) - 1
    for picture in labels_of(drawn(name, given, face), paper, count, 150):
        dark = numpy.asarray(picture) < 200
        inside = dark[edge:-edge, edge:-edge].sum()
        assert 0 < inside == dark.sum()


@pytest.mark.parametrize("name", PAPERS)
def test_everything_stands_on_the_label(name):
    (text,) = words(drawn(name, marks(count=1, check="482913")))
    flat = " ".join(text.split())
    for expected in (
        FACE.product,
        FACE.producer,
        "Lô L2026-07",
        "NSX 01/11/2026",
        "HSD 01/11/2027",
        FACE.price.replace("\u00a0", " "),
        "OCOP 4 sao",
        "Số JSMX 443 TND",
        "Mã cào 482 913",
    ):
        assert expected in flat


def test_nothing_is_said_of_what_is_not_there():
    bare = Face("Trà sen", "HTX", "A1", dt.date(2026, 11, 1))
    (text,) = words(drawn("a4-4x10", [Mark("https://cho-ocop.example/truy-xuat/ABCDEFGHJK/")], bare))
    assert text.split() == ["Trà", "sen", "HTX", "Lô", "A1", "NSX", "01/11/2026"]


@pytest.mark.parametrize("name", PAPERS)
def test_long_names_are_cut_but_no_fact_is(name):
    (text,) = words(drawn(name, marks("long lot", 1, "482913"), LONG))
    flat = " ".join(text.split())
    assert "Nước mắm cá cơm" in flat
    assert ("…" in flat) == (name != "roll-80x50")
    assert "😀" not in flat
    for fact in (LONG.lot, "NSX 01/11/2026", "HSD 01/11/2027", "OCOP 5 sao"):
        assert fact in flat


def test_words_fill_the_room_that_there_is():
    small = lay_out(FACE, marks()[0], room=(60, 62))
    large = lay_out(FACE, marks()[0], room=(110, 130))
    assert small.lines[0].size < large.lines[0].size
    assert small.cut == large.cut == 0


@pytest.mark.parametrize("most", [1, 2])
def test_fitting(most):
    papers.load_fonts()
    found = fit(LONG.product.replace(" 😀", ""), font=papers.BOLD, size=10, room=80, most=most)
    assert len(found.lines) == most
    assert found.lines[-1].endswith("…")
    assert all(width(line, papers.BOLD, found.size) <= 80 for line in found.lines)
    assert fit("Trà", font=papers.BOLD, size=10, room=80).size == 10


def test_modules_are_rectangles_and_whole_dots():
    """Vector rectangles, one for a run; on a roll as wide as whole dots of the print head."""
    pdf = drawn("roll-50x30", marks(count=1))
    assert b"/Image" not in pdf
    matrix = symbol.modules(marks()[0].address)
    runs = sum(len(list(group)) > 0 for row in matrix for dark, group in itertools.groupby(row) if dark)
    assert symbol.path(matrix, left=0, bottom=0, module=1).count(" re") == runs
    dots = square(PAPERS["roll-50x30"], len(matrix)).module / 0.125
    assert dots == pytest.approx(round(dots))
    assert dots >= 3


def test_the_same_drawing_gives_the_same_bytes():
    assert drawn("a4-3x8", marks(count=30)) == drawn("a4-3x8", marks(count=30))


def test_without_serials_the_qr_is_kept_once():
    one = Mark("https://cho-ocop.example/truy-xuat/ABCDEFGHJK/")
    few, many = (drawn("a4-3x8", [one] * count) for count in (24, 2400))
    assert len(many) - len(few) < 99 * 1000
    assert by_zxing(labels_of(many, PAPERS["a4-3x8"], 25, 150)[24]) == [one.address]


def test_pages_leave_while_the_sheet_is_drawn():
    """The control of bounded memory: the stream has grown before the last label is asked for."""
    stream, sizes = io.BytesIO(), []

    def asked():
        for mark in marks(count=120):
            sizes.append(stream.tell())
            yield mark

    told = []
    write(stream, paper=PAPERS["a4-3x8"], face=FACE, marks=asked(), title="Tem", told=told.append)
    assert told == list(range(1, 121))
    assert len(set(sizes[1:])) == 5  # after the head, and after each full page but the last
    assert stream.getvalue().count(b"/Type /Page ") == 5


def test_numbers_of_a_file_that_other_readers_trust():
    """Each entry of the table at the end points at its object, and each stream unpacks."""
    pdf = drawn("a4-4x10", marks(count=41))
    table = pdf[int(pdf.rsplit(b"startxref\n", 1)[1].split()[0]) :]
    rows = table.split(b"trailer")[0].splitlines()[3:]
    for number, row in enumerate(rows, 1):
        assert pdf[int(row[:10]) :].startswith(b"%d 0 obj" % number)
    packed = pdf.split(b"stream\n")[1::2]
    assert len(packed) >= 7
    assert all(zlib.decompressobj().decompress(stream) for stream in packed)
    assert len(words(pdf)) == 2


def test_no_label_no_sheet():
    with pytest.raises(ValueError, match="no label"):
        drawn("a4-3x8", [])


def test_a_mark_is_ascii():
    with pytest.raises(UnicodeEncodeError):
        drawn("a4-3x8", [Mark("https://chợ.example/")])


def test_square_is_as_large_as_the_label_allows():
    place = square(PAPERS["a4-3x8"], 37)
    assert place.side * mm == pytest.approx(28.6 * mm)
