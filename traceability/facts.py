"""What a trace page says, for programs: the ten items of Circular 02/2024/TT-BKHCN, then what else is known.

The circular asks for at least: name, picture, producer, its address, the stages (each with the trace code,
the code of the place and the time), time of production, trace code, brand and serial, shelf life, standards
applied. What nobody gave is null, never made up.
"""

from typing import Any

from django.conf import settings

from traceability import uris
from traceability.selectors.journey import Stop
from traceability.selectors.pages import TracePage


def of_page(page: TracePage) -> dict[str, Any]:
    """A JSON object; dates as ISO 8601."""
    product, lot, producer = page.product, page.lot, page.product.producer
    return {
        "verdict": {"kind": page.verdict.kind, "title": page.verdict.title, "text": page.verdict.text},
        "isIllustrative": product.is_illustrative,
        "productName": product.name,
        "image": _absolute(page.picture.url) if page.picture else None,
        "producer": {"name": producer.name, "address": address_of(producer) or None},
        "stages": [_stage(page, stop) for stop in page.journey.stops] if page.journey else [],
        "productionDate": lot.produced_on.isoformat() if lot else None,
        "traceCode": uris.of_lot(lot) if lot else page.code.value if page.code else None,
        "gtin": product.gtin,
        "lot": lot.code if lot else None,
        "serial": page.serial.value if page.serial else None,
        "shelfLife": {
            "expirationDate": lot.expires_on.isoformat() if lot and lot.expires_on else None,
            "words": product.shelf_life or None,
        },
        "standards": product.standards or None,
        "star": {
            "state": page.star,
            "stars": product.stars,
            "certificate": product.certificate_number or None,
            "decision": product.decision_number or None,
            "validUntil": product.stars_valid_until.isoformat() if product.stars_valid_until else None,
        },
        "certificates": [
            {
                "scheme": item["row"].scheme,
                "number": item["row"].number,
                "validUntil": item["row"].valid_until.isoformat() if item["row"].valid_until else None,
            }
            for item in page.certifications
        ],
        "warnings": product.warnings or None,
        "inputs": [
            {"name": row.name, "source": str(row.source_lot or row.location or row.supplier) or None}
            for row in page.inputs
        ],
        "lookups": {
            "count": page.scans,
            "first": page.first_scan.isoformat() if page.first_scan else None,
            "place": page.first_place or None,
        },
    }


def address_of(producer: Any) -> str:
    """As the trace page writes it: the street only where the province is known."""
    street = producer.address_line if producer.province else ""
    commune = producer.commune
    province = commune.province if commune else producer.province
    return ", ".join(filter(None, [street, commune and commune.name, province and province.name]))


def _stage(page: TracePage, stop: Stop) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": str(stop.label),
        "traceCode": uris.of_lot(page.lot) if page.lot else None,
        "locationCode": stop.place_code or None,
        "time": stop.at.isoformat(),
        "evidence": [paper.sha256 for paper in stop.papers],
    }
    if stop.times:
        found |= {"times": stop.times, "until": stop.until.isoformat() if stop.until else None}
    return found | ({"corrected": stop.wrong} if stop.wrong else {})


def _absolute(url: str) -> str:
    return url if url.startswith("http") else settings.SITE_URL + url
