"""Telling people something: one notification, and its copy by e-mail."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User
from core import clock, outbox
from notifications.models import Delivery, Notification


def notify(
    *,
    user: User | None = None,
    email: str = "",
    topic: str,
    title: str,
    body: str,
    url: str = "",
    dedupe_key: str,
    language: str = "vi",
    by_email: bool = True,
) -> Notification:
    """Tell one person one fact, once: a second call with the same ``dedupe_key`` changes nothing.

    ``title`` and ``body`` are plain text, already in the person's language; ``url`` is a path of
    this site. The mail goes to ``email``, else to the user's own address, unless ``by_email`` is
    False; without either address the notification stays in the inbox only.
    """
    with transaction.atomic():
        notification, is_new = Notification.objects.get_or_create(
            dedupe_key=dedupe_key,
            defaults={"user": user, "topic": topic, "title": title[:200], "body": body, "url": url},
        )
        address = email or (user.email if user else "") or ""
        if is_new and by_email and address:
            delivery = Delivery.objects.create(
                notification=notification, channel=Delivery.Channel.EMAIL, address=address
            )
            outbox.publish("notifications.email_queued", {"delivery": delivery.pk, "language": language})
    return notification


def send_email(*, delivery_id: int, language: str) -> bool:
    """Send one queued mail; False when it went out before.

    The row stays locked while the mail server answers, so two workers cannot both send it.
    """
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(of=("self",))
            .select_related("notification")
            .get(pk=delivery_id, channel=Delivery.Channel.EMAIL)
        )
        if delivery.sent_at:
            return False
        _compose(delivery, language).send()
        delivery.sent_at = clock.now()
        delivery.save(update_fields=["sent_at"])
    return True


def _compose(delivery: Delivery, language: str) -> EmailMultiAlternatives:
    notification = delivery.notification
    context = {
        "title": notification.title,
        "body": notification.body,
        "url": settings.SITE_URL + notification.url if notification.url else "",
        "site": settings.SITE_URL,
        "language": language,
    }
    with translation.override(language):
        text = render_to_string("notifications/mail/message.txt", context)
        page = render_to_string("notifications/mail/message.html", context)
    # A header is one line; whatever a title was made of must not start another.
    subject = " ".join(notification.title.split())
    mail = EmailMultiAlternatives(subject, text, None, [delivery.address])
    mail.attach_alternative(page, "text/html")
    return mail
