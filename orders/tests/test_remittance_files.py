"""Carriers' files: broken, hostile, strange, of another carrier."""

import datetime as dt
from functools import partial

import pytest

from core import clock
from core.errors import FileRefused
from orders.services.remittances import READER
from orders.states import SubOrderStatus
from orders.tests import remitting
from orders.tests.remitting import CARRIERS, told
from payments.errors import ColumnsUnknown
from payments.models import CodCollection, MoneyFile, Posting, RemittanceRow
from payments.selectors.files import preview
from payments.services import files
from payments.states import RemittanceOutcome
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


def outcomes():
    return list(RemittanceRow.objects.order_by("id").values_list("outcome", flat=True))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 x", b"%PDF-1.7", b"\xff\xfe\x00", b"\xd0\xcf\x11\xe0" + b"\0" * 600]
)
def test_a_broken_file_leaves_nothing(cast, ship, content):
    ship("LX1", SubOrderStatus.HANDED_OVER)
    with pytest.raises(FileRefused):
        files.upload(reader=READER, content=content, name="a.xlsx", source="ghn", actor=cast.treasurer)
    assert MoneyFile.objects.count() == 0


@pytest.mark.parametrize("source", ["", "manual", "xx", "ghn' OR 1=1"])
def test_a_file_of_no_carrier_is_refused(cast, ship, upload, source):
    ship("LX1")
    with pytest.raises(FileRefused):
        upload(told("LX1", 300_000), source=source)


HOSTILE = (
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "LX1'; DROP TABLE",
    "\x00LX",
    "L" * 5000,
    "٣٣٣",
    "",
)


def test_hostile_cells_are_named_and_book_nothing(ship, bring):
    ship("LX1")
    file = bring(
        *(told(code, 1_000) for code in HOSTILE if "\x00" not in code),
        ["LX2", "", "1e999", 0, "", ""],
        ["LX3", "", 10**16, 0, "", ""],
        ["LX4", "", "300.000,5", 0, "", ""],
        ["LX5", "", 100, -50, 150, ""],
        ["LX6", "", 100, "", 150, ""],
        told("LX1", 300_000),
    )
    assert outcomes() == [S.MATCHED]
    assert len(file.problems) == 11
    assert all(problem["message"] for problem in file.problems)
    assert Posting.objects.get(account__code="bank").amount == 300_000


def test_a_list_of_another_carrier_raises_a_doubt(ship, upload):
    ship("LX1"), ship("GT1", carrier="ghtk")
    assert preview(reader=READER, file=upload(told("LX1", 1))).doubts == []
    (doubt,) = preview(reader=READER, file=upload(told("LX1", 1), source="ghtk")).doubts
    assert "Giao Hàng Tiết Kiệm" in doubt


def test_strange_headings_are_named_once_and_remembered(cast, ship, upload):
    parcel = ship("LX1")
    strange = ("A1", "B1", "C1", "D1", "E1", "F1")
    file = upload(told("LX1", 300_000, 9_000), headings=strange)
    with pytest.raises(ColumnsUnknown):
        files.confirm(reader=READER, file=file, actor=cast.treasurer)
    where = {"sheet": file.sheet, "header_row": 1, "header_height": 1}
    chosen = {"tracking_code": 0, "collected": 2, "fee": 3}
    files.choose_columns(reader=READER, file=file, by_field=chosen, actor=cast.treasurer, **where)
    seen = preview(reader=READER, file=upload(told("LX1", 300_000, 9_000), headings=strange))
    assert [tuple(cell for _, cell in row) for row in seen.rows] == [
        (2, "LX1", "300.000\u00a0₫", "9.000\u00a0₫", "291.000\u00a0₫", f"{parcel.code} · {parcel.producer}")
    ]


def test_a_preview_costs_the_same_for_many_rows(cast, ship, upload, django_assert_num_queries):
    for number in range(12):
        ship(f"LX{number}")
    one, many = upload(told("LX0", 1)), upload(*(told(f"LX{number}", 1) for number in range(12)))
    for file in (one, many):
        with django_assert_num_queries(3):
            preview(reader=READER, file=file)


def test_money_overdue(ship):
    parcel = ship("LX1")
    ship("LX2", SubOrderStatus.HANDED_OVER)
    now = clock.now()
    assert not CodCollection.objects.overdue(now)
    late = CodCollection.objects.overdue(now + dt.timedelta(days=8))
    assert [collection.reference for collection in late] == [parcel.code]
