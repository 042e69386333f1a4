"""What the exports of a chain need."""

from catalog.models import ProductStatus
from traceability.models import Lot


def lot_of_code(value: str) -> Lot | None:
    """The lot whose printed code this is; none of a product that is still a draft."""
    rows = Lot.objects.select_related("product", "code_row").exclude(product__status=ProductStatus.DRAFT)
    return rows.filter(code_row__value=value).first()
