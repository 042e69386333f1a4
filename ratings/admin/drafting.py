"""Pages on which a decision is drafted: the head, and which dossiers stand in its list."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import MarketError
from core.models import Province
from core.steps import ReasonForm
from core.text import slugify
from ratings import policies
from ratings.admin.forms import DraftForm
from ratings.models import Dossier, RatingDecision
from ratings.selectors import decisions as selectors
from ratings.services import appendices, decisions
from ratings.states import DecisionStatus

Level = RatingDecision.Level
# The ministry that gives five stars since QĐ 1489/QĐ-TTg; the officer may write another.
MINISTRY = gettext_lazy("Bộ Nông nghiệp và Môi trường")


class DraftingMixin:
    """Adds the pages for drafting, for the appendix, and for a refusal by the centre."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        name = "ratings_ratingdecision"
        return [
            path("soan/", view(self.draft_view), name=f"{name}_draft"),
            path("<int:pk>/sua/", view(self.redraft_view), name=f"{name}_redraft"),
            path("<int:pk>/phu-luc.<str:kind>", view(self.appendix_view), name=f"{name}_appendix"),
            path("trung-uong/<int:pk>/", view(self.refused_view), name=f"{name}_refused"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def draft_view(self, request: HttpRequest) -> HttpResponse:
        found = list(selectors.provinces(request.user))
        if not found and not request.user.is_superuser:
            raise PermissionDenied
        province = next((p for p in found if p.pk == request.GET.get("tinh")), found[0] if found else None)
        level = Level.NATIONAL if request.GET.get("cap") == "trung-uong" else Level.PROVINCE
        rows = selectors.choosable(province=province, level=level) if province else Dossier.objects.none()
        initial = {
            "decided_on": clock.today(),
            "authority": MINISTRY,
            "dossiers": list(rows) if level == Level.PROVINCE else [],
        }
        form = DraftForm(request.POST or None, rows=rows, level=level, initial=initial)
        context = {"level": level, "provinces": found, "province": province}
        if level == Level.NATIONAL:
            title = _("Ghi quyết định của Trung ương")
        else:
            title = _("Soạn quyết định công nhận")

        def run(facts: dict[str, Any]) -> RatingDecision:
            if province is None:
                raise decisions.EmptyList
            return decisions.draft(province=province, level=level, actor=request.user, **facts)

        return self._page(request, form, run, title, context)

    def redraft_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._row(request, pk)
        self._require_desk(request, row.province)
        if row.status != DecisionStatus.DRAFT or row.kind != RatingDecision.Kind.RECOGNITION:
            messages.warning(request, _("Quyết định này không còn sửa được."))
            return redirect(self._change_url(row))
        rows = selectors.choosable(province=row.province, level=row.level, decision=row)
        lines = list(row.lines.all())
        initial = {
            "number": row.number,
            "decided_on": row.decided_on,
            "round_name": row.round_name,
            "authority": row.authority,
            "dossiers": [line.dossier_id for line in lines],
        } | {f"score_{line.dossier_id}": line.score for line in lines}
        form = DraftForm(request.POST or None, rows=rows, level=row.level, initial=initial)

        def run(facts: dict[str, Any]) -> RatingDecision:
            return decisions.change(decision=row, actor=request.user, **facts)

        context = {"level": row.level, "province": row.province, "decision": row}
        return self._page(request, form, run, _("Sửa dự thảo %s") % row.number, context)

    def _page(
        self, request: HttpRequest, form: DraftForm, run: Any, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        """Show the form, or save what it says and go to the draft."""
        status = 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    row = run(form.facts())
                except MarketError as refusal:
                    field = refusal.data.get("field", "")
                    form.add_error(field if field in form.fields else None, str(refusal))
                    status = refusal.status
                else:
                    messages.success(request, _("Đã lưu dự thảo. Cần một lãnh đạo khác người soạn ký."))
                    return redirect(self._change_url(row))
        site, opts = self.admin_site, self.opts  # type: ignore[attr-defined]
        context = {**site.each_context(request), "title": title, "opts": opts, "form": form, **context}
        return TemplateResponse(request, "admin/ratings/draft.html", context, status=status)

    def appendix_view(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        row = self._row(request, pk)
        if kind not in appendices.FORMATS or not row.lines.exists():
            raise Http404
        make, content_type = appendices.FORMATS[kind]
        response = HttpResponse(make(decision=row), content_type=content_type)
        name = slugify(row.number) or str(row.pk)
        response["Content-Disposition"] = f'attachment; filename="phu-luc-{name}.{kind}"'
        return response

    def refused_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The centre gave no five stars to this dossier."""
        dossier = get_object_or_404(
            Dossier.objects.overseen_by(request.user).select_related("province", "product"), pk=pk
        )
        self._require_desk(request, dossier.province)
        back = reverse("province:ratings_ratingdecision_draft") + "?cap=trung-uong"
        form = ReasonForm(request.POST or None)
        status = 200
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                decisions.central_refused(dossier=dossier, actor=request.user, reason=reason)
            except MarketError as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, _("Đã ghi. Hồ sơ chờ quyết định của tỉnh, nhiều nhất 4 sao."))
                return redirect(back)
        elif form.errors:
            status = 422
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Trung ương không công nhận 5 sao"),
            "opts": self.opts,  # type: ignore[attr-defined]
            "dossier": dossier,
            "step": {
                "label": _("Ghi kết quả"),
                "look": "danger",
                "icon": "undo",
                "ask": _("Hồ sơ trở về tỉnh với hạng cao nhất là 4 sao. Lý do được báo cho chủ thể."),
            },
            "form": form,
            "back": back,
        }
        return TemplateResponse(request, "admin/ratings/refused.html", context, status=status)

    def _row(self, request: HttpRequest, pk: int) -> Any:
        return self.get_object(request, str(pk))  # type: ignore[attr-defined]

    def _change_url(self, row: RatingDecision) -> str:
        return reverse("province:ratings_ratingdecision_change", args=[row.pk])

    def _require_desk(self, request: HttpRequest, province: Province) -> None:
        if not policies.is_province_desk(request.user, province):
            raise PermissionDenied
