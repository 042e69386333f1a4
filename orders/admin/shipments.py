"""What may be done with a parcel: its steps, and what each of them asks for."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from core.steps import ReasonForm, Step
from orders import carriers, invoices
from orders.carriers.manual import Manual
from orders.models import ContactAttempt, Shipment, SubOrder
from orders.services import contacts, fulfilment, invoicing, shipments, tracking
from orders.states import SUB_ORDER, DeliveryMethod, SubOrderStatus

S = SubOrderStatus
Kind, Outcome = ContactAttempt.Kind, ContactAttempt.Outcome


def _connected() -> list[tuple[str, str]]:
    return [(code, name) for code, name in carriers.choices() if code != Manual.code]


def _outcomes() -> list[tuple[str, str]]:
    """A person says what happened; "failed" is what carriers say without saying why."""
    return [("", "—"), *((value, str(label)) for value, label in Outcome.choices if value != Outcome.FAILED)]


class BookForm(forms.Form):
    carrier = forms.ChoiceField(
        label=_("Đơn vị vận chuyển"), choices=_connected, widget=UnfoldAdminSelectWidget
    )
    weight_g = forms.IntegerField(
        label=_("Khối lượng cả gói (g)"),
        min_value=1,
        max_value=200_000,
        required=False,
        help_text=_("Cân sau khi gói; để trống thì lấy theo quy cách lúc đặt."),
        widget=UnfoldAdminIntegerFieldWidget,
    )


class ContactForm(forms.Form):
    outcome = forms.ChoiceField(label=_("Kết quả"), choices=_outcomes, widget=UnfoldAdminSelectWidget)
    note = forms.CharField(
        label=_("Ghi chú"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget
    )


class HandOverForm(forms.Form):
    carrier_name = forms.CharField(
        label=_("Đơn vị vận chuyển"),
        max_length=60,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": _("Bưu điện, GHN, xe khách…")}),
    )
    tracking_code = forms.CharField(
        label=_("Mã vận đơn"), max_length=60, required=False, widget=UnfoldAdminTextInputWidget
    )


def _in(*states: str) -> Callable[[SubOrder], bool]:
    return lambda row: row.status in states


def _shipment(row: SubOrder) -> Shipment | None:
    return getattr(row, "shipment", None)


def _is_fetched(row: SubOrder) -> bool:
    return row.delivery_method == DeliveryMethod.PICKUP


def _may_book(row: SubOrder) -> bool:
    return row.status == S.PREPARING and not _is_fetched(row) and bool(_connected())


def _may_hand_over(row: SubOrder) -> bool:
    shipment = _shipment(row)
    is_waiting = shipment is not None and shipment.is_under_way
    return row.status == S.PREPARING and not _is_fetched(row) and not is_waiting


def _may_call_off(row: SubOrder) -> bool:
    shipment = _shipment(row)
    return row.status in (S.PREPARING, S.HANDED_OVER) and shipment is not None and not shipment.is_manual


def _may_take_back(row: SubOrder) -> bool:
    shipment = _shipment(row)
    return row.status == S.HANDED_OVER and (shipment is None or shipment.is_manual)


def _may_ask(row: SubOrder) -> bool:
    shipment = _shipment(row)
    if row.status not in (S.HANDED_OVER, S.REFUSED) or shipment is None or not shipment.is_booked:
        return False
    return shipment.carrier in dict(_connected()) and carriers.get(shipment.carrier).can_track


def _may_invoice(row: SubOrder) -> bool:
    return row.status == S.DELIVERED and not row.invoice_number and invoices.provider() is not None


def _booking(row: SubOrder) -> dict[str, Any]:
    """A booking without an answer goes on with the same carrier and weight."""
    shipment = _shipment(row)
    is_waiting = shipment is not None and shipment.is_under_way
    weight = shipment.weight if shipment is not None and is_waiting else row.weight
    return {"carrier": shipment.carrier if shipment is not None and is_waiting else "", "weight_g": weight}


def _step(slug: str, run: Callable[..., Any], label: Any, ask: Any, done: Any, **more: Any) -> Step:
    """A step of the parcel itself: ``run(sub_order=…, actor=…, **the form's data)``."""
    return Step(
        slug=slug,
        label=label,
        ask=ask,
        done=done,
        run=lambda row, actor, data: run(sub_order=row, actor=actor, **data),
        **more,
    )


def _log(kind: str) -> Callable[..., Any]:
    return lambda **data: contacts.log(kind=kind, **data)


_BEFORE = (
    _step(
        "xac-nhan",
        fulfilment.confirm,
        _("Xác nhận đơn"),
        _("Gọi cho người mua trước khi xác nhận thì ít bị trả hàng hơn."),
        _("Đã xác nhận đơn. Người mua được báo tin."),
        icon="check_circle",
        offered=lambda row: S.CONFIRMED in SUB_ORDER.allowed(row.status),
    ),
    _step(
        "chuan-bi",
        fulfilment.prepare,
        _("Chuẩn bị hàng"),
        _("Từ bước này người mua không tự hủy được nữa."),
        _("Đơn đang được chuẩn bị."),
        icon="inventory_2",
        offered=_in(S.CONFIRMED),
    ),
)

_SENDING = (
    _step(
        "dat-van-don",
        shipments.book,
        _("Đặt vận đơn"),
        _("Đơn vị vận chuyển đến lấy hàng và thu hộ. Bấm lại không tạo vận đơn thứ hai."),
        _("Đã đặt vận đơn. Người mua được báo mã vận đơn."),
        icon="local_shipping",
        form=BookForm,
        initial=_booking,
        offered=_may_book,
    ),
    _step(
        "giao-di",
        fulfilment.hand_over,
        _("Tự giao, gửi nơi khác"),
        _("Ghi đơn vị vận chuyển và mã vận đơn để người mua theo dõi. Tiền thu hộ do bạn tự nhận."),
        _("Đã bàn giao. Người mua được báo mã vận đơn."),
        icon="two_wheeler",
        form=HandOverForm,
        offered=_may_hand_over,
    ),
    _step(
        "san-sang",
        fulfilment.hand_over,
        _("Sẵn sàng ở điểm nhận"),
        _("Hàng đã để ở điểm nhận; người mua được báo đến lấy."),
        _("Đã báo người mua đến lấy."),
        icon="storefront",
        offered=lambda row: row.status == S.PREPARING and _is_fetched(row),
    ),
    _step(
        "da-giao",
        fulfilment.deliver,
        _("Đã giao"),
        _("Người mua đã nhận hàng và trả đủ tiền."),
        _("Đơn đã giao xong."),
        icon="task_alt",
        offered=lambda row: S.DELIVERED in SUB_ORDER.allowed(row.status),
    ),
    _step(
        "ghi-cuoc-goi",
        _log(Kind.CONFIRM),
        _("Ghi cuộc gọi"),
        _("Ghi lại cuộc gọi xác nhận: có gặp người mua không, hẹn gì."),
        _("Đã ghi cuộc gọi."),
        icon="call",
        look="plain",
        form=ContactForm,
        offered=_in(*contacts.OPEN_TO[Kind.CONFIRM]),
    ),
    _step(
        "ghi-lan-giao",
        _log(Kind.DELIVERY),
        _("Ghi lần giao"),
        _("Ghi lại một lần giao: có gặp người nhận không, hẹn gì."),
        _("Đã ghi lần giao."),
        icon="door_open",
        look="plain",
        form=ContactForm,
        offered=_in(*contacts.OPEN_TO[Kind.DELIVERY]),
    ),
    Step(
        slug="hoi-lai",
        label=_("Hỏi đơn vị vận chuyển"),
        ask=_("Hỏi ngay đơn vị vận chuyển xem kiện đang ở đâu. Chợ cũng tự hỏi đều đặn."),
        done=_("Đã hỏi. Tin mới nằm trong phần vận chuyển."),
        run=lambda row, actor, data: tracking.look_after(shipment_id=row.shipment.pk),
        icon="sync",
        look="plain",
        offered=_may_ask,
    ),
)

_BACKWARDS = (
    _step(
        "lay-lai",
        fulfilment.prepare,
        _("Lấy lại để chuẩn bị"),
        _("Kiện chưa đi, hoặc bấm nhầm: đưa về “Đang chuẩn bị”."),
        _("Kiện đã về “Đang chuẩn bị”."),
        icon="undo",
        look="plain",
        offered=_may_take_back,
    ),
    _step(
        "huy-van-don",
        shipments.cancel_booking,
        _("Hủy vận đơn"),
        _("Báo đơn vị vận chuyển thôi lấy hàng; kiện về “Đang chuẩn bị” để chọn cách gửi khác."),
        _("Đã hủy vận đơn."),
        icon="event_busy",
        look="danger",
        form=ReasonForm,
        offered=_may_call_off,
    ),
    _step(
        "khong-nhan",
        fulfilment.refuse,
        _("Không nhận hàng"),
        _("Người mua không nhận; hàng đang quay về."),
        _("Đã ghi: không nhận hàng."),
        icon="undo",
        look="danger",
        form=ReasonForm,
        offered=lambda row: S.REFUSED in SUB_ORDER.allowed(row.status),
    ),
    _step(
        "hoan-hang",
        fulfilment.take_back,
        _("Đã nhận lại hàng"),
        _("Hàng đã về kho; số lượng được cộng lại vào tồn kho."),
        _("Đã ghi hoàn hàng."),
        icon="assignment_return",
        offered=lambda row: S.RETURNED in SUB_ORDER.allowed(row.status),
    ),
    _step(
        "huy",
        fulfilment.cancel,
        _("Hủy đơn"),
        _("Người mua được báo lý do. Hàng được cộng lại vào tồn kho."),
        _("Đã hủy đơn."),
        icon="cancel",
        look="danger",
        form=ReasonForm,
        offered=lambda row: S.CANCELLED in SUB_ORDER.allowed(row.status),
    ),
)

STEPS = (
    *_BEFORE,
    *_SENDING,
    *_BACKWARDS,
    _step(
        "hoa-don",
        invoicing.issue,
        _("Phát hành hóa đơn"),
        _("Gửi dữ liệu của kiện cho dịch vụ hóa đơn điện tử của bạn."),
        _("Đã phát hành hóa đơn."),
        icon="receipt_long",
        look="plain",
        offered=_may_invoice,
    ),
)
