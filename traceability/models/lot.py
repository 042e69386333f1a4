"""Lots and the codes that are printed for them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from traceability.querysets import CodeQuerySet, LotQuerySet


class Lot(models.Model):
    """Lô sản xuất: what was made together."""

    product = models.ForeignKey(
        Product, verbose_name=_("sản phẩm"), on_delete=models.PROTECT, related_name="lots"
    )
    code = models.CharField(_("số lô"), max_length=20)  # GS1 AI (10): up to 20 of CSET 82
    produced_on = models.DateField(_("ngày sản xuất"))
    expires_on = models.DateField(_("hạn sử dụng"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("số lượng"))
    place = models.CharField(_("nơi sản xuất"), max_length=200, blank=True)
    note = models.TextField(_("ghi chú công khai"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = LotQuerySet.as_manager()

    class Meta:
        ordering = ["-produced_on", "-id"]
        verbose_name = _("lô sản xuất")
        verbose_name_plural = _("lô sản xuất")
        constraints = [
            models.UniqueConstraint(fields=["product", "code"], name="lot_code_unique"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="lot_quantity_positive"),
            models.CheckConstraint(
                condition=models.Q(expires_on=None) | models.Q(expires_on__gte=models.F("produced_on")),
                name="lot_expires_after_production",
            ),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[A-Za-z0-9!\"%&'()*+,\-./:;<=>?_]{1,20}$"),
                name="lot_code_cset82",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Code(models.Model):
    """A printed code: of a product as a whole, or of one lot. Never reused, never deleted."""

    value = models.CharField(_("mã"), max_length=16, unique=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="codes")
    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="code_row")
    # Storage names of the QR pictures; "" until the task has made them.
    png = models.CharField(max_length=200, blank=True)
    svg = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("mã QR")
        verbose_name_plural = _("mã QR")
        constraints = [
            models.UniqueConstraint(
                fields=["product"], condition=models.Q(lot=None), name="code_one_per_product"
            )
        ]

    def __str__(self) -> str:
        return self.value


class ScanDay(models.Model):
    """How often a code was looked up on a day. No address, no device, no person."""

    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="scan_days")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "day"], name="scanday_unique")]
