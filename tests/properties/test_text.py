"""Any text whatsoever: folding settles, nothing harmful gets through, tsqueries stay plain."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from catalog import search
from core import text

ANYTHING = st.text(max_size=300)


@given(ANYTHING)
def test_folding_twice_changes_nothing(written):
    once = text.fold(written)
    assert text.fold(once) == once


@given(ANYTHING)
def test_composed_and_decomposed_text_fold_to_the_same(written):
    composed, decomposed = (unicodedata.normalize(form, written) for form in ("NFC", "NFD"))
    assert text.fold(composed) == text.fold(decomposed)


@given(ANYTHING)
def test_no_control_characters_are_left(written):
    assert not any(unicodedata.category(char) == "Cc" for char in text.clean(written))
    assert "\x00" not in text.clean_lines(written)


@given(ANYTHING)
def test_slugs_are_what_addresses_take(written):
    assert re.fullmatch(r"[a-z0-9]*(-[a-z0-9]+)*", text.slugify(written))


@given(ANYTHING)
def test_search_words_cannot_leave_their_quotes(written):
    terms = search.terms(written)
    assert len(terms) <= search.MAX_TERMS
    assert not any(set(term) & set("'\\&|!:*()<> ") for term in terms)


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạ", min_size=1, max_size=12), ANYTHING)
def test_what_is_indexed_is_found_again(word, around):
    assert set(search.words(word)) <= set(search.index_text(f"{around} {word}").split())
