"""Labels that look copied: what each rule sees, who concludes, and what becomes of the page."""

import datetime as dt
import uuid

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.errors import NotAllowed
from core.models import AuditEntry, OutboxMessage, Province
from traceability.errors import AlreadyConcluded, InvalidConclusion
from traceability.models import LotMovement, LotStock, Serial, Suspicion
from traceability.selectors import scans as selectors
from traceability.services import lots, scans, suspicions
from traceability.tests.outbox import run_worker

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
PROVINCES = ["01", "04", "08", "11", "12", "14", "15", "19", "20", "22", "24"]


@pytest.fixture
def lot(product, country):
    return lots.create(
        product=product,
        code="L1",
        produced_on=clock.today() - 100 * DAY,
        expires_on=clock.today() + 100 * DAY,
        quantity=12,
        actor=None,
    )


@pytest.fixture
def serial(lot):
    return Serial.objects.create(lot=lot, position=1, value="A1B2C3")


@pytest.fixture
def scan(lot):
    """``scan(serial, *provinces, ago=…)``: one look-up in each."""

    def write(serial, *provinces, ago=HOUR):
        for province in provinces:
            scans.write(
                uid=str(uuid.uuid4()),
                code_id=lot.code_row.pk,
                serial_id=serial.pk if serial else None,
                at=(clock.now() - ago).isoformat(),
                province_id=province,
            )

    return write


def rules():
    return list(Suspicion.objects.order_by("pk").values_list("rule", flat=True))


@pytest.fixture
def raised(scan, serial):
    scan(serial, "01", "04", "08")
    suspicions.look()
    return Suspicion.objects.get()


@pytest.mark.parametrize(
    ("provinces", "found"),
    [
        (["01", "04", "08"], ["many_places"]),
        (["01", "04", "04", "04", None, None], []),
        (["01", "04", None], []),
    ],
)
def test_one_item_in_three_provinces_within_a_day(scan, serial, provinces, found):
    scan(serial, *provinces)
    suspicions.look()
    assert rules() == found


def test_three_provinces_on_three_days_are_a_journey(scan, serial):
    for number, province in enumerate(["01", "04", "08"]):
        scan(serial, province, ago=HOUR + number * DAY)
    suspicions.look()
    assert rules() == []


def test_each_item_is_looked_at_by_itself(scan, serial, lot):
    other = Serial.objects.create(lot=lot, position=2, value="D4E5F6")
    scan(serial, "01", "04")
    scan(other, "08", "11")
    suspicions.look()
    assert rules() == []


@pytest.mark.parametrize(("provinces", "found"), [(11, []), (13, ["many_places"])])
def test_a_lot_in_ten_provinces_with_more_looks_than_units(scan, provinces, found):
    """Twelve units."""
    scan(None, *(PROVINCES * 2)[:provinces])
    suspicions.look()
    assert rules() == found


def test_a_lots_buyers_in_few_provinces_are_normal(scan):
    scan(None, *["01", "04", "08"] * 10)
    suspicions.look()
    assert rules() == []


@pytest.mark.parametrize(
    ("provinces", "found"),
    [
        (["01"] * 10 + ["04"] * 10, ["serial_often"]),
        (["01"] * 10 + ["04"] * 9, []),
        (["01"] * 20, []),
        ([None] * 49, []),
        ([None] * 50, ["serial_often"]),
    ],
)
def test_one_label_very_often(scan, serial, provinces, found):
    scan(serial, *provinces)
    suspicions.look()
    assert rules() == found


def test_often_counts_thirty_days(scan, serial):
    scan(serial, *[None] * 49, ago=31 * DAY)
    scan(serial, None)
    suspicions.look()
    assert rules() == []


@pytest.mark.parametrize(("days", "found"), [(30, []), (31, ["after_expiry"])])
def test_an_item_first_seen_long_after_its_date(scan, serial, lot, days, found):
    type(lot).objects.update(expires_on=clock.day_of(clock.now() - HOUR) - days * DAY)
    scan(serial, "01")
    suspicions.look()
    assert rules() == found


def test_an_item_seen_before_is_only_old(scan, serial, lot):
    type(lot).objects.update(expires_on=clock.today() - 60 * DAY)
    scan(serial, "01", ago=90 * DAY)
    scan(serial, "01")
    suspicions.look()
    assert rules() == []


@pytest.mark.parametrize(("looks", "found"), [(19, []), (20, ["after_expiry"])])
def test_a_lot_often_looked_up_after_its_date(scan, lot, looks, found):
    type(lot).objects.update(expires_on=clock.day_of(clock.now() - HOUR) - DAY)
    scan(None, *["01"] * looks)
    suspicions.look()
    assert rules() == found


@pytest.mark.parametrize(
    ("received", "shipped", "days", "found"),
    [(12, 12, 91, ["after_sold_out"]), (12, 12, 89, []), (12, 11, 91, []), (6, 6, 91, [])],
)
@pytest.mark.parametrize("has_serial", [True, False])
def test_first_seen_long_after_all_were_gone(
    scan, serial, lot, product, received, shipped, days, found, has_serial
):
    stock = LotStock.objects.create(
        lot=lot, variant=product.variants.first(), received=received, shipped=shipped
    )
    LotMovement.objects.create(
        stock=stock, kind="ship", quantity=shipped, reference="K1", at=clock.now() - days * DAY - HOUR
    )
    scan(serial if has_serial else None, "01")
    suspicions.look()
    assert rules() == found


def test_it_is_raised_and_told_once(scan, serial, cast):
    scan(serial, "01", "04", "08")
    assert len(suspicions.look()) == 1
    assert suspicions.look() == []
    assert OutboxMessage.objects.filter(topic="traceability.suspicion_raised").count() == 1
    run_worker()
    letters = [letter for letter in mail.outbox if "Nghi tem" in letter.subject]
    assert [letter.to for letter in letters] == [[cast.owner.email]]
    assert "A1B2C3" in letters[0].body


def test_the_facts_are_what_the_rule_saw(raised):
    places = list(Province.objects.filter(pk__in=["01", "04", "08"]).values_list("short_name", flat=True))
    assert raised.facts == {"count": 3, "places": places, "quantity": 12}
    assert selectors.in_words(raised) == f"3 lượt quét; tại {', '.join(places)}; lô có 12 sản phẩm"


def test_a_finding_restarts_the_rule(scan, serial, raised, cast):
    suspicions.conclude(suspicion=raised, is_copy=False, conclusion="Hội chợ", actor=cast.province_officer)
    assert suspicions.look() == []
    scan(serial, "01", "04", "08", ago=-HOUR)
    assert len(suspicions.look(at=clock.now() + 2 * HOUR)) == 1


def test_a_copied_label_is_not_raised_again(scan, serial, raised, cast):
    suspicions.conclude(suspicion=raised, is_copy=True, conclusion="In lại", actor=cast.province_officer)
    scan(serial, "01", "04", "08", *[None] * 60, ago=-HOUR)
    assert suspicions.look(at=clock.now() + 2 * HOUR) == []


# --- Concluding ---


def test_a_copied_serial_is_copied_alone(raised, serial, lot, cast):
    other = Serial.objects.create(lot=lot, position=2, value="D4E5F6")
    suspicions.conclude(suspicion=raised, is_copy=True, conclusion="In lại", actor=cast.province_officer)
    code = lot.code_row
    assert selectors.is_copied(code=code, serial=serial)
    assert not selectors.is_copied(code=code, serial=other)
    assert not selectors.is_copied(code=code)
    Suspicion.objects.update(serial=None)
    assert selectors.is_copied(code=code, serial=other)
    assert selectors.is_copied(code=code)


def test_the_page_of_a_copied_lot_is_red(raised, lot, client, cast):
    address = f"/truy-xuat/{lot.code_row.value}/"
    assert client.get(address).context["page"].verdict.kind != "copied"
    Suspicion.objects.update(serial=None)
    suspicions.conclude(suspicion=raised, is_copy=True, conclusion="In lại", actor=cast.province_officer)
    assert client.get(address).context["page"].verdict.kind == "copied"


@pytest.mark.parametrize(
    ("role", "copy", "fine"),
    [
        ("province_officer", True, True),
        ("commune_officer", True, True),
        ("owner", False, True),
        ("staff", False, True),
        ("rival_owner", False, False),
        ("other_officer", False, False),
        ("buyer", False, False),
    ],
)
def test_who_may_conclude(raised, cast, role, copy, fine):
    for is_copy, may in ((True, copy), (False, fine)):
        Suspicion.objects.update(closed_at=None, is_copy=None, conclusion="")
        values = {
            "suspicion": raised,
            "is_copy": is_copy,
            "conclusion": "Đã xem",
            "actor": getattr(cast, role),
        }
        if may:
            suspicions.conclude(**values)
            assert Suspicion.objects.get().is_copy is is_copy
        else:
            with pytest.raises(NotAllowed):
                suspicions.conclude(**values)
            assert Suspicion.objects.get().closed_at is None


def test_only_the_first_conclusion_counts(raised, cast):
    suspicions.conclude(suspicion=raised, is_copy=False, conclusion="Hội chợ", actor=cast.owner)
    with pytest.raises(AlreadyConcluded):
        suspicions.conclude(suspicion=raised, is_copy=True, conclusion="Giả", actor=cast.province_officer)
    with pytest.raises(AlreadyConcluded):
        suspicions.comment(suspicion=raised, words="Muộn", actor=cast.owner)
    entry = AuditEntry.objects.get(action="traceability.suspicion.concluded")
    assert (entry.actor_id, entry.changes) == (cast.owner.pk, {"is_copy": [None, False]})


@pytest.mark.parametrize("words", ["", " \u200b ", "x" * 301])
def test_a_conclusion_has_words(raised, cast, words):
    with pytest.raises(InvalidConclusion):
        suspicions.conclude(suspicion=raised, is_copy=True, conclusion=words, actor=cast.province_officer)


# --- The desks ---


def address(site, what, *args):
    return reverse(f"{site}:traceability_suspicion_{what}", args=args)


def test_from_the_menu_to_the_finding(raised, client_for, cast):
    officer = client_for(cast.province_officer)
    rows = officer.get(address("province", "changelist")).content.decode()
    assert raised.code.value in rows
    assert "3 lượt quét" in rows
    page = officer.get(address("province", "change", raised.pk)).content.decode()
    assert "Lượt quét theo ngày và nơi" in page
    step = address("province", "step", raised.pk, "ket-luan")
    assert step in page
    assert officer.post(step, {"is_copy": "", "conclusion": "x"}).status_code == 422
    assert officer.post(step, {"is_copy": "yes", "conclusion": "Đã so tem"}).status_code == 302
    raised.refresh_from_db()
    assert (raised.is_copy, raised.conclusion, raised.closed_by) == (
        True,
        "Đã so tem",
        cast.province_officer.pk,
    )


def test_the_producer_comments_and_dismisses(raised, client_for, cast):
    owner = client_for(cast.owner)
    comment = {"words": "Hàng mẫu\nở hội chợ"}
    assert owner.post(address("producer", "step", raised.pk, "y-kien"), comment).status_code == 302
    assert "ở hội chợ" in owner.get(address("producer", "change", raised.pk)).content.decode()
    assert owner.post(address("producer", "step", raised.pk, "ket-luan")).status_code == 404
    answer = owner.post(address("producer", "step", raised.pk, "khong-phai"), {"conclusion": "Hội chợ"})
    assert answer.status_code == 302
    raised.refresh_from_db()
    assert (raised.comment, raised.is_copy) == ("Hàng mẫu\nở hội chợ", False)


def test_others_do_not_see_it(raised, client_for, cast):
    for site, user in (("producer", cast.rival_owner), ("province", cast.other_officer)):
        client = client_for(user)
        assert raised.code.value not in client.get(address(site, "changelist")).content.decode()
        assert client.get(address(site, "change", raised.pk)).status_code == 404


def test_the_badge_counts_open_ones(raised, rf, cast):
    for user, own, area in (
        (cast.owner, "1", ""),
        (cast.rival_owner, "", ""),
        (cast.province_officer, "", "1"),
        (cast.other_officer, "", ""),
    ):
        request = rf.get("/")
        request.user = user
        found = selectors.own_suspicions_badge(request), selectors.area_suspicions_badge(request)
        assert found == (own, area)
    suspicions.conclude(suspicion=raised, is_copy=False, conclusion="x", actor=cast.owner)
    request = rf.get("/")
    request.user = cast.province_officer
    assert selectors.area_suspicions_badge(request) == ""


@pytest.mark.parametrize("site", ["producer", "province"])
def test_the_list_costs_the_same_for_many(raised, lot, client_for, cast, site):
    client = client_for(cast.owner if site == "producer" else cast.province_officer)
    counts = []
    for more in (0, 19):
        for number in range(more):
            serial = Serial.objects.create(lot=lot, position=number + 9, value=f"X{number}")
            Suspicion.objects.create(
                code=raised.code, serial=serial, rule="many_places", facts=raised.facts, raised_at=clock.now()
            )
        client.get(address(site, "changelist"))
        with CaptureQueriesContext(connection) as captured:
            client.get(address(site, "changelist"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
