"""Lots and codes in the two admin sites."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.scoping import ScopedAdmin
from core.sites import producer_site, province_site
from core.templatetags.market import number
from traceability.admin.files import EpcisFile, NationalFiles
from traceability.admin.labels import LotLabels
from traceability.admin.life import PACK, RECEIVE, LotLife, OwnLotLife
from traceability.models import Code, Lot
from traceability.services import lots


def qr_links(code: Code | None) -> SafeString | str:
    """Links to the pictures for printing; a plain word while the worker is drawing them."""
    if code is None or not code.png:
        return gettext("Đang tạo…")
    png, svg = (reverse("traceability:qr", args=[code.value, kind]) for kind in ("png", "svg"))
    return format_html(
        '<a href="{}" download>PNG</a> · <a href="{}" download>SVG</a> · <a href="{}">{}</a>',
        png,
        svg,
        reverse("traceability:trace", args=[code.value]),
        gettext("xem trang"),
    )


class LotAdminBase(ScopedAdmin):
    list_display = ["lot", "produced_on", "expires_on", "quantity", "qr"]
    list_select_related = ["product__producer", "code_row"]
    search_fields = ["code", "product__name"]
    fields = ["product", "code", "produced_on", "expires_on", "quantity", "location", "place", "note", "qr"]
    readonly_fields = ["qr"]

    def steps_of(self, request: HttpRequest, obj: Lot) -> list[dict[str, Any]]:
        """Recalls stand in orders, which know the buyers: by the name of their address only."""
        address = reverse(f"{self.admin_site.name}:traceability_recall_open")
        link = {"label": gettext("Thu hồi lô này"), "look": "danger", "icon": "report"}
        return [*super().steps_of(request, obj), {"step": link, "url": f"{address}?lo={obj.pk}"}]

    @display(description=_("Lô"), header=True, ordering="product__name")
    def lot(self, lot: Lot) -> list[str]:
        return [lot.product.name, gettext("Lô %s") % lot.code]

    @display(description=_("Tem QR"))
    def qr(self, lot: Lot) -> SafeString | str:
        return qr_links(getattr(lot, "code_row", None)) if lot.pk else gettext("Có sau khi lưu lô.")


@admin.register(Lot, site=producer_site)
class OwnLotAdmin(EpcisFile, OwnLotLife, LotLabels, LotAdminBase):
    may_add = True
    steps = (*LotLabels.steps, RECEIVE, PACK)
    list_filter = ["product"]

    def get_fields(self, request: HttpRequest, obj: Lot | None = None) -> list[str]:
        return self.fields if obj else [name for name in self.fields if name != "qr"]

    def create_row(self, request: HttpRequest, obj: Lot, form: Any) -> Lot:
        return lots.create(
            product=obj.product,
            code=obj.code,
            produced_on=obj.produced_on,
            expires_on=obj.expires_on,
            quantity=obj.quantity,
            location=obj.location,
            place=obj.place,
            note=obj.note,
            actor=request.user,
        )


@admin.register(Lot, site=province_site)
class AreaLotAdmin(NationalFiles, LotLife, LotAdminBase):
    list_display = ["lot", "producer", "produced_on", "expires_on", "quantity", "qr"]

    @display(description=_("Chủ thể"), ordering="product__producer__name")
    def producer(self, lot: Lot) -> str:
        return lot.product.producer.name


@admin.register(Code, site=province_site)
class CodeAdmin(ScopedAdmin):
    list_display = ["value", "product", "lot", "scans", "qr"]
    list_select_related = ["product", "lot"]
    search_fields = ["value", "product__name"]
    fields = ["value", "product", "lot", "created_at", "scans", "qr"]
    readonly_fields = ["scans", "qr"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(seen=Sum("scan_days__count"))

    @display(description=_("Lượt quét"), ordering="seen")
    def scans(self, code: Any) -> str:
        return number(code.seen or 0)

    @display(description=_("Tem QR"))
    def qr(self, code: Code) -> SafeString | str:
        return qr_links(code)
