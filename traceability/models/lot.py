"""Lots and the codes that are printed for them."""

import datetime as dt

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from traceability.models.location import Location
from traceability.querysets import CodeQuerySet, LotPaperQuerySet, LotQuerySet


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
    location = models.ForeignKey(
        Location, verbose_name=_("địa điểm"), on_delete=models.PROTECT, null=True, blank=True
    )
    note = models.TextField(_("ghi chú công khai"), blank=True)
    # The address by which its events name it, kept from the first event on (traceability.uris).
    uri = models.CharField(max_length=200, blank=True, editable=False)
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

    def may_be_sold(self, *, on: dt.date) -> bool:
        """Made by then, neither past its date nor recalled."""
        is_fresh = self.produced_on <= on and (self.expires_on is None or self.expires_on >= on)
        return is_fresh and not self.recalled_by.filter(is_live=True).exists()


class LotInput(models.Model):
    """Nguyên liệu: what went into a lot, one step back: another lot, a growing area, or a supplier's name."""

    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="inputs")
    name = models.CharField(_("nguyên liệu"), max_length=120)
    quantity = models.DecimalField(_("lượng"), max_digits=12, decimal_places=3, null=True, blank=True)
    unit = models.CharField(_("đơn vị"), max_length=3, blank=True)  # UN/ECE Rec 20: KGM, LTR, H87 (piece)
    source_lot = models.ForeignKey(
        Lot, verbose_name=_("từ lô"), on_delete=models.PROTECT, null=True, blank=True, related_name="used_in"
    )
    location = models.ForeignKey(
        Location, verbose_name=_("từ vùng trồng"), on_delete=models.PROTECT, null=True, blank=True
    )
    supplier = models.CharField(_("người cung cấp"), max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("nguyên liệu")
        verbose_name_plural = _("nguyên liệu")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity=None) | models.Q(quantity__gt=0),
                name="lotinput_quantity_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(source_lot=None) | ~models.Q(source_lot=models.F("lot")),
                name="lotinput_not_of_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LotPaper(models.Model):
    """A picture or a paper about a lot (test report, certificate), known by its SHA-256.

    Events name their evidence by this hash; the file itself is never replaced.
    """

    class Kind(models.TextChoices):
        PICTURE = "picture", _("Ảnh")
        TEST = "test", _("Phiếu kiểm nghiệm")
        CERTIFICATE = "certificate", _("Giấy chứng nhận")
        OTHER = "other", _("Giấy tờ khác")

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(_("loại"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("tên"), max_length=120)
    issuer = models.CharField(_("nơi cấp, phòng kiểm nghiệm"), max_length=160, blank=True)
    result = models.CharField(_("kết quả"), max_length=300, blank=True)
    issued_on = models.DateField(_("ngày cấp"), null=True, blank=True)
    expires_on = models.DateField(_("có giá trị đến"), null=True, blank=True)
    is_public = models.BooleanField(_("hiện trên trang truy xuất"), default=True)
    file = models.CharField(max_length=200)  # storage name
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()  # bytes
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.BigIntegerField(null=True)

    objects = LotPaperQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("giấy tờ của lô")
        verbose_name_plural = _("giấy tờ của lô")
        constraints = [models.UniqueConstraint(fields=["lot", "sha256"], name="lotpaper_once")]

    def __str__(self) -> str:
        return self.title


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
