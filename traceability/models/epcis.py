"""Other programs at the door: the tokens by which they come in, and what they handed over."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from producers.models import Producer
from traceability.querysets import EpcisTokenQuerySet


class EpcisToken(models.Model):
    """Lets one program read, and where asked write, the events of one producer's lots.

    The token itself is shown once and kept nowhere; ``digest`` is its SHA-256, ``hint`` its beginning, by
    which people tell one from the other.
    """

    producer = models.ForeignKey(
        Producer, verbose_name=_("chủ thể"), on_delete=models.CASCADE, related_name="epcis_tokens"
    )
    name = models.CharField(_("tên phần mềm"), max_length=80)
    may_capture = models.BooleanField(_("được gửi sự kiện vào"), default=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(_("bắt đầu bằng"), max_length=12, editable=False)
    created_at = models.DateTimeField(_("cấp lúc"), default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(_("dùng lần cuối"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("hủy lúc"), null=True, editable=False)

    objects = EpcisTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("kết nối EPCIS")
        verbose_name_plural = _("kết nối EPCIS")

    def __str__(self) -> str:
        return self.name


class CaptureJob(models.Model):
    """One EPCIS document that was handed over, and what became of each of its events.

    ``results``: in the document's order {"index", "eventID", "ok", "errors": [{"path", "detail"}]}.
    """

    class Behaviour(models.TextChoices):
        ROLLBACK = "rollback"  # all or nothing
        PROCEED = "proceed"  # the good ones

    number = models.UUIDField(default=uuid.uuid4, unique=True)
    token = models.ForeignKey(EpcisToken, on_delete=models.CASCADE, related_name="captures")
    behaviour = models.CharField(max_length=8, choices=Behaviour.choices)
    success = models.BooleanField()
    results = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.number)
