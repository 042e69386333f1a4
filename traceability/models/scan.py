"""Look-ups of codes: when and roughly where, never who; what is read out of them, and what people report."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Province
from traceability.models.label import Serial
from traceability.models.lot import Code
from traceability.querysets import CodeFactQuerySet, ScanReportQuerySet


class Scan(models.Model):
    """One look-up by a person. No address, no device. ``uid`` makes counting it twice impossible."""

    uid = models.UUIDField(unique=True)
    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="scans")
    serial = models.ForeignKey(Serial, on_delete=models.CASCADE, null=True, blank=True, related_name="scans")
    at = models.DateTimeField()
    province = models.ForeignKey(Province, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["code", "at"], name="scan_by_code"),
            models.Index(
                fields=["serial", "at"], condition=models.Q(serial__isnull=False), name="scan_by_serial"
            ),
            models.Index(fields=["at"], name="scan_by_time"),
        ]


class ScanDay(models.Model):
    """How often a code was looked up on a day, and from where; counted as scans are written."""

    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="scan_days")
    day = models.DateField()
    province = models.ForeignKey(Province, on_delete=models.PROTECT, null=True, blank=True)
    count = models.PositiveIntegerField(default=0)

    objects = CodeFactQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "id"]
        verbose_name = _("lượt quét")
        verbose_name_plural = _("lượt quét")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "day", "province"], nulls_distinct=False, name="scanday_unique"
            )
        ]
        indexes = [models.Index(fields=["day"], name="scanday_by_day")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"


class Suspicion(models.Model):
    """A code that looks copied, and by which rule; a desk row until somebody has looked into it."""

    class Rule(models.TextChoices):
        MANY_PLACES = "many_places", _("Nhiều nơi trong thời gian ngắn")
        SERIAL_OFTEN = "serial_often", _("Một tem riêng bị quét nhiều lần")
        AFTER_EXPIRY = "after_expiry", _("Vẫn bị quét sau hạn dùng")
        AFTER_SOLD_OUT = "after_sold_out", _("Bị quét lần đầu khi lô đã bán hết từ lâu")

    code = models.ForeignKey(Code, verbose_name=_("mã"), on_delete=models.CASCADE, related_name="suspicions")
    serial = models.ForeignKey(
        Serial,
        verbose_name=_("số riêng"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="suspicions",
    )
    rule = models.CharField(_("dấu hiệu"), max_length=16, choices=Rule.choices)
    facts = models.JSONField(default=dict)  # what the rule saw: counts, places, days
    raised_at = models.DateTimeField(_("phát hiện lúc"))
    comment = models.TextField(_("ý kiến của chủ thể"), max_length=1000, blank=True)
    closed_at = models.DateTimeField(_("kết luận lúc"), null=True, blank=True)
    closed_by = models.BigIntegerField(null=True)
    conclusion = models.CharField(_("kết luận"), max_length=300, blank=True)
    is_copy = models.BooleanField(null=True)  # what the person found; None while open

    objects = CodeFactQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("nghi tem bị sao chép")
        verbose_name_plural = _("nghi tem bị sao chép")
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

    def __str__(self) -> str:
        return f"{self.code} · {self.get_rule_display()}"


class ScanReport(models.Model):
    """Phản ánh về tem: what somebody who holds the goods tells about a label. The phone is for officers only.

    ``code`` is None where the label's text (``asked``) is no code of ours.
    """

    class Kind(models.TextChoices):
        DIFFERENT = "different", _("Bao bì khác với thông tin ở đây")
        FAKE = "fake", _("Nghi hàng giả, tem giả")
        EXPIRED = "expired", _("Quá hạn mà vẫn bán")
        OTHER = "other", _("Chuyện khác")

    number = models.CharField(_("số phản ánh"), max_length=20, unique=True)  # "PA-7K3M9Q2X"
    code = models.ForeignKey(
        Code, verbose_name=_("mã"), on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )
    asked = models.CharField(_("chữ trên tem"), max_length=60, blank=True)
    kind = models.CharField(_("chuyện gì"), max_length=10, choices=Kind.choices)
    province = models.ForeignKey(Province, verbose_name=_("tỉnh nơi mua"), on_delete=models.PROTECT)
    where = models.CharField(_("nơi mua"), max_length=200, blank=True)
    words = models.TextField(_("kể lại"), max_length=1000)
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    reported_at = models.DateTimeField(_("gửi lúc"), default=timezone.now)
    answer = models.TextField(_("chủ thể trả lời"), max_length=1000, blank=True)
    closed_at = models.DateTimeField(_("khép lại lúc"), null=True, blank=True)
    closed_by = models.BigIntegerField(null=True)
    conclusion = models.TextField(_("kết luận"), max_length=1000, blank=True)

    objects = ScanReportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("phản ánh về tem")
        verbose_name_plural = _("phản ánh về tem")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__isnull=False) | ~models.Q(asked=""), name="scanreport_of_something"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | ~models.Q(conclusion=""),
                name="scanreport_closed_with_words",
            ),
        ]

    def __str__(self) -> str:
        return self.number
