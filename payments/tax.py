"""What a market with a payment function withholds from a seller's revenue (NĐ 117/2025/NĐ-CP).

Households and individuals have VAT and personal income tax withheld on each sale; companies and
cooperatives declare for themselves (read from the decree's scope). Groups and workshops without
legal personality, and sellers whose kind is not known, are treated like households.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from payments.reference import withholding_rates
from producers.models import ProducerKind

DECLARE_THEMSELVES = frozenset({ProducerKind.COMPANY, ProducerKind.COOPERATIVE})


class Category(models.TextChoices):
    GOODS = "goods", _("Hàng hóa")
    SERVICES = "services", _("Dịch vụ")
    TRANSPORT = "transport", _("Vận tải, dịch vụ gắn với hàng hóa")


@dataclass(frozen=True)
class Withheld:
    """Amounts in đồng."""

    vat: int = 0
    pit: int = 0

    @property
    def total(self) -> int:
        return self.vat + self.pit


def share(amount: int, basis_points: int) -> int:
    """So many hundredths of a percent of đồng, half a đồng rounded up."""
    return (amount * basis_points + 5_000) // 10_000


def withheld(*, kind: str, category: str, revenue: int, on: dt.date) -> Withheld:
    """Tax on one seller's revenue of a day, in đồng; nothing where no rate is in force yet."""
    if kind in DECLARE_THEMSELVES:
        return Withheld()
    rates = (r for r in withholding_rates() if r.category == category and r.valid_from <= on)
    rate = next(rates, None)
    return Withheld(share(revenue, rate.vat), share(revenue, rate.pit)) if rate else Withheld()
