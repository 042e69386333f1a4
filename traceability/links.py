"""What a GS1 Digital Link leads to: the link set of a product and of its lot. At most two queries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import Product, ProductStatus
from traceability import gs1
from traceability.models import Lot, RecallLot
from traceability.selectors import pages

GS1_VOC = "https://ref.gs1.org/voc/"
DEFAULT = "defaultLink"
# Every page answers in both, by the reader's choice.
LANGUAGES = ["vi", "en"]


@dataclass(frozen=True)
class Link:
    href: str
    title: str


@dataclass(frozen=True)
class Level:
    """One identified thing, the lot or the product, and its links by the name of GS1's link type."""

    anchor: str
    description: str
    links: Mapping[str, Link]


@dataclass(frozen=True)
class LinkSet:
    """The levels that are known, the narrowest first; the product is always the last."""

    levels: tuple[Level, ...]

    def find(self, link_type: str) -> Link | None:
        """The narrowest link of a type, as a resolver walks up from the lot to the product."""
        return next((level.links[link_type] for level in self.levels if link_type in level.links), None)

    def as_json(self) -> dict[str, Any]:
        """By RFC 9264 and GS1's schema: relations are full URIs, the default link carries its title only."""
        return {
            "linkset": [
                {"anchor": level.anchor, "description": level.description} | dict(_relations(level.links))
                for level in self.levels
            ]
        }


def of(link: gs1.DigitalLink) -> LinkSet | None:
    """None where the GTIN is nobody's, or of a product that is still a draft."""
    product = (
        Product.objects.select_related("producer", "product_set")
        .exclude(status=ProductStatus.DRAFT)
        .filter(gtin=link.gtin)
        .first()
    )
    if product is None:
        return None
    lot = _lot(product, link.lot) if link.lot else None
    bare = gs1.DigitalLink(gtin=link.gtin)
    whole = Level(
        anchor=settings.SITE_URL + bare.path,
        description=product.name,
        # Who walks up from a lot that nobody entered takes it along: the page says that it is not known.
        links=_of_trace_page(bare if lot else link, product.name) | _of_product(product),
    )
    if lot is None:
        return LinkSet((whole,))
    of_lot = Level(
        anchor=settings.SITE_URL + replace(bare, lot=lot.code).path,
        description=_("%(product)s, lô %(lot)s") % {"product": product.name, "lot": lot.code},
        links=_of_trace_page(link, product.name) | _of_recall(lot),
    )
    return LinkSet((of_lot, whole))


def _lot(product: Product, code: str) -> Any:
    """With ``recall``, the number of what recalls it, else None."""
    live = RecallLot.objects.filter(lot=OuterRef("pk"), is_live=True).values("recall__code")
    return Lot.objects.filter(product=product, code=code).annotate(recall=Subquery(live)).first()


def _of_recall(lot: Any) -> dict[str, Link]:
    if lot.recall is None:
        return {}
    page = settings.SITE_URL + reverse("traceability:recall", args=[lot.recall])
    return {"recallStatus": Link(page, _("Thu hồi %(code)s") % {"code": lot.recall})}


def _of_trace_page(link: gs1.DigitalLink, name: str) -> dict[str, Link]:
    # The page's path is the link's own under a stem, so it needs no code that the worker has yet to make.
    href = f"{settings.SITE_URL}/truy-xuat{link.path}"
    return {
        DEFAULT: Link(href, _("Truy xuất nguồn gốc: %(product)s") % {"product": name}),
        "traceability": Link(href, _("Truy xuất nguồn gốc: %(product)s") % {"product": name}),
        "recallStatus": Link(href, _("Tình trạng thu hồi: %(product)s") % {"product": name}),
    }


def _of_product(product: Product) -> dict[str, Link]:
    found = {}
    if pages.is_shown(product):
        page = settings.SITE_URL + reverse("catalog:product", args=[product.slug])
        found["pip"] = Link(page, product.name)
        if pages.is_buyable(product):
            found["hasRetailers"] = Link(page, _("Mua %(product)s") % {"product": product.name})
    if product.certificate_number:
        found["certificationInfo"] = Link(
            # The register lies beside this app: by the name of its address only, as templates do.
            settings.SITE_URL + reverse("ratings:certificate", args=[product.certificate_number]),
            _("Công nhận OCOP số %(number)s") % {"number": product.certificate_number},
        )
    return found


def _relations(links: Mapping[str, Link]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for name, link in links.items():
        target: dict[str, Any] = {"href": link.href, "title": link.title}
        if name != DEFAULT:
            target |= {"type": "text/html", "hreflang": LANGUAGES}
        yield GS1_VOC + name, [target]
