"""The gateways that this market offers; another one is one module and one line here."""

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import MarketError
from payments.gateways.base import Gateway
from payments.gateways.vnpay import VNPay


class GatewayNotOffered(MarketError):
    """No gateway of this name is set up here. Data: gateway."""

    code = "gateway_not_offered"
    status = 404
    message = _("Chợ không nhận thanh toán qua cổng này: hãy chọn cách thanh toán khác.")


def _vnpay() -> Gateway | None:
    words = {
        "tmn_code": settings.VNPAY_TMN_CODE,
        "secret": settings.VNPAY_HASH_SECRET,
        "pay_url": settings.VNPAY_PAY_URL,
        "api_url": settings.VNPAY_API_URL,
    }
    return VNPay(**words) if all(words.values()) else None


_BUILDERS: dict[str, Callable[[], Gateway | None]] = {"vnpay": _vnpay}


def offered() -> list[str]:
    """Names of the gateways that settings describe."""
    return [name for name, build in _BUILDERS.items() if build()]


def get(name: str) -> Gateway:
    """The gateway of this name. Raises GatewayNotOffered."""
    build = _BUILDERS.get(name)
    gateway = build() if build else None
    if gateway is None:
        raise GatewayNotOffered(data={"gateway": name})
    return gateway
