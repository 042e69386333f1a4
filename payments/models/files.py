"""Files about money that people bring: bank statements, carriers' remittances."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.storage import private_storage
from payments.states import FileStatus


class FileKind(models.TextChoices):
    STATEMENT = "statement", _("Sao kê ngân hàng")
    REMITTANCE = "remittance", _("Bảng đối soát thu hộ")


class ColumnMapping(models.Model):
    """Which column means what, remembered by the headings that a file of this shape has."""

    kind = models.CharField(max_length=10, choices=FileKind.choices)
    signature = models.CharField(max_length=64)  # sha256 of the headings
    columns = models.JSONField()
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "signature"], name="mapping_once")]


class MoneyFile(models.Model):
    """One file: handed in, looked at, booked. Its rows are notices or remittance rows, its faults listed."""

    kind = models.CharField(_("loại"), max_length=10, choices=FileKind.choices)
    source = models.CharField(_("nguồn"), max_length=40)  # account number, carrier code
    name = models.CharField(_("tên tệp"), max_length=200)
    checksum = models.CharField(max_length=64)
    content = models.FileField(storage=private_storage, max_length=200, blank=True)
    status = models.CharField(
        _("trạng thái"), max_length=10, choices=FileStatus.choices, default=FileStatus.PREVIEW
    )
    sheet = models.CharField(_("trang tính"), max_length=60, blank=True)
    mapping = models.JSONField(default=dict)  # core.columns.Mapping; empty while nobody knows the columns
    done_rows = models.PositiveIntegerField(default=0)
    worked_at = models.DateTimeField(null=True)  # of a file at work: its last sign of life
    new_rows = models.PositiveIntegerField(_("dòng mới"), default=0)
    known_rows = models.PositiveIntegerField(_("dòng đã có"), default=0)
    problems = models.JSONField(_("dòng không đọc được"), default=list)  # [{line, column, value, message}]
    imported_by = models.BigIntegerField(null=True)
    imported_at = models.DateTimeField(_("nhập lúc"), default=timezone.now)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("tệp tiền")
        verbose_name_plural = _("tệp tiền")
        indexes = [
            models.Index(fields=["worked_at"], condition=models.Q(status="working"), name="moneyfile_at_work")
        ]

    def __str__(self) -> str:
        return self.name
