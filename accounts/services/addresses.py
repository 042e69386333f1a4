"""A buyer's delivery addresses."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import phones
from accounts.models import Address, User
from core.errors import MarketError
from core.models import Commune
from core.text import clean

MAX_ADDRESSES = 20


class TooManyAddresses(MarketError):
    code = "too_many_addresses"
    message = _("Sổ địa chỉ đã đầy. Hãy xóa bớt địa chỉ không dùng.")


def save(
    *,
    user: User,
    recipient: str,
    phone: str,
    commune: Commune,
    line: str,
    is_default: bool,
    actor: Any,
    address: Address | None = None,
    at: dt.datetime | None = None,
) -> Address:
    """Add an address, or change ``address``. The first one is the default.

    Raises phones.InvalidPhone, TooManyAddresses.
    """
    number = phones.normalise(phone)
    with transaction.atomic():
        # Serialises one person's tabs, so that two cannot both become the default.
        User.objects.select_for_update().get(pk=user.pk)
        others = user.addresses.exclude(pk=address.pk if address else 0)
        if address is None and others.count() >= MAX_ADDRESSES:
            raise TooManyAddresses
        is_default = is_default or not others.filter(is_default=True).exists()
        if is_default:
            others.update(is_default=False)
        address = address or Address(user=user)
        address.recipient, address.phone, address.line = clean(recipient), number, clean(line)
        address.commune, address.is_default = commune, is_default
        address.save()
    return address


def remove(*, address: Address, actor: Any, at: dt.datetime | None = None) -> None:
    """Delete an address; the newest of the rest becomes the default when needed."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=address.user_id)
        was_default = address.is_default
        user = address.user
        address.delete()
        heir = user.addresses.order_by("-pk").first() if was_default else None
        if heir:
            heir.is_default = True
            heir.save(update_fields=["is_default"])
