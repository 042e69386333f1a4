"""One shape for refusals of the REST API: {"code", "message", "data"}."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core.errors import MarketError


class ErrorSerializer(serializers.Serializer[Any]):
    """``code`` for programs, ``message`` for people. ``data`` holds details; of an invalid body
    ``data.fields``: field → its errors, each with code and message."""

    code = serializers.CharField()
    message = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]  # the name is the shape's


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, MarketError):
        return Response({"code": error.code, "message": str(error), "data": error.data}, status=error.status)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        message = _("Có ô chưa đúng: xem data.fields.")
        response.data = {"code": "invalid", "message": message, "data": {"fields": error.get_full_details()}}
    else:
        detail = response.data["detail"]
        response.data = {"code": detail.code, "message": str(detail), "data": {}}
    return response
