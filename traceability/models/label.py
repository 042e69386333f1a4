"""Serials and label sheets."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from traceability.models.lot import Lot
from traceability.querysets import LabelJobQuerySet


class LabelJob(models.Model):
    """One label sheet as a PDF, made by the worker. Its serials are reserved when it is asked for."""

    class Paper(models.TextChoices):
        A4_3X8 = "a4-3x8", _("A4, 3 × 8 tem (70 × 37 mm)")
        A4_4X10 = "a4-4x10", _("A4, 4 × 10 tem (52,5 × 29,7 mm)")
        ROLL_50X30 = "roll-50x30", _("Cuộn 50 × 30 mm")
        ROLL_80X50 = "roll-80x50", _("Cuộn 80 × 50 mm")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Chờ in")
        WORKING = "working", _("Đang tạo")
        DONE = "done", _("Đã xong")
        FAILED = "failed", _("Không tạo được")

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="label_jobs")
    paper = models.CharField(_("khổ giấy"), max_length=12, choices=Paper.choices)
    count = models.PositiveIntegerField(_("số tem"))
    with_serials = models.BooleanField(_("mỗi tem một số riêng"), default=False)
    with_price = models.BooleanField(_("in giá"), default=False)
    status = models.CharField(_("trạng thái"), max_length=8, choices=Status.choices, default=Status.WAITING)
    done = models.PositiveIntegerField(_("đã vẽ"), default=0)  # labels, for the progress bar
    worked_at = models.DateTimeField(null=True, blank=True)  # last sign of the worker
    file = models.CharField(max_length=200, blank=True)  # storage name
    asked_by = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField(_("yêu cầu lúc"), default=timezone.now)

    objects = LabelJobQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("tờ tem")
        verbose_name_plural = _("tờ tem")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(count__gt=0, count__lte=20_000), name="labeljob_count_bounded"
            ),
            models.CheckConstraint(
                condition=models.Q(done__lte=models.F("count")), name="labeljob_done_fits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot} · {self.count}"


class Serial(models.Model):
    """One item of a lot. ``check`` is the number under the scratch film, "" where there is none."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="serials")
    job = models.ForeignKey(LabelJob, on_delete=models.PROTECT, null=True, related_name="serials")
    position = models.PositiveIntegerField()  # 1, 2, 3 … on the job's sheet
    value = models.CharField(_("số riêng"), max_length=20)  # GS1 AI (21); unguessable
    check_code = models.CharField(max_length=8, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)  # the scratch code was first entered

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "value"], name="serial_unique"),
            models.UniqueConstraint(fields=["job", "position"], name="serial_once_per_label"),
        ]

    def __str__(self) -> str:
        return self.value
