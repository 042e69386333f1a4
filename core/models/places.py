"""Administrative units since 2025-07-01, and the former communes that map to them."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import names


class Province(models.Model):
    """Tỉnh / thành phố. Keyed by the General Statistics Office code, two digits."""

    code = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=60)  # "Thành phố Đà Nẵng"
    short_name = models.CharField(max_length=40)  # "Đà Nẵng"
    kind = models.CharField(max_length=20)
    search_text = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=120, db_index=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    valid_from = models.DateField()

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("tỉnh, thành phố")
        verbose_name_plural = _("tỉnh, thành phố")

    def __str__(self) -> str:
        return self.name


class Commune(models.Model):
    """Xã / phường / đặc khu. Keyed by code: 3,321 units share only 3,004 names."""

    code = models.CharField(max_length=5, primary_key=True)
    name = models.CharField(max_length=80)  # "Xã Duy Xuyên"
    short_name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="communes")
    key = models.CharField(max_length=60, editable=False, db_index=True)  # core.names.words of the short name
    search_text = models.CharField(max_length=160)
    sort_key = models.CharField(max_length=200)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    area_km2 = models.FloatField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["province_id", "sort_key"]
        verbose_name = _("xã, phường, đặc khu")
        verbose_name_plural = _("xã, phường, đặc khu")
        indexes = [
            GinIndex(OpClass(models.F("search_text"), name="gin_trgm_ops"), name="commune_trgm"),
            models.Index(fields=["province", "sort_key"], name="commune_by_province"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = names.words(self.short_name)
        super().save(*args, **kwargs)


class LegacyCommune(models.Model):
    """A commune as it was before 2025-07-01, with its district and province as text."""

    code = models.CharField(max_length=10, primary_key=True)
    ward = models.CharField(max_length=80, blank=True)  # "" where the district had no commune
    district = models.CharField(max_length=80)
    province = models.CharField(max_length=60)
    # core.names.key of the three names above.
    ward_key = models.CharField(max_length=80, editable=False)
    district_key = models.CharField(max_length=80, editable=False)
    province_key = models.CharField(max_length=60, editable=False)
    search_text = models.CharField(max_length=260)
    is_split = models.BooleanField(default=False)
    targets = models.ManyToManyField(Commune, through="LegacyTarget", related_name="former")

    class Meta:
        verbose_name = _("xã cũ")
        verbose_name_plural = _("xã cũ")
        indexes = [
            models.Index(fields=["ward_key", "district_key"], name="legacy_by_ward"),
            models.Index(fields=["district_key"], name="legacy_by_district"),
            models.Index(fields=["province_key"], name="legacy_by_province"),
            GinIndex(OpClass(models.F("search_text"), name="gin_trgm_ops"), name="legacy_trgm"),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.ward, self.district, self.province) if part)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.ward_key = names.key(self.ward)
        self.district_key = names.key(self.district)
        self.province_key = names.key(self.province)
        super().save(*args, **kwargs)


class LegacyTarget(models.Model):
    """Where (part of) a former commune went. A split commune has several, one the default."""

    legacy = models.ForeignKey(LegacyCommune, on_delete=models.CASCADE)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["legacy", "commune"], name="legacytarget_unique"),
            models.UniqueConstraint(
                fields=["legacy"], condition=models.Q(is_default=True), name="legacytarget_one_default"
            ),
        ]
