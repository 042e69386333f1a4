""" "Tiền của tôi": what a producer is owed, why it waits, what was paid, and the months."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.sites import producer_site
from orders.admin.payouts import DETAIL, PayoutAdminBase
from orders.admin.statements import StatementMixin
from orders.selectors.own_money import purses
from payments.models import Payout
from producers.models import Producer


@admin.register(Payout, site=producer_site)
class OwnPayoutAdmin(StatementMixin, PayoutAdminBase):
    list_display = ["entry", "money", "account", "state", "paid"]
    list_before_template = "admin/orders/own_money.html"
    ordering = ["-id"]
    fields = readonly_fields = DETAIL

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"title": _("Tiền của tôi"), "purses": purses(request.user), **(extra_context or {})}
        return super().changelist_view(request, context)

    def statement_producers(self, request: HttpRequest) -> QuerySet[Producer]:
        return Producer.objects.owned_by(request.user)
