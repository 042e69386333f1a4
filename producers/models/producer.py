"""Producer = chủ thể OCOP."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Commune, Province
from producers.querysets import ProducerQuerySet


class ProducerKind(models.TextChoices):
    COMPANY = "company", _("Doanh nghiệp")
    COOPERATIVE = "cooperative", _("Hợp tác xã")
    COOPERATIVE_GROUP = "cooperative_group", _("Tổ hợp tác")
    HOUSEHOLD = "household", _("Hộ kinh doanh")
    FACILITY = "facility", _("Cơ sở sản xuất")
    INDIVIDUAL = "individual", _("Cá nhân, nghệ nhân")
    UNKNOWN = "unknown", _("Chưa rõ loại hình")


class ProducerStatus(models.TextChoices):
    LISTED = "listed", _("Có trong sổ công nhận, chưa mở gian hàng")
    ACTIVE = "active", _("Đang bán")
    SUSPENDED = "suspended", _("Tạm ngừng")


class Producer(models.Model):
    """A household, cooperative or company that makes recognised goods."""

    name = models.CharField(_("tên chủ thể"), max_length=200)
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(
        _("loại hình"), max_length=20, choices=ProducerKind.choices, default=ProducerKind.UNKNOWN
    )
    status = models.CharField(
        _("trạng thái"), max_length=12, choices=ProducerStatus.choices, default=ProducerStatus.LISTED
    )
    tax_code = models.CharField(_("mã số thuế"), max_length=14, null=True, blank=True, unique=True)
    representative = models.CharField(_("người đại diện"), max_length=120, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=16, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    province = models.ForeignKey(
        Province, verbose_name=_("tỉnh"), on_delete=models.PROTECT, null=True, blank=True
    )
    commune = models.ForeignKey(
        Commune, verbose_name=_("xã"), on_delete=models.PROTECT, null=True, blank=True
    )
    address_line = models.CharField(_("thôn, số nhà"), max_length=200, blank=True)
    former_address = models.CharField(_("địa chỉ trước 01/07/2025"), max_length=250, blank=True)
    story = models.TextField(_("câu chuyện"), blank=True)
    quote = models.CharField(_("lời của chủ thể"), max_length=300, blank=True)
    since_year = models.PositiveSmallIntegerField(_("làm nghề từ năm"), null=True, blank=True)
    is_illustrative = models.BooleanField(_("dữ liệu minh họa"), default=False)
    created_at = models.DateTimeField(default=timezone.now)
    search_text = models.CharField(max_length=500, blank=True, editable=False)

    objects = ProducerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("chủ thể")
        verbose_name_plural = _("chủ thể")
        indexes = [
            GinIndex(OpClass(models.F("search_text"), name="gin_trgm_ops"), name="producer_trgm"),
            models.Index(fields=["province", "name"], name="producer_by_province"),
            # Few rows: every public list of products leaves these producers out.
            models.Index(fields=["id"], condition=models.Q(status="suspended"), name="producer_suspended"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tax_code=None) | models.Q(tax_code__regex=r"^(\d{10}(-\d{3})?|\d{12})$"),
                name="producer_tax_code_shape",
            ),
            models.CheckConstraint(
                condition=models.Q(commune=None) | models.Q(province__isnull=False),
                name="producer_commune_needs_province",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user who works for a producer."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Chủ")
        STAFF = "staff", _("Nhân viên")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    producer = models.ForeignKey(Producer, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("vai trò"), max_length=10, choices=Role.choices)

    class Meta:
        verbose_name = _("thành viên")
        verbose_name_plural = _("thành viên")
        constraints = [models.UniqueConstraint(fields=["user", "producer"], name="membership_unique")]

    def __str__(self) -> str:
        return f"{self.user} – {self.producer}"
