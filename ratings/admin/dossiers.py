"""Dossiers on the desks of communes and of the province."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import floatformat
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.errors import MarketError
from core.models import Commune
from core.scoping import ScopedAdmin, ScopedRelatedFilter
from core.sites import province_site
from core.templatetags.market import day
from ratings import policies
from ratings.admin import filling
from ratings.admin.dossier_steps import STEPS
from ratings.models import Desk, Dossier
from ratings.selectors import desk as desk_work
from ratings.selectors import sheet as sheets
from ratings.services import answers
from ratings.states import DossierStatus

S = DossierStatus


class PlaceFilter(ScopedRelatedFilter):
    """Communes that have dossiers here."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        rows = model_admin.get_queryset(request).order_by()
        communes = Commune.objects.filter(pk__in=rows.values("commune")).order_by("sort_key")
        return [(commune.pk, commune.name) for commune in communes]


class DeadlineFilter(admin.SimpleListFilter):
    title = _("hạn xử lý")
    parameter_name = "han"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("qua", _("Đã quá hạn"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        return queryset.overdue() if self.value() == "qua" else queryset


@admin.register(Dossier, site=province_site)
class DossierAdmin(ScopedAdmin):
    """The list is desk work. A commune's officers see of a dossier the commune's part only."""

    list_display = ["entry", "applicant", "asked", "scores", "where", "pace"]
    list_before_template = "admin/ratings/tabs.html"
    search_fields = ["code"]  # shows the box; what it searches is ``matching``
    search_help_text = _("Tìm theo mã hồ sơ, sản phẩm, chủ thể, xã; không cần gõ dấu")
    ordering = [F("due_on").asc(nulls_last=True), "id"]
    steps = STEPS

    # --- The list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        rows = rows.with_reach(request.user).with_since()
        return rows.select_related("product__producer", "commune", "province", "criteria_set__version")

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.matching(search_term), False

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        columns = super().get_list_display(request)
        return columns if policies.sees_whole(request.user) else [c for c in columns if c != "scores"]

    def get_list_filter(self, request: HttpRequest) -> Sequence[Any]:
        filters: list[Any] = [DeadlineFilter, "kind"]
        if policies.sees_whole(request.user):
            filters += [("commune", PlaceFilter), "stars_applied"]
        return filters

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        # Django lets any field of the model be asked for: scores could be found out by asking.
        return lookup in {
            "status__in",
            DeadlineFilter.parameter_name,
            "kind__exact",
            *(("commune__id__exact", "stars_applied__exact") if self._is_whole(request) else ()),
        }

    @staticmethod
    def _is_whole(request: HttpRequest | None) -> bool:
        return request is not None and policies.sees_whole(request.user)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        chosen = request.GET.get("status__in", "")
        kept = request.GET.copy()
        for name in ("status__in", "p", "e"):
            kept.pop(name, None)
        tabs = []
        for place in desk_work.places(self.rows(request, Dossier.objects.all())):
            query = kept.copy()
            if place.query:
                query["status__in"] = place.query
            tabs.append({"place": place, "url": f"?{query.urlencode()}", "active": place.query == chosen})
        return super().changelist_view(request, {"tabs": tabs, **(extra_context or {})})

    @display(description=_("Sản phẩm"), header=True)
    def entry(self, row: Dossier) -> list[str]:
        return [row.product.name, row.code]

    @display(description=_("Chủ thể"), header=True)
    def applicant(self, row: Dossier) -> list[str]:
        return [row.product.producer.name, row.commune.name]

    @display(description=_("Đề nghị"))
    def asked(self, row: Any) -> str:
        kind = row.get_kind_display()
        return f"{kind} · {gettext('%s sao') % row.stars_applied}" if row.is_whole else kind

    @display(description=_("Điểm"), header=True)
    def scores(self, row: Any) -> list[str]:
        if not row.is_whole:
            return ["–", ""]
        known = [
            text % floatformat(points, 2)
            for text, points in (
                (gettext("tự chấm %s"), row.self_total),
                (gettext("tư vấn %s"), row.advisory_total),
                (gettext("hội đồng %s"), row.score),
            )
            if points is not None
        ]
        return [known[-1] if known else "–", " · ".join(known[:-1])]

    @display(description=_("Đang ở"), header=True)
    def where(self, row: Any) -> list[str]:
        since = row.since or row.submitted_at
        return [row.get_status_display(), gettext("từ %s") % day(since) if since else ""]

    @display(
        description=_("Hạn"),
        ordering="due_on",
        label={"late": "danger", "soon": "warning", "calm": "", "": ""},
    )
    def pace(self, row: Dossier) -> tuple[str, str]:
        return desk_work.pace(row)

    # --- One dossier ---

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(f"<int:pk>/{slug}/", self.admin_site.admin_view(view), name=f"ratings_dossier_{name}")
            for slug, name, view in (
                ("xa-tra-loi", "commune", self.commune_view),
                ("tham-dinh", "advisory", self.advisory_view),
            )
        ]
        return own + super().get_urls()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if object_id is None:
            raise PermissionDenied
        dossier = self.get_object(request, object_id)
        # Where the producer writes, or wrote when it was withdrawn, the last submission counts.
        is_open = dossier.status in {S.RETURNED, S.WITHDRAWN}
        read = sheets.as_handed_in if is_open else sheets.of_dossier
        sheet = read(dossier, only_commune=not dossier.is_whole)
        desk = Desk.ADVISORY if dossier.status == S.ADVISORY else Desk.COMMUNE
        asked, missing = (
            [row for row in rows if desk == Desk.ADVISORY or row.criterion.is_for_commune]
            for rows in (sheet.rows, sheet.missing(desk))
        )
        context = {
            "title": dossier.product.name,
            "sheet": sheet,
            "thread": desk_work.thread(dossier, is_whole=dossier.is_whole),
            "pace": desk_work.pace(dossier),
            "steps": self.steps_of(request, dossier),
            "answering": self._answering(request, dossier),
            "asked": len(asked),
            "missing": len(missing),
        }
        return self._page(request, "dossier", dossier, context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.get_object(request, object_id).is_whole:
            raise PermissionDenied  # totals stand in the trail
        return super().history_view(request, object_id, extra_context)

    def _answering(self, request: HttpRequest, dossier: Dossier) -> str:
        """Address of the answering page of the desk on which it lies, "" for those of other desks."""
        name = {S.COMMUNE_CHECK: "commune", S.ADVISORY: "advisory"}.get(S(dossier.status))
        if name is None or not policies.holds(request.user, dossier):
            return ""
        return reverse(f"province:ratings_dossier_{name}", args=[dossier.pk])

    def _page(
        self, request: HttpRequest, name: str, dossier: Dossier, context: Mapping[str, Any], status: int = 200
    ) -> HttpResponse:
        full = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "dossier": dossier,
            "original": dossier,
            "back": reverse("province:ratings_dossier_change", args=[dossier.pk]),
            **context,
        }
        return TemplateResponse(request, f"admin/ratings/{name}.html", full, status=status)

    # --- Answering ---

    def commune_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier = self.get_object(request, str(pk))
        if not policies.is_commune_desk(request.user, dossier):
            raise PermissionDenied
        return self._answer(request, dossier, Desk.COMMUNE, S.COMMUNE_CHECK)

    def advisory_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier = self.get_object(request, str(pk))
        if not policies.is_province_desk(request.user, dossier.province_id):
            raise PermissionDenied
        return self._answer(request, dossier, Desk.ADVISORY, S.ADVISORY)

    def _answer(self, request: HttpRequest, dossier: Dossier, desk: Desk, status: str) -> HttpResponse:
        """Show and save the answers of a desk; saving one at a time gets the running figures back."""
        is_live = request.headers.get("X-Requested-With") == "fetch"
        refused: Mapping[int, str] = {}
        if request.method == "POST":
            try:
                kept = answers.save(
                    dossier=dossier, desk=desk, given=filling.given(request.POST, desk), actor=request.user
                )
            except MarketError as refusal:
                if is_live:
                    return HttpResponse(str(refusal), status=refusal.status, content_type="text/plain")
                messages.error(request, str(refusal))
                return redirect("province:ratings_dossier_change", dossier.pk)
            refused = kept.refused
            if refused and is_live:
                return HttpResponse("\n".join(refused.values()), status=422, content_type="text/plain")
            if not refused and not is_live:
                messages.success(request, gettext("Đã lưu các câu trả lời."))
                return redirect(request.path)
        elif dossier.status != status:
            messages.warning(request, gettext("Hồ sơ không ở bước trả lời này nữa."))
            return redirect("province:ratings_dossier_change", dossier.pk)
        sheet = sheets.of_dossier(dossier, only_commune=desk == Desk.COMMUNE)
        context = {
            "title": gettext("Xã trả lời") if desk == Desk.COMMUNE else gettext("Thẩm định"),
            "sheet": sheet,
            "parts": [(part, part.points(Desk.SELF), part.points(desk)) for part in sheet.parts],
            "totals": (sheet.total(Desk.SELF), sheet.total(desk)),
            "answered": len(sheet.rows) - len(sheet.missing(desk)),
            "asked": len(sheet.rows),
            "choices": f"admin/ratings/choices_{desk}.html",
            "longest_note": answers.LONGEST_NOTE,
            "refused": refused,
        }
        code = 422 if refused else 200
        return self._page(request, "running" if is_live else f"answer_{desk}", dossier, context, code)
