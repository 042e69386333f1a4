"""Papers of one parcel and of many, and what is done to many at once; for producers only."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import MarketError
from orders import exports, invoices
from orders.models import SubOrder
from orders.papers import label_pdf, packing_slip_pdf, receipt_pdf
from orders.selectors import papers
from orders.services import fulfilment
from orders.states import SubOrderStatus

S = SubOrderStatus
TO_SEND = frozenset({S.CONFIRMED, S.PREPARING, S.HANDED_OVER})  # what still needs a label
MOST_PAPERS = 100
MOST_ROWS = 5_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Paper = Callable[[HttpRequest, SubOrder], HttpResponse]


def _order_url(request: HttpRequest, row: SubOrder) -> str:
    return request.build_absolute_uri(reverse("orders:order", args=[row.order.code]))


def _file(content: bytes, name: str, kind: str = "application/pdf", way: str = "inline") -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'{way}; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _label(request: HttpRequest, row: SubOrder) -> HttpResponse:
    return _file(label_pdf([papers.label(row)]), f"tem-{row.code}.pdf")


def _slip(request: HttpRequest, row: SubOrder) -> HttpResponse:
    slip = papers.packing_slip(row, order_url=_order_url(request, row))
    return _file(packing_slip_pdf([slip]), f"dong-goi-{row.code}.pdf")


def _receipt(request: HttpRequest, row: SubOrder) -> HttpResponse:
    paper = papers.parcel_receipt(row, order_url=_order_url(request, row))
    return _file(receipt_pdf(paper), f"bien-nhan-{row.code}.pdf")


def _invoice_data(request: HttpRequest, row: SubOrder) -> HttpResponse:
    if row.delivered_at is None:
        raise Http404
    answer = JsonResponse(
        invoices.data_of(sub_order=row).as_json(), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    answer["Content-Disposition"] = f'attachment; filename="hoa-don-{row.code}.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer


PAPERS: dict[str, Paper] = {
    "tem.pdf": _label,
    "dong-goi.pdf": _slip,
    "bien-nhan.pdf": _receipt,
    "hoa-don.json": _invoice_data,
}


class ParcelPapers:
    """Adds ``<id>/giay/<kind>`` to the parcels' admin."""

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site  # type: ignore[attr-defined]
        view = site.admin_view(self.paper_view)
        own = [path("<int:pk>/giay/<str:kind>", view, name="orders_suborder_paper")]
        return own + super().get_urls()  # type: ignore[misc]

    def paper_view(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        row = self.get_object(request, str(pk))  # type: ignore[attr-defined]
        if kind not in PAPERS:
            raise Http404
        (full,) = papers.for_papers(SubOrder.objects.filter(pk=row.pk))
        try:
            return PAPERS[kind](request, full)
        except MarketError as refusal:
            return HttpResponse(str(refusal), status=refusal.status, content_type="text/plain; charset=utf-8")


class ParcelActions:
    """What can be done to the ticked parcels of the list."""

    actions: Sequence[Any] | None = (
        "print_labels",
        "print_slips",
        "confirm_all",
        "export_xlsx",
        "export_csv",
    )

    @admin.action(description=_("In tem giao hàng"))
    def print_labels(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        return self._print(
            request, rows, "tem", lambda found: label_pdf([papers.label(row) for row in found])
        )

    @admin.action(description=_("In phiếu đóng gói"))
    def print_slips(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        def draw(found: list[SubOrder]) -> bytes:
            slips = [papers.packing_slip(row, order_url=_order_url(request, row)) for row in found]
            return packing_slip_pdf(slips)

        return self._print(request, rows, "dong-goi", draw)

    def _print(
        self, request: HttpRequest, rows: QuerySet[Any], name: str, draw: Callable[[list[SubOrder]], bytes]
    ) -> HttpResponse | None:
        """One file for all, oldest first; None sends back to the list with the reason."""
        chosen = papers.for_papers(rows.order_by("pk")[: MOST_PAPERS + 1])
        found = [row for row in chosen if row.status in TO_SEND]
        left_out = [row.code for row in chosen if row.status not in TO_SEND]
        if len(chosen) > MOST_PAPERS:
            messages.error(request, gettext("In nhiều nhất %s kiện một lần.") % MOST_PAPERS)
            return None
        if left_out:
            words = gettext("Không in vì chưa xác nhận hoặc đã xong: %s.")
            messages.warning(request, words % ", ".join(left_out))
        if not found:
            return None
        try:
            return _file(draw(found), f"{name}-{clock.today():%Y-%m-%d}.pdf")
        except MarketError as refusal:
            messages.error(request, str(refusal))
            return None

    @admin.action(description=_("Xác nhận các đơn đã chọn"))
    def confirm_all(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Each through the service, in a transaction of its own; what is refused is named."""
        done = 0
        for row in rows.select_related("order", "producer").order_by("pk")[:MOST_PAPERS]:
            try:
                done += fulfilment.confirm(sub_order=row, actor=request.user)
            except MarketError as refusal:
                messages.error(request, f"{row.code}: {refusal}")
        words = ngettext("Đã xác nhận %(n)s đơn.", "Đã xác nhận %(n)s đơn.", done)
        messages.success(request, words % {"n": done})

    @admin.action(description=_("Xuất Excel"))
    def export_xlsx(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
        return self._export(rows, exports.as_xlsx, "xlsx", XLSX)

    @admin.action(description=_("Xuất CSV"))
    def export_csv(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
        return self._export(rows, exports.as_csv, "csv", "text/csv; charset=utf-8")

    def _export(
        self, rows: QuerySet[Any], write: Callable[[Any], bytes], ending: str, kind: str
    ) -> HttpResponse:
        found = papers.for_papers(rows.order_by("-pk")[:MOST_ROWS])
        return _file(write(found), f"don-hang-{clock.today():%Y-%m-%d}.{ending}", kind, "attachment")
