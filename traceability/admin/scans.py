"""How often labels are looked up: a page and a file in both admin sites."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from core.scoping import ScopedAdmin
from core.sites import producer_site, province_site
from traceability.models import ScanDay
from traceability.scan_files import XLSX, as_xlsx
from traceability.selectors import scan_statistics as statistics


class ScanDayAdmin(ScopedAdmin):
    """The list is a page of statistics; one row is what was counted of a code on a day."""

    fields = readonly_fields = ["code", "day", "province", "count"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        return [path("xuat.xlsx", view, name="traceability_scanday_export"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        rows, asked = self._asked(request)
        found = statistics.of(rows, **asked)
        most = found.most or 1
        context = {
            **self.admin_site.each_context(request),
            "title": _("Lượt quét"),
            "opts": self.opts,
            "found": found,
            "bars": [
                {"x": number * 10, "height": round(count * 100 / most, 1), "day": day, "count": count}
                for number, (day, count) in enumerate(found.days)
            ],
            "width": len(found.days) * 10,
            "lists": [
                (_("Theo sản phẩm"), found.products),
                (_("Theo lô"), found.lots),
                (_("Theo tỉnh"), found.provinces),
            ],
            "shown": statistics.SHOWN,
            "periods": statistics.PERIODS,
            "products": statistics.products_of(rows),
            "asked": asked,
            "export": f"{self.admin_site.name}:traceability_scanday_export",
        }
        return TemplateResponse(request, "admin/traceability/scan_statistics.html", context)

    def file_view(self, request: HttpRequest) -> HttpResponse:
        rows, asked = self._asked(request)
        response = HttpResponse(as_xlsx(statistics.of(rows, **asked)), content_type=XLSX)
        response["Content-Disposition"] = f'attachment; filename="luot-quet-{asked["days"]}-ngay.xlsx"'
        response["Cache-Control"] = "private, no-store"
        return response

    def _asked(self, request: HttpRequest) -> tuple[Any, dict[str, Any]]:
        """The office's rows, and the period and product of the query; what makes no sense is left out."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        days, product = request.GET.get("ngay", ""), request.GET.get("san-pham", "")
        return self.get_queryset(request), {
            "days": next((n for n in statistics.PERIODS if str(n) == days), statistics.PERIODS[0]),
            "product": int(product)
            if product.isascii() and product.isdigit() and len(product) < 18
            else None,
        }


producer_site.register(ScanDay, ScanDayAdmin)
province_site.register(ScanDay, ScanDayAdmin)
