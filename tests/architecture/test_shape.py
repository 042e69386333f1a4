"""Sizes and signatures that keep the house readable."""

import ast
from pathlib import Path

from django.core.management import call_command

from tests.architecture.source import ROOMS, ROOT, functions, label, modules, tree

MODULE_LINES = 400
FUNCTION_LINES = 50


def test_modules_stay_short():
    lengths = {label(p): len(p.read_text(encoding="utf-8").splitlines()) for p in modules(*ROOMS, "tests")}
    assert {name: n for name, n in lengths.items() if n >= MODULE_LINES} == {}


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines, without the docstring: nobody should save words there."""
    docstring = node.body[0] if ast.get_docstring(node) else None
    words = docstring.end_lineno - docstring.lineno + 1 if docstring else 0
    return node.end_lineno - node.lineno + 1 - words


def test_functions_stay_short():
    lengths = {
        f"{label(path)}:{node.name}": length(node)
        for path in modules(*ROOMS, "tests")
        for node in functions(path)
    }
    assert {name: n for name, n in lengths.items() if n >= FUNCTION_LINES} == {}


def asks_the_database(path: Path) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in {"objects", "save", "delete", "_base_manager"}
        for node in ast.walk(tree(path))
    )


def counts_commas(node: ast.FunctionDef, *, stores: bool) -> bool:
    plain = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    return "actor" in plain or (stores and len(plain) > 1)


def test_services_take_keywords_only():
    """Nobody should count commas at a call that changes something.

    The one thing that a function is about may stand alone, and so may the arguments of modules
    that only compute and never ask the database; the kernel (core) is not an app.
    """
    positional = [
        f"{label(path)}:{node.name}"
        for room in ROOMS
        if room != "core" and (ROOT / room / "services").is_dir()
        for path in modules(f"{room}/services")
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and counts_commas(node, stores=asks_the_database(path))
    ]
    assert positional == []


def test_every_module_parses_without_drawers_for_odds_and_ends():
    names = {path.stem for path in modules(*ROOMS)}
    assert names.isdisjoint({"utils", "helpers", "common", "misc"})


def test_migrations_are_complete(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
