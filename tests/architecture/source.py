"""The project's own source, as files and syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "core",
    "accounts",
    "notifications",
    "producers",
    "catalog",
    "ratings",
    "traceability",
    "payments",
    "orders",
    "ocop_market",
)


@cache
def modules(*folders: str) -> tuple[Path, ...]:
    """Python files under the folders; migrations are written by a machine and do not count."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(path for path in found if "migrations" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))
