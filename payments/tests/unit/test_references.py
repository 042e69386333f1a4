"""Codes in memos as banks and people leave them. Nothing is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.statements import references
from payments.statements.references import ALPHABET, find

CODE = "7K3M-92XQ"
CODES = st.text(ALPHABET, min_size=8, max_size=8)
# What stands around, without letters or digits at the edges that touch the code.
AROUND = st.text(max_size=40)


@pytest.mark.parametrize(
    "memo",
    [
        "OCOP 7K3M92XQ",
        "OCOP7K3M92XQ",
        "ocop 7k3m-92xq thanh toan",
        "MBVCB.123456.OCOP7K3M92XQ.CT tu 0011001234567 NGUYEN VAN A toi 19036",
        "MBVCB.4525077405.029552.OCOP 7K3M92XQ.CT tu 0351 NGUYEN THE",
        "FT26330123456789 OCOP7K3M 92XQ",
        "020097042209091712522024VHQZ187912.OCOP 7K3M92XQ",
        "123456OCOP7K3M92XQ",
        "OCOP: 7K3M 92XQ",
        "OCOP-7K3M-92XQ",
        "OCOP_7K3M92XQ_GD 5211",
        "OCOP 7K3M92XQthanh toan",
        "OCOP7K3M92\nXQ",  # cut into lines by the printing program
        "OCOP OCOP 7K3M92XQ",
        "Thanh toán OCOP 7K3M92XQ",
        "7K3M92XQ",
        "thanh toan 7k3m92xq cam on",
        "7K3M-92XQ",
        "don OCOP An Giang 7K3M92XQ",
    ],
)
def test_the_code_is_found(memo):
    assert find(memo) == [CODE]


@pytest.mark.parametrize(
    "memo",
    [
        "",
        "OCOP",
        "OCOP 7K3M92X",  # cut off
        "OCOP 7K3M thanh toan",
        "OCOP 7K3M92XO",  # an O is not taken for anything
        "OCOP 1K3M92XQ",
        "0COP7K3M92XQ",
        "X7K3M92XQ",  # neither marked nor alone
        "7K3M92XQ5",
        "thanh toan don hang",
        "NGUYEN VAN A chuyen tien",
    ],
)
def test_nothing_is_guessed(memo):
    assert find(memo) == []


def test_a_word_that_completes_a_code_is_a_candidate_like_any():
    """Who looks it up will not find it."""
    assert find("OCOP 7K3M THAN") == ["7K3M-THAN"]


def test_several_candidates_those_behind_the_mark_first():
    assert find("ABCDEFGH OCOP 7K3M92XQ, OCOP 22223333 7K3M92XQ") == [CODE, "2222-3333", "ABCD-EFGH"]


@given(CODES, AROUND, AROUND, st.sampled_from(["OCOP {}", "OCOP{}", "ocop {}", "OCOP.{}"]))
def test_a_marked_code_is_found_whatever_stands_around(code, before, after, form):
    memo = f"{before} {form.format(code)} {after}"
    assert f"{code[:4]}-{code[4:]}" in find(memo)


@given(CODES, st.integers(1, 7), st.sampled_from([" ", "-", ".", "\n", " - "]))
def test_a_code_in_two_pieces_is_found_where_it_ends_with_the_piece(code, at, between):
    assert f"{code[:4]}-{code[4:]}" in find(f"OCOP {code[:at]}{between}{code[at:]}")


@given(CODES, st.integers(0, 7))
def test_a_code_cut_off_gives_nothing(code, at):
    assert find(f"OCOP {code[:at]}") == []


@given(st.text(max_size=200))
def test_any_text_gives_codes_or_nothing(memo):
    for code in find(memo):
        assert len(code) == references.LENGTH + 1
        assert set(code) <= {*ALPHABET, "-"}
    assert len(set(find(memo))) == len(find(memo))
