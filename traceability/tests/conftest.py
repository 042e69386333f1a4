"""What several trace tests need."""

import datetime as dt
import json

import pytest

from catalog.services import recognition
from traceability.services import epcis_tokens
from traceability.tests.epcis import API

PHONE = "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36"
GTIN = "08938500001239"


@pytest.fixture
def product(cast, make_product, media):
    return make_product(cast.producer, name="Mật ong rừng Duy Xuyên")


@pytest.fixture
def media(settings, tmp_path):
    """Files of one test stay in its own folder."""
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def star(product):
    """``star(valid_until, lapsed_after)`` puts a star on the product."""

    def give(valid_until, lapsed_after=None, stars=4):
        recognition.set_star(
            product=product,
            stars=stars,
            valid_until=valid_until,
            lapsed_after=lapsed_after,
            certificate_number="48-2024-00001",
            decision_number="1/QĐ-UBND",
            decided_on=dt.date(2024, 1, 5),
            authority="UBND thành phố Đà Nẵng",
        )

    return give


@pytest.fixture
def issued(cast):
    return epcis_tokens.issue(producer=cast.producer, name="Sổ tay", may_capture=True, actor=cast.owner)


@pytest.fixture
def program(client, issued):
    """``program(address)`` asks, ``program(address, document)`` hands over; with the token."""

    def call(address, document=None, *, secret=issued.secret, **headers):
        headers = {"Authorization": f"Bearer {secret}", **headers}
        if document is None:
            return client.get(API + address, headers=headers)
        body = document if isinstance(document, bytes | str) else json.dumps(document)
        return client.post(API + address, body, content_type="application/ld+json", headers=headers)

    return call
