"""Taking a recognition away: drafted by one, signed by another, with a reason; the star goes at once."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.urls import reverse

from core import clock
from core.errors import NotAllowed
from core.models import OutboxDelivery
from core.services import delivery
from notifications.models import Notification
from ratings.models import RatingDecision
from ratings.services import decisions, revocations
from ratings.services.decisions import SignedByDrafter
from ratings.services.drafts import InvalidDraft, NumberTaken
from ratings.services.reasons import ReasonMissing
from ratings.services.revocations import NothingToRevoke, NotRevocable
from ratings.tests.deciding import certified, draft, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(cast, make_product):
    return certified(cast, make_product(cast.producer, name="Mật ong rừng"))


def revoke(cast, certificates, **changes):
    facts = {
        "province": cast.da_nang,
        "number": "99/QĐ-UBND",
        "decided_on": clock.today(),
        "reason": "Không còn sản xuất",
        "actor": cast.province_officer,
    }
    return revocations.draft(certificates=certificates, **facts | changes)


def shown(certificate):
    certificate.product.refresh_from_db()
    return certificate.product.stars


def test_nothing_goes_before_the_signature(cast, certificate):
    row = revoke(cast, [certificate])
    assert (row.kind, row.status, row.reason) == ("revocation", "draft", "Không còn sản xuất")
    certificate.refresh_from_db()
    assert (certificate.status, shown(certificate)) == ("issued", 4)
    call_command("check_invariants")


def test_signed_the_star_is_gone(cast, certificate, client):
    row = revoke(cast, [certificate])
    decisions.sign(decision=row, actor=cast.province_leader)
    certificate.refresh_from_db()
    assert (certificate.status, certificate.revocation, shown(certificate)) == ("revoked", row, None)
    html = client.get(reverse("ratings:certificate", args=[certificate.number])).content.decode()
    assert "Đã thu hồi" in html
    assert "99/QĐ-UBND" in html
    assert "Không còn sản xuất" in html
    call_command("check_invariants")


def test_the_producer_hears_why(cast, certificate):
    decisions.sign(decision=revoke(cast, [certificate]), actor=cast.province_leader)
    for waiting in OutboxDelivery.objects.filter(message__topic="ratings.decision_changed"):
        delivery.run(waiting.pk)
    told = Notification.objects.filter(title__startswith="Thu hồi")
    assert {note.user for note in told} == {cast.owner, cast.staff}
    assert "Không còn sản xuất" in told[0].body


def test_an_older_recognition_does_not_come_back(cast, make_product):
    product = make_product(cast.producer)
    earlier = clock.add_months(clock.today(), -12)
    certified(cast, product, stars=3, decided_on=earlier)
    new = certified(cast, product, stars=4, number="13/QĐ-UBND")
    decisions.sign(decision=revoke(cast, [new]), actor=cast.province_leader)
    assert shown(new) is None
    call_command("check_invariants")


def test_after_a_revocation_the_product_can_be_recognised_again(cast, certificate):
    decisions.sign(decision=revoke(cast, [certificate]), actor=cast.province_leader)
    again = scored(certificate.product, score="55", stars=3)
    decisions.sign(decision=draft(cast, [again], number="100/QĐ-UBND"), actor=cast.province_leader)
    assert shown(certificate) == 3
    certificate.refresh_from_db()
    assert certificate.status == "revoked"
    call_command("check_invariants")


def test_the_drafter_does_not_sign(cast, certificate):
    row = revoke(cast, [certificate], actor=cast.province_leader)
    with pytest.raises(SignedByDrafter):
        decisions.sign(decision=row, actor=cast.province_leader)
    assert shown(certificate) == 4


def test_dropped_it_revokes_nothing(cast, certificate):
    decisions.drop(decision=revoke(cast, [certificate]), actor=cast.province_officer)
    assert revoke(cast, [certificate]).lines.count() == 1  # and can be drafted again
    assert shown(certificate) == 4


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"reason": "  "}, ReasonMissing),
        ({"number": ""}, InvalidDraft),
        ({"number": "12/QĐ-UBND"}, NumberTaken),
        ({"decided_on": dt.date(2099, 1, 1)}, InvalidDraft),
        ({"decided_on": dt.date(2020, 1, 1)}, NotRevocable),
    ],
)
def test_bad_particulars_change_nothing(cast, certificate, changes, error):
    with pytest.raises(error):
        revoke(cast, [certificate], **changes)
    assert not RatingDecision.objects.filter(kind="revocation").exists()


def test_an_empty_list_is_refused(cast):
    with pytest.raises(NothingToRevoke):
        revoke(cast, [])


def test_a_second_draft_for_the_same_certificate_is_refused(cast, certificate):
    revoke(cast, [certificate])
    with pytest.raises(NotRevocable, match=certificate.number):
        revoke(cast, [certificate], number="98/QĐ-UBND")


def test_what_is_revoked_is_not_revoked_again(cast, certificate):
    decisions.sign(decision=revoke(cast, [certificate]), actor=cast.province_leader)
    with pytest.raises(NotRevocable, match="đã bị thu hồi"):
        revoke(cast, [certificate], number="98/QĐ-UBND")


def test_another_provinces_certificate_stays(cast, certificate):
    with pytest.raises(NotRevocable, match="tỉnh khác"):
        revoke(cast, [certificate], province=cast.quang_ngai, actor=cast.other_officer)


@pytest.mark.parametrize(
    "who", ["owner", "rival_owner", "buyer", "commune_officer", "other_officer", "council_member"]
)
def test_who_may_not_draft_changes_nothing(cast, certificate, who):
    with pytest.raises(NotAllowed):
        revoke(cast, [certificate], actor=getattr(cast, who))
    assert not RatingDecision.objects.filter(kind="revocation").exists()
