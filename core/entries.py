"""Lines of a book on an admin page: what, of which kind, by which document, how much."""

from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_LINE = '<li><span>{} <span class="market-quiet">{} {}</span></span> <strong>{}</strong></li>'


def as_list(rows: Iterable[tuple[Any, Any, Any, Any]]) -> SafeString:
    """(what or when, kind, document, amount in words) → a list."""
    return format_html('<ul class="money-postings">{}</ul>', format_html_join("", _LINE, rows))
