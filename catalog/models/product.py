"""A product as the public sees it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models.taxonomy import ProductSet
from catalog.querysets import ProductQuerySet
from core.models import Commune, Province
from producers.models import Producer


class ProductStatus(models.TextChoices):
    DRAFT = "draft", _("Bản nháp")
    PUBLISHED = "published", _("Đang hiển thị")
    HIDDEN = "hidden", _("Đã ẩn")


PUBLISHED = models.Q(status=ProductStatus.PUBLISHED.value)


class Product(models.Model):
    """One recognised (or not yet recognised) product of one producer.

    The star and everything about it is a copy of a certificate in ``ratings``, written only by
    ``catalog.services.recognition``; whether it is live follows from ``stars_valid_until`` at
    reading. ``price_from``, ``in_stock`` and the search fields are derived, written only by
    ``catalog.services.listing``.
    """

    producer = models.ForeignKey(
        Producer, verbose_name=_("chủ thể"), on_delete=models.PROTECT, related_name="products"
    )
    product_set = models.ForeignKey(
        ProductSet, verbose_name=_("bộ sản phẩm"), on_delete=models.PROTECT, null=True, blank=True
    )
    name = models.CharField(_("tên sản phẩm"), max_length=200)
    slug = models.SlugField(max_length=120, unique=True)
    status = models.CharField(
        _("trạng thái"), max_length=10, choices=ProductStatus.choices, default=ProductStatus.DRAFT
    )
    province = models.ForeignKey(
        Province, verbose_name=_("tỉnh"), on_delete=models.PROTECT, null=True, blank=True
    )
    commune = models.ForeignKey(
        Commune, verbose_name=_("xã sản xuất"), on_delete=models.PROTECT, null=True, blank=True
    )
    summary = models.CharField(_("giới thiệu ngắn"), max_length=300, blank=True)
    story = models.TextField(_("câu chuyện sản phẩm"), blank=True)
    ingredients = models.TextField(_("thành phần"), blank=True)
    usage = models.TextField(_("cách dùng"), blank=True)
    storage = models.CharField(_("bảo quản"), max_length=300, blank=True)
    shelf_life = models.CharField(_("hạn sử dụng"), max_length=120, blank=True)
    warnings = models.CharField(_("cảnh báo"), max_length=300, blank=True)
    standards = models.CharField(_("tiêu chuẩn áp dụng"), max_length=200, blank=True)
    harvest_months = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("tháng thu hoạch"), default=list, blank=True
    )
    needs_cold = models.BooleanField(
        _("giao lạnh"), default=False, help_text=_("Hàng tươi, đông lạnh: gửi kèm phụ phí giao lạnh.")
    )
    gtin = models.CharField("GTIN", max_length=14, null=True, blank=True, unique=True)
    is_illustrative = models.BooleanField(_("dữ liệu minh họa"), default=False)
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    # A copy of the latest certificate.
    stars = models.PositiveSmallIntegerField(null=True, editable=False)
    stars_valid_until = models.DateField(null=True, editable=False)  # last certain day; None: not known
    # After this day the star has surely lapsed. It differs from the last certain day where the
    # source gives only the month or the year of the decision; between the two nobody can tell.
    stars_lapsed_after = models.DateField(null=True, editable=False)
    certificate_number = models.CharField(max_length=30, blank=True, editable=False)
    decision_number = models.CharField(max_length=60, blank=True, editable=False)
    decided_on = models.DateField(null=True, editable=False)
    authority = models.CharField(max_length=160, blank=True, editable=False)

    # Derived.
    price_from = models.PositiveBigIntegerField(null=True, editable=False)  # đồng
    price_pack = models.CharField(max_length=60, blank=True, editable=False)  # "chai 500 ml"
    unit_price = models.CharField(max_length=40, blank=True, editable=False)  # "560.000 ₫/lít"
    # Has an active variant, in a product set that sells through the cart, of a selling producer.
    on_sale = models.BooleanField(default=False, editable=False)
    # The variant that price_from, price_pack and unit_price describe. Not a foreign key: variants
    # point here already.
    main_variant_id = models.BigIntegerField(null=True, editable=False)
    in_stock = models.BooleanField(default=False, editable=False)
    sold_count = models.PositiveIntegerField(default=0, editable=False)
    cover = models.CharField(max_length=200, blank=True, editable=False)  # storage name, 640 px
    search_name = models.CharField(max_length=200, editable=False, default="")
    search_rest = models.TextField(editable=False, default="")
    search_vector = models.GeneratedField(
        expression=SearchVector("search_name", weight="A", config="simple")
        + SearchVector("search_rest", weight="B", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("sản phẩm")
        verbose_name_plural = _("sản phẩm")
        indexes = [
            GinIndex(fields=["search_vector"], name="product_search"),
            GinIndex(OpClass(models.F("search_name"), name="gin_trgm_ops"), name="product_trgm"),
            models.Index(fields=["stars", "stars_valid_until"], name="product_stars"),
            models.Index(fields=["province", "commune"], name="product_place"),
            # One per sorting of the listing: they hold all that picking a page needs (the
            # producer, to leave out suspended ones), so a deep page is an index-only scan.
            models.Index(
                fields=["-on_sale", "-sold_count", "-id"],
                include=["producer"],
                condition=PUBLISHED,
                name="product_popular",
            ),
            models.Index(
                fields=["-published_at", "-id"],
                include=["producer"],
                condition=PUBLISHED,
                name="product_newest",
            ),
            models.Index(
                fields=["price_from", "id"], include=["producer"], condition=PUBLISHED, name="product_price"
            ),
            models.Index(
                models.F("price_from").desc(nulls_last=True),
                models.F("id").desc(),
                include=["producer"],
                condition=PUBLISHED,
                name="product_price_down",
            ),
            # All that the counts beside the filters read, without the long texts of the rows.
            models.Index(
                fields=["id"],
                include=[
                    "stars",
                    "stars_valid_until",
                    "province",
                    "commune",
                    "product_set",
                    "price_from",
                    "on_sale",
                    "producer",
                ],
                condition=PUBLISHED,
                name="product_facets",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stars=None) | models.Q(stars__range=(1, 5)), name="product_stars_range"
            ),
            models.CheckConstraint(
                condition=models.Q(stars=None) | ~models.Q(certificate_number=""),
                name="product_star_needs_certificate",
            ),
            models.CheckConstraint(
                condition=models.Q(gtin=None) | models.Q(gtin__regex=r"^\d{14}$"),
                name="product_gtin_14_digits",
            ),
            models.CheckConstraint(
                condition=models.Q(commune=None) | models.Q(province__isnull=False),
                name="product_commune_needs_province",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProductImage(models.Model):
    """A picture with the sizes that the shop serves; sizes are made by a Celery task."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    original = models.ImageField(_("ảnh"), upload_to="products/original/")
    alt = models.CharField(_("mô tả ảnh"), max_length=150)
    is_drawing = models.BooleanField(_("ảnh minh họa"), default=False)
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    # Width in px → storage name, e.g. {"320": "...", "640": "...", "1200": "..."}; {} until made.
    sizes = models.JSONField(default=dict, editable=False)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("ảnh sản phẩm")
        verbose_name_plural = _("ảnh sản phẩm")


class Certification(models.Model):
    """A quality certificate other than the OCOP star (VietGAP, organic, HACCP …)."""

    class Scheme(models.TextChoices):
        VIETGAP = "vietgap", "VietGAP"
        GLOBALGAP = "globalgap", "GlobalG.A.P."
        ORGANIC = "huu-co", _("Hữu cơ")
        HACCP = "haccp", "HACCP"
        ISO22000 = "iso22000", "ISO 22000"
        FOOD_SAFETY = "attp", _("Đủ điều kiện ATTP")
        GEO = "chi-dan-dia-ly", _("Chỉ dẫn địa lý")

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="certifications")
    scheme = models.CharField(_("loại"), max_length=20, choices=Scheme.choices)
    number = models.CharField(_("số chứng nhận"), max_length=60)
    issuer = models.CharField(_("nơi cấp"), max_length=160, blank=True)
    valid_until = models.DateField(_("có giá trị đến"), null=True, blank=True)

    class Meta:
        verbose_name = _("chứng nhận chất lượng")
        verbose_name_plural = _("chứng nhận chất lượng")
        constraints = [
            models.UniqueConstraint(fields=["product", "scheme", "number"], name="certification_unique")
        ]
        indexes = [models.Index(fields=["scheme", "valid_until"], name="certification_scheme")]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.number}"
