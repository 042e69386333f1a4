"""Recalls: lots that must not be eaten, sold or kept."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from producers.models import Producer
from traceability.models.lot import Lot
from traceability.querysets import RecallQuerySet
from traceability.states import RecallStatus


class Recall(models.Model):
    """Thu hồi: one notice about lots of one producer. A mock recall only measures; it stops nothing."""

    class Level(models.TextChoices):
        STOP_USING = "stop_using", _("Ngừng dùng ngay, trả lại")
        RETURN = "return", _("Trả lại nơi mua")
        INFORM = "inform", _("Chỉ thông báo")

    producer = models.ForeignKey(
        Producer, verbose_name=_("chủ thể"), on_delete=models.PROTECT, related_name="recalls"
    )
    code = models.CharField(_("số thu hồi"), max_length=20, unique=True)  # "TH-2026-0001"
    level = models.CharField(_("mức"), max_length=10, choices=Level.choices)
    reason = models.TextField(_("lý do"), max_length=1000)
    instruction = models.TextField(_("người mua cần làm gì"), max_length=1000)
    is_mock = models.BooleanField(_("diễn tập"), default=False)
    status = models.CharField(
        _("trạng thái"), max_length=8, choices=RecallStatus.choices, default=RecallStatus.OPEN
    )
    opened_at = models.DateTimeField(_("mở lúc"), default=timezone.now)
    opened_by = models.BigIntegerField(null=True)
    found_at = models.DateTimeField(null=True, blank=True)  # every buyer was found
    closed_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)
    report = models.TextField(_("báo cáo kết thúc"), max_length=4000, blank=True)

    objects = RecallQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("đợt thu hồi")
        verbose_name_plural = _("đợt thu hồi")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="open", closed_at=None)
                | models.Q(status__in=["closed", "revoked"], closed_at__isnull=False),
                name="recall_closed_at",
            )
        ]

    def __str__(self) -> str:
        return self.code


class RecallLot(models.Model):
    """A lot of a recall. ``is_live`` from a real recall's opening until it is revoked: one for each lot."""

    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="recalled")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="recalled_by")
    is_live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recall", "lot"], name="recalllot_unique"),
            models.UniqueConstraint(
                fields=["lot"], condition=models.Q(is_live=True), name="recalllot_one_live"
            ),
        ]
