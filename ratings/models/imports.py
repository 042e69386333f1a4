"""What an import read and did, row by row."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ratings.models.recognition import Certificate
from ratings.querysets import ImportBatchQuerySet, ImportRowQuerySet


class ImportBatch(models.Model):
    """One run of ``import_recognitions``. The same file (checksum) a second time changes nothing."""

    file_name = models.CharField(max_length=200)
    checksum = models.CharField(max_length=64, db_index=True)  # SHA-256 of the file
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField(default=timezone.now)
    counts = models.JSONField(default=dict)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("lần nhập công nhận")
        verbose_name_plural = _("lần nhập công nhận")


class ImportRow(models.Model):
    """One row of the file: where it went, or why it needs a person."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    row_number = models.PositiveIntegerField()  # as a person counts in the spreadsheet
    outcome = models.CharField(max_length=12)  # created, unchanged, updated, error
    place = models.CharField(max_length=12)  # placed, district, split, unplaced
    message = models.TextField(blank=True)
    certificate = models.ForeignKey(Certificate, on_delete=models.SET_NULL, null=True)
    raw = models.JSONField()

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["row_number"]
        constraints = [models.UniqueConstraint(fields=["batch", "row_number"], name="importrow_unique")]
