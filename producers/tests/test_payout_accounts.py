"""Where a producer's money goes: only its owner says, only a treasurer confirms, everybody is told."""

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from core.errors import NotAllowed
from core.models import AuditEntry, OutboxDelivery
from core.services import delivery
from notifications.models import Notification
from producers.errors import AccountChanged, InvalidAccount, ReasonMissing
from producers.models import Membership, PayoutAccount
from producers.services import payout_accounts


def enter(cast, **changes):
    typed = {
        "producer": cast.producer,
        "bank_bin": "970436",
        "account_number": "0071 000-123.456",
        "account_name": "Hợp tác xã Duy Xuyên",
        "actor": cast.owner,
    }
    return payout_accounts.enter(**typed | changes)


def confirm(cast, row, **changes):
    return payout_accounts.confirm(
        **{"account": row, "seen": row.fingerprint, "actor": cast.treasurer} | changes
    )


def run_outbox():
    while ids := list(OutboxDelivery.objects.filter(done_at=None).values_list("pk", flat=True)):
        for delivery_id in ids:
            delivery.run(delivery_id)


def test_an_owner_enters_and_a_treasurer_confirms(cast):
    row = enter(cast)
    assert (row.account_number, row.account_name) == ("0071000123456", "HOP TAC XA DUY XUYEN")
    assert not row.is_confirmed
    assert confirm(cast, row) is True
    assert confirm(cast, row) is False
    row.refresh_from_db()
    assert (row.is_confirmed, row.confirmed_by) == (True, cast.treasurer)


def test_nobody_else_enters(cast):
    for person in (cast.staff, cast.rival_owner, cast.province_officer, cast.treasurer, cast.admin, None):
        with pytest.raises(NotAllowed):
            enter(cast, actor=person)
    assert not PayoutAccount.objects.exists()


def test_nobody_else_confirms(cast):
    row = enter(cast)
    Membership.objects.create(producer=cast.producer, user=cast.chief_treasurer, role="staff")
    for person in (cast.owner, cast.province_officer, cast.province_leader, cast.chief_treasurer, None):
        with pytest.raises(NotAllowed):
            confirm(cast, row, actor=person)
        if person != cast.chief_treasurer:
            with pytest.raises(NotAllowed):
                payout_accounts.doubt(account=row, reason="x", actor=person)
    row.refresh_from_db()
    assert not row.is_confirmed


def test_a_change_has_to_be_confirmed_again(cast):
    row = enter(cast)
    confirm(cast, row)
    enter(cast, account_number="19031234567")
    row.refresh_from_db()
    assert (row.account_number, row.is_confirmed, row.confirmed_by) == ("19031234567", False, None)
    changed = AuditEntry.objects.get(action="producers.payoutaccount.changed")
    assert changed.changes["account_number"] == ["0071000123456", "19031234567"]
    assert changed.actor_id == cast.owner.pk


def test_the_same_account_again_changes_nothing(cast):
    row = enter(cast)
    confirm(cast, row)
    before = AuditEntry.objects.count()
    enter(cast, account_number="0071000123456", account_name="hop tac xa duy xuyen")
    row.refresh_from_db()
    assert row.is_confirmed
    assert AuditEntry.objects.count() == before


def test_what_was_not_seen_is_not_confirmed(cast):
    """The owner changes the account while the treasurer's page is open."""
    seen = enter(cast).fingerprint
    row = enter(cast, account_number="19031234567")
    with pytest.raises(AccountChanged):
        confirm(cast, row, seen=seen)
    row.refresh_from_db()
    assert not row.is_confirmed


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bank_bin", "97043"),
        ("bank_bin", "٩٧٠٤٣٦"),
        ("bank_bin", ""),
        ("account_number", "12345"),
        ("account_number", "1" * 20),
        ("account_number", "00710001'--"),
        ("account_number", "=1+1000000"),
        ("account_number", "００７１０００"),
        ("account_name", ""),
        ("account_name", "=HYPERLINK(1)"),
        ("account_name", "张三"),
        ("account_name", "A" * 121),
    ],
)
def test_what_no_bank_takes_is_refused(cast, field, value):
    with pytest.raises(InvalidAccount) as refusal:
        enter(cast, **{field: value})
    assert refusal.value.data == {"field": field}
    assert not PayoutAccount.objects.exists()


def test_the_database_refuses_a_confirmation_without_a_moment(cast):
    row = enter(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutAccount.objects.filter(pk=row.pk).update(status="confirmed")


def test_a_doubt_needs_a_reason_and_is_told(cast):
    row = enter(cast)
    confirm(cast, row)
    with pytest.raises(ReasonMissing):
        payout_accounts.doubt(account=row, reason=" ", actor=cast.treasurer)
    payout_accounts.doubt(account=row, reason="Tên không khớp giấy tờ", actor=cast.treasurer)
    run_outbox()
    note = Notification.objects.filter(title__startswith="Cần xem lại").get()
    assert "Tên không khớp giấy tờ" in note.body
    assert (note.user, row.is_confirmed) == (cast.owner, False)


def test_a_change_is_told_to_every_owner_and_to_the_producers_address(cast):
    cast.producer.email = "htx@chuthe.example"
    cast.producer.save()
    Membership.objects.create(producer=cast.producer, user=cast.buyer, role="owner")
    cast.buyer.email = "chu2@chuthe.example"
    cast.buyer.save()
    row = enter(cast)
    confirm(cast, row)
    run_outbox()
    mail.outbox.clear()
    enter(cast, account_number="19031234567")  # by whoever holds the owner's password
    run_outbox()
    assert {address for letter in mail.outbox for address in letter.to} == {
        "htx@chuthe.example",
        "chu2@chuthe.example",
        cast.owner.email,
    }
    assert len(mail.outbox) == 3  # one each: the reset of the confirmation has no letter of its own
    assert all("•••4567" in letter.body and "19031234567" not in letter.body for letter in mail.outbox)
