"""Dossiers on the producers' site: begun, filled, handed in, followed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget

from core import clock
from core.errors import MarketError
from core.scoping import ScopedAdmin
from core.sites import producer_site
from core.steps import ReasonForm, Step
from core.templatetags.market import day
from ratings import scoring
from ratings.admin import filling
from ratings.models import CriteriaSet, Desk, Dossier, DossierKind
from ratings.selectors import applications, own, sheet, submissions
from ratings.services import dossiers, files
from ratings.states import CLOSED, DOSSIER, EDITABLE, DossierStatus

S = DossierStatus
LOOKS = {
    S.DRAFT: "info",
    S.RETURNED: "warning",
    S.CERTIFIED: "success",
    S.WITHDRAWN: "danger",
    S.REJECTED: "danger",
    S.NOT_RECOGNISED: "danger",
} | dict.fromkeys(
    (S.SUBMITTED, S.COMMUNE_CHECK, S.ADVISORY, S.COUNCIL, S.SCORED, S.CENTRAL, S.IN_DECISION), "primary"
)
STARS = [(star, _("%s sao") % star) for star in range(scoring.LOWEST_RECOGNISED, scoring.NATIONAL + 1)]


class AimForm(forms.Form):
    """What is applied for."""

    kind = forms.ChoiceField(
        label=_("Loại hồ sơ"), choices=DossierKind.choices, widget=UnfoldAdminRadioSelectWidget
    )
    stars_applied = forms.TypedChoiceField(
        label=_("Hạng sao đề nghị"), choices=STARS, coerce=int, widget=UnfoldAdminRadioSelectWidget
    )


class OpeningForm(AimForm):
    """For one product: its kinds of dossier and its criteria sets only."""

    criteria_set = forms.ModelChoiceField(
        label=_("Bộ tiêu chí"),
        queryset=CriteriaSet.objects.none(),
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, candidate: applications.Candidate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = candidate.kinds  # type: ignore[attr-defined]
        self.fields["kind"].initial = candidate.kinds[0][0]
        sets = self.fields["criteria_set"]
        sets.queryset = CriteriaSet.objects.filter(  # type: ignore[attr-defined]
            pk__in=[row.pk for row in candidate.sets]
        ).select_related("version")
        sets.initial = candidate.sets[0].pk


def _change(dossier: Dossier, actor: Any, data: Mapping[str, Any]) -> None:
    dossiers.change(dossier=dossier, actor=actor, **data)


def _withdraw(dossier: Dossier, actor: Any, data: Mapping[str, Any]) -> None:
    dossiers.withdraw(dossier=dossier, actor=actor, **data)


@admin.register(Dossier, site=producer_site)
class OwnDossierAdmin(ScopedAdmin):
    may_add = True
    list_display = ["entry", "aim", "state", "due", "todo"]
    list_filter = ["status"]
    search_fields = ["code", "product__name", "product__search_name"]
    list_before_template = "admin/ratings/own_dossiers_top.html"
    ordering = ["-id"]
    steps = (
        Step(
            slug="doi",
            label=_("Đổi loại, hạng sao"),
            icon="edit",
            look="plain",
            form=AimForm,
            initial=lambda dossier: {"kind": dossier.kind, "stars_applied": dossier.stars_applied},
            run=_change,
            offered=lambda dossier: dossier.status in EDITABLE,
            ask=_("Các tiêu chí đã điền và minh chứng giữ nguyên."),
            done=_("Đã đổi."),
        ),
        Step(
            slug="rut",
            label=_("Rút hồ sơ"),
            icon="undo",
            look="danger",
            form=ReasonForm,
            run=_withdraw,
            offered=lambda dossier: S.WITHDRAWN in DOSSIER.allowed(dossier.status),
            ask=_("Hồ sơ đã rút không mở lại được; sau này có thể lập hồ sơ mới cho sản phẩm."),
            done=_("Đã rút hồ sơ."),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.select_related("product__producer", "criteria_set__version", "commune", "created_by")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:object_id>/kiem-tra/", view(self.check_view), name="ratings_dossier_check"),
            path("<int:object_id>/so-sanh/", view(self.compare_view), name="ratings_dossier_compare"),
            *super().get_urls(),
        ]

    # --- The list ---

    @display(description=_("Sản phẩm"), header=True, ordering="id")
    def entry(self, row: Dossier) -> list[str]:
        return [row.product.name, row.code]

    @display(description=_("Đề nghị"), ordering="stars_applied")
    def aim(self, row: Dossier) -> str:
        return f"{row.get_kind_display()}, {gettext('%s sao') % row.stars_applied}"

    @display(description=_("Trạng thái"), ordering="status", label=LOOKS)
    def state(self, row: Dossier) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @display(description=_("Hạn"), ordering="due_on")
    def due(self, row: Dossier) -> str:
        return day(row.due_on) or "–"

    @display(description=_("Việc tiếp theo"))
    def todo(self, row: Dossier) -> str:
        return own.next_step(row)

    # --- Beginning ---

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Choose a product, then what to apply for with it."""
        found = applications.candidates(request.user)
        wanted = request.GET.get("product", "")
        chosen = next((row for row in found if str(row.product.pk) == wanted and row.is_possible), None)
        if chosen is None:
            return self._page(request, "new", gettext("Nộp hồ sơ mới"), candidates=found)
        form = OpeningForm(request.POST or None, candidate=chosen)
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                dossier = dossiers.open(product=chosen.product, actor=request.user, **form.cleaned_data)
            except MarketError as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                return redirect("producer:ratings_dossier_change", dossier.pk)
        elif form.errors:
            status = 422
        title = gettext("Nộp hồ sơ mới")
        return self._page(request, "new", title, status=status, chosen=chosen, form=form)

    # --- Filling and following ---

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        dossier = self.get_object(request, object_id)
        if request.method == "POST":
            return self._save(request, dossier)
        if dossier.status in EDITABLE:
            return self._dossier_page(request, "fill", dossier)
        return self._dossier_page(request, "read", dossier)

    def _save(self, request: HttpRequest, dossier: Dossier) -> HttpResponseBase:
        """A part of the sheet by script, or the whole of it by a plain form."""
        by_script = request.headers.get("Accept") == "application/json"
        try:
            outcome = filling.take(request, dossier)
        except MarketError as refusal:
            if by_script:
                return JsonResponse({"message": str(refusal)}, status=refusal.status)
            messages.error(request, str(refusal))
            return redirect("producer:ratings_dossier_change", dossier.pk)
        if by_script:
            return JsonResponse(
                {
                    "saved_at": f"{localtime(clock.now()):%H:%M}",
                    "papers": filling.papers_html(request, dossier, outcome.touched),
                    "refusals": outcome.refusals,
                }
            )
        for text in outcome.refusals:
            messages.error(request, text)
        if request.POST.get("go") and not outcome.refusals:
            return redirect("producer:ratings_dossier_check", dossier.pk)
        messages.success(request, gettext("Đã lưu nháp."))
        return redirect("producer:ratings_dossier_change", dossier.pk)

    def check_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What is missing; when nothing is, the last question before handing in."""
        dossier = self.get_object(request, str(object_id))
        status, refusal = 200, ""
        if request.method == "POST":
            try:
                dossiers.submit(dossier=dossier, actor=request.user)
            except MarketError as error:
                status, refusal = error.status, str(error)
                dossier.refresh_from_db()
            else:
                messages.success(request, gettext("Đã nộp hồ sơ. Bạn sẽ được báo khi hồ sơ sang bước mới."))
                return redirect("producer:ratings_dossier_change", dossier.pk)
        if dossier.status not in EDITABLE:
            messages.warning(request, refusal or gettext("Hồ sơ đã nộp, không sửa được nữa."))
            return redirect("producer:ratings_dossier_change", dossier.pk)
        return self._dossier_page(request, "check", dossier, status=status, refusal=refusal)

    def compare_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """``?tu=1&den=2``: from one submission to another, the last two by default."""
        dossier = self.get_object(request, str(object_id))
        last = dossier.submission_count
        changes = None
        if last > 1:
            known = {str(number): number for number in range(1, last + 1)}
            a, b = request.GET.get("tu", str(last - 1)), request.GET.get("den", str(last))
            if a not in known or b not in known:
                raise Http404
            changes = submissions.changes(dossier, known[a], known[b])
        return self._page(
            request,
            "compare",
            gettext("So sánh các lần nộp"),
            dossier=dossier,
            changes=changes,
            numbers=range(1, last + 1),
        )

    # --- Pages ---

    def _dossier_page(
        self, request: HttpRequest, name: str, dossier: Dossier, status: int = 200, **more: Any
    ) -> HttpResponse:
        filled = sheet.of_dossier(dossier)
        total = filled.total(Desk.SELF)
        context = {
            "dossier": dossier,
            "sheet": filled,
            "parts": [(part, part.points(Desk.SELF)) for part in filled.parts],
            "total": total,
            "answered": len(filled.rows) - len(filled.missing(Desk.SELF)),
            "needed": own.needed(dossier.stars_applied),
            "missing": applications.missing(filled) if dossier.status in EDITABLE else [],
            "returned": own.return_reason(dossier),
            "timeline": own.timeline(dossier),
            "next_step": own.next_step(dossier),
            "is_closed": dossier.status in CLOSED,
            "is_overdue": bool(dossier.due_on and dossier.due_on < clock.today()),
            "steps": self.steps_of(request, dossier),
            "accept": files.ACCEPT,
            "general": filling.GENERAL,
            "sign_in": f"{reverse('account_login')}?next={request.path}",
        }
        return self._page(request, name, dossier.product.name, status=status, **context, **more)

    def _page(
        self, request: HttpRequest, name: str, title: str, status: int = 200, **context: Any
    ) -> HttpResponse:
        base = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, f"admin/ratings/own_{name}.html", {**base, **context}, status=status)
