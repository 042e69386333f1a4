"""A person's own pages under /tai-khoan/."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import selectors
from accounts.forms import AddressForm, ProfileForm
from accounts.models import User
from accounts.services import addresses
from core.sites import producer_site, province_site


def _me(request: HttpRequest) -> User:
    """The signed-in person; every view here asks for one."""
    return cast(User, request.user)


@login_required
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    sites = [site for site in (producer_site, province_site) if site.has_permission(request)]
    context = {"sites": sites, "page": selectors.account_page(request.user)}
    return render(request, "accounts/home.html", context)


@login_required
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, user=_me(request))
    if request.method == "POST" and form.is_valid() and form.save():
        messages.success(request, _("Đã lưu hồ sơ."))
        return redirect("accounts:home")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@never_cache
def address(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(_me(request).addresses, pk=pk) if pk else None
    form = AddressForm(request.POST or None, user=_me(request), address=found)
    if request.method == "POST" and form.is_valid() and form.save():
        messages.success(request, _("Đã lưu địa chỉ."))
        return redirect("accounts:home")
    context = {"form": form, "address": found}
    return render(request, "accounts/address.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def address_remove(request: HttpRequest, pk: int) -> HttpResponse:
    addresses.remove(address=get_object_or_404(_me(request).addresses, pk=pk), actor=_me(request))
    messages.success(request, _("Đã xóa địa chỉ."))
    return redirect("accounts:home")
