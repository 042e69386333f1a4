"""Who hears of a return, what, and once."""

import pytest
from django.core import mail

from notifications.models import Notification
from orders.models import Order
from orders.services import cases
from orders.tests.buying import run_outbox
from orders.tests.returning import C, ask, bring, delivered
from producers.models import Membership
from tests.cast import make_user


@pytest.fixture
def sub(cast, make_product):
    sub = delivered(make_product(cast.producer, price=100_000), cast=cast)
    run_outbox()
    return sub


@pytest.fixture
def case(cast, sub):
    return ask(sub, cast.buyer, story="Chai vỡ.\nMật chảy <hết>")


def letters():
    """(addressee, subject, text) of what went out since the last look."""
    run_outbox()
    sent = [(message.to[0], message.subject, message.body) for message in mail.outbox]
    mail.outbox.clear()
    return sent


@pytest.fixture(autouse=True)
def _quiet(sub):
    mail.outbox.clear()


def by_reader(sent):
    return {to: body for to, _, body in sent}


BUYER = "mua@khach.example"


def test_opening_tells_both_sides(cast, case):
    told = by_reader(letters())
    assert set(told) == {BUYER, cast.owner.email}
    assert "Mật chảy <hết>" in told[cast.owner.email]
    assert f"/kenh-chu-the/orders/returncase/{case.pk}/" in told[cast.owner.email]
    assert f"/tra-hang/{case.code}/" in told[BUYER]
    assert "130.000" in told[BUYER]


def test_a_refusal_tells_the_buyer_what_can_be_done(cast, case):
    letters()
    bring(case, C.DECLINED, cast)
    told = by_reader(letters())
    assert set(told) == {BUYER}
    assert "Hàng nguyên khi gửi." in told[BUYER]
    assert "nhờ tỉnh hòa giải" in told[BUYER]


def test_a_dispute_tells_the_officers_and_not_who_the_buyer_is(cast, case):
    bring(case, C.DISPUTED, cast)
    told = by_reader(letters())
    officer = told[cast.province_officer.email]
    assert "Mật chảy" in officer
    assert "Hàng nguyên khi gửi." in officer
    for private in ("Nguyễn Thị Mua", "0905 000 111", "Thôn 2", str(cast.buyer)):
        assert private not in officer
    others = {cast.other_officer, cast.commune_officer, cast.council_member}
    assert not {person.email for person in others} & set(told)


def test_an_agreement_says_where_to_send(cast, case):
    letters()
    cases.accept(case=case, goods_back=True, answer="Gửi qua bưu điện giúp tôi.", actor=cast.owner)
    told = by_reader(letters())
    assert set(told) == {BUYER, cast.owner.email}
    assert "Gửi qua bưu điện" in told[BUYER]
    assert "Xã Duy Xuyên" in told[BUYER]


def test_the_end_is_told_with_the_sum(cast, case):
    letters()
    bring(case, C.CLOSED, cast)
    told = [(to, subject) for to, subject, _ in letters()]
    assert (BUYER, f"Yêu cầu {case.code}: bạn được hoàn tiền") in told
    assert (cast.owner.email, f"Yêu cầu {case.code}: đã hoàn tiền cho người mua") in told
    assert len([to for to, _ in told if to == BUYER]) == 2  # the other asks for an account


def test_the_buyers_own_withdrawal_is_told_to_the_producer_only(cast, case):
    letters()
    bring(case, C.WITHDRAWN, cast)
    assert set(by_reader(letters())) == {cast.owner.email}


def test_a_lapse_is_told_to_both(cast, case):
    bring(case, C.DECLINED, cast)
    letters()
    cases.lapse_declined(at=case.answer_by)
    assert set(by_reader(letters())) == {BUYER, cast.owner.email}


def test_silence_is_told_to_the_buyer(cast, case):
    letters()
    cases.tell_of_silence(at=case.answer_by)
    told = by_reader(letters())
    assert set(told) == {BUYER}
    assert "chưa trả lời" in told[BUYER]


def test_an_answer_in_time_makes_the_reminder_void(cast, case):
    letters()
    cases.tell_of_silence(at=case.answer_by)
    bring(case, C.WITHDRAWN, cast)
    assert BUYER not in by_reader(letters())


def test_telling_twice_sends_once(cast, case):
    bring(case, C.DISPUTED, cast)
    letters()
    before = Notification.objects.count()
    from core.models import OutboxDelivery

    OutboxDelivery.objects.filter(message__topic__startswith="orders.case").update(done_at=None)
    assert letters() == []
    assert Notification.objects.count() == before


def test_a_guest_is_sent_to_the_look_up(cast, sub):
    Order.objects.filter(pk=sub.order_id).update(buyer=None)
    from orders.policies import Holder

    ask(type(sub).objects.get(pk=sub.pk), Holder(sub.order_id))
    assert f"/tra-cuu-don/?ma={sub.order.code}" in by_reader(letters())[BUYER]


def test_a_producer_without_anybody_stops_nothing(cast, case):
    Membership.objects.all().delete()
    assert set(by_reader(letters())) == {BUYER}


def test_a_second_owner_gets_no_second_mail(cast, sub):
    second = make_user("Chủ thứ hai")
    Membership.objects.create(user=second, producer=cast.producer, role=Membership.Role.OWNER)
    ask(sub, cast.buyer)
    assert set(by_reader(letters())) == {BUYER, cast.owner.email}
