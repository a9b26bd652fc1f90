"""The table of words, in each database's own way."""

from collections.abc import Collection

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

_TOKENS = "unicode61 remove_diacritics 0"
_SQLITE = (f"CREATE VIRTUAL TABLE IF NOT EXISTS inbox_search USING fts5(words, detail=none, tokenize='{_TOKENS}')",)
_POSTGRESQL = (
    "CREATE TABLE IF NOT EXISTS inbox_search (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX IF NOT EXISTS inbox_search_words ON inbox_search USING gin (words)",
)


def install(database: BaseDatabaseWrapper) -> None:
    """Make the table. Called by a migration."""
    for statement in _POSTGRESQL if database.vendor == "postgresql" else _SQLITE:
        with database.cursor() as cursor:
            cursor.execute(statement)


def write(conversation_id: int, words: Collection[str]) -> None:
    """The words of a conversation, in place of those that stood. Inside the caller's transaction."""
    remove(conversation_id)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = "INSERT INTO inbox_search (id, words) VALUES (%s, array_to_tsvector(%s))"
            cursor.execute(statement, [conversation_id, sorted(words)])
        else:
            statement = "INSERT INTO inbox_search (rowid, words) VALUES (%s, %s)"
            cursor.execute(statement, [conversation_id, " ".join(sorted(words))])


def remove(conversation_id: int) -> None:
    """Nothing of the conversation is left to be found."""
    key = "id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM inbox_search WHERE {key} = %s", [conversation_id])  # noqa: S608 - a fixed name
