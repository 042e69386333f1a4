"""From cards to stars: published vectors and the edges of the bands."""

from decimal import Decimal

import pytest

from ratings.scoring import quorum, result, rounded, stars_of


@pytest.mark.parametrize(
    ("score", "stars"),
    [
        ("100", 5),
        ("90.00", 5),
        ("89.995", 5),  # half up: 90.00
        ("89.9949", 4),
        ("89.99", 4),
        ("71.00", 4),
        ("70", 4),
        ("69.995", 4),
        ("69.99", 3),
        ("65.10", 3),
        ("50.20", 3),
        ("50", 3),
        ("49.995", 3),
        ("49.99", 2),
        ("30", 2),
        ("29.99", 1),
        ("0", 1),
    ],
)
def test_bands_are_half_open_after_rounding(score, stars):
    assert stars_of(Decimal(score)) == stars


@pytest.mark.parametrize("score", ["-0.01", "100.01", "1000"])
def test_scores_outside_are_refused(score):
    with pytest.raises(ValueError, match="between 0 and 100"):
        stars_of(Decimal(score))


@pytest.mark.parametrize(
    ("points", "cents"), [("89.995", "90.00"), ("89.985", "89.99"), ("0.004", "0.00"), ("71", "71.00")]
)
def test_rounding_is_half_up(points, cents):
    assert str(rounded(Decimal(points))) == cents


@pytest.mark.parametrize(
    ("totals", "score", "stars"),
    [
        (["70", "72", "71"], "71.00", 4),
        (["65.05", "65.15"], "65.10", 3),
        (["89.99", "90.00"], "90.00", 5),
        (["50", "50.4", "50.2"], "50.20", 3),
        (["80", "80", "81"], "80.33", 4),
        (["42"], "42.00", 2),
    ],
)
def test_the_score_is_the_plain_mean(totals, score, stars):
    found = result([Decimal(total) for total in totals])
    assert (str(found.score), found.stars) == (score, stars)


@pytest.mark.parametrize(
    ("totals", "discussed"), [(("70", "75", "80"), False), (("70", "75", "80.01"), True), (("60",), False)]
)
def test_a_spread_over_ten_is_discussed(totals, discussed):
    assert result([Decimal(total) for total in totals]).must_be_discussed is discussed


def test_no_card_gives_no_result():
    with pytest.raises(ValueError, match="no card"):
        result([])


@pytest.mark.parametrize(
    ("members", "percent", "needed"),
    [
        (4, 75, 3),
        (5, 75, 4),
        (3, 75, 3),
        (1000, 75, 750),
        (999, 75, 750),
        (7, 50, 4),
        (9, 100, 9),
        (0, 75, 0),
    ],
)
def test_a_quorum_is_never_less_than_the_share(members, percent, needed):
    """749 of 1000 are 74.9 %: one too few."""
    assert quorum(members=members, percent=percent) == needed
