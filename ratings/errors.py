"""Refusals of the recognition register."""

from django.utils.translation import gettext_lazy as _

from core.errors import MarketError


class InvalidRecognition(MarketError):
    """Stars, score or dates out of range. Data: field."""

    code = "invalid_recognition"
    message = _("Hạng sao từ 1 đến 5, điểm từ 0 đến 100, ngày quyết định không ở tương lai.")
