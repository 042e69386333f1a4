"""Steps: the buttons of an admin page that call one service each.

A step is a link to a page that says what will happen and asks what it needs; only the POST from
there does anything. A refusal of the service is shown on that page in its own words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminTextareaWidget,
)

from core.errors import MarketError


def _always(*args: Any) -> bool:
    return True


@dataclass(frozen=True)
class Step:
    """``run(obj, actor, data)`` calls the service; ``data`` is the form's cleaned data.

    ``offered(obj)``: is this a step of the row's present state. ``allowed(request, obj)``: may this
    person take it. Both are only courtesy to the eye; the service decides again.
    """

    slug: str
    label: Any
    run: Callable[[Any, Any, Mapping[str, Any]], Any]
    ask: Any
    done: Any
    form: type[forms.Form] = forms.Form
    initial: Callable[[Any], dict[str, Any]] = lambda obj: {}
    offered: Callable[[Any], bool] = _always
    allowed: Callable[[HttpRequest, Any], bool] = _always
    look: str = "primary"  # primary, plain, danger
    icon: str = "arrow_forward"
    template: str = "admin/step.html"  # or one that extends it


class ReasonForm(forms.Form):
    """Why: kept in the audit trail, and shown to those concerned."""

    reason = forms.CharField(
        label=gettext_lazy("Lý do"), max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


class StepsMixin:
    """Adds ``steps`` to a ModelAdmin: buttons above the form, and one confirmation page each."""

    steps: Sequence[Step] = ()
    change_form_outer_before_template = "admin/steps.html"

    def get_urls(self) -> list[URLPattern]:
        opts = self.opts  # type: ignore[attr-defined]
        site = self.admin_site  # type: ignore[attr-defined]
        own = []
        if self.steps:
            name = f"{opts.app_label}_{opts.model_name}_step"
            own = [path("<int:pk>/buoc/<slug:slug>/", site.admin_view(self.step_view), name=name)]
        return own + super().get_urls()  # type: ignore[misc]

    def steps_of(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """What the page offers now: label, look, icon, url."""
        opts = self.opts  # type: ignore[attr-defined]
        name = f"{self.admin_site.name}:{opts.app_label}_{opts.model_name}_step"  # type: ignore[attr-defined]
        return [
            {"step": step, "url": reverse(name, args=[obj.pk, step.slug])}
            for step in self.steps
            if step.offered(obj) and step.allowed(request, obj)
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj") or context.get("original")
        context["steps"] = self.steps_of(request, obj) if obj is not None else []
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def step_view(self, request: HttpRequest, pk: int, slug: str) -> HttpResponse:
        obj = self.get_object(request, str(pk))  # type: ignore[attr-defined]
        step = next((s for s in self.steps if s.slug == slug), None)
        if step is None:
            raise Http404
        if not step.allowed(request, obj):
            raise PermissionDenied
        opts = self.opts  # type: ignore[attr-defined]
        site = self.admin_site  # type: ignore[attr-defined]
        back = reverse(f"{site.name}:{opts.app_label}_{opts.model_name}_change", args=[obj.pk])
        form = step.form(request.POST if request.method == "POST" else None, initial=step.initial(obj))
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                step.run(obj, request.user, form.cleaned_data)
            except MarketError as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, str(step.done))
                return redirect(back)
        elif not step.offered(obj):
            messages.warning(request, _("Bước này không còn hợp với trạng thái hiện tại. Đã tải lại trang."))
            return redirect(back)
        elif form.errors:
            status = 422
        context = {
            **site.each_context(request),
            "title": step.label,
            "opts": opts,
            "object": obj,
            "step": step,
            "form": form,
            "back": back,
        }
        return TemplateResponse(request, step.template, context, status=status)
