"""Monthly statements in both admin sites: producers see their own, treasurers everybody's."""

import datetime as dt
import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from core import clock
from orders.admin.payout_pages import download
from orders.papers.money_sheets import STATEMENT_FORMATS
from orders.papers.statements import statement_pdf
from payments.selectors.statements import Statement, months, statement
from producers.models import Producer


def month_of(text: str) -> dt.date:
    """ "2026-11" → its first day. Raises Http404."""
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise Http404
    return dt.date(int(text[:4]), int(text[5:]), 1)


class StatementMixin:
    """Adds a page of a month's statement, and the same as a file."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        name = "payments_payout"
        at = "sao-ke/<int:producer>/<str:month>"
        return [
            path(f"{at}/", view(self.statement_view), name=f"{name}_statement"),
            path(f"{at}/tai.<str:kind>", view(self.statement_file), name=f"{name}_statementfile"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def statement_view(self, request: HttpRequest, producer: int, month: str) -> HttpResponse:
        found = self._statement(request, producer, month)
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Bảng kê tháng %s") % f"{found.month:%m/%Y}",
            "opts": self.opts,  # type: ignore[attr-defined]
            "statement": found,
            "months": months(producer=found.producer),
            "page": f"{self.admin_site.name}:payments_payout_statement",  # type: ignore[attr-defined]
            "file": f"{self.admin_site.name}:payments_payout_statementfile",  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "admin/orders/statement.html", context)

    def statement_file(self, request: HttpRequest, producer: int, month: str, kind: str) -> HttpResponse:
        found = self._statement(request, producer, month)
        name = f"bang-ke-{found.producer.slug}-{found.month:%Y-%m}.{kind}"
        if kind == "pdf":
            return download(statement_pdf(found, printed_at=clock.now()), "application/pdf", name)
        if kind not in STATEMENT_FORMATS:
            raise Http404
        make, content_type = STATEMENT_FORMATS[kind]
        return download(make(found), content_type, name)

    def _statement(self, request: HttpRequest, producer: int, month: str) -> Statement:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        found = get_object_or_404(self.statement_producers(request), pk=producer)
        return statement(producer=found, month=month_of(month))

    def statement_producers(self, request: HttpRequest) -> Any:
        """Whose statements this site may show; treasurers see all (has_view_permission)."""
        return Producer.objects.all()
