"""Officers' roles and areas of responsibility, as data with dates."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import phones
from accounts.models.user import User
from core.models import Commune, Province


class Role(models.TextChoices):
    COMMUNE_OFFICER = "commune_officer", _("Cán bộ xã")
    PROVINCE_OFFICER = "province_officer", _("Cán bộ tỉnh")
    PROVINCE_LEADER = "province_leader", _("Lãnh đạo tỉnh (ký)")
    COUNCIL_MEMBER = "council_member", _("Thành viên hội đồng")
    # Keeps the market's money: receipts, refunds, payouts of every province.
    TREASURER = "treasurer", _("Kế toán của sàn")


class Assignment(models.Model):
    """A role in one province, for commune officers in one commune, for a period."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=20, choices=Role.choices)
    province = models.ForeignKey(Province, on_delete=models.PROTECT)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, null=True, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # last day in office

    class Meta:
        verbose_name = _("phân công")
        verbose_name_plural = _("phân công")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role="commune_officer", commune__isnull=False)
                | (~models.Q(role="commune_officer") & models.Q(commune__isnull=True)),
                name="assignment_commune_only_for_commune_officer",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "province", "commune"],
                condition=models.Q(valid_to=None),
                nulls_distinct=False,
                name="assignment_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.commune or self.province}"


class Address(models.Model):
    """A buyer's delivery address."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="addresses")
    recipient = models.CharField(_("người nhận"), max_length=120)
    phone = models.CharField(_("điện thoại"), max_length=16)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT)
    line = models.CharField(_("thôn, số nhà"), max_length=200)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(is_default=True), name="address_one_default"
            )
        ]

    @property
    def national_phone(self) -> str:
        return phones.national(self.phone)
