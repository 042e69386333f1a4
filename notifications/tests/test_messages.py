"""One fact to one person is one notification and one mail."""

import pytest
from django.core import mail

from core.models import OutboxDelivery, OutboxMessage
from core.services import delivery
from notifications.models import Delivery, Notification
from notifications.services import messages


def notify(**changes):
    fields = {
        "email": "mua@khach.example",
        "topic": "orders.placed",
        "title": "Đã nhận đơn",
        "body": "Dòng một\n\nDòng <hai>",
        "url": "/don-hang/7K3M-92XQ/",
        "dedupe_key": "orders.placed:1:buyer",
    }
    return messages.notify(**fields | changes)


def run():
    for pk in OutboxDelivery.objects.filter(done_at=None).values_list("pk", flat=True):
        delivery.run(pk)


def test_a_mail_in_plain_text_and_html(db, settings):
    settings.SITE_URL = "https://cho.example"
    notify()
    run()
    sent = mail.outbox[0]
    page = sent.alternatives[0].content
    assert sent.to == ["mua@khach.example"]
    assert "Dòng <hai>" in sent.body
    assert "https://cho.example/don-hang/7K3M-92XQ/" in sent.body
    assert "Dòng &lt;hai&gt;" in page
    assert 'href="https://cho.example/don-hang/7K3M-92XQ/"' in page
    assert Delivery.objects.get().sent_at is not None


def test_the_same_fact_twice_is_one_mail(db):
    assert notify() == notify(title="Khác")
    run()
    assert len(mail.outbox) == 1
    assert Notification.objects.get().title == "Đã nhận đơn"


def test_a_repeated_message_sends_nothing_more(db):
    notify()
    run()
    pk = Delivery.objects.get().pk
    assert messages.send_email(delivery_id=pk, language="vi") is False
    assert len(mail.outbox) == 1


def test_a_failing_mail_server_leaves_the_mail_to_be_sent_again(db, monkeypatch):
    notify()
    with monkeypatch.context() as broken:
        broken.setattr(messages, "_compose", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run()
    assert Delivery.objects.get().sent_at is None
    run()
    assert len(mail.outbox) == 1


def test_accounts_get_it_at_their_own_address_and_in_the_inbox(cast):
    notify(user=cast.buyer, email="")
    run()
    assert mail.outbox[0].to == [cast.buyer.email]
    assert cast.buyer.notifications.count() == 1


def test_without_an_address_or_without_wish_it_stays_in_the_inbox(cast):
    notify(user=cast.buyer, by_email=False)
    cast.owner.email = None
    notify(user=cast.owner, email="", dedupe_key="other")
    assert not OutboxMessage.objects.exists()
    assert Notification.objects.count() == 2


def test_the_outbox_holds_no_personal_data(db):
    notify()
    assert set(OutboxMessage.objects.get().payload) == {"delivery", "language"}


def test_a_title_of_two_lines_is_one_header(db):
    notify(title="Đơn\nBcc: ai@do.example")
    run()
    assert mail.outbox[0].subject == "Đơn Bcc: ai@do.example"
