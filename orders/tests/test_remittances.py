"""Carriers' lists of collected cash: from the door to the market's account."""

from functools import partial

import pytest
from django.db.models import Sum

from core import clock
from core.errors import ForbiddenTransition, NotAllowed
from core.models import AuditEntry
from orders.errors import NotCarriedParcel, RowIsResolved, RowReadsOtherwise, WhyNeeded
from orders.services import fulfilment, remittances
from orders.services.remittances import READER
from orders.states import SubOrderStatus
from orders.tests import remitting
from orders.tests.buying import run_outbox
from orders.tests.remitting import CARRIERS, told
from payments.models import CodCollection, JournalEntry, Posting, RemittanceRow
from payments.selectors.files import preview
from payments.states import CodStatus, FileStatus, Method, RemittanceOutcome
from tests.books import all_invariants

S = RemittanceOutcome


@pytest.fixture(autouse=True)
def connected(settings):
    settings.CARRIERS = CARRIERS


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, stock=50, price=270_000)


@pytest.fixture
def ship(cast, product, private_files):
    """A parcel of 300.000 đồng."""
    return partial(remitting.ship, product, commune=cast.hoi_an)


@pytest.fixture
def upload(cast):
    return lambda *rows, **more: remitting.upload(*rows, **{"actor": cast.treasurer} | more)


@pytest.fixture
def bring(cast):
    """Hand a list in and book it; every book still whole."""

    def do(*rows, **more):
        file = remitting.bring(*rows, actor=cast.treasurer, **more)
        assert all_invariants() == {}
        return file

    return do


def balance(code):
    return Posting.objects.filter(account__code=code).aggregate(sum=Sum("amount"))["sum"] or 0


def outcomes():
    return list(RemittanceRow.objects.order_by("id").values_list("outcome", flat=True))


def status_of(parcel):
    return CodCollection.objects.get(reference=parcel.code).status


def row():
    return RemittanceRow.objects.get()


# --- From the door to the account ---


def test_from_the_door_to_the_account(cast, ship, bring):
    parcel = ship("LX8ABC")
    assert (balance("cod:ghn"), balance("bank")) == (300_000, 0)
    earned = -balance(f"producer:{cast.producer.pk}")
    file = bring(told("LX8ABC", 300_000, 23_000))
    assert (file.status, file.new_rows, file.known_rows) == (FileStatus.DONE, 1, 0)
    assert (outcomes(), status_of(parcel)) == ([S.MATCHED], CodStatus.REMITTED)
    assert (balance("cod:ghn"), balance("bank")) == (0, 277_000)
    assert -balance(f"producer:{cast.producer.pk}") == earned - 23_000
    fee = Posting.objects.get(item=Posting.Item.CARRIER_FEE)
    assert (fee.amount, fee.reference, fee.due_on) == (23_000, parcel.code, clock.today())


def test_found_by_our_own_code_where_the_carrier_prints_it(ship, bring):
    parcel = ship("LX8ABC")
    bring(told("KHAC1", 300_000, ours=parcel.code.replace("-", "").lower()))
    assert (outcomes(), status_of(parcel)) == ([S.MATCHED], CodStatus.REMITTED)


def test_two_codes_that_name_two_parcels_are_for_a_person(ship, bring):
    ship("LX8ABC")
    other = ship("LX8ABD")
    bring(told("LX8ABC", 300_000, ours=other.code))
    assert outcomes() == [S.UNKNOWN]


def test_a_parcel_of_another_carrier_is_not_this_ones(ship, bring):
    parcel = ship("LX8ABC", carrier="ghtk")
    bring(told("LX8ABC", 300_000, ours=parcel.code))
    assert (outcomes(), status_of(parcel)) == ([S.UNKNOWN], CodStatus.COLLECTED)


def test_cash_in_the_producers_hand_is_no_remittance(ship, bring):
    parcel = ship("LX8ABC", carrier="manual")
    assert status_of(parcel) == CodStatus.REMITTED
    bring(told("LX8ABC", 300_000, 23_000, ours=parcel.code))
    assert (outcomes(), balance("bank")) == ([S.UNKNOWN], 0)
    assert "manual" not in dict(READER.sources())


def test_a_refused_parcel_costs_its_fee_alone(cast, ship, bring):
    parcel = ship("LX8ABC", SubOrderStatus.REFUSED)
    bring(told("LX8ABC", 0, 33_000))
    assert (outcomes(), status_of(parcel)) == ([S.MATCHED], CodStatus.VOID)
    assert (balance("bank"), balance("cod:ghn")) == (-33_000, 0)
    assert balance(f"producer:{cast.producer.pk}") == 33_000


def test_a_parcel_paid_in_advance_costs_its_fee_alone(cast, ship, bring):
    ship("LX8ABC", method=Method.TRANSFER)
    before = balance(f"producer:{cast.producer.pk}")
    bring(told("LX8ABC", 0, 20_000), told("LX9", 5_000))
    assert outcomes() == [S.MATCHED, S.UNKNOWN]
    assert balance(f"producer:{cast.producer.pk}") == before + 20_000


def test_a_row_without_money_moves_nothing(ship, bring):
    ship("LX8ABC", SubOrderStatus.REFUSED)
    entries = JournalEntry.objects.count()
    bring(told("LX8ABC", 0))
    assert (outcomes(), row().is_booked, JournalEntry.objects.count()) == ([S.MATCHED], False, entries)


# --- The same again ---


def test_the_same_and_an_overlapping_list_add_only_what_is_new(ship, bring, upload):
    ship("LX1"), ship("LX2"), ship("LX3")
    first = [told("LX1", 300_000, 20_000), told("LX2", 300_000, 20_000)]
    bring(*first)
    again = bring(*first)
    assert (again.new_rows, again.known_rows) == (0, 2)
    longer = [told("LX2", 300_000, 20_000, day=""), told("LX3", 300_000, 20_000)]
    assert preview(reader=READER, file=upload(*longer)).known == 1
    assert bring(*longer).new_rows == 1
    assert (outcomes(), balance("bank")) == ([S.MATCHED] * 3, 840_000)


def test_a_parcel_told_again_with_another_fee_is_for_a_person(ship, bring):
    ship("LX1")
    bring(told("LX1", 300_000, 20_000))
    bring(told("LX1", 300_000, 25_000))
    assert (outcomes(), balance("bank")) == ([S.MATCHED, S.DUPLICATE], 280_000)


def test_a_fee_that_comes_later_is_booked_by_a_person(cast, ship, bring):
    ship("LX1")
    bring(told("LX1", 300_000, 20_000))
    bring(told("LX1", 0, 5_000))
    late = RemittanceRow.objects.get(collected=0)
    assert late.outcome == S.DUPLICATE
    remittances.claim(row=late, reason="cân lại", actor=cast.treasurer)
    assert (balance("bank"), balance("cod:ghn")) == (275_000, 0)
    assert all_invariants() == {}


# --- Differences ---


def test_money_missing_waits_and_may_stay_the_carriers_debt(cast, ship, bring):
    parcel = ship("LX1")
    bring(told("LX1", 250_000, 20_000))
    assert (outcomes(), balance("bank"), balance("cod:ghn")) == ([S.SHORT], 0, 300_000)
    remittances.claim(row=row(), reason="đòi GHN", actor=cast.treasurer)
    assert (balance("bank"), balance("cod:ghn"), status_of(parcel)) == (230_000, 50_000, CodStatus.COLLECTED)
    assert all_invariants() == {}
    bring(told("LX1", 50_000))
    assert (outcomes(), status_of(parcel)) == ([S.SHORT, S.MATCHED], CodStatus.REMITTED)
    assert (balance("bank"), balance("cod:ghn"), balance("differences")) == (280_000, 0, 0)


def test_a_claim_can_be_given_up_later(cast, ship, bring):
    parcel = ship("LX1")
    bring(told("LX1", 250_000))
    remittances.claim(row=row(), reason="đòi GHN", actor=cast.treasurer)
    remittances.write_off(row=row(), reason="GHN không trả", actor=cast.chief_treasurer)
    assert (balance("differences"), balance("cod:ghn"), status_of(parcel)) == (50_000, 0, CodStatus.REMITTED)
    with pytest.raises(RowIsResolved):
        remittances.write_off(row=row(), reason="lại", actor=cast.treasurer)
    assert all_invariants() == {}


def test_a_difference_given_up_at_once(cast, ship, bring):
    parcel = ship("LX1")
    bring(told("LX1", 299_000, 20_000))
    remittances.write_off(row=row(), reason="lẻ", actor=cast.treasurer)
    assert (balance("bank"), balance("differences"), balance("cod:ghn")) == (279_000, 1_000, 0)
    assert (status_of(parcel), row().difference) == (CodStatus.REMITTED, 1_000)
    assert AuditEntry.objects.filter(action="payments.remittance.resolved").count() == 1
    assert all_invariants() == {}


def test_money_too_much_is_owed_to_the_carrier_until_it_takes_it_back(cast, ship, bring):
    parcel = ship("LX1")
    bring(told("LX1", 320_000))
    assert outcomes() == [S.OVER]
    remittances.claim(row=row(), reason="chờ GHN trừ lại", actor=cast.treasurer)
    assert (balance("bank"), balance("cod:ghn")) == (320_000, -20_000)
    assert all_invariants() == {}
    bring(told("LX1", -20_000))
    assert (outcomes()[1], balance("cod:ghn"), status_of(parcel)) == (S.MATCHED, 0, CodStatus.REMITTED)


def test_money_too_much_may_be_kept(cast, ship, bring):
    ship("LX1")
    bring(told("LX1", 320_000))
    remittances.write_off(row=row(), reason="GHN tặng", actor=cast.treasurer)
    assert (balance("differences"), balance("cod:ghn"), balance("bank")) == (-20_000, 0, 320_000)
    assert all_invariants() == {}


@pytest.mark.parametrize("status", [SubOrderStatus.REFUSED, "prepaid"])
def test_cash_for_a_parcel_that_had_none_to_collect(cast, ship, bring, status):
    if status == "prepaid":
        ship("LX1", method=Method.TRANSFER)
    else:
        ship("LX1", status)
    before = balance("bank")
    bring(told("LX1", 300_000, 20_000))
    assert (outcomes(), balance("bank")) == ([S.OVER], before)
    remittances.claim(row=row(), reason="hỏi GHN", actor=cast.treasurer)
    assert balance("cod:ghn") == -300_000
    assert all_invariants() == {}


def test_a_carrier_that_says_it_took_nothing_is_short_of_everything(cast, ship, bring):
    parcel = ship("LX1")
    bring(told("LX1", 0))
    assert outcomes() == [S.SHORT]
    remittances.write_off(row=row(), reason="mất", actor=cast.treasurer)
    assert (balance("differences"), balance("cod:ghn"), status_of(parcel)) == (300_000, 0, CodStatus.REMITTED)
    assert all_invariants() == {}


def test_a_decision_about_yesterdays_books_is_refused(cast, ship, bring):
    ship("LX1")
    bring(told("LX1", 250_000))
    bring(told("LX1", 300_000))
    short = RemittanceRow.objects.get(outcome=S.SHORT)
    with pytest.raises(RowReadsOtherwise):
        remittances.claim(row=short, reason="x", actor=cast.treasurer)
    assert remittances.look_again(row=short, actor=cast.treasurer).outcome == S.DUPLICATE
    assert balance("bank") == 300_000


# --- Not delivered, unknown, dropped ---


def test_money_of_a_parcel_on_its_way_waits_for_the_delivery(ship, bring, django_capture_on_commit_callbacks):
    parcel = ship("LX1", SubOrderStatus.HANDED_OVER)
    bring(told("LX1", 300_000, 20_000))
    assert (outcomes(), balance("bank")) == ([S.NOT_DELIVERED], 0)
    fulfilment.deliver(sub_order=parcel, actor=None)
    with django_capture_on_commit_callbacks(execute=True):
        run_outbox()
    assert (outcomes(), balance("bank"), status_of(parcel)) == ([S.MATCHED], 280_000, CodStatus.REMITTED)
    assert all_invariants() == {}


def test_a_treasurer_records_the_delivery(cast, ship, bring):
    parcel = ship("LX1", SubOrderStatus.HANDED_OVER)
    bring(told("LX1", 300_000, 20_000))
    remittances.mark_delivered(row=row(), actor=cast.treasurer)
    parcel.refresh_from_db()
    assert (parcel.status, outcomes(), balance("bank")) == (SubOrderStatus.DELIVERED, [S.MATCHED], 280_000)
    assert all_invariants() == {}
    with pytest.raises(RowIsResolved):
        remittances.mark_delivered(row=row(), actor=cast.treasurer)


def test_a_refused_parcel_was_not_delivered(cast, ship, bring):
    parcel = ship("LX1", SubOrderStatus.HANDED_OVER)
    bring(told("LX1", 300_000))
    fulfilment.refuse(sub_order=parcel, actor=None)
    with pytest.raises(ForbiddenTransition):
        remittances.mark_delivered(row=row(), actor=cast.treasurer)
    assert remittances.look_again(row=row(), actor=cast.treasurer).outcome == S.OVER


def test_a_person_knows_whose_row_it_is(cast, ship, bring):
    parcel = ship("LX8ABC")
    ship("GT1", carrier="ghtk")
    bring(told("LX8ABO", 300_000, 20_000))
    assert outcomes() == [S.UNKNOWN]
    for wrong in ("", "GT1", "XX", "7K3M-92XQ-1", "'; DROP"):
        with pytest.raises(NotCarriedParcel):
            remittances.link(row=row(), code=wrong, actor=cast.treasurer)
    remittances.link(row=row(), code=parcel.code.lower(), actor=cast.treasurer)
    assert (outcomes(), row().tracking_code, status_of(parcel)) == ([S.MATCHED], "LX8ABO", CodStatus.REMITTED)
    assert all_invariants() == {}


def test_what_is_not_ours_is_dropped_with_a_reason_and_stays_dropped(cast, bring, product, private_files):
    bring(told("LX1", 300_000))
    with pytest.raises(WhyNeeded):
        remittances.drop(row=row(), reason=" \u200b", actor=cast.treasurer)
    remittances.drop(row=row(), reason="của sàn khác", actor=cast.treasurer)
    with pytest.raises(RowIsResolved):
        remittances.look_again(row=row(), actor=cast.treasurer)
    assert bring(told("LX1", 300_000)).known_rows == 1
    assert (row().is_waiting, balance("bank")) == (False, 0)


def test_only_treasurers(cast, ship, bring, upload):
    ship("LX1")
    bring(told("LX1", 250_000))
    short = row()
    with pytest.raises(NotAllowed):
        upload(told("LX2", 1), actor=cast.owner)
    for person in (cast.owner, cast.province_officer, cast.province_leader, cast.buyer):
        for act in (
            lambda who: remittances.claim(row=short, reason="x", actor=who),
            lambda who: remittances.write_off(row=short, reason="x", actor=who),
            lambda who: remittances.drop(row=short, reason="x", actor=who),
            lambda who: remittances.link(row=short, code="LX1", actor=who),
            lambda who: remittances.look_again(row=short, actor=who),
            lambda who: remittances.mark_delivered(row=short, actor=who),
        ):
            with pytest.raises(NotAllowed):
                act(person)
    assert (row().is_waiting, balance("bank")) == (True, 0)
