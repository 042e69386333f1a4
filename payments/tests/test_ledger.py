"""The database keeps the ledger honest, whatever the code does."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core import clock
from payments.models import AccountKind, JournalEntry, Posting
from payments.services import ledger
from payments.services.ledger import Item, Kind, Line

pytestmark = pytest.mark.django_db(transaction=True)


def book(key, *amounts):
    accounts = [ledger.account(kind=AccountKind.BANK), ledger.account(kind=AccountKind.SUSPENSE)]
    lines = [Line(accounts[n % 2], Item.PAYMENT, amount) for n, amount in enumerate(amounts)]
    return ledger.post(kind=Kind.RECEIPT, key=key, lines=lines, at=clock.now())


def test_an_event_is_booked_once():
    assert book("a", 5, -5) is True
    assert book("a", 5, -5) is False
    assert Posting.objects.count() == 2


def test_our_own_arithmetic_is_checked_first():
    with pytest.raises(ValueError, match="does not balance"):
        book("a", 5, -4)
    assert JournalEntry.objects.count() == 0


def test_nothing_to_book_books_nothing():
    assert book("a", 0, 0) is False
    assert JournalEntry.objects.count() == 0


def entry(**amounts):
    row = JournalEntry.objects.create(key="raw", kind=Kind.RECEIPT, at=clock.now())
    for kind, amount in amounts.items():
        account = ledger.account(kind=AccountKind(kind))
        Posting.objects.create(entry=row, account=account, item=Item.PAYMENT, amount=amount)
    return row


@pytest.mark.parametrize("amounts", [{}, {"bank": 5}, {"bank": 5, "suspense": -4}])
def test_the_database_refuses_an_entry_that_does_not_balance(amounts):
    with pytest.raises(IntegrityError, match="postings that sum to"), transaction.atomic():
        entry(**amounts)
    assert JournalEntry.objects.count() == 0


def test_the_database_takes_one_that_does():
    with transaction.atomic():
        entry(bank=5, suspense=-5)
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: Posting.objects.filter(amount=5).update(amount=6),
        lambda: Posting.objects.all()._raw_delete("default"),
        lambda: JournalEntry.objects.update(memo="x"),
        lambda: JournalEntry.objects.all()._raw_delete("default"),
    ],
)
def test_what_is_booked_stays(spoil):
    book("a", 5, -5)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        spoil()
    assert list(Posting.objects.order_by("id").values_list("amount", flat=True)) == [5, -5]


def test_a_later_posting_cannot_spoil_an_entry():
    book("a", 5, -5)
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(
            entry=JournalEntry.objects.get(),
            account=ledger.account(kind=AccountKind.FEES),
            item=Item.COMMISSION,
            amount=1,
        )
    assert Posting.objects.count() == 2
