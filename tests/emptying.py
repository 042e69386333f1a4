"""How the tests that commit leave an empty database behind.

Django truncates every table and then writes content types and permissions anew: most of a second
for each test. Few tables hold rows after a test; deleting those takes a fiftieth of it. A role that
may not switch off triggers for this (the ledger's forbid deleting) still empties as Django does.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.testcases import TransactionTestCase
from psycopg2 import sql

KEPT = {"django_content_type", "auth_permission"}  # what migrate wrote; no test changes them


def _any_row(table: str) -> sql.Composed:
    """The table's name if it holds a row, else nothing."""
    return sql.SQL("(SELECT {} FROM {} LIMIT 1)").format(sql.Literal(table), sql.Identifier(table))


@pytest.fixture(autouse=True, scope="session")
def quick_emptying() -> Iterator[None]:
    thorough = TransactionTestCase._fixture_teardown

    def empty(case: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('is_superuser')::boolean")
            if not cursor.fetchone()[0]:
                thorough(case)
                return
            names = sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
            cursor.execute(sql.SQL(" UNION ALL ").join(map(_any_row, names)))
            filled = [name for (name,) in cursor.fetchall()]
            cursor.execute(
                sql.SQL("SET session_replication_role = replica; {} RESET session_replication_role").format(
                    sql.SQL("").join(sql.SQL("DELETE FROM {};").format(sql.Identifier(n)) for n in filled)
                )
            )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield
