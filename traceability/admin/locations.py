"""Places in the two admin sites: written by the producer's people, read by officers."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.scoping import ScopedAdmin
from core.sites import producer_site, province_site
from producers.models import Producer
from traceability.errors import InvalidLocation
from traceability.models import Location
from traceability.services import locations


class LocationForm(forms.ModelForm):
    """The number in the words of the service, before the database's own rule speaks of it."""

    def clean_gln(self) -> str | None:
        try:
            return locations.read_gln(self.cleaned_data["gln"])
        except InvalidLocation as refusal:
            raise ValidationError(str(refusal)) from refusal


class LocationAdminBase(ScopedAdmin):
    list_display = ["name", "kind", "commune", "gln", "state"]
    list_select_related = ["commune", "producer"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name", "code", "gln", "area_code"]
    fields = ["producer", "kind", "name", "commune", "address_line", "gln", "area_code", "is_active", "page"]
    readonly_fields = ["page"]

    @display(description=_("Trạng thái"), label={"open": "success", "closed": "info"})
    def state(self, place: Location) -> tuple[str, str]:
        return ("open", gettext("Đang dùng")) if place.is_active else ("closed", gettext("Không dùng nữa"))

    @display(description=_("Trang công khai"))
    def page(self, place: Location) -> SafeString | str:
        if not place.pk:
            return gettext("Có sau khi lưu.")
        address = reverse("traceability:location", args=[place.code])
        return format_html('<a href="{}">{}</a>', address, place.code)


@admin.register(Location, site=producer_site)
class OwnLocationAdmin(LocationAdminBase):
    form = LocationForm
    may_add = may_change = True
    autocomplete_fields = ["commune"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [*self.readonly_fields, *(["producer"] if obj else [])]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Who works for one producer need not choose it."""
        mine: QuerySet[Producer] = Producer.objects.owned_by(request.user)[:2]
        return {"producer": mine[0]} if len(mine) == 1 else {}

    def create_row(self, request: HttpRequest, obj: Any, form: Any) -> Any:
        return locations.save(place=obj, actor=request.user)

    def change_row(self, request: HttpRequest, obj: Any, form: Any) -> None:
        locations.save(place=obj, actor=request.user)


@admin.register(Location, site=province_site)
class AreaLocationAdmin(LocationAdminBase):
    list_display = ["name", "producer", "kind", "commune", "gln", "state"]
