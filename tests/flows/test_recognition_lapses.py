"""36 months after the decision the star is gone from everywhere, and no job has run."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from catalog.models import Product
from core import clock
from ratings.tests.deciding import certified
from traceability.models import Code
from traceability.services import lots

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(cast, make_product):
    return certified(cast, make_product(cast.producer, name="Mật ong rừng"))


@pytest.fixture
def on(monkeypatch):
    """Move the clock to noon of a day in Vietnam."""

    def move(day):
        noon = dt.datetime.combine(day, dt.time(12), tzinfo=clock.VIETNAM)
        monkeypatch.setattr(clock, "now", lambda: noon)
        assert clock.today() == day

    return move


def read(client, url, **params):
    return client.get(url, params).content.decode()


def counted(html, stars):
    """The number beside a star in the listing's filters."""
    found = re.search(rf'id="l-sao-{stars}".*?<span class="n">(\d+)</span>', html, re.DOTALL)
    return int(found[1]) if found else 0


def shown(client, certificate):
    """Where a star is shown: place → whether it is."""
    product = reverse("catalog:product", args=[certificate.product.slug])
    listing = reverse("catalog:listing")
    api = client.get(reverse("recognition-detail", args=[certificate.number])).json()
    return {
        "badge": "OCOP 4 sao" in re.sub(r"(?s)<script.*?</script>", "", read(client, product)),
        "structured data": '"award": "OCOP 4 sao"' in read(client, product),
        "search filter": "Mật ong rừng" in read(client, listing, sao="4"),
        "search filter with words": "Mật ong rừng" in read(client, listing, sao="4", q="mat ong"),
        "facet": counted(read(client, listing), 4) == 1,
        "certificate page": "Còn hiệu lực"
        in read(client, reverse("ratings:certificate", args=[certificate.number])),
        "register": client.get(reverse("ratings:register"), {"hieu_luc": "live"}).context["page"].total == 1,
        "api": api["standing"] == "live",
        "query": Product.objects.with_live_star().exists(),
    }


def test_live_through_the_last_day_and_gone_on_the_next(client, certificate, on):
    everywhere = dict.fromkeys(shown(client, certificate), True)
    assert shown(client, certificate) == everywhere
    on(certificate.valid_until)
    assert shown(client, certificate) == everywhere
    on(certificate.valid_until + dt.timedelta(days=1))
    assert shown(client, certificate) == dict.fromkeys(everywhere, False)
    page = read(client, reverse("ratings:certificate", args=[certificate.number]))
    assert "Hết hiệu lực từ sau" in page


def test_the_trace_page_follows(client, certificate, on):
    """The label's QR leads to a page that reads the same date."""
    lots.create(product=certificate.product, code="L01", produced_on=clock.today(), quantity=10, actor=None)
    url = reverse("traceability:trace", args=[Code.objects.get(lot__code="L01").value])
    for day, state in (
        (certificate.valid_until, "live"),
        (certificate.valid_until + dt.timedelta(days=1), "lapsed"),
    ):
        on(day)
        assert client.get(url).context["page"].star == state
