"""What a buyer of a recalled lot is told."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock
from orders.models import RecallNotice
from orders.services import letters


def found(*, notice_id: int) -> None:
    """One letter about all parcels of one buyer; whoever left no address is called (see the desk)."""
    notice = RecallNotice.objects.select_related("recall__producer").get(pk=notice_id)
    parts = list(notice.parts.select_related("sub_order__order__buyer", "lot__product").order_by("pk"))
    order = parts[-1].sub_order.order
    with translation.override(order.language):
        letters.tell_buyer(
            order,
            topic="orders.recall_buyer_found",
            title=_("Thu hồi sản phẩm bạn đã mua: ngừng dùng lô %s")
            % ", ".join(sorted({part.lot.code for part in parts})),
            body=render_to_string(
                "orders/mail/recall_buyer.txt", {"recall": notice.recall, "parts": parts, "notice": notice}
            ),
            key=f"orders.recall:{notice.pk}",
            by_email=True,
            page=reverse("orders:order", args=[order.code]),
        )
    if order.email or (order.buyer and order.buyer.email):
        RecallNotice.objects.filter(pk=notice.pk, told_at=None).update(told_at=clock.now(), told_by="email")
