"""Is the process alive; do the services behind it answer."""

import uuid

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from ocop_market.celery import app


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache() -> None:
    key = f"readyz:{uuid.uuid4()}"
    cache.set(key, 1, timeout=5)
    if cache.get(key) != 1:
        raise OSError("cache forgot a value")


def _broker() -> None:
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)


def _storage() -> None:
    name = default_storage.save(f"readyz/{uuid.uuid4()}", ContentFile(b"ok"))
    default_storage.delete(name)


PROBES = {"database": _database, "cache": _cache, "broker": _broker, "storage": _storage}


def ready(request: HttpRequest) -> JsonResponse:
    """200 when database, cache, broker and storage answer, else 503 naming what does not."""
    answers = {}
    for name, probe in PROBES.items():
        try:
            probe()
        except Exception as error:
            answers[name] = type(error).__name__
        else:
            answers[name] = "ok"
    healthy = all(answer == "ok" for answer in answers.values())
    return JsonResponse(answers, status=200 if healthy else 503)
