"""Pages of recalls beside the list: opening one, whom to call, the report."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from catalog.models import Product
from core import clock, paging
from core.errors import MarketError
from orders.admin.parcel_papers import XLSX
from orders.models import RecallNotice
from orders.papers.recalls import calls_xlsx, report_pdf
from orders.recall_forms import CalledForm, OpenForm
from orders.selectors import recalls as found
from orders.services import recalls as reaching
from producers.models import Producer
from traceability.models import Lot, Recall
from traceability.selectors.recalls import chosen
from traceability.services import recalls

_PER_PAGE = 100


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


class RecallPages:
    """Adds them to the admin of recalls, within the site's rows."""

    admin_site: Any
    opts: Any
    get_object: Any

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("mo/", view(self.open_view), name="traceability_recall_open"),
            path("<int:pk>/goi/", view(self.calls_view), name="traceability_recall_calls"),
            path("<int:pk>/goi.xlsx", view(self.calls_file), name="traceability_recall_callsfile"),
            path("<int:pk>/goi/<int:notice>/", view(self.called_view), name="traceability_recall_called"),
            path("<int:pk>/bao-cao.pdf", view(self.report_file), name="traceability_recall_report"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def url(self, page: str, *args: Any) -> str:
        return reverse(f"{self.admin_site.name}:traceability_recall_{page}", args=args)

    def _context(self, request: HttpRequest, **more: Any) -> dict[str, Any]:
        site = self.admin_site.name
        return {**self.admin_site.each_context(request), "opts": self.opts, "site_name": site, **more}

    # --- Opening ---

    def open_view(self, request: HttpRequest) -> HttpResponse:
        """The form; what it would mean (``step=preview``); and only then, with ``step=open``, the recall."""
        producers = self.admin_site.rows(Producer.objects.all(), request.user)
        if not producers.exists():
            raise PermissionDenied
        lots = self.admin_site.rows(Lot.objects.select_related("product"), request.user)
        form = OpenForm(
            request.POST if request.method == "POST" else None,
            producers=producers,
            products=self.admin_site.rows(Product.objects.all(), request.user),
            initial=_of_lot(lots, request.GET.get("lo", "")),
        )
        step, reach, status = request.POST.get("step", ""), None, 200
        if form.is_bound and not form.is_valid():
            status = 422
        elif step in ("preview", "open"):
            try:
                producer, named = chosen(**form.lots_named)
                if step == "open":
                    recall = recalls.open_(producer=producer, lots=named, actor=request.user, **form.words)
                    messages.success(request, _("Đã mở đợt thu hồi %s.") % recall.code)
                    return redirect(self.url("change", recall.pk))
                reach = found.reach(named)
            except MarketError as refusal:
                field = refusal.data.get("field")
                form.add_error(field if field in form.fields else None, str(refusal))
                status = refusal.status
        context = self._context(
            request, title=_("Mở đợt thu hồi"), form=form, reach=reach, back=self.url("changelist")
        )
        return TemplateResponse(request, "admin/orders/recall_open.html", context, status=status)

    # --- Whom to call ---

    def _with_buyers(self, request: HttpRequest, pk: int) -> Recall:
        """Of a mock recall nobody is told, so nobody's name and phone are shown either."""
        recall: Recall = self.get_object(request, str(pk))
        if recall.is_mock:
            raise Http404
        return recall

    def calls_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        recall = self._with_buyers(request, pk)
        reaching.looked_at(recall=recall, actor=request.user)
        page = Paginator(found.calls(recall), _PER_PAGE).get_page(request.GET.get("trang"))
        context = self._context(
            request,
            title=_("Người mua phải báo: %s") % recall.code,
            object=recall,
            page=page,
            pages=paging.window(page.number, page.paginator.num_pages),
            form=CalledForm(auto_id=False),
            back=self.url("change", recall.pk),
        )
        answer = TemplateResponse(request, "admin/orders/recall_calls.html", context)
        answer["Cache-Control"] = "private, no-store"
        return answer

    def calls_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        recall = self._with_buyers(request, pk)
        reaching.looked_at(recall=recall, actor=request.user)
        return _file(calls_xlsx(found.calls(recall)), XLSX, f"nguoi-mua-{recall.code}.xlsx")

    def called_view(self, request: HttpRequest, pk: int, notice: int) -> HttpResponse:
        recall = self._with_buyers(request, pk)
        row = get_object_or_404(
            RecallNotice.objects.select_related("recall__producer"), recall=recall, pk=notice
        )
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = CalledForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Chưa ghi được: ghi chú dài quá 200 ký tự."))
        elif reaching.called(notice=row, actor=request.user, **form.cleaned_data):
            messages.success(request, _("Đã ghi cuộc gọi cho %s.") % row.name)
        else:
            messages.info(request, _("Người mua này đã được báo trước đó."))
        return redirect(f"{self.url('calls', recall.pk)}?trang={request.POST.get('trang', '')[:6]}")

    # --- The report ---

    def report_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        recall: Recall = self.get_object(request, str(pk))
        paper = report_pdf(found.progress(recall), found.history(recall), printed_at=clock.now())
        return _file(paper, "application/pdf", f"bao-cao-{recall.code}.pdf")


def _of_lot(lots: Any, pk: str) -> dict[str, Any]:
    """The form as the button on a lot's page fills it in."""
    lot = lots.filter(pk=pk).first() if pk.isascii() and pk.isdecimal() and len(pk) < 19 else None
    return {"product": lot.product_id, "codes": lot.code} if lot else {}
