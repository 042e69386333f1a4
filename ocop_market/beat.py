"""What Celery beat starts, and when: seconds between runs, or a time of day in Vietnam."""

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    "expire-sessions": {"task": "core.tasks.clear_expired_sessions", "schedule": 24 * 3600},
    "prune-outbox": {"task": "core.tasks.prune_outbox", "schedule": 6 * 3600},
    "lapse-reservations": {"task": "catalog.tasks.lapse_reservations", "schedule": 60},
    "lapse-unpaid-orders": {"task": "orders.tasks.lapse_unpaid", "schedule": 60},
    "ask-gateways": {"task": "orders.tasks.ask_gateways", "schedule": 60},
    "send-refunds": {"task": "payments.tasks.send_refunds", "schedule": 60},
    "cancel-unconfirmed-orders": {"task": "orders.tasks.cancel_unconfirmed", "schedule": 300},
    "watch-return-cases": {"task": "orders.tasks.watch_cases", "schedule": 600},
    "resume-money-files": {"task": "orders.tasks.resume_files", "schedule": 60},
    "resume-labels": {"task": "traceability.tasks.resume_labels", "schedule": 60},
    "hold-expired-lots": {"task": "traceability.tasks.hold_expired", "schedule": crontab(hour=0, minute=5)},
    # The day in Vietnam is over; what was missed while the market stood still is made up for.
    "publish-roots": {"task": "traceability.tasks.publish_roots", "schedule": crontab(hour=0, minute=10)},
    "look-for-copied-labels": {"task": "traceability.tasks.look_for_copies", "schedule": 300},
    "ask-carriers": {"task": "orders.tasks.ask_carriers", "schedule": 30 * 60},
    "remind-of-expiry": {"task": "ratings.tasks.remind_of_expiry", "schedule": crontab(hour=7, minute=0)},
}
