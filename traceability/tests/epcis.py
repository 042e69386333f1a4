"""Documents as partners send them, and what the market answers."""

import datetime as dt
import uuid

from core import clock
from traceability import exports, uris

API = "/api/v1/epcis/"


def event(lot, **facts):
    when = clock.now() - dt.timedelta(days=1)
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{uuid.uuid4()}",
        "eventTime": when.astimezone(clock.VIETNAM).isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "disposition": "conformant",
        "quantityList": [{"epcClass": uris.of_lot(lot), "quantity": 5}],
        "readPoint": {"id": "https://partner.example/lab/1"},
    } | facts


def document(*events):
    return {
        "@context": exports.context(),
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T08:00:00.000+07:00",
        "epcisBody": {"eventList": list(events)},
    }


def results(response):
    assert response.status_code == 202, response.content
    return response.json()["results"]


def paths(response):
    return [error["path"] for result in results(response) for error in result["errors"]]


def listed(response):
    assert response.status_code == 200, response.content
    return response.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
