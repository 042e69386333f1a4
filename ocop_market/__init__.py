"""The market's settings, addresses, Celery application and demo province."""

from ocop_market.celery import app as celery_app

__all__ = ["celery_app"]
