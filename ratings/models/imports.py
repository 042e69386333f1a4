"""What an import read and did, row by row."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Province
from core.storage import private_storage
from ratings.models.recognition import Certificate
from ratings.querysets import ImportBatchQuerySet, ImportRowQuerySet
from ratings.states import ImportStatus


class ImportBatch(models.Model):
    """One list on its way into the register, or in it. The same list a second time changes nothing."""

    file_name = models.CharField(_("tệp"), max_length=200)
    checksum = models.CharField(max_length=64, db_index=True)  # SHA-256 of the file
    # Kept for lists that officers hand in; the command's files are kept by who runs it.
    file = models.FileField(storage=private_storage, max_length=200, blank=True)
    actor = models.ForeignKey(User, verbose_name=_("người nhập"), on_delete=models.SET_NULL, null=True)
    # None: of several provinces, which only the administrator and the command import.
    province = models.ForeignKey(
        Province, verbose_name=_("tỉnh"), on_delete=models.PROTECT, null=True, blank=True
    )
    status = models.CharField(
        _("trạng thái"), max_length=10, choices=ImportStatus.choices, default=ImportStatus.APPLIED
    )
    created_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    sheet = models.CharField(_("trang tính"), max_length=60, blank=True)  # "" for all of the same columns
    header_row = models.PositiveSmallIntegerField(_("dòng tiêu đề"), null=True)  # from 1
    header_height = models.PositiveSmallIntegerField(default=1)
    mapping = models.JSONField(default=dict)  # column from 0, as text → field
    # "cells": {row: {field: text}} and "choices": {row: "skip", "update" or "other"}; a row is
    # named by its ImportRow's pk.
    edits = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("lần nhập công nhận")
        verbose_name_plural = _("lần nhập công nhận")

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One row of the file: where it went, or why it needs a person."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    sheet = models.CharField(_("trang tính"), max_length=60, blank=True)
    row_number = models.PositiveIntegerField(_("dòng"))  # as a person counts in the spreadsheet
    outcome = models.CharField(_("kết quả"), max_length=12)  # as ``ratings.services.matching`` names them
    place = models.CharField(_("nơi"), max_length=12)  # placed, district, split, unplaced
    message = models.TextField(_("thông báo"), blank=True)
    column = models.CharField(max_length=20, blank=True)  # of an error
    certificate = models.ForeignKey(
        Certificate, verbose_name=_("công nhận"), on_delete=models.SET_NULL, null=True
    )
    # Of the register, when the row asks whether it is the same product.
    candidate = models.ForeignKey(Certificate, on_delete=models.SET_NULL, null=True, related_name="+")
    raw = models.JSONField()  # field → text of the cell, with what section rows gave
    reading = models.JSONField(default=dict)  # "notes", "problems" and "section" of the file's reader
    # What the row wrote: [{"model", "pk", "was": None or {field: value}, "now": {field: value}}].
    before = models.JSONField(default=list)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "sheet", "row_number"], name="importrow_unique")
        ]


class ColumnMapping(models.Model):
    """How a province read the columns of files of one shape, for the next such file."""

    province = models.ForeignKey(Province, on_delete=models.CASCADE, null=True)
    shape = models.CharField(max_length=64)  # hash of the folded headings
    mapping = models.JSONField()  # as in ImportBatch

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "shape"], nulls_distinct=False, name="columnmapping_unique"
            )
        ]
