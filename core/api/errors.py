"""One shape for refusals of the REST API: {"code", "message", "data"}."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler

from core.errors import MarketError


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, MarketError):
        return Response({"code": error.code, "message": str(error), "data": error.data}, status=error.status)
    return exception_handler(error, context)
