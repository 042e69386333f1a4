"""The cast itself: everybody sees what their office shows them, and nothing else."""

from producers.models import Producer


def test_each_role_sees_its_own_producers(cast):
    seen = {
        role: set(Producer.objects.visible_to(user).values_list("name", flat=True))
        for role, user in cast.people.items()
        if user is not None
    }
    own, rival, far = cast.producer.name, cast.rival.name, cast.far_producer.name
    assert seen == {
        "owner": {own},
        "staff": {own},
        "rival_owner": {rival},
        "far_owner": {far},
        "commune_officer": {own},
        "province_officer": {own, rival},
        "province_leader": {own, rival},
        "other_officer": {far},
        "council_member": set(),
        "treasurer": set(),
        "chief_treasurer": set(),
        "buyer": set(),
        "admin": {own, rival, far},
    }


def test_a_signed_in_browser_and_a_guest(cast, client_for):
    assert client_for(cast.buyer).session.get("_auth_user_id") == str(cast.buyer.pk)
    assert client_for(None).session.get("_auth_user_id") is None
