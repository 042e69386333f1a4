"""A lot's chain and EPCIS document as files for anybody."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import ProductStatus
from traceability import chain
from traceability.services import codes
from traceability.tests.test_events import make_lot, note


@pytest.fixture
def lot(cast, make_product):
    lot = make_lot(make_product(cast.producer))
    note(lot, cast.owner)
    return lot


def test_the_chain_is_a_file_that_holds(client, lot):
    response = client.get(f"/truy-xuat/{lot.code_row.value}/chuoi.json")
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    export = response.json()
    assert (export["count"], chain.faults(export)) == (2, [])


def test_the_epcis_document_holds_the_events(client, lot):
    response = client.get(f"/truy-xuat/{lot.code_row.value}/epcis.json")
    assert response["Content-Type"] == "application/ld+json"
    document = response.json()
    assert document["epcisBody"]["eventList"] == [json.loads(event.body) for event in lot.events.all()]


@pytest.mark.parametrize("name", ["chuoi.json", "epcis.json"])
def test_what_is_no_lot_of_a_shown_product_has_no_file(client, cast, lot, name):
    whole = codes.ensure(product=lot.product)
    assert client.get(f"/truy-xuat/{whole.value}/{name}").status_code == 404
    assert client.get(f"/truy-xuat/A23456789B/{name}").status_code == 404
    address = f"/truy-xuat/{lot.code_row.value}/{name}"
    assert client.post(address).status_code == 405
    lot.product.status = ProductStatus.DRAFT
    lot.product.save()
    assert client.get(address).status_code == 404


def test_a_chain_costs_the_same_however_long(client, cast, lot, django_assert_num_queries):
    address = f"/truy-xuat/{lot.code_row.value}/chuoi.json"
    with CaptureQueriesContext(connection) as short:
        client.get(address)
    for _number in range(20):
        note(lot, cast.owner)
    with django_assert_num_queries(len(short)):
        client.get(address)
