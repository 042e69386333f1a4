"""The only writer of a product's star: a copy of the certificate that ``ratings`` holds."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from catalog.models import Product
from core.services import freshness

_NONE = {
    "stars": None,
    "stars_valid_until": None,
    "stars_lapsed_after": None,
    "certificate_number": "",
    "decision_number": "",
    "decided_on": None,
    "authority": "",
}


def set_star(
    *,
    product: Product,
    stars: int | None,
    valid_until: dt.date | None,
    certificate_number: str,
    decision_number: str = "",
    decided_on: dt.date | None = None,
    authority: str = "",
    lapsed_after: dt.date | None = None,
) -> None:
    """Copy a certificate onto its product.

    ``stars`` is None where the source names none. ``valid_until`` is the last day on which the
    star is certainly live, ``lapsed_after`` the last on which it may be (the same day when left
    out); None where it is not known. Whether the star is live is worked out at reading.
    """
    _write(
        product,
        {
            "stars": stars,
            "stars_valid_until": valid_until,
            "stars_lapsed_after": lapsed_after or valid_until,
            "certificate_number": certificate_number,
            "decision_number": decision_number,
            "decided_on": decided_on,
            "authority": authority[:160],
        },
    )


def clear_star(*, product: Product) -> None:
    """Take the star away: no certificate stands behind it any more."""
    _write(product, _NONE)


def _write(product: Product, values: Mapping[str, object]) -> None:
    with transaction.atomic():
        Product.objects.filter(pk=product.pk).update(**values)
        freshness.bump_on_commit(freshness.CATALOGUE, freshness.of_product(product.pk))
    for name, value in values.items():
        setattr(product, name, value)
