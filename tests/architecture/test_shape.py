"""Sizes and signatures that keep the house readable."""

import ast

from django.core.management import call_command

from tests.architecture.source import ROOMS, ROOT, functions, label, modules, tree

MODULE_LINES = 400
FUNCTION_LINES = 50


def test_modules_stay_short():
    lengths = {label(p): len(p.read_text(encoding="utf-8").splitlines()) for p in modules(*ROOMS, "tests")}
    assert {name: n for name, n in lengths.items() if n >= MODULE_LINES} == {}


def test_functions_stay_short():
    lengths = {
        f"{label(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in modules(*ROOMS, "tests")
        for node in functions(path)
    }
    assert {name: n for name, n in lengths.items() if n >= FUNCTION_LINES} == {}


def test_services_take_keywords_only():
    """The kernel's own services may take one plain argument; an app's may not."""
    positional = [
        f"{label(path)}:{node.name}"
        for room in ROOMS
        if room != "core" and (ROOT / room / "services").is_dir()
        for path in modules(f"{room}/services")
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and "contextmanager" not in {ast.unparse(d) for d in node.decorator_list}
        and (node.args.args or node.args.posonlyargs or node.args.vararg)
    ]
    assert positional == []


def test_every_module_parses_without_drawers_for_odds_and_ends():
    names = {path.stem for path in modules(*ROOMS)}
    assert names.isdisjoint({"utils", "helpers", "common", "misc"})


def test_migrations_are_complete(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
