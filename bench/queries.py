"""Database queries per page, counted in this process with a warm cache."""

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from traceability.models import Code


def per_page() -> dict[str, int]:
    """Page name as in the table → number of queries of the second visit."""
    settings.ALLOWED_HOSTS.append("testserver")
    slug = (
        Product.objects.buyable().filter(in_stock=True).order_by("pk").values_list("slug", flat=True).first()
    )
    code = Code.objects.exclude(lot=None).order_by("pk").values_list("value", flat=True).first()
    addresses = {
        "home": "/",
        "listing": "/san-pham/",
        "listing, facets": "/san-pham/?sao=4&tinh=48",
        "search “mat ong”": "/san-pham/?q=mat+ong",
        "product": f"/san-pham/{slug}/",
        "trace page of a lot": f"/truy-xuat/{code}/",
    }
    counts = {"bare view": 1}
    client = Client(headers={"accept-language": "vi"})
    for name, address in addresses.items():
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(address)
        counts[name] = len(captured)
    return counts
