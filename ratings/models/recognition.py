"""Recognitions: the decision with its list, and one certificate per product in it."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import ExtractYear
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Product
from core.models import Province
from ratings.models.dossier import Dossier
from ratings.querysets import CertificateQuerySet, DecisionQuerySet
from ratings.states import DecisionStatus


class RatingDecision(models.Model):
    """Quyết định công nhận or thu hồi. Authority and level are stored, never derived: the rules changed.

    One made here is drafted by one person and signed by another; one read from a source has no
    drafter and counts as signed.
    """

    class Kind(models.TextChoices):
        RECOGNITION = "recognition", _("Công nhận")
        REVOCATION = "revocation", _("Thu hồi")

    class Level(models.TextChoices):
        DISTRICT = "district", _("Cấp huyện")
        PROVINCE = "province", _("Cấp tỉnh")
        NATIONAL = "national", _("Trung ương")
        UNKNOWN = "unknown", _("Nguồn không nêu")

    class Precision(models.TextChoices):
        DAY = "day", _("ngày")
        MONTH = "month", _("tháng")
        YEAR = "year", _("năm")
        NONE = "none", _("không rõ")

    number = models.CharField(_("số quyết định"), max_length=60, blank=True)  # "" where the source has none
    decided_on = models.DateField(_("ngày ký"), null=True, blank=True)  # only with precision "day"
    decided_text = models.CharField(max_length=60, blank=True)  # as the source prints it
    precision = models.CharField(max_length=6, choices=Precision.choices, default=Precision.NONE)
    # The days between which the decision was signed, as far as the source tells.
    decided_earliest = models.DateField(null=True, blank=True)
    decided_latest = models.DateField(null=True, blank=True)
    award_year = models.PositiveSmallIntegerField(_("năm công nhận"), null=True, blank=True)
    level = models.CharField(_("cấp"), max_length=10, choices=Level.choices)
    authority = models.CharField(_("cơ quan ban hành"), max_length=160)
    province = models.ForeignKey(Province, verbose_name=_("tỉnh hiện nay"), on_delete=models.PROTECT)
    province_at_award = models.CharField(_("tỉnh khi công nhận"), max_length=60)
    rule_set = models.CharField(_("bộ tiêu chí"), max_length=30, blank=True)
    source_url = models.URLField(_("nguồn"), max_length=500, blank=True)
    is_illustrative = models.BooleanField(_("dữ liệu minh họa"), default=False)
    kind = models.CharField(_("loại"), max_length=12, choices=Kind.choices, default=Kind.RECOGNITION)
    status = models.CharField(
        _("trạng thái"), max_length=10, choices=DecisionStatus.choices, default=DecisionStatus.SIGNED
    )
    round_name = models.CharField(_("đợt"), max_length=60, blank=True)  # "đợt 1 năm 2026"
    reason = models.TextField(_("lý do"), blank=True)  # of a revocation
    drafted_by = models.ForeignKey(
        User, verbose_name=_("người soạn"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_by = models.ForeignKey(
        User, verbose_name=_("người ký"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(_("ký lúc"), null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("quyết định công nhận")
        verbose_name_plural = _("quyết định công nhận")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(precision="day", decided_on__isnull=False)
                | (~models.Q(precision="day") & models.Q(decided_on=None)),
                name="decision_day_only_when_known",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_earliest=None)
                | models.Q(decided_earliest__lte=models.F("decided_latest")),
                name="decision_interval_ordered",
            ),
            # Two persons: nobody signs what they drafted.
            models.CheckConstraint(
                condition=models.Q(signed_by=None) | ~models.Q(signed_by=models.F("drafted_by")),
                name="decision_signed_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(drafted_by=None)
                | models.Q(status="signed", signed_by__isnull=False, signed_at__isnull=False)
                | (~models.Q(status="signed") & models.Q(signed_by=None, signed_at=None)),
                name="decision_signed_when_signed",
            ),
            # A number is given once a year by an authority; imported lists repeat theirs.
            models.UniqueConstraint(
                "authority",
                "number",
                ExtractYear("decided_on"),
                condition=models.Q(drafted_by__isnull=False) & ~models.Q(status="dropped"),
                name="decision_number_once_a_year",
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(_("(nguồn không nêu số quyết định)"))


class Basis(models.TextChoices):
    """What the source says the stars rest on."""

    DECISION = "decision", _("Quyết định công nhận")
    COUNCIL = "council", _("Kết quả hội đồng, chưa thấy quyết định")
    STATEMENT = "statement", _("Nguồn báo chí nêu, chưa thấy quyết định")


class CertificateStatus(models.TextChoices):
    """Stored status. Expiry is not stored: it follows from the dates."""

    ISSUED = "issued", _("Đã cấp")
    SUPERSEDED = "superseded", _("Đã được thay bằng công nhận mới")
    REVOKED = "revoked", _("Đã thu hồi")


class Certificate(models.Model):
    """The recognition of one product by one decision."""

    number = models.CharField(_("số trong sổ"), max_length=30, unique=True)  # "48-2023-00012"
    product = models.ForeignKey(
        Product, verbose_name=_("sản phẩm"), on_delete=models.PROTECT, related_name="certificates"
    )
    decision = models.ForeignKey(
        RatingDecision, verbose_name=_("quyết định"), on_delete=models.PROTECT, related_name="certificates"
    )
    stars = models.PositiveSmallIntegerField(_("hạng sao"), null=True, blank=True)  # None: source is silent
    score = models.DecimalField(_("điểm"), max_digits=5, decimal_places=2, null=True, blank=True)
    basis = models.CharField(_("căn cứ"), max_length=10, choices=Basis.choices, default=Basis.DECISION)
    basis_text = models.CharField(_("căn cứ theo nguồn"), max_length=200, blank=True)
    status = models.CharField(
        _("trạng thái"), max_length=12, choices=CertificateStatus.choices, default=CertificateStatus.ISSUED
    )
    # Decision + 36 months; blank where the day of the decision is not known.
    valid_until = models.DateField(_("có giá trị đến hết ngày"), null=True, blank=True)
    # The same for the earliest and the latest possible day of the decision: live up to the
    # first, expired after the second, not known between them.
    expiry_earliest = models.DateField(null=True, blank=True)
    expiry_latest = models.DateField(null=True, blank=True)
    validity_is_computed = models.BooleanField(default=False)
    product_name = models.CharField(_("tên trong quyết định"), max_length=250)
    producer_name = models.CharField(_("chủ thể trong quyết định"), max_length=250, blank=True)
    address_as_written = models.CharField(_("địa chỉ theo nguồn"), max_length=250, blank=True)
    source_url = models.URLField(_("nguồn"), max_length=500, blank=True)
    source_row = models.PositiveIntegerField(null=True, blank=True)
    # Finds the row again when a file is imported once more; "" for certificates issued here.
    natural_key = models.CharField(max_length=64, editable=False, default="")
    source_digest = models.CharField(max_length=64, editable=False, default="")
    search_text = models.CharField(max_length=600, editable=False, default="")
    created_at = models.DateTimeField(default=timezone.now)
    dossier = models.OneToOneField(
        Dossier,
        verbose_name=_("hồ sơ"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="certificate",
    )
    revocation = models.ForeignKey(
        RatingDecision,
        verbose_name=_("quyết định thu hồi"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="revoked",
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("công nhận OCOP")
        verbose_name_plural = _("công nhận OCOP")
        indexes = [
            models.Index(fields=["expiry_earliest"], name="certificate_expiry"),
            models.Index(fields=["product", "-id"], name="certificate_history"),
            GinIndex(OpClass(models.F("search_text"), name="gin_trgm_ops"), name="certificate_trgm"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stars=None) | models.Q(stars__range=(1, 5)), name="certificate_stars_range"
            ),
            models.CheckConstraint(
                condition=models.Q(score=None) | models.Q(score__range=(0, 100)),
                name="certificate_score_range",
            ),
            models.UniqueConstraint(
                fields=["product"],
                condition=models.Q(status="issued", basis="decision"),
                name="certificate_one_in_force",
            ),
            models.UniqueConstraint(
                fields=["natural_key"],
                condition=~models.Q(natural_key=""),
                name="certificate_natural_key",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DecisionLine(models.Model):
    """One product in a decision's list: of a dossier, or of a certificate to be revoked."""

    decision = models.ForeignKey(RatingDecision, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("TT"))
    dossier = models.ForeignKey(
        Dossier, on_delete=models.PROTECT, null=True, blank=True, related_name="decision_lines"
    )
    # Issued by this line, or revoked by it.
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, null=True, blank=True, related_name="decision_lines"
    )
    product_name = models.CharField(_("tên sản phẩm"), max_length=250)
    producer_name = models.CharField(_("chủ thể"), max_length=250)
    address = models.CharField(_("địa chỉ"), max_length=250, blank=True)
    score = models.DecimalField(_("điểm"), max_digits=5, decimal_places=2, null=True)
    stars = models.PositiveSmallIntegerField(_("hạng sao"), null=True)
    note = models.CharField(
        _("ghi chú"), max_length=200, blank=True
    )  # "lần đầu", "đánh giá lại", "nâng hạng"

    class Meta:
        ordering = ["decision", "position"]
        verbose_name = _("dòng của quyết định")
        verbose_name_plural = _("dòng của quyết định")
        constraints = [
            models.UniqueConstraint(fields=["decision", "position"], name="decisionline_position_unique"),
            # In one list at a time: a dropped draft gives its lines up.
            models.UniqueConstraint(
                fields=["dossier"],
                condition=models.Q(dossier__isnull=False),
                name="decisionline_dossier_once",
            ),
            models.CheckConstraint(
                condition=models.Q(dossier__isnull=False) | models.Q(certificate__isnull=False),
                name="decisionline_about_something",
            ),
        ]


class RegisterCounter(models.Model):
    """The last number given out in a province's register for a year."""

    province = models.ForeignKey(Province, on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province", "year"], name="registercounter_unique")]
