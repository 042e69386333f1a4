"""What the search box offers while somebody types."""

from dataclasses import dataclass

from catalog import search
from catalog.models import Product
from catalog.selectors import addresses
from catalog.selectors.filters import text_condition

LIMIT = 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    name: str
    url: str
    place: str


def suggest(query: str) -> list[Suggestion]:
    """At most eight products for what has been typed so far; [] below two letters. Two queries."""
    if sum(len(word) for word in search.terms(query)) < 2:
        return []
    for corrected in (False, True):
        rows = Product.objects.public().filter(text_condition(query, corrected=corrected))
        # The most sold of what matches: quick, and steady while letters are added.
        found = rows.order_by("-on_sale", "-sold_count", "-id").values_list(
            "name", "slug", "province__short_name"
        )[:LIMIT]
        if suggestions := [Suggestion(n, addresses.product(s), p or "") for n, s, p in found]:
            return suggestions
    return []
