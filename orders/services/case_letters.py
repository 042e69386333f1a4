"""What buyers, producers and officers are told about a return, each with the next thing to do."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts import selectors as accounts
from accounts.models import Role
from core.models import StatusChange
from notifications.services import messages
from orders.models import ReturnCase
from orders.services import case_money, letters
from orders.states import CASE, CaseStatus

_C = CaseStatus
# What the step is called in a letter to the buyer, and in one to the producer.
_TO_BUYER = {
    _C.ACCEPTED: _("Yêu cầu %(code)s được đồng ý: hãy gửi hàng lại"),
    _C.DECLINED: _("Yêu cầu %(code)s: người bán không đồng ý"),
    _C.DISPUTED: _("Yêu cầu %(code)s: tỉnh đang xem xét"),
    _C.CLOSED: _("Yêu cầu %(code)s: bạn được hoàn tiền"),
    _C.REJECTED: _("Yêu cầu %(code)s không được hoàn tiền"),
    _C.WITHDRAWN: _("Yêu cầu %(code)s đã khép lại"),
}
_TO_PRODUCER = {
    _C.ACCEPTED: _("Yêu cầu %(code)s: hàng sẽ được gửi lại"),
    _C.DISPUTED: _("Yêu cầu %(code)s: tỉnh đang xem xét"),
    _C.CLOSED: _("Yêu cầu %(code)s: đã hoàn tiền cho người mua"),
    _C.REJECTED: _("Yêu cầu %(code)s: tỉnh không cho hoàn tiền"),
    _C.WITHDRAWN: _("Yêu cầu %(code)s đã khép lại"),
}


def opened(*, case_id: int) -> None:
    """The buyer hears what comes next, the producer what to answer and until when."""
    case = _case(case_id)
    _tell_buyer(case, "orders.case_opened", _("Đã gửi yêu cầu trả hàng %(code)s"))
    _tell_producer(case, "orders.case_opened", _("Yêu cầu trả hàng %(code)s: chờ bạn trả lời"))


def changed(*, case_id: int, before: str, to: str) -> None:
    """Both sides hear of a step that the other or the province took; officers of a dispute."""
    case = _case(case_id)
    steps = StatusChange.objects.filter(machine=CASE.name, object_id=case.pk, from_state=before, to_state=to)
    step = steps.latest("pk")
    status = _C(to)
    context = {"status": status, "step": step, "before": before}
    if status in _TO_BUYER and not _is_own_doing(step):
        _tell_buyer(case, "orders.case_changed", _TO_BUYER[status], **context)
    if status in _TO_PRODUCER:
        _tell_producer(case, "orders.case_changed", _TO_PRODUCER[status], **context)
    if status == _C.DISPUTED:
        _tell_officers(case, step)


def unanswered(*, case_id: int) -> None:
    """The producer let its time pass: the province can be called."""
    case = _case(case_id)
    if case.status == _C.OPENED:
        _tell_buyer(case, "orders.case_unanswered", _("Yêu cầu %(code)s: người bán chưa trả lời"))


def _case(case_id: int) -> ReturnCase:
    rows = ReturnCase.objects.select_related(
        "sub_order__order__buyer", "sub_order__producer__commune", "sub_order__producer__province"
    )
    return rows.prefetch_related("lines__order_line").get(pk=case_id)


def _is_own_doing(step: StatusChange) -> bool:
    """The buyer's own withdrawal needs no letter to the buyer."""
    return step.to_state == _C.WITHDRAWN and bool(step.actor_label)


def _key(case: ReturnCase, topic: str, who: str, step: StatusChange | None = None) -> str:
    return f"{topic}:{case.pk}:{step.pk if step else ''}:{who}"


def _tell_buyer(case: ReturnCase, topic: str, title: Any, **context: Any) -> None:
    order = case.sub_order.order
    with translation.override(order.language):
        letters.tell_buyer(
            order,
            topic=topic,
            title=title % {"code": case.code},
            body=_body(case, topic, "buyer", context),
            key=_key(case, topic, "buyer", context.get("step")),
            by_email=True,
            page=reverse("orders:case", args=[order.code, case.code]),
        )


def _tell_producer(case: ReturnCase, topic: str, title: Any, **context: Any) -> None:
    producer = case.sub_order.producer
    owner = letters.first_owner(producer)
    if owner is None and not producer.email:
        return
    with translation.override("vi"):
        messages.notify(
            user=owner,
            email=producer.email,
            topic=topic,
            title=title % {"code": case.code},
            body=_body(case, topic, "producer", context),
            url=reverse("producer:orders_returncase_change", args=[case.pk]),
            dedupe_key=_key(case, topic, "producer", context.get("step")),
        )


def _tell_officers(case: ReturnCase, step: StatusChange) -> None:
    """Those of the producer's province. No word of who the buyer is."""
    officers = accounts.officers(roles=(Role.PROVINCE_OFFICER,), province=case.sub_order.producer.province_id)
    with translation.override("vi"):
        body = _body(case, "orders.case_disputed", "officer", {"step": step})
        for officer in officers:
            messages.notify(
                user=officer,
                topic="orders.case_disputed",
                title=str(_("Yêu cầu trả hàng %(code)s chờ hòa giải") % {"code": case.code}),
                body=body,
                url=reverse("province:orders_returncase_change", args=[case.pk]),
                dedupe_key=_key(case, "orders.case_disputed", f"officer:{officer.pk}", step),
            )


def _body(case: ReturnCase, topic: str, reader: str, context: dict[str, Any]) -> str:
    name = topic.rpartition(".")[2]
    sub = case.sub_order
    return render_to_string(
        f"orders/mail/{name}_{reader}.txt",
        {
            "case": case,
            "sub_order": sub,
            "order": sub.order,
            "producer": sub.producer,
            "worth": case_money.worth(case),
            **context,
        },
    )
