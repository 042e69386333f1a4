"""What a buyer of a recalled lot is told, and those who have to act on a recall."""

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.models import Role, User
from core import clock
from notifications.services import messages
from orders.models import RecallNotice
from orders.selectors.recalls import points_of_sale
from orders.services import letters
from traceability.models import Recall


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


def opened(*, recall_id: int) -> None:
    """The producer's people and the province's officers, once each; nobody of a mock recall."""
    recall = Recall.objects.select_related("producer").get(pk=recall_id)
    if recall.is_mock:
        return
    rows = recall.recalled.select_related("lot__product").order_by("pk")
    context = {"recall": recall, "lots": [row.lot for row in rows], "points": points_of_sale(recall)}
    title = _("Mở đợt thu hồi %(code)s của %(producer)s")
    for reader, people in _concerned(recall):
        for person in people:
            with translation.override("vi"):
                messages.notify(
                    user=person,
                    topic="traceability.recall_opened",
                    title=title % {"code": recall.code, "producer": recall.producer.name},
                    body=render_to_string("orders/mail/recall_opened.txt", {**context, "reader": reader}),
                    url=reverse(f"{reader}:traceability_recall_change", args=[recall.pk]),
                    dedupe_key=f"traceability.recall_opened:{recall.pk}:{person.pk}",
                )


def _concerned(recall: Recall) -> list[tuple[str, QuerySet[User]]]:
    """Admin site → its people. Who is both hears it as a member."""
    members = User.objects.filter(is_active=True, memberships__producer=recall.producer_id)
    officers = accounts.officers(roles=(Role.PROVINCE_OFFICER,), province=recall.producer.province_id)
    return [("producer", members.order_by("pk")), ("province", officers)]
