"""The market's fee on a sale."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q

from orders.models import CommissionRule


def rules_on(day: dt.date) -> list[CommissionRule]:
    """Rules in force, the one that should win first: most particular, then latest begun."""
    rules = CommissionRule.objects.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gte=day))
    return sorted(rules, key=lambda rule: (_particular(rule), rule.valid_from, rule.pk), reverse=True)


def rate(
    rules: Sequence[CommissionRule], *, product_set: int | None, stars: int | None, producer: int
) -> int:
    """Hundredths of a percent by the first rule that fits; 0 where none does."""
    for rule in rules:
        if (
            rule.product_set_id in (None, product_set)
            and rule.stars in (None, stars)
            and rule.producer_id in (None, producer)
        ):
            return rule.rate_bp
    return 0


def _particular(rule: CommissionRule) -> tuple[bool, int]:
    """A rule for one producer beats any other; then the one that names more."""
    named = (rule.product_set_id, rule.stars, rule.producer_id)
    return rule.producer_id is not None, sum(value is not None for value in named)
