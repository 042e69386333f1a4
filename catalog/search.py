"""Search text: what is stored, and what a visitor's words become. Pure, no database."""

import re

from core import text

MAX_LENGTH = 200
MAX_TERMS = 8
GLUED = range(4, 15)  # letters of a word that may be two syllables written together
_WORDS = re.compile(r"[^\W_]+")


def words(value: str) -> list[str]:
    """Folded words: "Sô-cô-la 70%" → ["so", "co", "la", "70"]."""
    return _WORDS.findall(text.fold(value))


def index_text(*parts: str) -> str:
    """Text for a search column: plain words, so Postgres' parser sees no hosts, paths or signs."""
    return " ".join(word for part in parts if part for word in words(part))


def tidy(query: str) -> str:
    """What the visitor typed, fit to be shown again: at most 200 characters, no control signs."""
    return text.clean(query[: MAX_LENGTH * 4])[:MAX_LENGTH].strip()


def terms(query: str) -> list[str]:
    """At most eight words of a query; the rest of a long query is not looked at."""
    return words(tidy(query))[:MAX_TERMS]


def tsquery(query_terms: list[str]) -> str:
    """Raw tsquery: every word must occur, the last one as a beginning.

    The words hold letters and digits only, so quoting them is safe.
    """
    last = len(query_terms) - 1
    return " & ".join(f"'{term}'{':*' if i == last else ''}" for i, term in enumerate(query_terms))


def glued_tsquery(query_terms: list[str]) -> str:
    """Raw tsquery in which a word may also stand as two: "matong" finds "mat ong"."""
    return " & ".join(f"({' | '.join(_readings(term))})" for term in query_terms)


def _readings(term: str) -> list[str]:
    cuts = range(2, len(term) - 1) if len(term) in GLUED else ()
    return [f"'{term}'", *(f"('{term[:cut]}' <-> '{term[cut:]}')" for cut in cuts)]
