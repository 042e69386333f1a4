"""JSON-LD for search engines: only what the page itself says, a star only while it is live."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.safestring import SafeString, mark_safe

from catalog.selectors.cards import SaleState
from catalog.selectors.product_page import Offer, ProductPage, VariantRow

Data = dict[str, Any]
_AVAILABILITY: dict[SaleState, str] = {
    "buyable": "https://schema.org/InStock",
    "sold_out": "https://schema.org/OutOfStock",
}


def product(page: ProductPage, offer: Offer, *, site: str) -> Data:
    """schema.org Product. ``site`` is scheme and host without a slash at the end."""
    data: Data = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": page.product.name,
        "url": site + page.url,
        "brand": {"@type": "Brand", "name": page.producer.name},
    }
    if page.product.summary:
        data["description"] = page.product.summary
    if page.pictures:
        data["image"] = [_absolute(picture.src, site) for picture in page.pictures]
    if page.product.gtin:
        data["gtin14"] = page.product.gtin
    if page.place:
        data["countryOfOrigin"] = {"@type": "Country", "name": "VN"}
    if page.trust.state == "live":
        data["award"] = f"OCOP {page.trust.stars} sao"
    if offer.sale_state in _AVAILABILITY:
        data["offers"] = [_offer(page, variant, site) for variant in offer.variants]
    return data


def breadcrumbs(trail: list[tuple[str, str]], *, site: str) -> Data:
    """schema.org BreadcrumbList of (name, path); the page itself, last, has the path ""."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name}
            | ({"item": site + path} if path else {})
            for position, (name, path) in enumerate(trail, start=1)
        ],
    }


def script(*data: Data) -> SafeString:
    """JSON fit to stand inside ``<script type="application/ld+json">``, whatever names contain."""
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
    safe = text.replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")
    return mark_safe(safe)


def _offer(page: ProductPage, variant: VariantRow, site: str) -> Data:
    return {
        "@type": "Offer",
        "price": variant.price,
        "priceCurrency": "VND",
        "availability": _AVAILABILITY["buyable" if variant.available else "sold_out"],
        "url": site + page.url,
        "seller": {"@type": "Organization", "name": page.producer.name},
    }


def _absolute(address: str, site: str) -> str:
    return site + address if address.startswith("/") else address
