"""A PDF that is written while it is drawn: pages leave the memory as soon as they are complete.

reportlab's canvas holds a whole document until it is saved, which a sheet of 20,000 QR codes is too
large for. Only what labels need: one size of pages, embedded fonts, forms that are drawn again and
again. Units are points. The same drawing gives the same bytes: no dates, no random numbers.
Source: ISO 32000-1, 7.3 (objects), 7.5 (file), 8.10 (forms), 9.7 and 9.10.3 (composite fonts).
"""

import zlib
from collections.abc import Iterable, Mapping
from typing import BinaryIO

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFontFace

from core import papers


class Font:
    """The glyphs of one embedded font that a document needs, numbered from 1 in their order."""

    def __init__(self, name: str, letters: Iterable[str]) -> None:
        self.file: TTFontFace = pdfmetrics.getFont(name).face
        self.name = name
        glyphs: dict[int, int] = {}  # in the font's file → in ours
        self.codes: dict[str, int] = {}
        for letter in sorted(set(letters)):
            # No-break space and space may share a glyph, which the subset keeps once.
            glyph = self.file.charToGlyph[ord(letter)]
            self.codes[letter] = glyphs.setdefault(glyph, len(glyphs) + 1)

    def show(self, words: str) -> str:
        """The operand of the operator Tj."""
        return "<" + "".join(f"{self.codes[letter]:04x}" for letter in words) + ">"

    def subset(self) -> bytes:
        first = {code: letter for letter, code in reversed(self.codes.items())}
        return self.file.makeSubset([ord(first[code]) for code in sorted(first)])

    def widths(self) -> str:
        """In thousandths of the size; the first stands for a missing glyph."""
        width = {code: round(self.file.charWidths[ord(letter)]) for letter, code in self.codes.items()}
        return " ".join(str(width.get(code, 0)) for code in range(max(width) + 1))

    def meanings(self) -> bytes:
        """The table by which readers search and copy the words."""
        first = {code: letter for letter, code in reversed(self.codes.items())}
        pairs = [f"<{code:04x}> <{letter.encode('utf-16-be').hex()}>" for code, letter in first.items()]
        blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]  # at most 100 in a block
        lines = "\n".join(f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar" for block in blocks)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CMapName /Letters def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
            f"{lines}\nendcmap\nend\nend"
        ).encode()


class Pdf:
    """``fonts`` by the short name that content uses: "F1", "F2"; ``add_form`` names likewise."""

    def __init__(
        self, stream: BinaryIO, *, title: str, size: tuple[float, float], fonts: Mapping[str, Font]
    ) -> None:
        self.stream = stream
        self.places: dict[int, int] = {}  # object → where it begins in the file
        self.catalog, self.tree, self.info, self.resources = range(1, 5)
        self.last = 4
        self.kids: list[int] = []
        self.forms: dict[str, int] = {}
        self.size = size
        stream.write(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
        self.fonts = {name: self._font(font) for name, font in fonts.items()}
        words = (b"\xfe\xff" + title.encode("utf-16-be")).hex()
        self._put(self.info, f"<< /Title <{words}> >>")

    def add_form(self, name: str, content: bytes) -> None:
        """What is drawn often is written once; content draws it with ``/name Do``."""
        width, height = self.size
        kind = f"/Type /XObject /Subtype /Form /BBox [0 0 {width:.3f} {height:.3f}]"
        self.forms[name] = self._stream(content, f"{kind} /Resources {self.resources} 0 R")

    def add_page(self, content: bytes) -> None:
        drawn = self._stream(content)
        self.kids.append(self._new(f"<< /Type /Page /Parent {self.tree} 0 R /Contents {drawn} 0 R >>"))

    def close(self) -> None:
        """Write the tables at the end; the stream stays open."""
        faces = " ".join(f"/{name} {number} 0 R" for name, number in self.fonts.items())
        forms = " ".join(f"/{name} {number} 0 R" for name, number in self.forms.items())
        self._put(self.resources, f"<< /Font << {faces} >> /XObject << {forms} >> >>")
        width, height = self.size
        kids = " ".join(f"{number} 0 R" for number in self.kids)
        box = f"/MediaBox [0 0 {width:.3f} {height:.3f}] /Resources {self.resources} 0 R"
        self._put(self.tree, f"<< /Type /Pages {box} /Count {len(self.kids)} /Kids [{kids}] >>")
        # A reader that "fits to page" would shrink the labels off their places.
        look = "/Lang (vi) /ViewerPreferences << /PrintScaling /None /DisplayDocTitle true >>"
        self._put(self.catalog, f"<< /Type /Catalog /Pages {self.tree} 0 R {look} >>")
        begin = self.stream.tell()
        rows = "".join(f"{self.places[number]:010d} 00000 n \n" for number in range(1, self.last + 1))
        tail = f"/Size {self.last + 1} /Root {self.catalog} 0 R /Info {self.info} 0 R"
        self.stream.write(
            f"xref\n0 {self.last + 1}\n0000000000 65535 f \n{rows}"
            f"trailer << {tail} >>\nstartxref\n{begin}\n%%EOF\n".encode()
        )

    def _font(self, font: Font) -> int:
        tag = "LABELS+" + font.name
        program = self._stream(font.subset())
        file = font.file
        box = " ".join(str(round(edge)) for edge in file.bbox)
        about = self._new(
            f"<< /Type /FontDescriptor /FontName /{tag} /Flags 4 /FontBBox [{box}] /ItalicAngle 0 "
            f"/Ascent {file.ascent:.0f} /Descent {file.descent:.0f} /CapHeight {file.capHeight:.0f} "
            f"/StemV {file.stemV:.0f} /FontFile2 {program} 0 R >>"
        )
        glyphs = self._new(
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{tag} /CIDToGIDMap /Identity "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            f"/FontDescriptor {about} 0 R /W [0 [{font.widths()}]] >>"
        )
        meanings = self._stream(font.meanings())
        return self._new(
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{tag} /Encoding /Identity-H "
            f"/DescendantFonts [{glyphs} 0 R] /ToUnicode {meanings} 0 R >>"
        )

    def _new(self, words: str) -> int:
        self.last += 1
        self._put(self.last, words)
        return self.last

    def _stream(self, content: bytes, words: str = "") -> int:
        packed = zlib.compress(content, 9)
        self.last += 1
        self._begin(self.last)
        self.stream.write(f"<< {words} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n".encode())
        self.stream.write(packed)
        self.stream.write(b"\nendstream\nendobj\n")
        return self.last

    def _put(self, number: int, words: str) -> None:
        self._begin(number)
        self.stream.write(f"{words}\nendobj\n".encode())

    def _begin(self, number: int) -> None:
        self.places[number] = self.stream.tell()
        self.stream.write(f"{number} 0 obj\n".encode())


def fonts(letters: Iterable[str]) -> dict[str, Font]:
    """ "F1" the plain one, "F2" the bold one, both with these letters."""
    papers.load_fonts()
    known = set(letters)
    return {"F1": Font(papers.FONT, known), "F2": Font(papers.BOLD, known)}
