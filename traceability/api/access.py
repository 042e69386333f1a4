"""Who comes in by a token, how often, and in which words a refusal is told (RFC 9457)."""

import json
from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from core.errors import MarketError
from traceability.errors import CaptureTooLarge, InvalidCapture
from traceability.models import EpcisToken
from traceability.services import epcis_tokens

MOST_BYTES = 2 * 1024 * 1024
VERSION = "2.0"
HEADERS = {
    "GS1-EPCIS-Version": VERSION,
    "GS1-CBV-Version": VERSION,
    "GS1-EPCIS-Min": VERSION,
    "GS1-EPCIS-Max": VERSION,
}
# EPCIS 2.0, 8.2.8: the names of its exceptions.
_NAMES = {
    400: "ValidationException",
    401: "SecurityException",
    403: "SecurityException",
    404: "NoSuchResourceException",
    413: "CaptureLimitExceededException",
}


class Unsupported(exceptions.APIException):
    status_code = 406
    default_detail = _("Chợ nói EPCIS 2.0 và CBV 2.0.")


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer epcis_…``; the token is ``request.auth``, and nobody is signed in."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, EpcisToken] | None:
        kind, _blank, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        token = epcis_tokens.holder(secret=secret.strip())
        if token is None:
            raise exceptions.AuthenticationFailed(_("Mã kết nối không đúng hoặc đã bị hủy."))
        return AnonymousUser(), token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "EpcisToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class HasToken(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, EpcisToken)


class TokenThrottle(SimpleRateThrottle):
    """Each token has a rate of its own."""

    scope = "epcis"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return f"throttle_epcis_{request.auth.pk}" if isinstance(request.auth, EpcisToken) else None


class DocumentParser(BaseParser):
    """JSON of at most two megabytes. Raises CaptureTooLarge, InvalidCapture."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise CaptureTooLarge(_("Một tài liệu nặng tối đa 2 MB. Hãy chia nhỏ."))
        try:
            return json.loads(content, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise InvalidCapture(_("Nội dung không phải JSON."), data={"path": "$"}) from error


class LinkedDocumentParser(DocumentParser):
    media_type = "application/ld+json"


class EpcisView(APIView):
    authentication_classes = [TokenAuthentication]
    permission_classes = [HasToken]
    throttle_classes = [TokenThrottle]
    parser_classes = [DocumentParser, LinkedDocumentParser]

    @property
    def token(self) -> EpcisToken:
        return cast(EpcisToken, self.request.auth)  # HasToken let it in

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        for name in ("GS1-EPCIS-Version", "GS1-CBV-Version"):
            if not request.headers.get(name, VERSION).startswith(VERSION):
                raise Unsupported

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        usual = super().get_exception_handler()

        def handle(error: Exception, context: dict[str, Any]) -> Response | None:
            response = usual(error, context)
            if response is not None:
                response.data = problem(response.status_code, response.data, error)
                response.content_type = "application/problem+json"
            return response

        return handle


def problem(status: int, said: dict[str, Any], error: Exception) -> dict[str, Any]:
    """The market's own shape of a refusal, as EPCIS has it."""
    data = error.data if isinstance(error, MarketError) else {}
    return {
        "type": f"epcisException:{_NAMES.get(status, 'ImplementationException')}",
        "title": said["code"],
        "status": status,
        "detail": said["message"],
        **data,
    }


def _no_number(word: str) -> Any:
    raise ValueError(word)
