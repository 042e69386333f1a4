"""Cash collected at the door, until the carrier has handed it over."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from payments.models.files import MoneyFile
from payments.querysets import CodCollectionQuerySet, RemittanceRowQuerySet
from payments.states import REMITTANCE_NEEDS_A_PERSON, CodStatus, RemittanceOutcome
from producers.models import Producer


class CodCollection(models.Model):
    """What is to be collected for one parcel. Amounts in đồng.

    ``carrier`` is "" where the producer collects the cash itself.
    """

    reference = models.CharField(_("mã kiện"), max_length=15, unique=True)
    producer = models.ForeignKey(Producer, on_delete=models.PROTECT, related_name="cod_collections")
    carrier = models.CharField(_("đơn vị vận chuyển"), max_length=20, blank=True)
    tracking_code = models.CharField(_("mã vận đơn"), max_length=60, blank=True)
    amount = models.PositiveBigIntegerField(_("thu hộ"))
    status = models.CharField(
        _("trạng thái"), max_length=10, choices=CodStatus.choices, default=CodStatus.DUE
    )
    collected_at = models.DateTimeField(_("thu lúc"), null=True, blank=True)

    objects = CodCollectionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("khoản thu hộ")
        verbose_name_plural = _("khoản thu hộ")
        indexes = [
            models.Index(fields=["carrier", "status", "-id"], name="cod_desk"),
            models.Index(fields=["tracking_code"], name="cod_tracking"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def in_hand(self) -> int:
        """Đồng that the carrier took at the door, whether or not it has sent them on."""
        return self.amount if self.status in (CodStatus.COLLECTED, CodStatus.REMITTED) else 0


class RemittanceRow(models.Model):
    """One line of a carrier's remittance file, once. Amounts in đồng.

    ``parcel_code`` and ``producer`` are of our parcel once it is known; before, the code is as the
    carrier printed it. A booked row has taken ``collected`` out of the carrier's cash in transit,
    and ``difference`` besides, where a treasurer gave up waiting for it (negative: for money too much).
    """

    file = models.ForeignKey(MoneyFile, on_delete=models.PROTECT, related_name="remittance_rows")
    checksum = models.CharField(max_length=64, unique=True)
    line = models.PositiveIntegerField(_("dòng"))
    tracking_code = models.CharField(_("mã vận đơn"), max_length=60)
    parcel_code = models.CharField(_("mã kiện"), max_length=60, blank=True)
    producer = models.ForeignKey(
        Producer, on_delete=models.PROTECT, null=True, blank=True, related_name="remittance_rows"
    )
    collected = models.BigIntegerField(_("đã thu"))
    fee = models.BigIntegerField(_("phí"), default=0)
    net = models.BigIntegerField(_("thực nhận"))
    outcome = models.CharField(_("kết quả"), max_length=14, choices=RemittanceOutcome.choices)
    collection = models.ForeignKey(
        CodCollection, on_delete=models.PROTECT, null=True, blank=True, related_name="rows"
    )
    is_booked = models.BooleanField(_("đã ghi sổ"), default=False)
    difference = models.BigIntegerField(_("chênh lệch đã xóa"), default=0)
    resolved_at = models.DateTimeField(_("xử lý lúc"), null=True, blank=True)
    resolution = models.CharField(_("cách xử lý"), max_length=300, blank=True)

    objects = RemittanceRowQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("dòng đối soát")
        verbose_name_plural = _("dòng đối soát")
        indexes = [
            models.Index(fields=["outcome", "resolved_at"], name="remittance_desk"),
            models.Index(fields=["parcel_code"], name="remittance_parcel"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(net=models.F("collected") - models.F("fee")), name="remittance_adds_up"
            ),
            models.CheckConstraint(condition=models.Q(fee__gte=0), name="remittance_fee_not_negative"),
            models.CheckConstraint(
                condition=models.Q(is_booked=False) | models.Q(producer__isnull=False),
                name="remittance_booked_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(difference=0) | models.Q(is_booked=True),
                name="remittance_difference_is_booked",
            ),
        ]

    def __str__(self) -> str:
        return self.parcel_code or self.tracking_code

    @property
    def is_waiting(self) -> bool:
        """Does it need a person?"""
        return self.outcome in REMITTANCE_NEEDS_A_PERSON and self.resolved_at is None
