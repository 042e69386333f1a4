"""A movement read twice has one checksum; two honest equal movements have two."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from payments.statements import reader, shapes
from payments.tests.unit.sheets import page, page_of_csv

HEADER = ["Ngày giao dịch", "Số tiền", "Nội dung", "Số tham chiếu", "Số dư"]

# Few values, so that equal movements are frequent. (days after the first, amount, memo, reference)
MOVEMENTS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from([5_000, -5_000, 1_250_000]),
        st.sampled_from(["OCOP 7K3M92XQ", "Tiền hàng"]),
        st.sampled_from(["", "FT1"]),
    ),
    max_size=25,
)


def cells(movement):
    day, amount, memo, reference = movement
    return [str(dt.date(2026, 11, 20) + dt.timedelta(days=day)), str(amount), memo, reference]


def checksums(movements, account="0011", of=page_of_csv):
    sheet = of([HEADER, *(cells(movement) for movement in movements)])
    reading = reader.read(sheet, shapes.guess(sheet), account=account)
    assert (reading.problems, reading.skipped) == ((), ())
    return [row.checksum for row in reading.rows]


@given(MOVEMENTS)
def test_each_movement_has_its_own_and_a_second_import_adds_none(movements):
    first = checksums(movements)
    assert len(set(first)) == len(movements)
    assert checksums(movements) == first


@given(MOVEMENTS, st.randoms())
def test_the_order_of_rows_does_not_matter(movements, random):
    shuffled = random.sample(movements, len(movements))
    assert set(checksums(shuffled)) == set(checksums(movements))


@given(MOVEMENTS, st.integers(0, 3), st.integers(0, 3), st.booleans())
def test_files_that_overlap_add_up_to_the_whole(movements, until, since, newest_first):
    """Of whole days, in any order of files, whichever way each is sorted."""
    since = min(since, until + 1)
    early = [movement for movement in movements if movement[0] <= until]
    late = sorted(
        (movement for movement in movements if movement[0] >= since),
        key=lambda movement: movement[0],
        reverse=newest_first,
    )
    assert set(checksums(early)) | set(checksums(late)) == set(checksums(movements))


@given(MOVEMENTS.filter(bool))
def test_another_account_has_other_checksums(movements):
    assert not set(checksums(movements)) & set(checksums(movements, account="0012"))


def test_the_way_a_file_writes_it_does_not_matter():
    plain = page_of_csv([HEADER, ["22/11/2026", "1.250.000", "Tiền hàng", "FT1", "5.000.000"]])
    typed = page([HEADER, [dt.date(2026, 11, 22), 1_250_000, " Tiền  hàng", "ft1", 5_000_000.0]])
    first, second = (
        reader.read(sheet, shapes.guess(sheet), account=account).rows[0]
        for sheet, account in ((plain, "0011 0012"), (typed, "00110012"))
    )
    assert first.checksum == second.checksum
    assert len(first.checksum) == 64


def test_a_balance_tells_equal_movements_apart_where_a_file_begins_between_them():
    rows = [["22/11/2026", "5.000", "a", "", balance] for balance in ("5.000", "10.000")]
    whole, rest = page([HEADER, *rows]), page([HEADER, rows[1]])
    both, last = (reader.read(sheet, shapes.guess(sheet), account="1").rows for sheet in (whole, rest))
    assert last[0].checksum == both[1].checksum != both[0].checksum
