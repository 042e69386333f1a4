"""Whom a recall concerns: buyers, once each, with what they bought of the lots."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.order import SubOrder
from traceability.models import Lot, Recall


class RecallNotice(models.Model):
    """One buyer of a recall. ``contact`` (account or phone) makes telling twice impossible.

    ``told_at``: the letter went out, or somebody called. Buyers of a mock recall are never told.
    """

    class Way(models.TextChoices):
        EMAIL = "email", _("bằng thư")
        CALL = "call", _("gọi điện")

    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="notices")
    contact = models.CharField(max_length=40)  # "user:12" or "phone:+84…"
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    name = models.CharField(_("người mua"), max_length=120)
    phone = models.CharField(_("điện thoại"), max_length=16)
    email = models.EmailField(blank=True)
    told_at = models.DateTimeField(_("đã báo lúc"), null=True, blank=True)
    told_by = models.CharField(max_length=8, choices=Way.choices, blank=True)
    note = models.CharField(_("ghi chú"), max_length=200, blank=True)  # what was said on the phone

    class Meta:
        ordering = ["id"]
        verbose_name = _("người mua phải báo")
        verbose_name_plural = _("người mua phải báo")
        constraints = [
            models.UniqueConstraint(fields=["recall", "contact"], name="recallnotice_once"),
        ]

    def __str__(self) -> str:
        return self.name


class RecallPart(models.Model):
    """What one parcel holds of a recalled lot."""

    notice = models.ForeignKey(RecallNotice, on_delete=models.CASCADE, related_name="parts")
    sub_order = models.ForeignKey(SubOrder, on_delete=models.PROTECT, related_name="recall_parts")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "sub_order", "lot"], name="recallpart_once"),
        ]
