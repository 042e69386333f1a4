"""Files of all lots of an office: the ten items of the national form, and the producer's EPCIS document."""

import tempfile
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import URLPattern, path

from core import clock
from traceability import exports, national, national_book
from traceability.models import Lot, TraceEvent
from traceability.selectors import national as selectors

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_IN_MEMORY = 5 * 1024 * 1024  # a larger workbook waits on the disk


class NationalFiles:
    """Adds the national form, JSON and xlsx, to a list of lots."""

    list_before_template = "admin/traceability/lots_top.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.national_view)  # type: ignore[attr-defined]
        own = [path("mau-quoc-gia.<str:kind>", view, name="traceability_lot_national")]
        return own + super().get_urls()  # type: ignore[misc]

    def national_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Lots that the office may see, newest first, at most ``selectors.MOST_LOTS``."""
        lots: QuerySet[Lot] = self.get_queryset(request)  # type: ignore[attr-defined]
        forms = selectors.forms(lots=lots)
        response: HttpResponseBase
        if kind == "json":
            response = StreamingHttpResponse(national.json_pieces(forms), content_type="application/json")
        elif kind == "xlsx":
            file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # the response closes it
            national_book.write(forms, file)
            file.seek(0)
            response = FileResponse(file, content_type=XLSX)
        else:
            raise Http404
        return _as_file(response, f"truy-xuat-quoc-gia-{clock.today()}.{kind}")


class EpcisFile(NationalFiles):
    """And the EPCIS document of every event."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        more = {**(extra_context or {}), "has_epcis_file": True}
        return super().changelist_view(request, more)  # type: ignore[misc]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.epcis_view)  # type: ignore[attr-defined]
        return [path("epcis.json", view, name="traceability_lot_epcis"), *super().get_urls()]

    def epcis_view(self, request: HttpRequest) -> HttpResponseBase:
        lots: QuerySet[Any] = self.get_queryset(request)  # type: ignore[attr-defined]
        rows = TraceEvent.objects.filter(lot__in=lots).order_by("lot", "sequence")
        pieces = exports.epcis_lines(rows.iterator(chunk_size=500))
        response = StreamingHttpResponse(pieces, content_type="application/ld+json")
        return _as_file(response, f"epcis-{clock.today()}.json")


def _as_file(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
