"""Reactions to outbox messages. Each is safe to run again."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from catalog.models import Product
from core.outbox import subscribe
from traceability import tasks
from traceability.services import codes, pictures, scans, suspicion_letters


@subscribe("catalog.product_published")
def make_product_code(payload: Mapping[str, Any]) -> None:
    product = Product.objects.filter(pk=payload["id"]).first()
    if product is not None:
        codes.ensure(product=product)


@subscribe("traceability.code_created")
def draw_pictures(payload: Mapping[str, Any]) -> None:
    pictures.draw(code_id=payload["id"])


@subscribe("traceability.labels_asked")
def draw_labels(payload: Mapping[str, Any]) -> None:
    # It shows its progress while it works, and this is inside a transaction. A task that gets lost is
    # made up for by ``traceability.tasks.resume_labels``.
    transaction.on_commit(lambda: tasks.draw_labels.delay(payload["id"]))


@subscribe("traceability.scan_noted")
def write_scan(payload: Mapping[str, Any]) -> None:
    scans.write(**payload)


@subscribe("traceability.suspicion_raised")
def tell_of_suspicion(payload: Mapping[str, Any]) -> None:
    suspicion_letters.raised(suspicion_id=payload["id"])
