"""The producers' page for programs that read and write their events: tokens, shown once."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.scoping import ScopedAdmin
from core.sites import producer_site
from core.steps import Step
from core.templatetags.market import moment
from producers import policies
from producers.models import Membership, Producer
from traceability.models import EpcisToken
from traceability.services import epcis_tokens


def _owned(request: HttpRequest) -> QuerySet[Producer]:
    return Producer.objects.filter(memberships__user=request.user.pk, memberships__role=Membership.Role.OWNER)


@admin.register(EpcisToken, site=producer_site)
class OwnTokenAdmin(ScopedAdmin):
    list_display = ["name", "start", "may_capture", "used", "state"]
    list_select_related = ["producer"]
    fields = ["producer", "name", "may_capture", "start", "created_at", "used", "state"]
    readonly_fields = ["start", "created_at", "used", "state"]
    steps = (
        Step(
            slug="huy",
            label=_("Hủy kết nối"),
            icon="block",
            look="danger",
            run=lambda token, actor, data: epcis_tokens.revoke(token=token, actor=actor),
            offered=lambda token: token.revoked_at is None,
            allowed=lambda request, token: policies.owns(request.user, token.producer),
            ask=_("Phần mềm đang dùng mã này sẽ không đọc và không gửi được gì nữa. Không mở lại được."),
            done=_("Đã hủy kết nối."),
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and _owned(request).exists()

    def get_fields(self, request: HttpRequest, obj: EpcisToken | None = None) -> Any:
        return self.fields if obj else ["producer", "name", "may_capture"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Who owns one producer need not choose it."""
        mine = _owned(request)[:2]
        return {"producer": mine[0]} if len(mine) == 1 else {}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = _owned(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def create_row(self, request: HttpRequest, obj: EpcisToken, form: Any) -> EpcisToken:
        issued = epcis_tokens.issue(
            producer=obj.producer, name=obj.name, may_capture=obj.may_capture, actor=request.user
        )
        request.__dict__["epcis_secret"] = issued.secret
        return issued.token

    def response_add(
        self, request: HttpRequest, obj: EpcisToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The one page that ever shows the token: it goes into no message, no session, no cookie."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Kết nối EPCIS đã sẵn sàng"),
            "opts": self.opts,
            "token": obj,
            "secret": request.__dict__["epcis_secret"],
            "address": request.build_absolute_uri("/api/v1/epcis/"),
        }
        response = TemplateResponse(request, "admin/traceability/token.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @display(description=_("Bắt đầu bằng"))
    def start(self, token: EpcisToken) -> str:
        return f"{token.hint}…"

    @display(description=_("Dùng lần cuối"), ordering="last_used_at")
    def used(self, token: EpcisToken) -> str:
        return moment(token.last_used_at) if token.last_used_at else "–"

    @display(description=_("Tình trạng"), ordering="revoked_at", label={"live": "success", "gone": "danger"})
    def state(self, token: EpcisToken) -> Any:
        return ("gone", _("Đã hủy")) if token.revoked_at else ("live", _("Đang dùng"))
