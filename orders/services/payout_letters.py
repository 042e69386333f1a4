"""What a producer is told about its money."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.models import StatusChange
from core.money import format_vnd
from notifications.services import messages
from orders.services.letters import first_owner
from payments.banks import by_bin
from payments.models import Payout
from payments.states import PAYOUT, PayoutStatus


def payout_changed(*, payout_id: int, to: str) -> None:
    """On its way, arrived, or sent back by the bank. Drafts that are dropped concern nobody."""
    if to not in (PayoutStatus.SENT, PayoutStatus.PAID, PayoutStatus.BOUNCED):
        return
    payout = Payout.objects.select_related("batch", "producer").get(pk=payout_id)
    owner = first_owner(payout.producer)
    if owner is None and not payout.producer.email:
        return
    event = StatusChange.objects.filter(machine=PAYOUT.name, object_id=payout.pk, to_state=to).last()
    with translation.override("vi"):
        titles = {
            PayoutStatus.SENT: _("Sàn đang chuyển %(amount)s cho bạn"),
            PayoutStatus.PAID: _("Đã chuyển %(amount)s cho bạn"),
            PayoutStatus.BOUNCED: _("Ngân hàng trả lại %(amount)s: cần xem tài khoản nhận tiền"),
        }
        context = {"payout": payout, "event": event, "bank": by_bin(payout.bank_bin)}
        messages.notify(
            user=owner,
            email=payout.producer.email,
            topic="payments.payout_changed",
            title=titles[PayoutStatus(to)] % {"amount": format_vnd(payout.amount)},
            body=render_to_string(f"orders/mail/payout_{to}_producer.txt", context),
            url=reverse("producer:payments_payout_change", args=[payout.pk]),
            dedupe_key=f"payments.payout:{payout.pk}:{to}",
            by_email=to != PayoutStatus.SENT,
        )
