"""Shared by all tests. Kept small: what only one folder needs stands in that folder."""

from django.test import TransactionTestCase
from tests.trail import guards_lifted

# A test with real transactions empties all tables after itself, which the trail's triggers rightly refuse.
_empty_tables = TransactionTestCase._fixture_teardown


def _empty_tables_with_guards_lifted(self: TransactionTestCase) -> None:
    with guards_lifted():
        _empty_tables(self)


TransactionTestCase._fixture_teardown = _empty_tables_with_guards_lifted  # type: ignore[method-assign]
