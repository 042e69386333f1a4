"""Whatever the members say, the result lies between them, and nobody's place matters."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ratings import scoring

TOTALS = st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=15)


@given(TOTALS)
def test_the_result_lies_within(totals):
    found = scoring.result(totals)
    assert min(totals) <= found.score <= max(totals)
    assert found.spread == max(totals) - min(totals)
    assert found.stars == scoring.stars_of(found.score)


@given(TOTALS, st.randoms())
def test_the_order_does_not_matter(totals, random):
    shuffled = random.sample(totals, len(totals))
    assert scoring.result(shuffled) == scoring.result(totals)


@given(TOTALS, st.decimals(0, 100, places=2))
def test_more_points_never_cost_a_star(totals, more):
    raised = [max(totals[0], more), *totals[1:]]
    assert scoring.result(raised).stars >= scoring.result(totals).stars


@given(st.decimals(0, 100, places=2))
def test_one_mind_is_the_result(total):
    assert scoring.result([total] * 5).score == Decimal(total)
