"""A foreign key is an import too: relations point to the same room or a lower one."""

import tomllib
from collections.abc import Iterable

from django.apps import apps

from tests.architecture.source import ROOMS, ROOT

# Packages' own models that ours may point to, below every room.
FOUNDATIONS = {"auth", "contenttypes", "sessions"}


def ranks_from_contract() -> dict[str, int]:
    """Room → rank, from the layers of the import contract: one list for both tests."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = contracts["tool"]["importlinter"]["contracts"][0]["layers"]
    ranks = {}
    for rank, layer in enumerate(reversed(layers)):
        for room in layer.split("|"):
            ranks[room.strip(" ()")] = rank
    return ranks


def upward(relations: Iterable[tuple[str, str, str]], ranks: dict[str, int]) -> list[str]:
    """Relations (room, field, target room) that point up, or sideways to another room."""
    return [
        f"{room}: {field} → {target}"
        for room, field, target in relations
        if room != target and target not in FOUNDATIONS and ranks[target] >= ranks[room]
    ]


def relations_of_the_project() -> list[tuple[str, str, str]]:
    return [
        (model._meta.app_label, f"{model.__name__}.{field.name}", field.related_model._meta.app_label)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in ROOMS
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model
    ]


def test_no_relation_points_up():
    relations = relations_of_the_project()
    assert len(relations) > 30
    assert upward(relations, ranks_from_contract()) == []


def test_planted_relations_are_caught():
    ranks = ranks_from_contract()
    planted = [("core", "Planted.order", "orders"), ("ratings", "Planted.lot", "traceability")]
    sound = [("orders", "Order.buyer", "accounts"), ("core", "Commune.province", "core")]
    assert upward(sound + planted, ranks) == [
        "core: Planted.order → orders",
        "ratings: Planted.lot → traceability",
    ]


def test_every_room_has_a_rank():
    assert set(ROOMS) <= set(ranks_from_contract())
