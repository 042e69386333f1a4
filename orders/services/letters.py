"""What buyers and producers are told about an order, in their language."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import StatusChange
from notifications.services import messages
from orders.models import Order, SubOrder
from orders.states import SUB_ORDER, SubOrderStatus
from payments.models import Refund
from payments.states import RefundStatus
from producers.models import Membership, Producer

# Steps that a buyer is mailed about; the others are to be read on the order's page.
_MAILED = frozenset(
    {
        SubOrderStatus.CONFIRMED,
        SubOrderStatus.HANDED_OVER,
        SubOrderStatus.DELIVERED,
        SubOrderStatus.CANCELLED,
        SubOrderStatus.LAPSED,
    }
)
# Told by letters of their own.
_TOLD_ELSEWHERE = frozenset({SubOrderStatus.PLACED})


def order_placed(*, order_id: int) -> None:
    """Thank the buyer; tell each producer of its own parcel, and of no other."""
    order = Order.objects.select_related("buyer", "province", "commune").get(pk=order_id)
    subs = list(order.sub_orders.select_related("producer").prefetch_related("lines__variant").order_by("id"))
    for sub in subs:
        sub.order = order
        _tell_producer(sub, "orders.placed", gettext_lazy("Đơn mới %(code)s: chờ xác nhận"), {"order": order})
    with translation.override(order.language):
        tell_buyer(
            order,
            topic="orders.placed",
            title=_("Đã nhận đơn %(code)s của bạn") % {"code": order.code},
            body=render_to_string("orders/mail/placed_buyer.txt", {"order": order, "parcels": subs}),
            key=f"orders.placed:{order.pk}:buyer",
            by_email=True,
        )


def awaiting_payment(*, order_id: int) -> None:
    """How to pay, and until when: for whoever closed the page too early."""
    order = Order.objects.select_related("buyer", "payment").get(pk=order_id)
    _tell_of_money(
        order,
        topic="orders.awaiting_payment",
        title=gettext_lazy("Đơn %(code)s đang chờ bạn trả tiền"),
        template="awaiting_payment",
        key=f"orders.awaiting_payment:{order.pk}",
    )


def paid_too_late(*, order_id: int) -> None:
    """The money came when the goods were gone: it goes back."""
    order = Order.objects.select_related("buyer", "payment").get(pk=order_id)
    _tell_of_money(
        order,
        topic="orders.paid_too_late",
        title=gettext_lazy("Đơn %(code)s: tiền đến muộn, sẽ được hoàn lại"),
        template="paid_too_late",
        key=f"orders.paid_too_late:{order.pk}",
    )


def refund_changed(*, refund_id: int) -> None:
    """An account is needed, or the money is on its way. Other steps are to be read on the order's page."""
    refund = Refund.objects.get(pk=refund_id)
    order = order_of(reference=refund.reference)
    titles = {
        RefundStatus.NEEDS_ACCOUNT: gettext_lazy("Đơn %(code)s: cho biết tài khoản để nhận tiền hoàn"),
        RefundStatus.DONE: gettext_lazy("Đơn %(code)s: đã hoàn tiền cho bạn"),
    }
    if order is None or refund.status not in titles:
        return
    _tell_of_money(
        order,
        topic="payments.refund_changed",
        title=titles[RefundStatus(refund.status)],
        template=f"refund_{refund.status}",
        key=f"payments.refund:{refund.pk}:{refund.status}",
        context={"refund": refund},
    )


def order_of(*, reference: str) -> Order | None:
    """The order that a code of an order, a parcel or a case belongs to ("7K3M-92XQ-1-T1")."""
    code = "-".join(reference.split("-")[:2])
    return Order.objects.select_related("buyer", "payment").filter(code=code).first()


def _tell_of_money(
    order: Order, *, topic: str, title: Any, template: str, key: str, context: dict[str, Any] | None = None
) -> None:
    with translation.override(order.language):
        body = render_to_string(f"orders/mail/{template}_buyer.txt", {"order": order, **(context or {})})
        text = title % {"code": order.code}
        tell_buyer(order, topic=topic, title=text, body=body, key=key, by_email=True)


def sub_order_changed(*, sub_order_id: int, to: str) -> None:
    """Tell the buyer of a parcel's step; the producer too when it was the buyer who cancelled."""
    if to in _TOLD_ELSEWHERE:
        return
    sub = SubOrder.objects.select_related(
        "order__buyer",
        "order__province",
        "order__commune",
        "producer",
        "pickup_point__commune",
        "pickup_point__province",
    ).get(pk=sub_order_id)
    event = StatusChange.objects.filter(machine=SUB_ORDER.name, object_id=sub.pk, to_state=to).last()
    order = sub.order
    with translation.override(order.language):
        status = SubOrderStatus(to)
        words = sub.words_for(status)
        context = {"order": order, "sub_order": sub, "status": status, "words": words, "event": event}
        tell_buyer(
            order,
            topic="orders.suborder_changed",
            title=f"{_('Kiện hàng')} {sub.code}: {words}",
            body=render_to_string("orders/mail/changed_buyer.txt", context),
            key=f"orders.suborder:{sub.pk}:{to}:buyer",
            by_email=status in _MAILED,
        )
    was_ordered = event is not None and event.from_state != SubOrderStatus.AWAITING
    if to == SubOrderStatus.CANCELLED and was_ordered and _is_by_buyer(event, sub):
        title = gettext_lazy("Người mua đã hủy kiện %(code)s")
        _tell_producer(sub, "orders.suborder_cancelled", title, {"order": order, "event": event})


def _is_by_buyer(event: StatusChange | None, sub: SubOrder) -> bool:
    """Neither the market itself (nobody's name) nor a member of the producer."""
    if event is None or not event.actor_id:
        return event is not None and event.actor_label != ""
    return not Membership.objects.filter(producer=sub.producer, user_id=event.actor_id).exists()


def tell_buyer(
    order: Order, *, topic: str, title: str, body: str, key: str, by_email: bool, page: str = ""
) -> None:
    """``page``: path of what it is about, else the order's. Guests find their order by phone and
    code, whatever browser opens the mail."""
    if order.buyer is None and not order.email:
        return
    url = (page or reverse("orders:order", args=[order.code])) if order.buyer else _look_up(order)
    messages.notify(
        user=order.buyer,
        email=order.email,
        topic=topic,
        title=title,
        body=body,
        url=url,
        dedupe_key=key,
        language=order.language,
        by_email=by_email,
    )


def _look_up(order: Order) -> str:
    return f"{reverse('orders:lookup')}?ma={order.code}"


def _tell_producer(sub: SubOrder, topic: str, title: Any, context: dict[str, Any]) -> None:
    """One mail per producer: to its own address, else to its first owner's."""
    owner = first_owner(sub.producer)
    if owner is None and not sub.producer.email:
        return
    with translation.override("vi"):
        template = topic.rpartition(".")[2]
        body = render_to_string(f"orders/mail/{template}_producer.txt", {"sub_order": sub, **context})
        messages.notify(
            user=owner,
            email=sub.producer.email,
            topic=topic,
            title=title % {"code": sub.code},
            body=body,
            url=reverse("producer:orders_suborder_change", args=[sub.pk]),
            dedupe_key=f"{topic}:{sub.pk}:producer",
        )


def first_owner(producer: Producer) -> Any:
    """Whom to tell of what concerns a producer; None where nobody owns it yet."""
    members = Membership.objects.filter(
        producer=producer, role=Membership.Role.OWNER, user__is_active=True
    ).select_related("user")
    # One with an address first: of two owners, the mail goes to whom it can reach.
    found = sorted(members, key=lambda member: (not member.user.email, member.pk))
    return found[0].user if found else None
