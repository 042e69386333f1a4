"""What happened: status history and audit trail. Rows are only ever added."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StatusChange(models.Model):
    """One step of one state machine: the thread of events that people see."""

    machine = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30)
    actor_id = models.BigIntegerField(null=True)  # accounts.User; core may not point upward
    actor_label = models.CharField(max_length=150, blank=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["machine", "object_id", "id"], name="statuschange_thread")]


class AuditEntry(models.Model):
    """Who did what to which record, when, and what it was before."""

    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=40)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=dict)  # {field: [before, after]}

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_by_object"),
            GinIndex(fields=["changes"], name="audit_changes"),
        ]
        verbose_name = _("dấu vết")
        verbose_name_plural = _("dấu vết")
