"""Carriers in tests: the stand-in as the market's own, and parcels ready to be sent."""

import httpx

from orders.services import shipments
from orders.states import SubOrderStatus
from orders.tests.buying import parcel

SECRET = "mot-bi-mat"
KEYS = {
    "ghn": {"token": "token", "shop_id": "1"},
    "ghtk": {"token": "token", "client_source": "S1"},
    "viettel_post": {"user": "user", "password": "password", "service": "VHT"},
}
CODES = sorted(KEYS)
HOOK = "/van-chuyen/{}/"


def connect(settings, url, *, seconds=5.0):
    """Every carrier of the market is the stand-in at ``url``."""
    settings.CARRIERS = {
        code: {**keys, "url": url, "webhook_secret": SECRET, "seconds": seconds}
        for code, keys in KEYS.items()
    }


def packed(cast, *products, **more):
    """A parcel that is being prepared."""
    return parcel(*products, status=SubOrderStatus.PREPARING, commune=cast.hoi_an, **more)


def sent(cast, carrier, *products, **more):
    """A parcel on its way with a carrier."""
    sub = packed(cast, *products, **more)
    shipments.book(sub_order=sub, carrier=carrier, actor=None)
    sub.refresh_from_db()
    return sub


def control(server, what, **body):
    return httpx.post(f"{server.url}/control/{what}", json=body, timeout=20).json()


def booked(server):
    return control(server, "parcels")["parcels"]
