"""Where the words of the log lead to its rows: FTS5 on SQLite, GIN on PostgreSQL. ADR 0007 has the shapes and why.

An index hands out candidates, newest or oldest first. It may hand out too many; it never leaves out a row that matches
and is
indexed. Whether a candidate matches is asked of ``rules.matching``.
"""

from django.db import connection

from kommunpost.apps.maillog.search_index import postgresql, sqlite
from kommunpost.apps.maillog.search_index.model import Clause, IndexQuery, Scope
from kommunpost.apps.maillog.search_index.vocabulary import clauses_for


def find_ids(query: IndexQuery, *, limit: int) -> list[int]:
    """Ids of at most ``limit`` candidates in the order of ``query.scope``; fewer mean that there are no more."""
    if connection.vendor == "postgresql":
        return postgresql.find_ids(query, limit=limit)
    return sqlite.find_ids(query, limit=limit)


def walk_pays(query: IndexQuery) -> bool:
    """Whether reading rows one by one finds a page sooner than the index."""
    if connection.vendor == "postgresql":
        return postgresql.walk_pays(query)
    return sqlite.walk_pays(query)


__all__ = ["Clause", "IndexQuery", "Scope", "clauses_for", "find_ids", "walk_pays"]
