"""Where the bank reports what moved on the market's account."""

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django_ratelimit.core import is_ratelimited

from core import clock
from core.errors import MarketError
from orders.services import bank
from payments import bank_webhook
from payments.gateways.base import BadNotice, BadSignature
from payments.models import PaymentNotice
from payments.services import receipts
from payments.services.bank import BANK

_KEPT = 4_000  # characters of what cannot be believed


@csrf_exempt
@require_POST
def notify(request: HttpRequest) -> HttpResponse:
    """200 with what became of it; 401 for a bad signature; 400 with the field that cannot be read.

    Repeating a call is harmless and gives the same answer.
    """
    body = request.read(bank_webhook.MAX_BODY + 1)
    if len(body) > bank_webhook.MAX_BODY:
        return JsonResponse({"code": "too_large", "message": _("Tin báo quá dài."), "data": {}}, status=413)
    try:
        bank_webhook.check(body, request.headers.get("X-Signature", ""), secret=settings.BANK_WEBHOOK_SECRET)
        movement = bank_webhook.read(body, account=settings.MARKET_BANK_ACCOUNT)
    except BadSignature as refusal:
        _keep_refused(request, body)
        return _refusal(refusal, 401)
    except BadNotice as refusal:
        return _refusal(refusal, 400)
    received = bank.receive(movement=movement)
    return JsonResponse({"outcome": received.notice.outcome, "is_new": received.is_new})


def _refusal(error: MarketError, status: int) -> JsonResponse:
    return JsonResponse({"code": error.code, "message": str(error), "data": error.data}, status=status)


def _keep_refused(request: HttpRequest, body: bytes) -> None:
    """For the treasurer to see, once each; a flood of them is not worth a row each."""
    if is_ratelimited(
        request, group="orders.bank", key="ip", rate=settings.REFUSED_NOTICE_RATE, increment=True
    ):
        return
    receipts.refuse(
        gateway=BANK,
        source=PaymentNotice.Source.WEBHOOK,
        raw=body.decode(errors="replace").replace("\x00", "")[:_KEPT],
        digest=hashlib.sha256(body).hexdigest(),
        at=clock.now(),
    )
