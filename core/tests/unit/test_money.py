"""Đồng are whole, and parts sum to the whole."""

import pytest

from core import money


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (10, [3, 3, 3, 1], [3, 3, 3, 1]),
        (0, [1, 2], [0, 0]),
        (7, [0, 1, 0], [0, 7, 0]),
        (1, [1, 1], [1, 0]),
    ],
)
def test_largest_remainder(total, weights, parts):
    assert money.allocate(total, weights) == parts


@pytest.mark.parametrize("weights", [[], [0, 0], [-1, 2]])
def test_weights_that_mean_nothing_are_refused(weights):
    with pytest.raises(ValueError):
        money.allocate(100, weights)


def test_amounts_as_people_read_them():
    assert money.format_vnd(0) == "0\u00a0₫"
    assert money.format_vnd(1_234_567) == "1.234.567\u00a0₫"
