"""Texts of the demo province: label facts and stories by family of goods."""

import tomllib
from functools import cache
from random import Random
from typing import Any

from ocop_market.demo.kinds import DATA, Kind

_CRAFTS = {"gom", "den", "go", "coi", "lua", "cay", "nhang"}
_VISITS = {"tham-quan", "luu-tru"}
# Families whose distinguishing word is a thing ("bình"), not a property ("ủ chum").
_THINGS = _CRAFTS | _VISITS


@cache
def _all() -> dict[str, Any]:
    return tomllib.loads((DATA / "families.toml").read_text(encoding="utf-8"))


def family(kind: Kind) -> dict[str, Any]:
    return dict(_all()[kind.family])


def product_name(kind: Kind, number: int) -> str:
    """The plain name for number 0, then with a distinguishing word; in later rounds with its batch."""
    if not number:
        return kind.name
    other = _all()[kind.family]["other"]
    turn, index = divmod(number - 1, len(other))
    word = f"{other[index]} (mẻ {turn + 1})" if turn else other[index]
    return f"{kind.name} – {word}" if kind.family in _THINGS else f"{kind.name} {word}"


def _fill(text: str, kind: Kind, place: str, province: str, year: int) -> str:
    inside = kind.name[0].lower() + kind.name[1:]
    return text.format(sp=inside, Sp=kind.name, noi=place, tinh=province, nam=year)


def _closings(kind: Kind) -> list[str]:
    which = "_craft" if kind.family in _CRAFTS else "_visit" if kind.family in _VISITS else ""
    return list(_all()["general"][f"closings{which}"])


def product_texts(kind: Kind, *, place: str, province: str, year: int, random: Random) -> dict[str, Any]:
    """Keyword texts of ``catalog.services.products.create``."""
    facts = family(kind)
    said: dict[str, Any] = {"kind": kind, "place": place, "province": province, "year": year}
    story = [random.choice(facts["story"]), random.choice(_closings(kind))]
    return {
        "summary": _fill(random.choice(facts["summary"]), **said),
        "story": "\n\n".join(_fill(part, **said) for part in story),
        "ingredients": kind.ingredients[0].upper() + kind.ingredients[1:] + ".",
        "usage": facts["usage"],
        "storage": facts["storage"],
        "shelf_life": facts["shelf_life"],
        "warnings": facts["warnings"],
        "standards": facts["standards"],
        "harvest_months": list(kind.months),
    }


def producer_texts(kind: Kind, *, place: str, province: str, year: int, random: Random) -> dict[str, Any]:
    """Story and quote of a maker of such goods."""
    said: dict[str, Any] = {"kind": kind, "place": place, "province": province, "year": year}
    general = _all()["general"]
    quotes = family(kind)["quote"] * 2 + general["quotes"]
    return {
        "story": _fill(random.choice(general["producer_stories"]), **said),
        "quote": random.choice(quotes),
    }
