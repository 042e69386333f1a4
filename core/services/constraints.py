"""Turning a broken database constraint into the typed error that stands for it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, models, transaction

from core.errors import MarketError


def name_of(broken: IntegrityError) -> str:
    """Name of the violated constraint as Postgres reports it, "" when it reports none."""
    return getattr(getattr(broken.__cause__, "diag", None), "constraint_name", None) or ""


@contextmanager
def refusing(errors: Mapping[str, Callable[[], MarketError]]) -> Iterator[None]:
    """Run a savepoint; a violation of a named constraint raises its error, others pass through.

    The database has the last word, so two racing callers cannot both pass a check made before.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as broken:
        if name_of(broken) in errors:
            raise errors[name_of(broken)]() from broken
        raise


def insert_with_slug(
    obj: models.Model, base: str, *, refused: Mapping[str, Callable[[], MarketError]]
) -> None:
    """Insert under the first free slug of ``base``, ``base-2`` …; a racing twin makes it try again.

    ``refused`` maps other constraints to their errors, as in ``refusing``.
    """
    base = base[:110]
    manager = type(obj)._default_manager
    taken = set(manager.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 0
    while True:
        number += 1
        slug = base if number == 1 else f"{base}-{number}"
        if slug in taken:
            continue
        obj.slug = slug  # type: ignore[attr-defined]
        try:
            with refusing(refused):
                obj.save(force_insert=True)
            return
        except IntegrityError as broken:
            if not name_of(broken).endswith(("_slug_key", "_slug_uniq")):
                raise
            taken.add(slug)
