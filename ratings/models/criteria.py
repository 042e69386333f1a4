"""Bộ tiêu chí: what a product is scored by, versioned by the decision that fixed it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import ProductSet
from core.models import Province
from ratings.querysets import CriteriaSetQuerySet


class Part(models.TextChoices):
    """Phần: the three parts of every rubric."""

    A = "A", _("Sản phẩm và sức mạnh cộng đồng")
    B = "B", _("Khả năng tiếp thị")
    C = "C", _("Chất lượng sản phẩm")


class RuleVersion(models.Model):
    """The decision that fixes how points are given, and what its parts sum to."""

    code = models.CharField(_("mã"), max_length=30, unique=True)  # "1048/781"
    name = models.CharField(_("tên"), max_length=160)
    decision = models.CharField(_("quyết định"), max_length=250)
    in_force_from = models.DateField(_("áp dụng từ"))
    in_force_to = models.DateField(_("áp dụng đến hết"), null=True, blank=True)
    points_a = models.PositiveSmallIntegerField(_("điểm phần A"))
    points_b = models.PositiveSmallIntegerField(_("điểm phần B"))
    points_c = models.PositiveSmallIntegerField(_("điểm phần C"))
    source = models.CharField(_("nguồn"), max_length=250)
    note = models.TextField(_("lưu ý"), blank=True)  # shown wherever its criteria are

    class Meta:
        ordering = ["-in_force_from", "code"]
        verbose_name = _("phiên bản tiêu chí")
        verbose_name_plural = _("phiên bản tiêu chí")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(points_a=100 - models.F("points_b") - models.F("points_c")),
                name="ruleversion_sums_to_100",
            ),
            models.CheckConstraint(
                condition=models.Q(in_force_to=None) | models.Q(in_force_to__gte=models.F("in_force_from")),
                name="ruleversion_dates_ordered",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def points(self) -> dict[str, int]:
        """Part → points it must sum to."""
        return {Part.A: self.points_a, Part.B: self.points_b, Part.C: self.points_c}


class CriteriaSet(models.Model):
    """The criteria of one product set under one rule version.

    Official ones have no province. A province's own is a clone or an import; the first dossier
    that uses a set freezes it, and a change needs a new revision from then on.
    """

    version = models.ForeignKey(
        RuleVersion, verbose_name=_("phiên bản"), on_delete=models.PROTECT, related_name="sets"
    )
    code = models.CharField(_("mã"), max_length=20)  # the source's own number of the set
    name = models.CharField(_("tên"), max_length=160)
    product_sets = models.ManyToManyField(
        ProductSet, verbose_name=_("bộ sản phẩm"), related_name="criteria_sets", blank=True
    )
    province = models.ForeignKey(
        Province, verbose_name=_("tỉnh"), on_delete=models.PROTECT, null=True, blank=True
    )
    revision = models.PositiveSmallIntegerField(_("lần sửa"), default=1)
    cloned_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)
    source = models.CharField(_("nguồn"), max_length=250)
    frozen_at = models.DateTimeField(_("khóa lúc"), null=True, blank=True)
    retired_at = models.DateTimeField(_("thôi dùng từ"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = CriteriaSetQuerySet.as_manager()

    class Meta:
        ordering = ["version", "name", "revision"]
        verbose_name = _("bộ tiêu chí")
        verbose_name_plural = _("bộ tiêu chí")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code", "province", "revision"],
                nulls_distinct=False,
                name="criteriaset_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.version.code})"


class Criterion(models.Model):
    """Tiêu chí: one question with its options."""

    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    part = models.CharField(_("phần"), max_length=1, choices=Part.choices)
    section = models.CharField(_("mục"), max_length=200)
    code = models.CharField(_("số"), max_length=12, blank=True)  # "1.1"
    title = models.CharField(_("tiêu chí"), max_length=300)
    # A condition under which the dossier is rejected or not scored any further; "" for none.
    stop_rule = models.CharField(_("điều kiện loại"), max_length=300, blank=True)
    evidence_asked = models.CharField(_("minh chứng cần có"), max_length=300, blank=True)
    # Asked of the commune: origin of material, local labour, origin of the idea (QĐ 1489/QĐ-TTg).
    is_for_commune = models.BooleanField(_("xã xác nhận"), default=False)

    class Meta:
        ordering = ["criteria_set", "position"]
        verbose_name = _("tiêu chí")
        verbose_name_plural = _("tiêu chí")
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "position"], name="criterion_position_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()


class CriterionOption(models.Model):
    """One answer and its points. The rubric of 2019 is known by points only: the label stays blank."""

    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    points = models.DecimalField(_("điểm"), max_digits=5, decimal_places=2)
    label = models.CharField(_("mô tả"), max_length=300, blank=True)

    class Meta:
        ordering = ["criterion", "position"]
        verbose_name = _("lựa chọn")
        verbose_name_plural = _("lựa chọn")
        constraints = [
            models.UniqueConstraint(fields=["criterion", "position"], name="option_position_unique"),
            models.CheckConstraint(condition=models.Q(points__range=(0, 100)), name="option_points_range"),
        ]

    def __str__(self) -> str:
        return self.label or f"{self.points.normalize():f}"
