"""Returns in tests: a delivered parcel, and a case brought to a status through the services."""

import datetime as dt
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core import clock
from orders.models import ReturnCase, SubOrder
from orders.services import cases, paying
from orders.states import CaseReason, CaseStatus, SubOrderStatus
from orders.tests.buying import buy, walk
from payments.models import PaymentNotice
from payments.services.receipts import Statement
from payments.states import Method

C = CaseStatus


def delivered(*products: Any, cast: Any, **more: Any) -> SubOrder:
    """The first parcel of the buyer's new order, paid and delivered now."""
    order = buy(*products, commune=cast.hoi_an, user=cast.buyer, **more)
    if more.get("method") == Method.TRANSFER:
        statement = Statement(
            gateway="bank",
            notice_id=order.code,
            source=PaymentNotice.Source.STATEMENT,
            raw="…",
            amount=order.total,
            occurred_at=clock.now(),
        )
        paying.receive(statement=statement, order=order)
    sub = order.sub_orders.first()
    walk(sub, SubOrderStatus.DELIVERED)
    return sub


def ask(sub: SubOrder, actor: Any, quantity: int | None = None, **changes: Any) -> ReturnCase:
    """Ask back ``quantity`` units of each line, all of them by default."""
    wanted = {line.pk: quantity or line.quantity for line in sub.lines.all()}
    fields = {"reason": CaseReason.DAMAGED, "story": "Chai vỡ khi mở kiện.", "quantities": wanted}
    return cases.open(sub_order=sub, actor=actor, **fields | changes)


def late(case: ReturnCase) -> dt.datetime:
    """The moment at which the present step's time is over."""
    return case.answer_by


def receive(case: ReturnCase, actor: Any, fate: str = "restocked", **more: Any) -> bool:
    return cases.receive_goods(
        case=case, fates={line.pk: fate for line in case.lines.all()}, actor=actor, **more
    )


def bring(case: ReturnCase, status: str, cast: Any) -> ReturnCase:
    """Take a case that was just opened to a status."""
    if status in (C.DECLINED, C.DISPUTED, C.REJECTED):
        cases.decline(case=case, answer="Hàng nguyên khi gửi.", actor=cast.owner)
    if status in (C.DISPUTED, C.REJECTED):
        cases.dispute(case=case, actor=cast.buyer)
    if status == C.REJECTED:
        cases.rule(case=case, refund=False, ruling="Không đủ chứng cứ.", actor=cast.province_officer)
    if status == C.ACCEPTED:
        cases.accept(case=case, goods_back=True, actor=cast.owner)
    if status == C.CLOSED:
        cases.accept(case=case, goods_back=False, actor=cast.owner)
    if status == C.WITHDRAWN:
        cases.withdraw(case=case, actor=cast.buyer)
    return case


def picture(size: tuple[int, int] = (640, 480), form: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, form, **options)
    return out.getvalue()


def upload(data: bytes | None = None, name: str = "anh.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data if data is not None else picture(), content_type="image/jpeg")
