"""Producers: who may enter, change, suspend them, and what is refused."""

import pytest

from core.errors import ForbiddenTransition, NotAllowed
from core.models import AuditEntry
from producers import policies
from producers.errors import InvalidProducer, ReasonMissing, TaxCodeTaken
from producers.models import Membership, Producer
from producers.services import producers


def create(cast, **changes):
    return producers.create(**{"name": "HTX Trà My", "commune": cast.duy_xuyen, "actor": None} | changes)


def test_a_producer_has_an_address_of_its_own_and_can_be_searched(cast):
    first, second = create(cast), create(cast)
    assert (first.slug, second.slug) == ("htx-tra-my", "htx-tra-my-2")
    assert first.province == cast.da_nang
    assert first.search_text == "htx tra my xa duy xuyen thanh pho da nang"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 201},
        {"tax_code": "123"},
        {"phone": "12"},
        {"phone": "không có"},
        {"quote": "x" * 301},
    ],
)
def test_what_cannot_be_right_is_refused(cast, wrong):
    with pytest.raises(InvalidProducer):
        create(cast, **wrong)


def test_a_commune_belongs_to_its_province(cast):
    with pytest.raises(InvalidProducer):
        create(cast, province=cast.quang_ngai)


def test_a_tax_code_belongs_to_one_producer(cast):
    create(cast, tax_code="0401234567")
    with pytest.raises(TaxCodeTaken):
        create(cast, name="Khác", tax_code="0401234567")
    assert not Producer.objects.filter(name="Khác").exists()


@pytest.mark.parametrize(
    "written", ["0905123456", "0905 123 456", "+84905123456", "0905.123.456", "84905123456", "(0905) 123-456"]
)
def test_phones_in_any_spelling_become_one(cast, written):
    assert create(cast, phone=written).phone == "+84905123456"


def test_officers_enter_producers_of_their_own_area_only(cast):
    assert create(cast, actor=cast.commune_officer).pk
    for actor in (cast.other_officer, cast.owner, cast.buyer):
        with pytest.raises(NotAllowed):
            create(cast, name="Ngoài địa bàn", actor=actor)
    assert not Producer.objects.filter(name="Ngoài địa bàn").exists()


def test_the_owner_changes_the_story_and_a_rival_does_not(cast):
    producers.update(producer=cast.producer, story="Chuyện nhà.", actor=cast.owner)
    with pytest.raises(NotAllowed):
        producers.update(producer=cast.producer, story="Chuyện khác.", actor=cast.rival_owner)
    cast.producer.refresh_from_db()
    assert cast.producer.story == "Chuyện nhà."
    assert AuditEntry.objects.filter(action="producers.producer.changed").count() == 1


def test_owners_appoint_and_staff_do_not(cast):
    producers.add_member(
        producer=cast.producer, user=cast.buyer, role=Membership.Role.STAFF, actor=cast.owner
    )
    with pytest.raises(NotAllowed):
        producers.add_member(
            producer=cast.producer, user=cast.rival_owner, role=Membership.Role.OWNER, actor=cast.staff
        )
    assert cast.producer.memberships.filter(user=cast.buyer, role="staff").exists()


def test_suspending_needs_a_reason_and_an_officer(cast):
    with pytest.raises(ReasonMissing):
        producers.suspend(producer=cast.producer, reason=" ", actor=cast.province_officer)
    for actor in (cast.owner, cast.other_officer):
        with pytest.raises(NotAllowed):
            producers.suspend(producer=cast.producer, reason="Vì sao", actor=actor)
    producers.suspend(producer=cast.producer, reason="Hàng giả", actor=cast.commune_officer)
    assert not Producer.objects.public().filter(pk=cast.producer.pk).exists()


def test_reopening_leads_back_to_where_it_was(cast):
    listed = create(cast)
    producers.suspend(producer=listed, reason="Kiểm tra", actor=None)
    producers.reopen(producer=listed, reason="Đã rõ", actor=None)
    assert listed.status == "listed"
    producers.activate(producer=listed, actor=None)
    producers.suspend(producer=listed, reason="Kiểm tra", actor=None)
    producers.reopen(producer=listed, reason="Đã rõ", actor=None)
    assert listed.status == "active"


def test_an_open_shop_is_not_made_a_mere_entry(cast):
    from core.services.transitions import transition
    from producers import states

    with pytest.raises(ForbiddenTransition):
        transition(cast.producer, machine=states.PRODUCER, to=states.LISTED, actor=None)


def test_policies_and_visibility_agree(cast):
    for user in cast.people.values():
        if user is None:
            continue
        for producer in (cast.producer, cast.rival, cast.far_producer):
            visible = Producer.objects.visible_to(user).filter(pk=producer.pk).exists()
            overseen = Producer.objects.overseen_by(user).filter(pk=producer.pk).exists()
            assert policies.may_manage(user, producer) == visible
            assert policies.may_oversee(user, producer) == overseen
