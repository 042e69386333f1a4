"""Decisions in the province's admin site: drafted by one person, signed by another."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.scoping import ScopedAdmin, ScopedInline
from core.sites import province_site
from core.steps import ReasonForm, Step
from core.templatetags.market import day, moment
from ratings import policies
from ratings.admin.certificates import source_link
from ratings.admin.drafting import DraftingMixin
from ratings.models import DecisionLine, RatingDecision
from ratings.selectors import decisions as selectors
from ratings.services import decisions
from ratings.states import RATING_DECISION, DecisionStatus

S = DecisionStatus
LOOKS = {S.DRAFT: "warning", S.SIGNED: "success", S.DROPPED: "danger"}


class LineInline(ScopedInline):
    model = DecisionLine
    fields = ["position", "product_name", "producer_name", "address", "points", "rank", "note", "register"]
    readonly_fields = ["points", "rank", "register"]
    verbose_name_plural = _("Danh sách kèm theo")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("certificate")

    @display(description=_("Điểm"))
    def points(self, line: DecisionLine) -> str:
        return "–" if line.score is None else f"{line.score:.2f}".replace(".", ",")

    @display(description=_("Hạng sao"))
    def rank(self, line: DecisionLine) -> str:
        return gettext("%s sao") % line.stars if line.stars else "–"

    @display(description=_("Số trong sổ"))
    def register(self, line: DecisionLine) -> SafeString | str:
        if line.certificate is None:
            return "–"
        url = reverse("ratings:certificate", args=[line.certificate.number])
        return format_html('<a class="market-phone" href="{}">{}</a>', url, line.certificate.number)


def _may_drop(row: RatingDecision) -> bool:
    return S.DROPPED in RATING_DECISION.allowed(row.status)


@admin.register(RatingDecision, site=province_site)
class RatingDecisionAdmin(DraftingMixin, ScopedAdmin):
    list_display = ["entry", "decided", "what", "authority", "count", "state"]
    list_select_related = ["province"]
    list_before_template = "admin/ratings/decision_list.html"
    list_filter = ["kind", "level", "award_year", "province"]
    search_fields = ["number", "authority", "round_name", "lines__product_name"]
    readonly_fields = ["number_text", "source", "state_text", "signing", "files", "register_link"]
    inlines = [LineInline]
    steps = (
        Step(
            slug="ky",
            label=_("Ký ban hành"),
            icon="draw",
            template="admin/ratings/sign.html",
            run=lambda row, actor, data: decisions.sign(decision=row, actor=actor),
            offered=lambda row: S.SIGNED in RATING_DECISION.allowed(row.status),
            ask=_("Ký rồi thì không sửa, không bỏ được nữa: đọc cả danh sách trước khi ký."),
            done=_("Đã ký ban hành. Sổ công nhận và hạng sao đã đổi; chủ thể được báo tin."),
        ),
        Step(
            slug="bo",
            label=_("Bỏ dự thảo"),
            icon="delete",
            look="danger",
            form=ReasonForm,
            run=lambda row, actor, data: decisions.drop(decision=row, actor=actor, reason=data["reason"]),
            offered=_may_drop,
            ask=_("Hồ sơ trong danh sách trở lại hàng chờ quyết định; số quyết định được dùng lại."),
            done=_("Đã bỏ dự thảo."),
        ),
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is not None and obj.drafted_by_id:
            made = ["number_text", "decided_on", "kind", "state_text", "authority", "level", "round_name"]
            reason = ["reason"] if obj.reason else []
            files = ["files"] if obj.status != S.DROPPED else []
            return [*made, *reason, "signing", *files, "rule_set", "is_illustrative"]
        return [
            "number_text",
            "decided_on",
            "decided_text",
            "award_year",
            "level",
            "authority",
            "province",
            "province_at_award",
            "rule_set",
            "source",
            "register_link",
            "is_illustrative",
        ]

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Decisions read from a source have certificates, but no list of their own."""
        return self.inlines if obj is not None and obj.drafted_by_id else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("drafted_by", "signed_by")
        return rows.annotate(
            entries=Count("certificates", distinct=True), listed=Count("lines", distinct=True)
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        counts = selectors.counts_by_status(self.rows(request, RatingDecision.objects.all()))
        chosen = request.GET.get("status__exact", "")
        tabs = [
            {"value": "", "label": gettext("Tất cả"), "count": sum(counts.values()), "active": not chosen}
        ]
        labels = {**dict(S.choices), S.DRAFT: gettext("Dự thảo, chờ ký")}
        tabs += [
            {"value": value, "label": label, "count": counts.get(value, 0), "active": chosen == value}
            for value, label in labels.items()
        ]
        context = {
            "tabs": tabs,
            "may_draft": request.user.is_superuser or selectors.provinces(request.user).exists(),
            "central": selectors.at_the_centre(user=request.user).count(),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return [F("decided_latest").desc(nulls_last=True), "-pk"]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "status__exact" or super().lookup_allowed(lookup, value, request)

    def steps_of(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """The buttons that this person can use: the drafter changes, another one signs."""
        if not policies.is_province_desk(request.user, obj.province):
            return []
        found = super().steps_of(request, obj)
        if not self._may_sign(request, obj):
            found = [item for item in found if item["step"].slug != "ky"]
        is_own = obj.drafted_by_id == request.user.pk
        if is_own and obj.status == S.DRAFT and obj.kind == RatingDecision.Kind.RECOGNITION:
            edit = {"label": _("Sửa dự thảo"), "look": "plain", "icon": "edit"}
            url = reverse("province:ratings_ratingdecision_redraft", args=[obj.pk])
            found.insert(0, {"step": edit, "url": url})
        return found

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj") or context.get("original")
        if obj is not None and obj.status == S.DRAFT:
            obj.why_not = self._why_not(request, obj)
        return super().render_change_form(request, context, *args, **kwargs)

    def _may_sign(self, request: HttpRequest, obj: RatingDecision) -> bool:
        return obj.drafted_by_id != request.user.pk and policies.may_sign(request.user, obj.province)

    def _why_not(self, request: HttpRequest, obj: RatingDecision) -> str:
        """Why this person cannot sign, "" if they can."""
        if obj.drafted_by_id == request.user.pk:
            return gettext("Bạn là người soạn nên không ký được dự thảo này: cần một lãnh đạo khác ký.")
        if not policies.may_sign(request.user, obj.province):
            return gettext("Chờ lãnh đạo tỉnh ký.")
        return ""

    # --- Columns and fields ---

    @display(description=_("Quyết định"), ordering="number", header=True)
    def entry(self, row: RatingDecision) -> list[str]:
        return [str(row), row.round_name or row.get_kind_display()]

    @display(description=_("Số quyết định"))
    def number_text(self, row: RatingDecision) -> str:
        return str(row)

    @display(description=_("Nội dung"), ordering="kind")
    def what(self, row: RatingDecision) -> str:
        return f"{row.get_kind_display()} · {row.get_level_display()}"

    @display(description=_("Sản phẩm"))
    def count(self, row: Any) -> int:
        return row.listed or row.entries

    @display(description=_("Trạng thái"), ordering="status", label=LOOKS)
    def state(self, row: RatingDecision) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @display(description=_("Trạng thái"))
    def state_text(self, row: RatingDecision) -> str:
        return row.get_status_display()

    @display(description=_("Người soạn, người ký"))
    def signing(self, row: Any) -> SafeString:
        lines = [gettext("Soạn: %s") % row.drafted_by]
        if row.signed_by:
            lines.append(
                gettext("Ký: %(who)s, %(when)s") % {"who": row.signed_by, "when": moment(row.signed_at)}
            )
        elif why := getattr(row, "why_not", ""):
            lines.append(why)
        return format_html_join("", "<p>{}</p>", ((line,) for line in lines))

    @display(description=_("Phụ lục"))
    def files(self, row: RatingDecision) -> SafeString:
        name = "province:ratings_ratingdecision_appendix"
        return format_html_join(
            " · ",
            '<a class="market-phone" href="{}">{}</a>',
            (
                (reverse(name, args=[row.pk, kind]), label)
                for kind, label in (("pdf", "PDF"), ("docx", "Word"), ("xlsx", "Excel"))
            ),
        )

    @display(description=_("Các công nhận"))
    def register_link(self, row: Any) -> SafeString:
        url = reverse("province:ratings_certificate_changelist") + f"?decision__id__exact={row.pk}"
        return format_html(
            '<a class="market-phone" href="{}">{}</a>', url, gettext("%s công nhận") % row.entries
        )

    @display(description=_("Nguồn"))
    def source(self, row: RatingDecision) -> SafeString | str:
        return source_link(row.source_url)

    @display(description=_("Ngày ký"), ordering="decided_latest")
    def decided(self, row: RatingDecision) -> str:
        return day(row.decided_on) or row.decided_text or "–"
