"""Look-ups of codes: when and roughly where, never who."""

from django.db import models

from core.models import Province
from traceability.models.label import Serial
from traceability.models.lot import Code


class Scan(models.Model):
    """One look-up by a person. No address, no device. ``uid`` makes counting it twice impossible."""

    uid = models.UUIDField(unique=True)
    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="scans")
    serial = models.ForeignKey(Serial, on_delete=models.CASCADE, null=True, blank=True, related_name="scans")
    at = models.DateTimeField()
    province = models.ForeignKey(Province, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["code", "at"], name="scan_by_code")]


class ScanDay(models.Model):
    """How often a code was looked up on a day, and from where; counted as scans are written."""

    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="scan_days")
    day = models.DateField()
    province = models.ForeignKey(Province, on_delete=models.PROTECT, null=True, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "day", "province"], nulls_distinct=False, name="scanday_unique"
            )
        ]


class Suspicion(models.Model):
    """A code that looks copied, and by which rule; a desk row until somebody has looked into it."""

    class Rule(models.TextChoices):
        MANY_PLACES = "many_places", "nhiều nơi trong thời gian ngắn"
        SERIAL_OFTEN = "serial_often", "một tem riêng bị quét nhiều lần"
        AFTER_EXPIRY = "after_expiry", "vẫn bị quét sau hạn dùng"
        AFTER_SOLD_OUT = "after_sold_out", "vẫn bị quét lần đầu sau khi bán hết"

    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="suspicions")
    serial = models.ForeignKey(
        Serial, on_delete=models.CASCADE, null=True, blank=True, related_name="suspicions"
    )
    rule = models.CharField(max_length=16, choices=Rule.choices)
    facts = models.JSONField(default=dict)  # what the rule saw: counts, places, days
    raised_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    conclusion = models.CharField(max_length=300, blank=True)
    is_copy = models.BooleanField(null=True)  # what the person found; None while open

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "serial", "rule"],
                condition=models.Q(closed_at=None),
                nulls_distinct=False,
                name="suspicion_once_while_open",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, is_copy=None)
                | models.Q(closed_at__isnull=False, is_copy__isnull=False),
                name="suspicion_closed_with_a_finding",
            ),
        ]
