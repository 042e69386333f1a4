"""Money to producers: planned by one person, approved by another, paid or bounced."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payments.models.ledger import Posting
from payments.querysets import PayoutQuerySet
from payments.states import BatchStatus, PayoutStatus
from producers.models import Producer


class PayoutBatch(models.Model):
    """All that is due to producers up to a day."""

    number = models.CharField(_("số"), max_length=20, unique=True)  # "CT-20261127-1"
    up_to = models.DateField(_("đến hạn đến ngày"))
    status = models.CharField(
        _("trạng thái"), max_length=10, choices=BatchStatus.choices, default=BatchStatus.DRAFT
    )
    prepared_by = models.BigIntegerField(null=True)
    approved_by = models.BigIntegerField(null=True)
    prepared_at = models.DateTimeField(_("lập lúc"), default=timezone.now)
    approved_at = models.DateTimeField(_("duyệt lúc"), null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("đợt chi trả")
        verbose_name_plural = _("đợt chi trả")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by=None)
                | models.Q(prepared_by=None)
                | ~models.Q(approved_by=models.F("prepared_by")),
                name="batch_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="approved") | models.Q(approved_at__isnull=False),
                name="batch_approved_at",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Payout(models.Model):
    """One transfer to one producer: the sum of its lines. The account is as it was when planned."""

    batch = models.ForeignKey(PayoutBatch, on_delete=models.PROTECT, related_name="payouts")
    producer = models.ForeignKey(Producer, on_delete=models.PROTECT, related_name="payouts")
    amount = models.PositiveBigIntegerField(_("số tiền"))
    bank_bin = models.CharField(_("ngân hàng"), max_length=6)
    account_number = models.CharField(_("số tài khoản"), max_length=19)
    account_name = models.CharField(_("chủ tài khoản"), max_length=120)
    status = models.CharField(
        _("trạng thái"), max_length=10, choices=PayoutStatus.choices, default=PayoutStatus.PLANNED
    )
    bank_reference = models.CharField(_("số giao dịch"), max_length=60, blank=True)
    paid_at = models.DateTimeField(_("chi lúc"), null=True, blank=True)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("khoản chi trả")
        verbose_name_plural = _("khoản chi trả")
        indexes = [models.Index(fields=["producer", "-id"], name="payout_by_producer")]
        constraints = [
            models.UniqueConstraint(fields=["batch", "producer"], name="payout_one_per_producer"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payout_amount_positive"),
            models.CheckConstraint(
                condition=~models.Q(status="paid") | models.Q(paid_at__isnull=False), name="payout_paid_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch.number} · {self.producer}"


class PayoutLine(models.Model):
    """A posting of the producer's account that this payout settles; it can be settled once.

    Lines of a dropped payout are deleted; those of a bounced one stay, and the bounce itself is a
    new posting that becomes due.
    """

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="lines")
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="payout_line")

    class Meta:
        ordering = ["id"]
