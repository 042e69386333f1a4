"""Reading back a PDF of ours: its words with their places, and its filled boxes as a picture to scan.

Knows what the writer of our papers writes, no more: one content stream per page, byte fonts with
a ToUnicode table, rectangles.
"""

import base64
import re
import zlib
from dataclasses import dataclass, field

import zxingcpp
from PIL import Image, ImageDraw
from reportlab.pdfbase import pdfmetrics

from core import papers

DOTS = 4  # pixels per point: 288 dpi
OBJECT = re.compile(rb"(\d+) 0 obj(.*?)endobj", re.S)
STREAM = re.compile(rb"stream\r?\n")
TOKEN = re.compile(rb"\((?:\\.|[^\\)])*\)|[^\s()\[\]]+", re.S)


@dataclass(frozen=True)
class Run:
    """Words in one go; points from the lower left corner."""

    words: str
    left: float
    right: float
    bottom: float
    size: float


@dataclass
class Page:
    width: float
    height: float
    runs: list[Run] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float, bool]] = field(default_factory=list)  # x, y, w, h, black

    @property
    def text(self):
        return " ".join(run.words for run in self.runs)

    def scan(self):
        """What a scanner finds: {"QR Code": content, "Code 128": content}."""
        picture = Image.new("L", (round(self.width * DOTS), round(self.height * DOTS)), 255)
        pen = ImageDraw.Draw(picture)
        for x, y, width, height, is_black in self.boxes:
            left, right = sorted((x * DOTS, (x + width) * DOTS))
            top, bottom = sorted(((self.height - y) * DOTS, (self.height - y - height) * DOTS))
            pen.rectangle(
                (left, top, max(left, right - 1), max(top, bottom - 1)), fill=0 if is_black else 255
            )
        return {str(code.format): code.text for code in zxingcpp.read_barcodes(picture)}


def pages(pdf):
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    found = []
    for _number, body in sorted(objects.items()):
        if b"/Type /Page\n" not in body and not body.rstrip().endswith(b"/Type /Page\n>>"):
            continue
        size = re.search(rb"MediaBox \[ 0 0 ([\d.]+) ([\d.]+)", body)
        page = Page(float(size[1]), float(size[2]))
        fonts = objects[int(re.search(rb"/Font (\d+) 0 R", body)[1])]
        tables = {
            name: _table(objects, objects[int(number)])
            for name, number in re.findall(rb"(/F[\d+]+) (\d+) 0 R", fonts)
        }
        _draw(page, _stream(objects[int(re.search(rb"/Contents (\d+) 0 R", body)[1])]), tables)
        found.append(page)
    return found


def _stream(body):
    start = STREAM.search(body).end()
    raw = body[start : start + int(re.search(rb"/Length (\d+)", body)[1])]
    if b"ASCII85" in body:
        raw = base64.a85decode(raw.strip().removesuffix(b"~>"))
    return zlib.decompress(raw)


def _table(objects, font):
    """(name of the face, byte → letter) of one font."""
    mapped = re.search(rb"/ToUnicode (\d+) 0 R", font)
    if not mapped:
        return "Helvetica", {code: chr(code) for code in range(256)}
    pairs = re.findall(rb"<(\w\w)> <(\w{4})>", _stream(objects[int(mapped[1])]))
    face = papers.BOLD if b"SemiBold" in font else papers.FONT
    return face, {int(code, 16): chr(int(letter, 16)) for code, letter in pairs}


def _times(inner, outer):
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _draw(page, content, tables):
    now, kept, stack, is_black = (1.0, 0, 0, 1.0, 0, 0), [], [], True
    font, line, box, is_going_on = None, now, None, False
    for token in TOKEN.findall(content):
        numbers = [float(word) for word in stack if re.fullmatch(rb"[-\d.]+", word)]
        if token == b"q":
            kept.append((now, is_black))
        elif token == b"Q":
            now, is_black = kept.pop()
        elif token == b"cm":
            now = _times(numbers[-6:], now)
        elif token == b"rg":
            is_black = sum(numbers[-3:]) < 1.5
        elif token == b"Tf":
            font, size = tables[next(word for word in stack if word.startswith(b"/F"))], numbers[-1]
        elif token == b"BT":
            line = (1, 0, 0, 1, 0, 0)
        elif token == b"Tm":
            line = tuple(numbers[-6:])
        elif token == b"TL":
            leading = numbers[-1]
        elif token == b"Td":
            line = _times((1, 0, 0, 1, *numbers[-2:]), line)
        elif token == b"T*":
            line = _times((1, 0, 0, 1, 0, -leading), line)
        elif token == b"Tj":
            # The pen goes on where it stopped until it is set anew.
            before = page.runs.pop().words if is_going_on else ""
            page.runs.append(_run(before, stack[-1], font, size, _times(line, now)))
        elif token == b"re":
            box = numbers[-4:]
        elif token in (b"f", b"f*", b"B", b"B*") and box:
            x, y, width, height = box
            a, _b, _c, d, e, f = now
            page.boxes.append((a * x + e, d * y + f, a * width, d * height, is_black))
            box = None
        else:
            stack.append(token)
            continue
        is_going_on = token in (b"Tj", b"Tf") and (is_going_on or token == b"Tj")
        stack = []


def _run(before, literal, font, size, matrix):
    """Faces of one line are alike enough to measure all of it in the last one."""
    face, table = font
    octal = re.sub(rb"\\(\d{3})", lambda found: bytes([int(found[1], 8)]), literal[1:-1])
    words = before + "".join(table[code] for code in re.sub(rb"\\([()\\])", rb"\1", octal))
    a, _b, _c, d, e, f = matrix
    right = e + a * pdfmetrics.stringWidth(words, face, size)
    return Run(words.replace("\u00a0", " "), e, right, f, d * size)
