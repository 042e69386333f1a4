"""Products in the two admin sites."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.storage import default_storage
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from catalog.models import (
    Certification,
    Product,
    ProductImage,
    ProductSet,
    ProductStatus,
    StockItem,
    Variant,
)
from catalog.services import listing, products
from core import clock
from core.scoping import ScopedAdmin, ScopedInline
from core.sites import producer_site, province_site
from core.steps import Step
from core.templatetags.market import day, number, vnd
from producers.models import Producer

for site in (producer_site, province_site):
    site.open_choices(ProductSet)


def star_sentence(product: Product) -> str:
    """The star and where it comes from, in one sentence."""
    if product.stars is None:
        return gettext("Chưa có công nhận trong sổ. Hạng sao chỉ đến từ quyết định công nhận, không tự nhập.")
    return gettext("%(star)s. Theo quyết định %(number)s của %(authority)s, số trong sổ %(entry)s.") % {
        "star": star_state(product)[1],
        "number": product.decision_number or gettext("(nguồn không nêu số)"),
        "authority": product.authority or gettext("cơ quan công nhận"),
        "entry": product.certificate_number,
    }


def star_state(product: Product) -> tuple[str, str]:
    """Live, lapsed, unknown (between the two days) or none, and the words for it."""
    if product.stars is None:
        return "none", gettext("Chưa xếp hạng")
    today, live, lapsed = clock.today(), product.stars_valid_until, product.stars_lapsed_after
    if live and live >= today:
        return "live", gettext("%(stars)s sao đến %(day)s") % {"stars": product.stars, "day": day(live)}
    if lapsed and lapsed < today:
        return "lapsed", gettext("%(stars)s sao, hết hiệu lực từ %(day)s") % {
            "stars": product.stars,
            "day": day(lapsed),
        }
    return "unknown", gettext("%s sao, chưa rõ thời hạn") % product.stars


class ProductForm(forms.ModelForm):
    harvest_months = forms.TypedMultipleChoiceField(
        label=_("Tháng thu hoạch"),
        choices=[(month, str(month)) for month in range(1, 13)],
        coerce=int,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )


class VariantInline(ScopedInline):
    model = Variant
    may_add = may_change = True
    fields = ["name", "price", "net_quantity", "net_unit", "shipping_weight", "sku", "is_active", "on_hand"]
    readonly_fields = ["on_hand"]
    verbose_name_plural = _("Quy cách và giá (đồng)")

    @display(description=_("Tồn kho"))
    def on_hand(self, variant: Variant) -> str:
        item = StockItem.objects.filter(variant_id=variant.pk).first() if variant.pk else None
        return number(item.on_hand) if item else "0"

    def create_row(self, request: HttpRequest, obj: Any) -> None:
        created = products.add_variant(
            product=obj.product,
            name=obj.name,
            price=obj.price,
            net_quantity=obj.net_quantity,
            net_unit=obj.net_unit,
            shipping_weight=obj.shipping_weight,
            sku=obj.sku,
            stock=0,
            actor=request.user,
        )
        obj.__dict__.update(created.__dict__)

    def change_row(self, request: HttpRequest, obj: Any, fields: Sequence[str]) -> None:
        products.update_variant(
            variant=obj, actor=request.user, **{name: getattr(obj, name) for name in fields}
        )


class ImageInline(ScopedInline):
    model = ProductImage
    may_add = may_change = may_delete = True
    fields = ["original", "alt", "position", "is_drawing"]
    verbose_name_plural = _("Ảnh (ảnh đầu tiên là ảnh bìa)")

    def create_row(self, request: HttpRequest, obj: Any) -> None:
        created = products.add_image(
            product=obj.product,
            file=obj.original.file,
            alt=obj.alt,
            is_drawing=obj.is_drawing,
            actor=request.user,
        )
        obj.__dict__.update(created.__dict__)


class CertificationInline(ScopedInline):
    model = Certification
    may_add = may_change = may_delete = True
    fields = ["scheme", "number", "issuer", "valid_until"]

    def create_row(self, request: HttpRequest, obj: Any) -> None:
        created = products.add_certification(
            product=obj.product,
            scheme=obj.scheme,
            number=obj.number,
            issuer=obj.issuer,
            valid_until=obj.valid_until,
            actor=request.user,
        )
        obj.__dict__.update(created.__dict__)


class ProductAdminBase(ScopedAdmin):
    list_display = ["title", "star", "state", "price", "on_hand"]
    list_select_related = ["producer", "commune"]
    search_fields = ["name", "search_name", "producer__name"]
    list_filter = ["status", "stars", "product_set"]
    ordering = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(units=Sum("variants__stock__on_hand"))

    def view_on_site(self, product: Product) -> str:
        return reverse("catalog:product", args=[product.slug])

    @display(description=_("Sản phẩm"), header=True, ordering="name")
    def title(self, product: Product) -> list[Any]:
        picture = {"path": default_storage.url(product.cover), "squared": True, "width": 48, "height": 48}
        return [product.name, self.subtitle(product), None, picture if product.cover else None]

    def subtitle(self, product: Product) -> str:
        return product.price_pack or str(product.commune or "")

    @display(
        description=_("Hạng sao"),
        ordering="stars",
        label={"live": "success", "lapsed": "danger", "unknown": "warning", "none": "info"},
    )
    def star(self, product: Product) -> tuple[str, str]:
        return star_state(product)

    @display(
        description=_("Hiển thị"),
        ordering="status",
        label={
            ProductStatus.PUBLISHED: "success",
            ProductStatus.DRAFT: "info",
            ProductStatus.HIDDEN: "warning",
        },
    )
    def state(self, product: Product) -> tuple[str, str]:
        return product.status, product.get_status_display()

    @display(description=_("Giá từ"), ordering="price_from")
    def price(self, product: Product) -> str:
        return vnd(product.price_from) or "–"

    @display(description=_("Tồn kho"), ordering="units")
    def on_hand(self, product: Any) -> str:
        return number(product.units) or "–"

    @display(description=_("Hiển thị"))
    def state_text(self, product: Product) -> str:
        return product.get_status_display()

    @display(description=_("Hạng sao"))
    def star_source(self, product: Product) -> str:
        return star_sentence(product)


_TEXTS = ["name", "product_set", "summary", "story"]
_LABEL = ["ingredients", "usage", "storage", "shelf_life", "warnings", "standards", "gtin", "harvest_months"]


@admin.register(Product, site=producer_site)
class OwnProductAdmin(ProductAdminBase):
    may_add = may_change = True
    form = ProductForm
    autocomplete_fields = ["commune"]
    readonly_fields = ["star_source", "state_text"]
    inlines = [VariantInline, ImageInline, CertificationInline]
    fieldsets = [
        (None, {"fields": ["producer", "state_text", "star_source", *_TEXTS]}),
        (_("Ghi trên nhãn"), {"fields": _LABEL}),
        (_("Nơi sản xuất"), {"fields": [("province", "commune")]}),
        (_("Giao hàng"), {"fields": ["needs_cold"]}),
    ]
    steps = (
        Step(
            slug="hien-thi",
            label=_("Hiển thị trên chợ"),
            icon="visibility",
            run=lambda product, actor, data: products.publish(product=product, actor=actor),
            offered=lambda product: product.status != ProductStatus.PUBLISHED,
            ask=_("Sản phẩm sẽ hiện trên chợ và có mã QR."),
            done=_("Sản phẩm đang hiển thị trên chợ."),
        ),
        Step(
            slug="an",
            label=_("Ẩn khỏi chợ"),
            icon="visibility_off",
            look="plain",
            run=lambda product, actor, data: products.hide(product=product, actor=actor),
            offered=lambda product: product.status == ProductStatus.PUBLISHED,
            ask=_("Người mua không tìm thấy sản phẩm nữa. Mã QR đã in vẫn mở được."),
            done=_("Đã ẩn sản phẩm."),
        ),
    )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Who works for one producer need not choose it."""
        mine = Producer.objects.owned_by(request.user)[:2]
        return {"producer": mine[0]} if len(mine) == 1 else {}

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> Sequence[str]:
        return [*self.readonly_fields, "producer"] if obj else self.readonly_fields

    def create_row(self, request: HttpRequest, obj: Product, form: Any) -> Product:
        data = form.cleaned_data
        texts = {name: data[name] for name in (*_TEXTS[2:], *_LABEL, "needs_cold") if data.get(name)}
        return products.create(
            producer=obj.producer,
            name=obj.name,
            product_set=obj.product_set,
            province=obj.province,
            commune=obj.commune,
            is_illustrative=obj.producer.is_illustrative,
            actor=request.user,
            **texts,
        )

    def change_row(self, request: HttpRequest, obj: Product, form: Any) -> None:
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        if values.keys() & {"province", "commune"}:  # checked as a pair
            values |= {"province": obj.province, "commune": obj.commune}
        if values:
            products.update(product=obj, actor=request.user, **values)

    def after_save(self, request: HttpRequest, obj: Product) -> None:
        listing.refresh(product_ids=[obj.pk])


@admin.register(Product, site=province_site)
class AreaProductAdmin(ProductAdminBase):
    list_display = ["title", "producer", "star", "state", "price"]
    list_filter = ["status", "stars", "product_set", "province", "is_illustrative"]
    fields = [
        "name",
        "producer",
        "star_source",
        "state_text",
        "product_set",
        "province",
        "commune",
        "summary",
        "story",
    ]
    readonly_fields = ["star_source", "state_text"]
