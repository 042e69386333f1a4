"""Hồ sơ đánh giá: what a producer hands in, and what each desk says of it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Product
from core.models import Commune, Province
from core.storage import private_storage
from ratings.models.criteria import CriteriaSet, Criterion, CriterionOption
from ratings.querysets import DossierQuerySet, EvidenceQuerySet
from ratings.states import OPEN, DossierStatus


class DossierKind(models.TextChoices):
    FIRST = "first", _("Đánh giá lần đầu")
    RENEWAL = "renewal", _("Đánh giá lại")
    UPGRADE = "upgrade", _("Nâng hạng")


class Dossier(models.Model):
    """One application of one product. Its place is copied: the desks that began it end it."""

    code = models.CharField(_("mã hồ sơ"), max_length=24, unique=True)  # "HS-48-2026-00012"
    product = models.ForeignKey(
        Product, verbose_name=_("sản phẩm"), on_delete=models.PROTECT, related_name="dossiers"
    )
    kind = models.CharField(_("loại hồ sơ"), max_length=10, choices=DossierKind.choices)
    stars_applied = models.PositiveSmallIntegerField(_("hạng sao đề nghị"))
    criteria_set = models.ForeignKey(
        CriteriaSet, verbose_name=_("bộ tiêu chí"), on_delete=models.PROTECT, related_name="dossiers"
    )
    status = models.CharField(
        _("trạng thái"), max_length=16, choices=DossierStatus.choices, default=DossierStatus.DRAFT
    )
    province = models.ForeignKey(Province, verbose_name=_("tỉnh"), on_delete=models.PROTECT)
    commune = models.ForeignKey(Commune, verbose_name=_("xã"), on_delete=models.PROTECT)
    # Where a returned dossier goes when it is handed in again; "" unless it is returned.
    returned_by = models.CharField(max_length=16, choices=DossierStatus.choices, blank=True)
    submission_count = models.PositiveSmallIntegerField(_("số lần nộp"), default=0)
    submitted_at = models.DateTimeField(_("nộp lúc"), null=True, blank=True)
    due_on = models.DateField(_("hạn xử lý"), null=True, blank=True)  # of the desk it lies on
    self_total = models.DecimalField(_("điểm tự chấm"), max_digits=5, decimal_places=2, null=True)
    advisory_total = models.DecimalField(_("điểm tổ tư vấn"), max_digits=5, decimal_places=2, null=True)
    score = models.DecimalField(_("điểm hội đồng"), max_digits=5, decimal_places=2, null=True)
    stars = models.PositiveSmallIntegerField(_("hạng sao đạt"), null=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    is_illustrative = models.BooleanField(_("dữ liệu minh họa"), default=False)

    objects = DossierQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("hồ sơ đánh giá")
        verbose_name_plural = _("hồ sơ đánh giá")
        indexes = [
            models.Index(fields=["province", "status", "due_on"], name="dossier_desk"),
            models.Index(fields=["commune", "status", "due_on"], name="dossier_commune_desk"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["product"], condition=models.Q(status__in=sorted(OPEN)), name="dossier_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(stars_applied__range=(3, 5)), name="dossier_stars_applied_range"
            ),
            models.CheckConstraint(
                condition=models.Q(score=None) | models.Q(score__range=(0, 100)), name="dossier_score_range"
            ),
            models.CheckConstraint(
                condition=models.Q(stars=None) | models.Q(stars__range=(1, 5)), name="dossier_stars_range"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Desk(models.TextChoices):
    """Who answers a criterion before the council does."""

    SELF = "self", _("Chủ thể tự chấm")
    COMMUNE = "commune", _("Xã xác nhận")
    ADVISORY = "advisory", _("Tổ tư vấn")


class Answer(models.Model):
    """One desk's answer to one criterion: an option, for the commune a yes or no."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="answers")
    desk = models.CharField(max_length=10, choices=Desk.choices)
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    option = models.ForeignKey(CriterionOption, on_delete=models.PROTECT, null=True, related_name="+")
    is_confirmed = models.BooleanField(null=True)  # the commune's word
    note = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("trả lời tiêu chí")
        verbose_name_plural = _("trả lời tiêu chí")
        constraints = [
            models.UniqueConstraint(fields=["dossier", "desk", "criterion"], name="answer_unique"),
        ]


class Evidence(models.Model):
    """Minh chứng: a private paper. Removed ones stay as long as a submission names them."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="evidence")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("tên tệp"), max_length=200)  # as the producer named it
    file = models.FileField(_("tệp"), storage=private_storage, max_length=200)
    content_type = models.CharField(max_length=100)  # by content, not by name
    size = models.PositiveIntegerField(_("dung lượng"))  # bytes
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("minh chứng")
        verbose_name_plural = _("minh chứng")

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """What was handed in, as it was: two of them can be compared.

    ``content``: {"kind", "stars_applied", "total", "answers": {criterion id: {"option": id,
    "points": "3.00", "note"}}, "evidence": [{"id", "criterion", "name", "sha256"}]}.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="submissions")
    number = models.PositiveSmallIntegerField(_("lần"))
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    content = models.JSONField()

    class Meta:
        ordering = ["dossier", "number"]
        verbose_name = _("lần nộp")
        verbose_name_plural = _("lần nộp")
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="submission_unique")]


class DossierCounter(models.Model):
    """The last dossier number given out in a province for a year."""

    province = models.ForeignKey(Province, on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province", "year"], name="dossiercounter_unique")]
