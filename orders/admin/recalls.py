"""Recalls in the two admin sites: the list, one recall, and what may be done with it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.scoping import ScopedAdmin
from core.sites import producer_site, province_site
from core.steps import ReasonForm, Step
from core.templatetags.market import moment, number
from orders.admin.recall_pages import RecallPages
from orders.papers.recalls import figures
from orders.recall_forms import ReportForm
from orders.selectors import recalls as found
from traceability.models import Recall
from traceability.services import recalls
from traceability.states import RecallStatus

S = RecallStatus
LOOKS = {S.OPEN: "danger", S.CLOSED: "success", S.REVOKED: "info", "mock": "warning"}
SHOWN = 8  # lots named in a list; the recall's page has the others


def open_badge(request: HttpRequest) -> str:
    """Number of recalls under way in the officer's area."""
    return str(Recall.objects.overseen_by(request.user).filter(status=S.OPEN, is_mock=False).count() or "")


STEPS = (
    Step(
        slug="tieu-huy",
        label=_("Ghi đã tiêu hủy hàng đang giữ"),
        ask=_("Toàn bộ hàng đang giữ của các lô này ra khỏi kho, và trang truy xuất ghi việc tiêu hủy."),
        done=_("Đã ghi tiêu hủy."),
        run=lambda row, actor, data: recalls.destroyed(recall=row, actor=actor),
        offered=lambda row: row.status == S.OPEN and not row.is_mock,
        icon="delete_forever",
        look="plain",
    ),
    Step(
        slug="ket-thuc",
        label=_("Kết thúc"),
        ask=_("Các lô vẫn bị cấm bán và trang truy xuất vẫn đỏ. Báo cáo in được kèm mọi số liệu."),
        done=_("Đợt thu hồi đã kết thúc."),
        run=lambda row, actor, data: recalls.close(recall=row, actor=actor, **data),
        offered=lambda row: row.status == S.OPEN,
        form=ReportForm,
        icon="task_alt",
        look="plain",
    ),
    Step(
        slug="rut-lai",
        label=_("Rút lại"),
        ask=_("Chỉ khi thu hồi nhầm: hàng đang giữ còn hạn được bán lại, trang truy xuất hết đỏ."),
        done=_("Đã rút lại đợt thu hồi."),
        run=lambda row, actor, data: recalls.revoke(recall=row, actor=actor, **data),
        offered=lambda row: row.status in (S.OPEN, S.CLOSED),
        form=ReasonForm,
        icon="undo",
        look="danger",
    ),
)


class RecallAdminBase(RecallPages, ScopedAdmin):
    list_display = ["recall", "goods", "severity", "told", "state"]
    list_select_related = ["producer"]
    list_before_template = "admin/orders/recalls_top.html"
    list_filter = ["status", "is_mock", "level"]
    search_fields = ["code", "producer__name", "recalled__lot__code", "recalled__lot__product__name"]
    ordering = ["-id"]
    steps = STEPS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).prefetch_related("recalled__lot__product")
        return found.with_counts(rows)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"open_url": self.url("open"), **(extra_context or {})})

    @display(description=_("Đợt thu hồi"), header=True, ordering="id")
    def recall(self, row: Recall) -> list[str]:
        return [row.code, f"{row.producer.name} · {moment(row.opened_at)}"]

    @display(description=_("Lô"), header=True)
    def goods(self, row: Recall) -> list[str]:
        lots = [item.lot for item in row.recalled.all()]
        names = ", ".join(dict.fromkeys(lot.product.name for lot in lots))
        codes = ", ".join(lot.code for lot in lots[:SHOWN])
        more = gettext(" và %s lô nữa") % number(len(lots) - SHOWN) if len(lots) > SHOWN else ""
        return [names, codes + more]

    @display(description=_("Mức"))
    def severity(self, row: Recall) -> str:
        return row.get_level_display()

    @display(description=_("Đã báo"))
    def told(self, row: Any) -> str:
        if row.is_mock:
            return gettext("tìm thấy %s") % number(row.buyers)
        return f"{number(row.told)}/{number(row.buyers)}"

    @display(description=_("Trạng thái"), ordering="status", label=LOOKS)
    def state(self, row: Recall) -> tuple[str, str]:
        words = row.get_status_display()
        return ("mock", gettext("Diễn tập: %s") % words.lower()) if row.is_mock else (row.status, words)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A page of figures; a recall is never edited, it only takes steps."""
        row = self.get_object(request, object_id)
        if request.method not in ("GET", "HEAD") or not self.has_view_permission(request, row):
            raise PermissionDenied
        progress = found.progress(row)
        context = self._context(
            request,
            title=row.code,
            original=row,
            object=row,
            progress=progress,
            figures=figures(progress),
            history=found.history(row),
            points=found.points_of_sale(row),
            steps=self.steps_of(request, row),
            report_url=self.url("report", row.pk),
            calls_url="" if row.is_mock else self.url("calls", row.pk),
            calls_file="" if row.is_mock else self.url("callsfile", row.pk),
        )
        return TemplateResponse(request, "admin/orders/recall.html", context)


@admin.register(Recall, site=producer_site)
class OwnRecallAdmin(RecallAdminBase):
    pass


@admin.register(Recall, site=province_site)
class AreaRecallAdmin(RecallAdminBase):
    pass
