"""A QR code as rectangles: as few as there are runs of dark modules."""

from collections.abc import Sequence

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET_ZONE = 4  # modules; ISO/IEC 18004 asks for four on each side
_LEAST = 8  # letters worth a shorter mode: digits of a GTIN, capitals of a serial


def modules(content: str, *, mask: int | None = None) -> list[list[bool]]:
    """The matrix without its quiet zone, rows from the top. ASCII only: decoders disagree on more.

    ``mask``: 0 to 7; None tries all eight for the most even one, which takes most of the time.
    """
    symbol = _symbol(content, mask)
    symbol.make(fit=True)
    return symbol.modules


def best_mask(content: str) -> int:
    """The mask that makes this content most even; every mask can be read, and like contents differ little."""
    symbol = _symbol(content, None)
    symbol.best_fit()
    return symbol.best_mask_pattern()


def _symbol(content: str, mask: int | None) -> QRCode:
    symbol = QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=mask)
    symbol.add_data(content.encode("ascii"), optimize=_LEAST)
    return symbol


def path(matrix: Sequence[Sequence[bool]], *, left: float, bottom: float, module: float) -> str:
    """PDF content: one filled path in units of a module, so that numbers stay short."""
    height = len(matrix)
    runs = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                runs.append(f"{x} {height - 1 - y} {end - x} 1 re")
            x = end + 1
    drawn = "\n".join(runs)
    return f"q {module:.5f} 0 0 {module:.5f} {left:.3f} {bottom:.3f} cm 0 g\n{drawn}\nf Q\n"
