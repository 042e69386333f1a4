"""Effects that cross apps upward, or leave the process: written with the change itself."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutboxMessage(models.Model):
    """A fact to be told. The payload holds ids only, never personal data."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.CharField(max_length=80)
    schema_version = models.PositiveSmallIntegerField(default=1)
    payload = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)


class OutboxDelivery(models.Model):
    """One handler's share of a message: done only when the handler has committed.

    The relay sends what is due and not done, again and again with growing pauses, because a
    broker may lose a task when its worker is killed; handlers are idempotent.
    """

    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=120)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)  # given up; an administrator may send again
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "handler"], name="outboxdelivery_unique")]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(done_at=None, failed_at=None),
                name="outboxdelivery_due",
            )
        ]
        verbose_name = _("việc gửi đi")
        verbose_name_plural = _("việc gửi đi")
