"""Returns and disputes in the two admin sites: producers answer, the province rules on disputes."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core import clock
from core.scoping import ScopedAdmin
from core.sites import producer_site, province_site
from core.steps import Step as PlainStep
from core.templatetags.market import moment
from orders import policies
from orders.case_forms import (
    AnswerForm,
    CallProvinceForm,
    DeclineForm,
    GoodsForm,
    RejectForm,
    RuleForm,
)
from orders.models import ReturnCase
from orders.selectors.cases import counts_by_status, events_of
from orders.services import case_money, cases
from orders.states import CASE_IS_OPEN, CaseStatus

C = CaseStatus
Step = partial(PlainStep, template="admin/orders/case_step.html")
LOOKS = {
    C.OPENED: "warning",
    C.DECLINED: "danger",
    C.DISPUTED: "warning",
    C.ACCEPTED: "info",
    C.CLOSED: "success",
    C.REJECTED: "danger",
    C.WITHDRAWN: "danger",
}


def to_answer_badge(request: HttpRequest) -> str:
    """Number of cases that wait for the producer: an answer, or goods to be received."""
    return _count(ReturnCase.objects.owned_by(request.user).filter(status__in=[C.OPENED, C.ACCEPTED]))


def disputed_badge(request: HttpRequest) -> str:
    """Number of disputes in the officer's area."""
    return _count(ReturnCase.objects.overseen_by(request.user).filter(status=C.DISPUTED))


def _count(rows: QuerySet[ReturnCase]) -> str:
    return str(rows.count() or "")


class CaseAdminBase(ScopedAdmin):
    list_select_related = ["sub_order__producer"]
    list_before_template = "admin/orders/tabs.html"
    search_fields = ["code"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).prefetch_related("lines__order_line", "photos")
        return rows.select_related("sub_order__order", "sub_order__settlement", "sub_order__producer")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        counts = counts_by_status(self.rows(request, ReturnCase.objects.all()))
        chosen = request.GET.get("status__exact", "")
        tabs = [
            {"value": "", "label": gettext("Tất cả"), "count": sum(counts.values()), "active": not chosen}
        ]
        tabs += [
            {"value": value, "label": label, "count": counts.get(value, 0), "active": chosen == value}
            for value, label in C.choices
        ]
        return super().changelist_view(request, {"tabs": tabs, **(extra_context or {})})

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "status__exact" or super().lookup_allowed(lookup, value, request)

    @display(description=_("Yêu cầu"), header=True, ordering="id")
    def case(self, row: ReturnCase) -> list[str]:
        return [row.code, moment(row.opened_at)]

    @display(description=_("Lý do"), header=True)
    def why(self, row: ReturnCase) -> list[str]:
        story = row.story if len(row.story) <= 80 else f"{row.story[:80]}…"
        return [row.get_reason_display(), story]

    @display(description=_("Hàng"))
    def goods(self, row: ReturnCase) -> str:
        return ", ".join(f"{line.quantity} × {line.order_line.product_name}" for line in row.lines.all())

    @display(description=_("Hạn của bước này"), ordering="answer_by")
    def deadline(self, row: ReturnCase) -> str:
        if row.status not in CASE_IS_OPEN or row.status == C.DISPUTED:
            return "–"
        is_late = clock.now() >= row.answer_by
        return f"{moment(row.answer_by)} · {gettext('đã quá hạn')}" if is_late else moment(row.answer_by)

    @display(description=_("Trạng thái"), ordering="status", label=LOOKS)
    def state(self, row: ReturnCase) -> tuple[str, str]:
        return row.status, row.get_status_display()

    # --- Detail ---

    @display(description=_("Trạng thái"))
    def state_text(self, row: ReturnCase) -> str:
        return row.get_status_display()

    @display(description=_("Kiện"))
    def parcel(self, row: ReturnCase) -> str:
        return row.sub_order.code

    @display(description=_("Chuyện gì đã xảy ra"))
    def words(self, row: ReturnCase) -> str:
        return linebreaksbr(row.story)

    @display(description=_("Hàng và tiền"))
    def money(self, row: ReturnCase) -> str:
        return render_to_string("admin/orders/case_money.html", {"case": row, "worth": case_money.worth(row)})

    @display(description=_("Ảnh của người mua"))
    def pictures(self, row: ReturnCase) -> str:
        return render_to_string("admin/orders/case_photos.html", {"case": row})

    @display(description=_("Diễn biến"))
    def thread(self, row: ReturnCase) -> str:
        return render_to_string("admin/orders/case_thread.html", {"events": events_of(row)})


_DETAIL = ["state_text", "parcel", "reason", "words", "pictures", "money", "deadline", "thread"]


def _lines(row: ReturnCase) -> dict[str, Any]:
    return {"lines": list(row.lines.select_related("order_line"))}


@admin.register(ReturnCase, site=producer_site)
class OwnCaseAdmin(CaseAdminBase):
    list_display = ["case", "goods", "why", "deadline", "state"]
    fields = readonly_fields = _DETAIL
    steps = (
        Step(
            slug="hoan-ngay",
            label=_("Hoàn tiền ngay"),
            ask=_(
                "Người mua giữ hàng, tiền hoàn ngay. Hợp với hàng tươi, hàng vỡ, hoặc phí gửi lại quá cao."
            ),
            done=_("Đã đồng ý hoàn tiền. Người mua được báo tin."),
            run=lambda row, actor, data: cases.accept(case=row, goods_back=False, actor=actor, **data),
            offered=lambda row: row.status in (C.OPENED, C.ACCEPTED),
            form=AnswerForm,
            icon="payments",
        ),
        Step(
            slug="nhan-lai",
            label=_("Đồng ý, chờ hàng về"),
            ask=_("Người mua gửi hàng lại cho bạn; tiền hoàn khi bạn bấm “Đã nhận lại hàng”."),
            done=_("Đã đồng ý. Người mua được báo nơi gửi hàng."),
            run=lambda row, actor, data: cases.accept(case=row, goods_back=True, actor=actor, **data),
            offered=lambda row: row.status == C.OPENED,
            form=AnswerForm,
            icon="assignment_return",
            look="plain",
        ),
        Step(
            slug="tu-choi",
            label=_("Không đồng ý"),
            ask=_("Người mua được đọc lý do và có quyền nhờ tỉnh hòa giải."),
            done=_("Đã trả lời người mua."),
            run=lambda row, actor, data: cases.decline(case=row, actor=actor, **data),
            offered=lambda row: row.status == C.OPENED,
            form=DeclineForm,
            icon="block",
            look="danger",
        ),
        Step(
            slug="da-nhan-lai",
            label=_("Đã nhận lại hàng"),
            ask=_(
                "Món còn bán được thì nhập lại kho, món hỏng thì hủy bỏ. Tiền được hoàn ngay sau bước này."
            ),
            done=_("Đã ghi hàng về. Tiền được hoàn cho người mua."),
            run=lambda row, actor, data: cases.receive_goods(case=row, actor=actor, **data),
            offered=lambda row: row.status == C.ACCEPTED,
            initial=_lines,
            form=GoodsForm,
            icon="inventory_2",
        ),
        Step(
            slug="nho-tinh",
            label=_("Nhờ tỉnh hòa giải"),
            ask=_("Đã quá hạn mà hàng chưa về, hoặc hàng về không đúng: tỉnh sẽ kết luận."),
            done=_("Đã nhờ tỉnh hòa giải."),
            run=lambda row, actor, data: cases.dispute(case=row, actor=actor, **data),
            offered=lambda row: row.status == C.ACCEPTED and clock.now() >= row.answer_by,
            form=CallProvinceForm,
            icon="balance",
            look="danger",
        ),
    )


def _may_rule(request: HttpRequest, row: ReturnCase) -> bool:
    return policies.may_rule(request.user, row.sub_order)


@admin.register(ReturnCase, site=province_site)
class AreaCaseAdmin(CaseAdminBase):
    """An officer reads the story, the photos and the answers; of the buyer nothing else."""

    list_display = ["case", "producer", "goods", "why", "state"]
    fields = readonly_fields = ["producer", *_DETAIL]
    search_fields = ["code", "sub_order__producer__name"]
    steps = (
        Step(
            slug="cho-hoan",
            label=_("Cho hoàn tiền"),
            ask=_("Kết luận cho người mua. Nếu hàng phải gửi lại, tiền hoàn khi người bán nhận được hàng."),
            done=_("Đã kết luận. Hai bên được báo tin."),
            run=lambda row, actor, data: cases.rule(case=row, refund=True, actor=actor, **data),
            offered=lambda row: row.status == C.DISPUTED,
            allowed=_may_rule,
            form=RuleForm,
            icon="gavel",
        ),
        Step(
            slug="khong-hoan",
            label=_("Không hoàn tiền"),
            ask=_("Kết luận cho người bán: yêu cầu khép lại, tiền của kiện này được chi như thường."),
            done=_("Đã kết luận. Hai bên được báo tin."),
            run=lambda row, actor, data: cases.rule(case=row, refund=False, actor=actor, **data),
            offered=lambda row: row.status == C.DISPUTED,
            allowed=_may_rule,
            form=RejectForm,
            icon="block",
            look="danger",
        ),
    )

    @display(description=_("Chủ thể"), ordering="sub_order__producer__name")
    def producer(self, row: ReturnCase) -> str:
        return row.sub_order.producer.name
