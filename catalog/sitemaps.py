"""What search engines are shown."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.models import Product
from catalog.selectors import addresses
from producers.models import Producer


class _MarketSitemap(Sitemap):
    limit = 10_000

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme


class Pages(_MarketSitemap):
    def items(self) -> list[str]:
        return ["catalog:home", "catalog:listing", "catalog:producers", "ratings:register"]

    def location(self, item: str) -> str:
        return reverse(item)


class Products(_MarketSitemap):
    """Real and illustrative products alike would mislead searchers: only real ones are listed."""

    def items(self) -> "QuerySet[Product, Any]":
        rows = Product.objects.public().filter(is_illustrative=False).order_by("pk")
        return rows.values_list("slug", flat=True)

    def location(self, item: str) -> str:
        return addresses.product(item)


class Producers(_MarketSitemap):
    def items(self) -> "QuerySet[Producer, Any]":
        rows = Producer.objects.public().filter(is_illustrative=False).order_by("pk")
        return rows.values_list("slug", flat=True)

    def location(self, item: str) -> str:
        return addresses.producer(item)


SITEMAPS = {"trang": Pages, "san-pham": Products, "chu-the": Producers}

ROBOTS = """User-agent: *
Disallow: /gio-hang/
Disallow: /thanh-toan/
Disallow: /don-hang/
Disallow: /tra-cuu-don/
Disallow: /tai-khoan/
Disallow: /kenh-chu-the/
Disallow: /quan-tri/
Disallow: /goi-y/
Disallow: /api/

Sitemap: {site}/sitemap.xml
"""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS.format(site=settings.SITE_URL), content_type="text/plain; charset=utf-8")
