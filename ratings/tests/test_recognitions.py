"""Issuing: the later decision is in force, whatever the order; the star follows; numbers have no twins."""

import datetime as dt

import pytest
from django.core.management import call_command

from core.errors import NotAllowed
from core.models import AuditEntry
from ratings import validity
from ratings.errors import InvalidRecognition
from ratings.models import Certificate, RatingDecision
from ratings.services import recognitions
from ratings.states import Standing
from ratings.wording import entry

pytestmark = pytest.mark.django_db
D = dt.date


@pytest.fixture
def decide(cast):
    def make(day=None, *, number="12/QĐ-UBND", **changes):
        facts = {
            "number": number,
            "decided_on": day,
            "level": "province",
            "authority": "UBND tỉnh Quảng Nam",
            "province": cast.da_nang,
            "province_at_award": "Quảng Nam",
            "actor": None,
        }
        return recognitions.open_decision(**(facts | changes))

    return make


@pytest.fixture
def product(cast, make_product):
    return make_product(cast.producer, name="Mật ong Duy Xuyên")


def issue(product, decision, stars=4, **changes):
    return recognitions.issue(product=product, decision=decision, stars=stars, **({"actor": None} | changes))


def shown(product):
    product.refresh_from_db()
    return product.stars, product.stars_valid_until, product.certificate_number


def test_a_decision_gives_the_star_for_36_months(decide, product):
    certificate = issue(product, decide(D(2024, 5, 6)))
    assert certificate.number == "48-2024-00001"
    assert certificate.valid_until == D(2027, 5, 6)
    assert certificate.validity_is_computed
    assert shown(product) == (4, D(2027, 5, 6), certificate.number)
    assert product.decision_number == "12/QĐ-UBND"
    assert product.authority == "UBND tỉnh Quảng Nam"
    call_command("check_invariants")


def test_the_boundary_day(decide, product):
    certificate = issue(product, decide(D(2023, 12, 22)))
    assert entry(certificate, on=D(2026, 12, 22)).standing == Standing.LIVE
    assert entry(certificate, on=D(2026, 12, 23)).standing == Standing.EXPIRED
    assert Certificate.objects.live(D(2026, 12, 22)).exists()
    assert not Certificate.objects.live(D(2026, 12, 23)).exists()
    assert Certificate.objects.expired(D(2026, 12, 23)).exists()


@pytest.mark.parametrize("later_first", [False, True])
def test_the_later_decision_wins_whatever_the_order_of_entry(decide, product, later_first):
    days = [(D(2022, 1, 5), 3), (D(2025, 2, 5), 4)]
    for day, stars in reversed(days) if later_first else days:
        issue(product, decide(day, number=f"{day.year}/QĐ-UBND"), stars)
    old, new = Certificate.objects.order_by("decision__decided_on")
    assert (old.status, new.status) == ("superseded", "issued")
    assert shown(product) == (4, D(2028, 2, 5), new.number)
    call_command("check_invariants")


def test_a_downgrade_is_followed_too(decide, product):
    issue(product, decide(D(2019, 6, 1)), 4)
    issue(product, decide(D(2022, 6, 1), number="b"), 3)
    assert shown(product)[0] == 3


@pytest.mark.parametrize("basis", ["council", "statement"])
def test_without_a_decision_there_is_a_number_but_no_star(decide, product, basis):
    certificate = issue(product, decide(D(2024, 5, 6)), 5, basis=basis)
    assert (certificate.valid_until, certificate.expiry_earliest) == (None, None)
    assert shown(product) == (None, None, certificate.number)
    assert entry(certificate, on=D(2024, 6, 1)).standing == Standing.UNKNOWN
    call_command("check_invariants")


def test_a_statement_does_not_touch_the_star_of_a_decision(decide, product):
    certificate = issue(product, decide(D(2024, 5, 6)), 4)
    issue(product, decide(None, number="", award_year=2025), 5, basis="statement")
    assert shown(product) == (4, D(2027, 5, 6), certificate.number)
    call_command("check_invariants")


def test_a_decision_known_by_year_has_no_last_day_but_two_bounds(decide, product):
    certificate = issue(product, decide(None, award_year=2022))
    assert certificate.valid_until is None
    assert (certificate.expiry_earliest, certificate.expiry_latest) == (D(2025, 1, 1), D(2026, 12, 31))
    assert shown(product) == (4, D(2025, 1, 1), certificate.number)
    assert product.stars_lapsed_after == D(2026, 12, 31)
    assert entry(certificate, on=D(2025, 1, 2)).standing == Standing.UNKNOWN


def test_a_month_is_kept_as_a_month(decide, product):
    certificate = issue(product, decide(decided=validity.decided("2024-02", award_year=2023)))
    assert certificate.valid_until is None
    assert (certificate.expiry_earliest, certificate.expiry_latest) == (D(2027, 2, 1), D(2027, 2, 28))
    assert entry(certificate, on=D(2026, 1, 1)).decided_text == "02/2024"


def test_numbers_count_per_province_and_year(cast, decide, make_product):
    numbers = [
        issue(make_product(cast.producer), decide(D(year, 1, 2), number=str(year))).number
        for year in (2024, 2024, 2025)
    ]
    assert numbers == ["48-2024-00001", "48-2024-00002", "48-2025-00001"]
    elsewhere = decide(D(2024, 1, 2), province=cast.quang_ngai)
    assert issue(make_product(cast.far_producer), elsewhere).number == "51-2024-00001"


def test_the_same_decision_is_opened_once(decide):
    assert decide(D(2024, 5, 6)) == decide(D(2024, 5, 6))
    assert RatingDecision.objects.count() == 1


def test_amending_moves_the_line(decide, product):
    first = issue(product, decide(D(2022, 1, 5), number="a"), 3)
    second = issue(product, decide(D(2025, 2, 5), number="b"), 4)
    texts = {"stars": 4, "score": None, "basis": "decision"}
    # The second turns out to be a council's result only: the first is in force again.
    recognitions.amend(
        certificate=second, decision=second.decision, actor=None, **texts | {"basis": "council"}
    )
    first.refresh_from_db()
    assert first.status == "issued"
    assert shown(product) == (3, D(2025, 1, 5), first.number)
    # And a decision after all.
    recognitions.amend(certificate=second, decision=second.decision, actor=None, **texts)
    assert shown(product) == (4, D(2028, 2, 5), second.number)
    call_command("check_invariants")


@pytest.mark.parametrize("changes", [{"stars": 6}, {"stars": 0}, {"score": 101}, {"score": -1}])
def test_out_of_range_is_refused(decide, product, changes):
    with pytest.raises(InvalidRecognition):
        issue(product, decide(D(2024, 5, 6)), **changes)
    assert not Certificate.objects.exists()


def test_a_day_in_the_future_is_refused(decide):
    with pytest.raises(InvalidRecognition):
        decide(D(2099, 1, 1))


@pytest.mark.parametrize("who", ["owner", "rival_owner", "buyer", "other_officer", "council_member"])
def test_who_may_not_issue_changes_nothing(cast, decide, product, who):
    decision = decide(D(2024, 5, 6))
    entries = AuditEntry.objects.count()
    with pytest.raises(NotAllowed):
        issue(product, decision, actor=getattr(cast, who))
    assert not Certificate.objects.exists()
    assert AuditEntry.objects.count() == entries
    assert shown(product) == (None, None, "")


def test_broken_invariants_are_printed_and_fail(product, capsys):
    from django.core.management.base import CommandError

    type(product).objects.filter(pk=product.pk).update(stars=5, certificate_number="48-1-1")
    with pytest.raises(CommandError, match="do not hold"):
        call_command("check_invariants")
    assert "BROKEN ratings.star_has_certificate_in_force" in capsys.readouterr().out
