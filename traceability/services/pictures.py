"""QR pictures, drawn by the worker into the default storage."""

import io

import qrcode
import qrcode.image.svg
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from traceability import gs1
from traceability.models import Code

QUIET_ZONE = 4  # modules; ISO/IEC 18004 asks for four on each side
MODULE = 12  # px; the smallest symbol used here has 29 modules: 37 · 12 = 444 px


def address(*, code: Code, serial: str = "") -> str:
    """The absolute address that the picture of a code, or of one item of its lot, holds.

    The GS1 Digital Link where the product has a GTIN, else the market's own short address.
    """
    if code.product.gtin:
        lot = code.lot.code if code.lot else ""
        return gs1.digital_link(site=settings.SITE_URL, gtin=code.product.gtin, lot=lot, serial=serial)
    own = settings.SITE_URL + reverse("traceability:trace", args=[code.value])
    return f"{own}?s={serial}" if serial else own


def draw(*, code_id: int) -> None:
    """Draw PNG and SVG once; a second call finds them and does nothing."""
    code = Code.objects.select_related("product", "lot").get(pk=code_id)
    if code.png and code.svg:
        return
    symbol = _symbol(address(code=code))
    code.png = _store(f"qr/{code.value}.png", _png(symbol))
    code.svg = _store(f"qr/{code.value}.svg", _svg(symbol))
    code.save(update_fields=["png", "svg"])


def _symbol(content: str) -> QRCode:
    symbol = QRCode(error_correction=ERROR_CORRECT_M, box_size=MODULE, border=QUIET_ZONE)
    symbol.add_data(content)
    symbol.make(fit=True)
    return symbol


def _png(symbol: QRCode) -> bytes:
    out = io.BytesIO()
    symbol.make_image(fill_color="black", back_color="white").save(out, "PNG", optimize=True)
    return out.getvalue()


def _svg(symbol: QRCode) -> bytes:
    # The path version has a white ground of its own, so that a dark page does not invert it.
    return symbol.make_image(image_factory=qrcode.image.svg.SvgPathFillImage).to_string(encoding="utf-8")


def _store(name: str, content: bytes) -> str:
    """Write under exactly this name; what a killed run left half-written is replaced."""
    if default_storage.exists(name):
        default_storage.delete(name)
    return default_storage.save(name, ContentFile(content))
