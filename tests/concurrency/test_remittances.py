"""Two people at one row, and two rows about one parcel: the cash comes once."""

import time
from functools import partial

import pytest
from django.db.models import Sum

from core.models import AuditEntry
from orders.carriers.remittance import RemittanceRow as Told
from orders.errors import RowIsResolved
from orders.services import fulfilment, remittances
from orders.states import SubOrderStatus
from orders.tests.buying import parcel as make_parcel
from payments.models import CodCollection, JournalEntry, MoneyFile, Posting, RemittanceRow
from payments.states import CodStatus, RemittanceOutcome
from tests.books import all_invariants
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
S = RemittanceOutcome


@pytest.fixture
def parcel(cast, make_product):
    """300.000 đồng in GHN's hands."""
    row = make_parcel(
        make_product(cast.producer, price=270_000), status=SubOrderStatus.PREPARING, commune=cast.hoi_an
    )
    fulfilment.hand_over(sub_order=row, actor=None, carrier="ghn", tracking_code="LX1")
    fulfilment.deliver(sub_order=row, actor=None)
    return row


def file():
    return MoneyFile.objects.create(kind="remittance", source="ghn", name="a.xlsx", checksum="0" * 64)


def told(collected=300_000, fee=20_000):
    return Told(2, "LX1", "", collected, fee, collected - fee, None, "ghn")


def bring(row, actor):
    return partial(remittances.book, row=row, file=file(), actor=actor)


def balance(code):
    return Posting.objects.filter(account__code=code).aggregate(sum=Sum("amount"))["sum"] or 0


def test_one_row_in_six_files_at_once_is_booked_once(cast, parcel):
    results = race([bring(told(), cast.treasurer) for _ in range(6)])
    assert len({row.pk for row in results}) == 1
    assert (balance("bank"), balance("cod:ghn")) == (280_000, 0)
    assert all_invariants() == {}


def two_lists(cast):
    """They agree about the cash and not about the fee."""
    return race([bring(told(fee=20_000), cast.treasurer), bring(told(fee=25_000), cast.chief_treasurer)])


def test_two_rows_about_one_parcel_book_its_cash_once(cast, parcel):
    rows = two_lists(cast)
    assert sorted(row.outcome for row in rows) == [S.DUPLICATE, S.MATCHED]
    assert balance("cod:ghn") == 0
    assert all_invariants() == {}


def test_without_the_parcels_lock_both_are_booked(cast, parcel, monkeypatch):
    """The control: each finds the cash still with the carrier."""
    judge = remittances._outcome

    def slow(row):
        found = judge(row)
        time.sleep(0.5)
        return found

    monkeypatch.setattr(remittances, "_lock", lambda parcel: None)
    monkeypatch.setattr(remittances, "_outcome", slow)
    two_lists(cast)
    assert JournalEntry.objects.filter(kind="remittance").count() == 2
    assert balance("cod:ghn") == -300_000


def decide(cast):
    """One treasurer claims the missing money while the other drops the row."""
    short = remittances.book(row=told(collected=250_000), file=file(), actor=cast.treasurer)
    assert short.outcome == S.SHORT
    return race(
        [
            partial(remittances.claim, row=short, reason="đòi", actor=cast.treasurer),
            partial(remittances.drop, row=short, reason="sai", actor=cast.chief_treasurer),
        ]
    )


def resolutions():
    return AuditEntry.objects.filter(action="payments.remittance.resolved").count()


def test_two_people_decide_once(cast, parcel):
    results = decide(cast)
    assert sorted(isinstance(result, RowIsResolved) for result in results) == [False, True]
    assert resolutions() == 1
    is_claimed = RemittanceRow.objects.get().is_booked
    assert balance("cod:ghn") == (50_000 if is_claimed else 300_000)
    assert all_invariants() == {}


def test_without_the_locks_both_decide(cast, parcel, monkeypatch):
    """The control: each sees the row waiting, and the dropped row's money is booked."""

    def careless(row):
        found = RemittanceRow.objects.select_related("file", "producer", "collection").get(pk=row.pk)
        time.sleep(0.5)
        return found

    monkeypatch.setattr(remittances, "_lock", lambda parcel: None)
    monkeypatch.setattr(remittances, "_locked", careless)
    results = decide(cast)
    assert not any(isinstance(result, Exception) for result in results)
    assert resolutions() == 2


def test_the_list_comes_while_the_parcel_is_delivered(cast, make_product):
    row = make_parcel(
        make_product(cast.producer, price=270_000), status=SubOrderStatus.PREPARING, commune=cast.hoi_an
    )
    fulfilment.hand_over(sub_order=row, actor=None, carrier="ghn", tracking_code="LX1")
    race([bring(told(), cast.treasurer), partial(fulfilment.deliver, sub_order=row, actor=None)])
    remittances.parcel_moved(sub_order_id=row.pk)  # what the worker does after the delivery
    assert RemittanceRow.objects.get().outcome == S.MATCHED
    assert CodCollection.objects.get().status == CodStatus.REMITTED
    assert all_invariants() == {}


def test_three_treasurers_record_the_delivery_once(cast, make_product):
    row = make_parcel(
        make_product(cast.producer, price=270_000), status=SubOrderStatus.PREPARING, commune=cast.hoi_an
    )
    fulfilment.hand_over(sub_order=row, actor=None, carrier="ghn", tracking_code="LX1")
    waiting = remittances.book(row=told(), file=file(), actor=cast.treasurer)
    jobs = [partial(remittances.mark_delivered, row=waiting, actor=cast.treasurer) for _ in range(3)]
    results = race(jobs)
    assert sorted(isinstance(result, RowIsResolved) for result in results) == [False, True, True]
    assert (balance("bank"), balance("cod:ghn")) == (280_000, 0)
    assert all_invariants() == {}
