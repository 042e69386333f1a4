"""Chainable filters over certificates. Expiry is read from dates, never stored."""

import datetime as dt
from typing import Any, Self

from accounts import selectors as accounts
from core import clock
from producers.querysets import ScopedQuerySet


class CertificateQuerySet(ScopedQuerySet):
    producer_path = "product__producer__"

    def live(self, on: dt.date | None = None) -> Self:
        """In force beyond doubt on a day: issued by a decision, earliest expiry not passed."""
        return self.filter(
            status="issued", basis="decision", stars__isnull=False, expiry_earliest__gte=on or clock.today()
        )

    def expired(self, on: dt.date | None = None) -> Self:
        """Lapsed beyond doubt."""
        return self.filter(status="issued", basis="decision", expiry_latest__lt=on or clock.today())

    def overseen_by(self, user: Any) -> Self:
        return self.filter(accounts.area(user, path="product__"))

    def visible_to(self, actor: Any) -> Self:
        return self.filter(self._owned(actor) | accounts.area(actor, path="product__"))
