"""Points in templates, and the way to the council's room for whoever has a seat in it."""

from typing import Any

from django import template

from ratings import wording
from ratings.models import Council

register = template.Library()
register.filter("points", wording.points)
register.filter("score", wording.score)
register.filter("verdict", wording.verdict)


@register.simple_tag
def council_seats(user: Any) -> int:
    """In how many sessions the user has a seat."""
    return Council.objects.seating(user).count()
