"""Where things grow and are made: growing areas and facilities."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Commune, Province
from producers.models import Producer
from traceability.querysets import LocationQuerySet


class Location(models.Model):
    """Địa điểm truy xuất: a physical place of a producer, with a GLN where GS1 gave one out.

    ``code`` is the market's own, with a letter in front, so that nobody takes it for a GLN.
    """

    class Kind(models.TextChoices):
        GROWING_AREA = "growing_area", _("Vùng trồng, vùng nuôi")
        FACILITY = "facility", _("Cơ sở sơ chế, chế biến")
        WAREHOUSE = "warehouse", _("Kho")
        SHOP = "shop", _("Điểm bán")

    producer = models.ForeignKey(
        Producer, verbose_name=_("chủ thể"), on_delete=models.PROTECT, related_name="locations"
    )
    code = models.CharField(_("mã địa điểm"), max_length=16, unique=True)
    kind = models.CharField(_("loại"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("tên địa điểm"), max_length=120)
    gln = models.CharField("GLN", max_length=13, null=True, blank=True, unique=True)
    area_code = models.CharField(_("mã số vùng trồng"), max_length=40, blank=True)  # as the ministry gave it
    province = models.ForeignKey(Province, verbose_name=_("tỉnh"), on_delete=models.PROTECT)
    commune = models.ForeignKey(Commune, verbose_name=_("xã"), on_delete=models.PROTECT)
    address_line = models.CharField(_("thôn, số nhà"), max_length=200, blank=True)
    is_active = models.BooleanField(_("đang dùng"), default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = LocationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("địa điểm")
        verbose_name_plural = _("địa điểm")
        constraints = [
            models.UniqueConstraint(fields=["producer", "name"], name="location_name_unique"),
            models.CheckConstraint(condition=models.Q(code__regex=r"^DD[A-Z0-9]{8}$"), name="location_code"),
            models.CheckConstraint(
                condition=models.Q(gln=None) | models.Q(gln__regex=r"^\d{13}$"), name="location_gln_13_digits"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_address(self) -> str:
        """What everybody may read: of a growing area only the commune, for a house may stand on it."""
        in_detail = self.address_line if self.kind in (self.Kind.FACILITY, self.Kind.SHOP) else ""
        return ", ".join(filter(None, [in_detail, self.commune.name, self.province.name]))
