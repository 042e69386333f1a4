"""Certificates, decisions and imports in the province's admin site."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget, UnfoldAdminURLInputWidget

from core import clock
from core.scoping import ScopedAdmin
from core.sites import province_site
from core.steps import ReasonForm, Step
from core.templatetags.market import day
from ratings import policies, states
from ratings.admin.forms import HeadForm
from ratings.models import Certificate
from ratings.services import corrections, revocations


class ValidityFilter(admin.SimpleListFilter):
    title = _("hiệu lực")
    parameter_name = "hieu_luc"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("con", _("Còn hiệu lực")),
            ("180", _("Hết hạn trong 180 ngày")),
            ("90", _("Hết hạn trong 90 ngày")),
            ("30", _("Hết hạn trong 30 ngày")),
            ("het", _("Đã hết hiệu lực")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        chosen = self.value()
        if chosen in ("180", "90", "30"):
            return queryset.expiring(days=int(chosen))
        return {"con": queryset.live, "het": queryset.expired}.get(chosen or "", queryset.all)()


class CorrectionForm(ReasonForm):
    """Texts of an imported row, as the decision really prints them."""

    product_name = forms.CharField(
        label=_("Tên trong quyết định"), max_length=250, widget=UnfoldAdminTextInputWidget
    )
    producer_name = forms.CharField(
        label=_("Chủ thể trong quyết định"), max_length=250, required=False, widget=UnfoldAdminTextInputWidget
    )
    address_as_written = forms.CharField(
        label=_("Địa chỉ theo nguồn"),
        max_length=250,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )
    source_url = forms.URLField(
        label=_("Nguồn"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
    )
    field_order = ["product_name", "producer_name", "address_as_written", "source_url", "reason"]


def _correct(certificate: Certificate, actor: Any, data: Mapping[str, Any]) -> None:
    values = {name: data[name] for name in corrections.FIELDS}
    corrections.correct(certificate=certificate, values=values, reason=data["reason"], actor=actor)


class RevocationForm(HeadForm, ReasonForm):
    """A decision that takes away this recognition, and others if their numbers are written too."""

    numbers = forms.CharField(
        label=_("Các công nhận bị thu hồi"),
        help_text=_("Mỗi dòng một số trong sổ."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
    field_order = ["number", "decided_on", "numbers", "reason"]


def _revoke(certificate: Certificate, actor: Any, data: Mapping[str, Any]) -> None:
    revocations.draft(
        province=certificate.decision.province,
        number=data["number"],
        decided_on=data["decided_on"],
        certificates=revocations.named(numbers=data["numbers"].split()),
        reason=data["reason"],
        actor=actor,
    )


def source_link(url: str) -> SafeString | str:
    return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', url, url) if url else "–"


@admin.register(Certificate, site=province_site)
class CertificateAdmin(ScopedAdmin):
    list_display = ["entry", "producer_name", "star", "basis", "validity", "decided"]
    list_select_related = ["decision", "product"]
    list_filter = [ValidityFilter, "stars", "basis", "status"]
    search_fields = ["number", "product_name", "producer_name", "search_text", "decision__number"]
    fields = [
        "number",
        "product",
        "product_name",
        "producer_name",
        "address_as_written",
        "stars",
        "score",
        "basis",
        "basis_text",
        "status",
        "validity_text",
        "decision",
        "dossier",
        "revocation",
        "source",
        "row_text",
    ]
    readonly_fields = ["validity_text", "source", "row_text"]
    steps = (
        Step(
            slug="dinh-chinh",
            label=_("Đính chính dòng đã nhập"),
            icon="edit_note",
            look="plain",
            form=CorrectionForm,
            initial=lambda row: {name: getattr(row, name) for name in corrections.FIELDS},
            run=_correct,
            offered=lambda row: row.source_row is not None,
            ask=_(
                "Chỉ sửa chữ nhập sai so với quyết định. "
                "Hạng sao và thời hạn đi theo quyết định, không sửa ở đây."
            ),
            done=_("Đã đính chính; nội dung cũ còn trong dấu vết."),
        ),
        Step(
            slug="thu-hoi",
            label=_("Soạn quyết định thu hồi"),
            icon="gavel",
            look="danger",
            form=RevocationForm,
            initial=lambda row: {"numbers": row.number, "decided_on": clock.today()},
            run=_revoke,
            offered=lambda row: states.REVOKED in states.CERTIFICATE.allowed(row.status),
            ask=_(
                "Đây mới là dự thảo: hạng sao chỉ mất khi một lãnh đạo khác ký quyết định. "
                "Lý do được công khai ở trang chứng nhận và báo cho chủ thể."
            ),
            done=_("Đã soạn dự thảo thu hồi, nằm trong mục Quyết định, chờ người khác ký."),
        ),
    )

    def steps_of(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        found = super().steps_of(request, obj)
        if policies.is_province_desk(request.user, obj.decision.province):
            return found
        return [item for item in found if item["step"].slug != "thu-hoi"]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "decision__id__exact" or super().lookup_allowed(lookup, value, request)

    def view_on_site(self, row: Certificate) -> str:
        return reverse("ratings:certificate", args=[row.number])

    @display(description=_("Sản phẩm"), header=True, ordering="product_name")
    def entry(self, row: Certificate) -> list[str]:
        return [row.product_name, row.number]

    @display(description=_("Hạng sao"), ordering="stars")
    def star(self, row: Certificate) -> str:
        return gettext("%s sao") % row.stars if row.stars else gettext("Nguồn không nêu")

    @display(
        description=_("Hiệu lực"),
        ordering="expiry_earliest",
        label={"live": "success", "lapsed": "danger", "unknown": "warning"},
    )
    def validity(self, row: Certificate) -> tuple[str, str]:
        today = clock.today()
        if row.status != "issued" or row.basis != "decision" or row.expiry_earliest is None:
            return "unknown", row.get_status_display() if row.status != "issued" else gettext("Chưa rõ")
        if row.expiry_earliest >= today:
            return "live", gettext("đến %s") % day(row.expiry_earliest)
        lapsed = row.expiry_latest is not None and row.expiry_latest < today
        return (
            ("lapsed", gettext("hết từ %s") % day(row.expiry_latest))
            if lapsed
            else ("unknown", gettext("Chưa rõ"))
        )

    @display(description=_("Hiệu lực"))
    def validity_text(self, row: Certificate) -> str:
        text = self.validity(row)[1]
        return gettext("%s (tính từ ngày quyết định + 36 tháng)") % text if row.validity_is_computed else text

    @display(description=_("Quyết định"), ordering="decision__decided_earliest")
    def decided(self, row: Certificate) -> str:
        return f"{row.decision.number or '–'} {day(row.decision.decided_on)}"

    @display(description=_("Nguồn"))
    def source(self, row: Certificate) -> SafeString | str:
        return source_link(row.source_url)

    @display(description=_("Dòng trong tệp"))
    def row_text(self, row: Certificate) -> str:
        return str(row.source_row or "–")
