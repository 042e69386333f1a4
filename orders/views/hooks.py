"""Where carriers tell what happens to parcels."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.errors import MarketError
from orders import carriers
from orders.carriers.base import BadSecret
from orders.services import tracking

MOST_BYTES = 64 * 1024  # the longest news of the three has under 2 kB


@csrf_exempt
@require_POST
def carrier(request: HttpRequest, carrier: str) -> JsonResponse:
    """200 for news, for what was told before and for parcels that are none of ours: a carrier repeats
    whatever is answered otherwise. 401 for a wrong secret, 413 for too much, 400 for what cannot be read.
    """
    if _length(request) > MOST_BYTES:
        return JsonResponse({"code": "too_long"}, status=413)
    try:
        event = carriers.get(carrier).read_webhook(
            request.body, request.headers, request.GET.dict(), request.content_type or ""
        )
    except BadSecret as refusal:
        return JsonResponse({"code": refusal.code}, status=401)
    except MarketError as refusal:
        return JsonResponse({"code": refusal.code}, status=refusal.status)
    return JsonResponse({"ok": True, "news": tracking.record_event(event=event)})


def _length(request: HttpRequest) -> int:
    """Without a length nothing is read, so a body that hides its length is empty."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else MOST_BYTES + 1
