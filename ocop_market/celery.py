"""The Celery application: worker and beat of the market.

Delivery of domain effects is guarded by the outbox (core.outbox), because a worker
killed with SIGKILL can lose a task on a Redis-protocol broker even with ``acks_late``.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocop_market.settings")

app = Celery("ocop_market")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
