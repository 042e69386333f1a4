"""Imports of recognition lists in the province's admin site."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.scoping import ScopedAdmin
from core.sites import province_site
from core.templatetags.market import moment
from ratings.models import ImportBatch, ImportRow


@admin.register(ImportBatch, site=province_site)
class ImportBatchAdmin(ScopedAdmin):
    list_display = ["file_name", "when", "actor", "summary"]
    list_select_related = ["actor"]
    fields = ["file_name", "when", "actor", "checksum", "summary", "rows_link"]
    readonly_fields = ["when", "summary", "rows_link"]

    @display(description=_("Lúc"), ordering="id")
    def when(self, batch: ImportBatch) -> str:
        return moment(batch.created_at)

    @display(description=_("Kết quả của cả tệp"))
    def summary(self, batch: ImportBatch) -> str:
        return ", ".join(f"{name}: {count}" for name, count in batch.counts.items())

    @display(description=_("Từng dòng"))
    def rows_link(self, batch: ImportBatch) -> SafeString:
        url = reverse("province:ratings_importrow_changelist") + f"?batch__id__exact={batch.pk}"
        return format_html('<a href="{}">{}</a>', url, gettext("Xem từng dòng của địa bàn"))


@admin.register(ImportRow, site=province_site)
class ImportRowAdmin(ScopedAdmin):
    list_display = ["row_number", "name", "outcome", "place", "message"]
    list_select_related = ["certificate", "batch"]
    list_filter = ["outcome", "place", "batch"]
    search_fields = ["message", "certificate__product_name"]
    fields = ["batch", "row_number", "outcome", "place", "message", "certificate", "raw"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    @display(description=_("Sản phẩm"))
    def name(self, row: ImportRow) -> str:
        return row.certificate.product_name if row.certificate else "–"
