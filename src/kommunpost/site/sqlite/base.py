"""Django's SQLite backend, but a statement's marks are turned into SQLite's own once, not at each execution.

A group of mails runs some sixteen statements, most of them known; for each Django searched the whole text by a regular
expression, which took as long as SQLite took to run it.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from django.db.backends.sqlite3 import base

_CACHED = 1000


class Cursor(base.SQLiteCursorWrapper):
    """Django's, with a memory for texts of statements."""

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        if param_names is not None:
            return super().convert_query(query, param_names=param_names)
        return _with_question_marks(query)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django finds it by this name."""

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002 -- Django's signature
        return cast("Callable[..., Any]", self.connection.cursor)(factory=Cursor)


@lru_cache(maxsize=_CACHED)
def _with_question_marks(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")
