"""Hội đồng đánh giá: a session, its members, their cards."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Province
from ratings.models.criteria import Criterion, CriterionOption
from ratings.models.dossier import Dossier
from ratings.querysets import CouncilItemQuerySet, CouncilQuerySet, ScorecardQuerySet
from ratings.states import CouncilStatus, ItemStatus


def default_quorum() -> int:
    return settings.RATING_QUORUM_PERCENT


class Council(models.Model):
    """Phiên họp hội đồng: who meets when, about which dossiers."""

    province = models.ForeignKey(Province, verbose_name=_("tỉnh"), on_delete=models.PROTECT)
    name = models.CharField(_("tên phiên"), max_length=160)  # "Đợt 1 năm 2026"
    held_on = models.DateField(_("ngày họp"))
    venue = models.CharField(_("địa điểm"), max_length=200, blank=True)
    quorum_percent = models.PositiveSmallIntegerField(
        _("số thành viên tối thiểu (%)"),
        default=default_quorum,
        validators=[MinValueValidator(50), MaxValueValidator(100)],
    )
    status = models.CharField(
        _("trạng thái"), max_length=10, choices=CouncilStatus.choices, default=CouncilStatus.PLANNED
    )
    secretary = models.ForeignKey(User, verbose_name=_("thư ký"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    is_illustrative = models.BooleanField(_("dữ liệu minh họa"), default=False)

    objects = CouncilQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-id"]
        verbose_name = _("phiên hội đồng")
        verbose_name_plural = _("phiên hội đồng")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quorum_percent__range=(50, 100)), name="council_quorum_range"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CouncilMember(models.Model):
    """A member of one session; the chair is one of them."""

    class Role(models.TextChoices):
        CHAIR = "chair", _("Chủ tịch hội đồng")
        MEMBER = "member", _("Thành viên")

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, verbose_name=_("người"), on_delete=models.PROTECT, related_name="seats")
    role = models.CharField(_("vai trò"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    title = models.CharField(_("chức vụ, đơn vị"), max_length=160, blank=True)
    is_present = models.BooleanField(_("có mặt"), default=False)

    class Meta:
        ordering = ["council", "role", "id"]  # "chair" < "member"
        verbose_name = _("thành viên hội đồng")
        verbose_name_plural = _("thành viên hội đồng")
        constraints = [
            models.UniqueConstraint(fields=["council", "user"], name="councilmember_unique"),
            models.UniqueConstraint(
                fields=["council"], condition=models.Q(role="chair"), name="councilmember_one_chair"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class CouncilItem(models.Model):
    """One dossier before one session."""

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="items")
    dossier = models.ForeignKey(
        Dossier, verbose_name=_("hồ sơ"), on_delete=models.PROTECT, related_name="hearings"
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    status = models.CharField(
        _("trạng thái"), max_length=10, choices=ItemStatus.choices, default=ItemStatus.WAITING
    )
    round = models.PositiveSmallIntegerField(_("vòng chấm"), default=1)
    score = models.DecimalField(_("điểm"), max_digits=5, decimal_places=2, null=True, blank=True)
    spread = models.DecimalField(_("chênh lệch"), max_digits=5, decimal_places=2, null=True, blank=True)
    discussion = models.TextField(_("nội dung thảo luận"), blank=True)

    objects = CouncilItemQuerySet.as_manager()

    class Meta:
        ordering = ["council", "position"]
        verbose_name = _("hồ sơ trong phiên")
        verbose_name_plural = _("hồ sơ trong phiên")
        constraints = [
            models.UniqueConstraint(fields=["council", "dossier"], name="councilitem_unique"),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=~models.Q(status__in=["done", "removed"]),
                name="councilitem_one_hearing",
            ),
            models.CheckConstraint(condition=models.Q(round__gte=1), name="councilitem_round"),
        ]

    def __str__(self) -> str:
        return str(self.dossier)


class Scorecard(models.Model):
    """Phiếu chấm: one member's points in one round. Locked, it never changes again."""

    item = models.ForeignKey(CouncilItem, on_delete=models.CASCADE, related_name="cards")
    member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="cards")
    round = models.PositiveSmallIntegerField()
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True)  # set when it is locked
    comment = models.TextField(_("nhận xét chung"), blank=True)
    locked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        ordering = ["item", "round", "member"]
        verbose_name = _("phiếu chấm")
        verbose_name_plural = _("phiếu chấm")
        constraints = [
            models.UniqueConstraint(fields=["item", "member", "round"], name="scorecard_unique"),
            models.CheckConstraint(
                condition=models.Q(locked_at=None, total=None)
                | models.Q(locked_at__isnull=False, total__range=(0, 100)),
                name="scorecard_total_when_locked",
            ),
        ]


class Score(models.Model):
    """The option that a member chose for a criterion, or the stop rule that the member found met."""

    card = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    option = models.ForeignKey(CriterionOption, on_delete=models.PROTECT, null=True, related_name="+")
    comment = models.TextField(blank=True)
    is_stopped = models.BooleanField(default=False)  # điều kiện loại
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["card", "criterion"], name="score_unique")]
