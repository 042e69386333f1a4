"""The two admin sites: who may enter, where they sign in, and which rows an office has.

Which people may enter is asked of a gate that a higher app hands in
(producers: membership; accounts: an office), because core knows neither.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

Gate = Callable[[Any], bool]
View = Callable[..., HttpResponse]


class OfficeSite(UnfoldAdminSite):
    """An admin site for one kind of office. ``scope`` names the queryset method that limits rows."""

    scope = ""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._gates: list[Gate] = []
        self._open_models: set[type[Model]] = set()

    def admit(self, gate: Gate) -> Gate:
        """Decorator: people for whom ``gate(user)`` is true may enter."""
        self._gates.append(gate)
        return gate

    def open_choices(self, *models: type[Model]) -> None:
        """Public reference data: all its rows may be offered as choices in forms."""
        self._open_models.update(models)

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        key = f"_admitted_{self.name}"
        known = getattr(request, key, None)
        if known is None or known[0] != user.pk:
            known = (user.pk, bool(user.is_active and any(gate(user) for gate in self._gates)))
            setattr(request, key, known)
        return known[1]

    def rows(self, queryset: QuerySet[Any], user: Any) -> QuerySet[Any]:
        """The office's share of the rows; none where nobody wrote down what that share is."""
        scope = getattr(queryset, self.scope, None)
        return scope(user) if scope else queryset.none()

    def choices(self, queryset: QuerySet[Any], user: Any) -> QuerySet[Any]:
        """Rows that may be offered in a form, a filter or a type-ahead."""
        return queryset if queryset.model in self._open_models else self.rows(queryset, user)

    def get_urls(self) -> list[Any]:
        # "r/<type>/<id>/" would tell anybody inside whether any row of any model exists.
        return [item for item in super().get_urls() if getattr(item, "name", None) != "view_on_site"]

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            # A signed-in person without an office gets a plain refusal, not another login form.
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            # Two sites share the "admin" namespace: links must lead back into this one.
            request.current_app = self.name
            response = inner(request, *args, **kwargs)
            response["Content-Security-Policy"] = settings.ADMIN_CONTENT_SECURITY_POLICY
            return response

        return guarded

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The shop's sign-in page serves the offices too."""
        target = request.GET.get(REDIRECT_FIELD_NAME) or reverse(f"{self.name}:index")
        if request.user.is_authenticated:
            if not self.has_permission(request):
                raise PermissionDenied
            return redirect(f"{self.name}:index")
        return redirect_to_login(target, reverse("account_login"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method != "POST":
            return redirect("account_logout")
        logout(request)
        return redirect("account_login")

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Unfold's global search is closed: its results are cached across both sites."""
        raise Http404


class ProducerSite(OfficeSite):
    site_title = site_header = _("Kênh chủ thể")
    index_title = _("Việc hôm nay")
    index_template = "admin/index_producer.html"
    settings_name = "UNFOLD_PRODUCER"
    scope = "owned_by"


class ProvinceSite(OfficeSite):
    site_title = site_header = _("Quản trị OCOP")
    index_title = _("Bàn làm việc")
    index_template = "admin/index_province.html"
    settings_name = "UNFOLD_PROVINCE"
    scope = "overseen_by"


producer_site = ProducerSite(name="producer")
province_site = ProvinceSite(name="province")
