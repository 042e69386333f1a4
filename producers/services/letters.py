"""What producers are told about the account that their money goes to."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.models import StatusChange
from notifications.services import messages
from producers.models import AccountStatus, Membership, PayoutAccount
from producers.states import PAYOUT_ACCOUNT


def account_entered(*, account_id: int) -> None:
    """To every address of the producer and its owners, so that a thief's change does not stay unseen."""
    account = PayoutAccount.objects.select_related("producer").get(pk=account_id)
    with translation.override("vi"):
        title = _("Tài khoản nhận tiền của %(producer)s vừa được nhập") % {"producer": account.producer}
        _tell(account, title, "account_entered", f"entered:{account.changed_at.timestamp()}")


def account_changed(*, account_id: int, to: str) -> None:
    """Confirmed, or put in doubt with a reason. A change by the owner has a letter of its own."""
    account = PayoutAccount.objects.select_related("producer").get(pk=account_id)
    event = StatusChange.objects.filter(machine=PAYOUT_ACCOUNT.name, object_id=account_id, to_state=to).last()
    if event is None or (to == AccountStatus.UNCONFIRMED and not event.reason):
        return
    with translation.override("vi"):
        if to == AccountStatus.CONFIRMED:
            title = _("Tài khoản nhận tiền của %(producer)s đã được xác nhận")
        else:
            title = _("Cần xem lại tài khoản nhận tiền của %(producer)s")
        title %= {"producer": account.producer}
        _tell(account, title, f"account_{to}", f"{to}:{event.pk}", {"event": event})


def _tell(
    account: PayoutAccount, title: str, template: str, key: str, context: dict[str, Any] | None = None
) -> None:
    producer = account.producer
    owners = Membership.objects.filter(
        producer=producer, role=Membership.Role.OWNER, user__is_active=True
    ).select_related("user")
    readers: list[tuple[Any, str]] = [(member.user, "") for member in owners]
    if producer.email and producer.email not in {user.email for user, _email in readers}:
        readers.append((None, producer.email))
    body = render_to_string(f"producers/mail/{template}.txt", {"account": account, **(context or {})})
    for user, email in readers:
        messages.notify(
            user=user,
            email=email,
            topic="producers.payout_account",
            title=title,
            body=body,
            url=reverse("producer:producers_payoutaccount_change", args=[account.pk]),
            dedupe_key=f"producers.payout_account:{account.pk}:{key}:{user.pk if user else 'producer'}",
        )
