"""What happened to a lot, append-only; and the roots that are published every day."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from traceability.models.lot import Lot


class TraceEvent(models.Model):
    """One event of a lot, in the shape of EPCIS 2.0. Never changed, never deleted: triggers refuse it.

    ``body`` is the event as canonical JSON (traceability.chain.canonical) and the only thing that
    counts; the other columns repeat parts of it for queries. ``hash`` is the SHA-256 of
    ``previous`` and ``body``, so that each event seals all before it. An event that is wrong is
    followed by one that ``voids`` it.
    """

    class Type(models.TextChoices):
        OBJECT = "ObjectEvent", _("Sự kiện hàng hóa")
        AGGREGATION = "AggregationEvent", _("Đóng gói, gộp kiện")
        TRANSFORMATION = "TransformationEvent", _("Chế biến")
        TRANSACTION = "TransactionEvent", _("Giao dịch")

    lot = models.ForeignKey(Lot, verbose_name=_("lô"), on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField(_("thứ tự"))  # 1, 2, 3 … within the lot
    event_id = models.UUIDField(unique=True)  # made where the event was noted, also without a network
    type = models.CharField(_("loại"), max_length=20, choices=Type.choices)
    action = models.CharField(max_length=7, blank=True)  # ADD, OBSERVE, DELETE; "" for a transformation
    step = models.CharField(_("công đoạn"), max_length=60)  # CBV business step, or one of "ocop:"
    disposition = models.CharField(max_length=60, blank=True)
    event_time = models.DateTimeField(_("lúc"))
    record_time = models.DateTimeField(_("ghi lúc"), default=timezone.now)
    read_point = models.CharField(max_length=200, blank=True)  # URI of a location
    business_location = models.CharField(max_length=200, blank=True)
    voids = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="voided_by"
    )
    actor_id = models.BigIntegerField(null=True)
    body = models.TextField()
    previous = models.CharField(max_length=64)  # hash of the event before, 64 zeros for the first
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["lot", "sequence"]
        verbose_name = _("sự kiện")
        verbose_name_plural = _("sự kiện")
        indexes = [
            models.Index(fields=["event_time", "id"], name="event_by_time"),
            models.Index(fields=["record_time", "id"], name="event_by_record"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["lot", "sequence"], name="event_sequence_unique"),
            models.CheckConstraint(condition=models.Q(sequence__gt=0), name="event_sequence_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.lot} · {self.sequence}"


class DailyRoot(models.Model):
    """The Merkle root over the heads of all lots at the end of a day in Vietnam, published and kept.

    ``previous`` is the root of the day before that has one. ``archive`` is the storage name of the
    file with every leaf.
    """

    day = models.DateField(_("ngày"), unique=True)
    lots = models.PositiveIntegerField(_("số lô"))
    events = models.PositiveIntegerField(_("số sự kiện"))
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    archive = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-day"]
        verbose_name = _("mốc ngày")
        verbose_name_plural = _("mốc ngày")

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"
