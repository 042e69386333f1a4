"""OCOP taxonomy: 6 sectors (ngành), 17 groups (nhóm), 26 product sets (bộ sản phẩm)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sector(models.Model):
    code = models.PositiveSmallIntegerField(primary_key=True)
    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    source = models.CharField(max_length=250)

    class Meta:
        ordering = ["code"]
        verbose_name = _("ngành")
        verbose_name_plural = _("ngành")

    def __str__(self) -> str:
        return self.name


class ProductGroup(models.Model):
    code = models.PositiveSmallIntegerField(primary_key=True)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="groups")
    name = models.CharField(max_length=160)
    source = models.CharField(max_length=250)

    class Meta:
        ordering = ["code"]
        verbose_name = _("nhóm")
        verbose_name_plural = _("nhóm")

    def __str__(self) -> str:
        return self.name


class SaleMode(models.TextChoices):
    CART = "cart", _("Bán qua giỏ hàng")
    REQUEST = "request", _("Đặt chỗ theo yêu cầu")  # community tourism
    DISPLAY = "display", _("Chỉ giới thiệu")  # alcohol, until the rule on selling online is clear


class ProductSet(models.Model):
    """Bộ sản phẩm: the level at which criteria are written."""

    code = models.PositiveSmallIntegerField(primary_key=True)
    group = models.ForeignKey(ProductGroup, on_delete=models.PROTECT, related_name="sets")
    name = models.CharField(max_length=160)
    slug = models.SlugField(unique=True)
    sale_mode = models.CharField(max_length=10, choices=SaleMode.choices, default=SaleMode.CART)
    source = models.CharField(max_length=250)

    class Meta:
        ordering = ["code"]
        verbose_name = _("bộ sản phẩm")
        verbose_name_plural = _("bộ sản phẩm")

    def __str__(self) -> str:
        return self.name
