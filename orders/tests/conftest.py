"""Fixtures of parcels."""

import pytest

from orders.models import PickupPoint, SubOrder
from orders.states import DeliveryMethod


@pytest.fixture
def make_pickup(cast):
    """Turns a parcel into one that the buyer fetches."""

    def make(sub):
        point = PickupPoint.objects.create(
            producer=sub.producer,
            name="Quầy chợ Nam Phước",
            province=cast.da_nang,
            commune=cast.duy_xuyen,
            address_line="Số 5 Hùng Vương",
            hours="7:00–17:00",
        )
        SubOrder.objects.filter(pk=sub.pk).update(delivery_method=DeliveryMethod.PICKUP, pickup_point=point)
        sub.refresh_from_db()
        return sub

    return make
