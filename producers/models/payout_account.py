"""Where the market sends a producer's money."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from producers.models.producer import Producer
from producers.querysets import PayoutAccountQuerySet


class AccountStatus(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("Chờ kế toán xác nhận")
    CONFIRMED = "confirmed", _("Đã xác nhận")


class PayoutAccount(models.Model):
    """A bank account as its owner entered it; paid to only once a treasurer has confirmed it.

    What it was before stands in the audit trail.
    """

    producer = models.OneToOneField(
        Producer, verbose_name=_("chủ thể"), on_delete=models.PROTECT, related_name="payout_account"
    )
    bank_bin = models.CharField(_("ngân hàng"), max_length=6)
    account_number = models.CharField(_("số tài khoản"), max_length=19)
    account_name = models.CharField(_("tên chủ tài khoản"), max_length=120)  # "HO TRAN THI A"
    status = models.CharField(
        _("trạng thái"), max_length=12, choices=AccountStatus.choices, default=AccountStatus.UNCONFIRMED
    )
    changed_at = models.DateTimeField(_("nhập lúc"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        User,
        verbose_name=_("người xác nhận"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    confirmed_at = models.DateTimeField(_("xác nhận lúc"), null=True, blank=True)

    objects = PayoutAccountQuerySet.as_manager()

    class Meta:
        ordering = ["producer__name"]
        verbose_name = _("tài khoản nhận tiền")
        verbose_name_plural = _("tài khoản nhận tiền")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(bank_bin__regex=r"^[0-9]{6}$")
                & models.Q(account_number__regex=r"^[0-9A-Z]{6,19}$")
                & models.Q(account_name__regex=r"^[A-Z0-9][A-Z0-9 .,()&'-]*$"),
                name="payoutaccount_shape",
            ),
            models.CheckConstraint(
                condition=models.Q(status="confirmed", confirmed_at__isnull=False)
                | models.Q(status="unconfirmed", confirmed_at=None),
                name="payoutaccount_confirmed_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_name} · {self.account_number}"

    @property
    def is_confirmed(self) -> bool:
        return self.status == AccountStatus.CONFIRMED

    @property
    def fingerprint(self) -> str:
        """Changes when anything of the account does."""
        return f"{self.bank_bin}:{self.account_number}:{self.account_name}"

    @property
    def masked(self) -> str:
        """For mails and lists: "•••0001"."""
        return f"•••{self.account_number[-4:]}"
