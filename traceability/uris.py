"""The addresses by which events name lots and places: they are printed and hashed, so they never change."""

from django.conf import settings
from django.urls import reverse

from traceability import gs1
from traceability.models import Location, Lot


def of_lot(lot: Lot) -> str:
    """The GS1 Digital Link where the product has a GTIN, else the short address of the lot's code; as it
    was when the lot had its first event."""
    if lot.uri:
        return lot.uri
    if lot.product.gtin:
        return gs1.digital_link(site=settings.SITE_URL, gtin=lot.product.gtin, lot=lot.code)
    return settings.SITE_URL + reverse("traceability:trace", args=[lot.code_row.value])


def of_location(location: Location) -> str:
    """GS1 Digital Link of the GLN (AI 414), else the page of the location's own code."""
    if location.gln:
        return gs1.location_link(site=settings.SITE_URL, gln=location.gln)
    return settings.SITE_URL + reverse("traceability:location", args=[location.code])


def is_own(uri: str) -> bool:
    """One of this market's addresses."""
    return uri.startswith(f"{settings.SITE_URL}/")
