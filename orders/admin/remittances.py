"""Rows of carriers' lists that need a treasurer, and the reconciliation of cash on delivery."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts import selectors as accounts
from core import clock
from core.sites import province_site
from core.steps import ReasonForm, Step
from core.templatetags.market import moment, vnd
from orders import carriers
from orders.admin.treasury import TreasuryAdmin
from orders.services import cod_workbook, remittances
from orders.services.remittances import DIFFERS
from payments.models import FileKind, MoneyFile, RemittanceRow
from payments.selectors import cod as pages
from payments.states import REMITTANCE_NEEDS_A_PERSON, RemittanceOutcome

R = RemittanceOutcome
LOOKS = {
    R.MATCHED: "success",
    R.SHORT: "danger",
    R.OVER: "warning",
    R.NOT_DELIVERED: "warning",
    R.DUPLICATE: "info",
    R.UNKNOWN: "danger",
}
# The list of all rows that need a person.
WAITING = f"resolved_at__isnull=True&outcome__in={','.join(sorted(REMITTANCE_NEEDS_A_PERSON))}"
FILES = 8  # of the latest on the overview; all are one click away
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Mã kiện hoặc mã vận đơn"), max_length=60, widget=UnfoldAdminTextInputWidget
    )


def _step(slug: str, run: Callable[..., Any], label: Any, ask: Any, done: Any, **more: Any) -> Step:
    return Step(
        slug=slug,
        label=label,
        ask=ask,
        done=done,
        run=lambda row, actor, data: run(row=row, actor=actor, **data),
        **more,
    )


def _waits(*outcomes: str) -> Callable[[RemittanceRow], bool]:
    return lambda row: row.is_waiting and row.outcome in outcomes


STEPS = (
    _step(
        "gan-kien",
        remittances.link,
        _("Gắn với một kiện"),
        _("Kiện phải do đúng đơn vị vận chuyển này giao. Nếu số tiền khớp thì dòng được ghi sổ ngay."),
        _("Đã gắn. Xem kết quả ở dưới."),
        icon="link",
        form=CodeForm,
        offered=_waits(R.UNKNOWN),
    ),
    _step(
        "da-giao",
        remittances.mark_delivered,
        _("Ghi là đã giao, rồi ghi sổ"),
        _(
            "Đơn vị vận chuyển nói đã thu tiền, tức là kiện đã giao. "
            "Chủ thể được ghi nhận doanh thu từ hôm nay."
        ),
        _("Đã ghi kiện này là đã giao. Xem kết quả ở dưới."),
        icon="task_alt",
        offered=_waits(R.NOT_DELIVERED),
    ),
    _step(
        "con-doi",
        remittances.claim,
        _("Ghi số đã nhận, còn đòi phần lệch"),
        _(
            "Ghi sổ số tiền thực nhận. Phần thiếu vẫn là tiền đơn vị vận chuyển nợ sàn "
            "(phần thừa: sàn nợ lại), khớp với bảng sau là hết. Nên chọn cách này khi còn đòi được."
        ),
        _("Đã ghi sổ. Phần lệch được theo dõi ở trang Đối soát thu hộ."),
        icon="hourglass_top",
        form=ReasonForm,
        offered=_waits(*DIFFERS),
    ),
    _step(
        "xoa-lech",
        remittances.write_off,
        _("Ghi sổ và xóa phần lệch"),
        _("Phần lệch thành khoản mất (hoặc được) của sàn, không đòi nữa. Chủ thể không bị trừ."),
        _("Đã ghi sổ và xóa phần lệch."),
        icon="playlist_remove",
        look="danger",
        form=ReasonForm,
        offered=lambda row: _waits(*DIFFERS)(row) or remittances.is_open_claim(row=row),
    ),
    _step(
        "doi-chieu-lai",
        remittances.look_again,
        _("Đối chiếu lại"),
        _("So lại dòng này với sổ hiện nay, ví dụ sau khi mã vận đơn đã được sửa."),
        _("Đã đối chiếu. Xem kết quả ở dưới."),
        icon="refresh",
        look="plain",
        offered=lambda row: row.is_waiting,
    ),
    _step(
        "bo-qua",
        remittances.drop,
        _("Bỏ qua dòng này"),
        _(
            "Không ghi sổ: dòng không phải của sàn, hoặc đơn vị vận chuyển ghi sai. "
            "Nhập lại tệp cũng không hiện lại."
        ),
        _("Đã bỏ qua."),
        icon="block",
        look="danger",
        form=ReasonForm,
        offered=lambda row: row.is_waiting,
    ),
)


@admin.register(RemittanceRow, site=province_site)
class RemittanceRowAdmin(TreasuryAdmin):
    list_display = ["entry", "whose", "expected", "told", "gap", "state"]
    list_select_related = ["file", "producer", "collection"]
    list_before_template = "admin/orders/remittance_tabs.html"
    search_fields = ["tracking_code", "parcel_code", "producer__name", "file__name"]
    ordering = ["-id"]
    fields = [
        "state_text", "tracking_code", "parcel_code", "producer", "carrier", "expected", "told", "fee_text",
        "net_text", "gap", "written_off", "resolution_text", "source",
    ]  # fmt: skip
    readonly_fields = [
        "state_text", "carrier", "expected", "told", "fee_text", "net_text", "gap", "written_off",
        "resolution_text", "source",
    ]  # fmt: skip
    steps = STEPS

    def get_urls(self) -> list[URLPattern]:
        views: tuple[tuple[str, str, Callable[..., HttpResponse]], ...] = (
            ("tong-hop/", "overview", self.overview_view),
            ("tong-hop.xlsx", "export", self.export_view),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=f"payments_remittancerow_{name}")
            for route, name, view in views
        ]
        return own + super().get_urls()

    # --- Reconciliation ---

    def overview_view(self, request: HttpRequest) -> HttpResponse:
        page, carrier = self._reconciliation(request)
        files = MoneyFile.objects.filter(kind=FileKind.REMITTANCE)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Đối soát thu hộ"),
            "page": page,
            "days": settings.COD_REMIT_DAYS,
            "by_carrier": [*page.carriers.items(), ("", page.total)],
            "by_producer": [("", one) for one in page.producers],
            "chosen": carrier,
            "sources": remittances.READER.sources(),
            "waiting": WAITING,
            "open": [
                one | {"carrier": carriers.name_of(one["carrier"]), "owed": -one["left"]} for one in page.open
            ],
            "files": list(pages.with_sums(files.filter(source=carrier) if carrier else files)[:FILES]),
        }
        for file in context["files"]:
            file.carrier = carriers.name_of(file.source)
        return TemplateResponse(request, "admin/orders/cod_overview.html", context)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        page, carrier = self._reconciliation(request)
        response = HttpResponse(cod_workbook.as_xlsx(page=page, carrier=carrier), content_type=XLSX)
        name = f"doi-soat-thu-ho-{clock.today():%Y%m%d}.xlsx"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def _reconciliation(self, request: HttpRequest) -> tuple[pages.Reconciliation, str]:
        if not accounts.is_treasurer(request.user):
            raise PermissionDenied
        asked = request.GET.get("dv", "")
        carrier = asked if asked in dict(remittances.READER.sources()) else ""
        return pages.reconciliation(at=clock.now(), name_of=carriers.name_of, carrier=carrier), carrier

    # --- The list ---

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        rows: Any = self.rows(request, RemittanceRow.objects.order_by())
        waiting = dict(rows.waiting().values_list("outcome").annotate(n=Count("pk")))
        tabs: list[tuple[str, Any, int]] = [(WAITING, gettext("Chờ xử lý"), sum(waiting.values()))]
        tabs += [
            (f"resolved_at__isnull=True&outcome__exact={value}", label, waiting[value])
            for value, label in R.choices
            if value in waiting
        ]
        tabs.append(("", gettext("Tất cả"), rows.count()))
        context = {"tabs": tabs, "chosen": unquote(request.GET.urlencode()), **(extra_context or {})}
        return super().changelist_view(request, context)

    @display(description=_("Vận đơn"), header=True, ordering="id")
    def entry(self, row: RemittanceRow) -> list[str]:
        return [
            row.tracking_code or row.parcel_code,
            f"{carriers.name_of(row.file.source)} · {moment(row.file.imported_at)}",
        ]

    @display(description=_("Kiện"), header=True)
    def whose(self, row: RemittanceRow) -> list[str]:
        return [row.parcel_code or "–", row.producer.name if row.producer else gettext("chưa rõ của ai")]

    @display(description=_("Phải thu"))
    def expected(self, row: RemittanceRow) -> str:
        return vnd(row.collection.amount) if row.collection else "–"

    @display(description=_("Bảng ghi đã thu"))
    def told(self, row: RemittanceRow) -> str:
        return vnd(row.collected)

    @display(description=_("Lệch"))
    def gap(self, row: RemittanceRow) -> str:
        """What the list says less what was to be collected."""
        off = row.collected - row.collection.amount if row.collection else 0
        return (f"+{vnd(off)}" if off > 0 else vnd(off)) if off else "–"

    @display(description=_("Kết quả"), label=LOOKS, ordering="outcome")
    def state(self, row: RemittanceRow) -> tuple[str, str]:
        return row.outcome, row.get_outcome_display()

    # --- One row ---

    @display(description=_("Kết quả"))
    def state_text(self, row: RemittanceRow) -> str:
        booked = gettext("đã ghi sổ") if row.is_booked else gettext("chưa ghi sổ")
        return f"{row.get_outcome_display()} · {booked}"

    @display(description=_("Đơn vị vận chuyển"))
    def carrier(self, row: RemittanceRow) -> str:
        return carriers.name_of(row.file.source)

    @display(description=_("Phí"))
    def fee_text(self, row: RemittanceRow) -> str:
        return vnd(row.fee)

    @display(description=_("Thực nhận"))
    def net_text(self, row: RemittanceRow) -> str:
        return vnd(row.net)

    @display(description=_("Chênh lệch đã xóa"))
    def written_off(self, row: RemittanceRow) -> str:
        return vnd(row.difference) if row.difference else "–"

    @display(description=_("Cách xử lý"))
    def resolution_text(self, row: RemittanceRow) -> str:
        return f"{row.resolution} ({moment(row.resolved_at)})" if row.resolved_at else "–"

    @display(description=_("Từ tệp"))
    def source(self, row: RemittanceRow) -> str:
        return gettext("%(file)s, dòng %(line)s") % {"file": row.file.name, "line": row.line}
