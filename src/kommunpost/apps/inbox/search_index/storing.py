"""The table of words, in each database's own way.

Beginnings of words are dear to both: FTS5 puts all conversations of all words with a beginning together before it gives
the first one, and PostgreSQL cannot guess how many there are. So each word that some conversation has stands once in
``inbox_word``, too, and a beginning is asked for as the words that it begins.
"""

from collections.abc import Collection

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

_TOKENS = "unicode61 remove_diacritics 0"
_SQLITE = (f"CREATE VIRTUAL TABLE IF NOT EXISTS inbox_search USING fts5(words, detail=none, tokenize='{_TOKENS}')",)
_POSTGRESQL = (
    "CREATE TABLE IF NOT EXISTS inbox_search (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX IF NOT EXISTS inbox_search_words ON inbox_search USING gin (words)",
)
_WORDS_SQLITE = (
    "CREATE TABLE IF NOT EXISTS inbox_word (word TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.inbox_vocabulary USING fts5vocab('main', 'inbox_search', 'row')",
    "INSERT OR IGNORE INTO inbox_word SELECT term FROM temp.inbox_vocabulary",
    "DROP TABLE temp.inbox_vocabulary",
)
_WORDS_POSTGRESQL = (
    'CREATE TABLE IF NOT EXISTS inbox_word (word text COLLATE "C" PRIMARY KEY)',
    "INSERT INTO inbox_word SELECT word FROM ts_stat('SELECT words FROM inbox_search') ON CONFLICT DO NOTHING",
)
_LOCK = 0x6B70_696E_6278


def install(database: BaseDatabaseWrapper) -> None:
    """Make the table. Called by a migration."""
    for statement in _POSTGRESQL if database.vendor == "postgresql" else _SQLITE:
        with database.cursor() as cursor:
            cursor.execute(statement)


def note_all_words(database: BaseDatabaseWrapper) -> None:
    """Make ``inbox_word`` out of what is indexed. Called by a migration, and by whoever fills the index in bulk."""
    for statement in _WORDS_POSTGRESQL if database.vendor == "postgresql" else _WORDS_SQLITE:
        with database.cursor() as cursor:
            cursor.execute(statement)


def write(conversation_id: int, words: Collection[str]) -> None:
    """The words of a conversation, in place of those that stood. Inside the caller's transaction."""
    before, now = _take_out(conversation_id), set(words)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = "INSERT INTO inbox_search (id, words) VALUES (%s, array_to_tsvector(%s))"
            cursor.execute(statement, [conversation_id, sorted(now)])
        else:
            statement = "INSERT INTO inbox_search (rowid, words) VALUES (%s, %s)"
            cursor.execute(statement, [conversation_id, " ".join(sorted(now))])
        new = [(word,) for word in sorted(now - before)]
        cursor.executemany("INSERT INTO inbox_word (word) VALUES (%s) ON CONFLICT DO NOTHING", new)
    _forget_words(before - now)


def remove(conversation_id: int) -> None:
    """Nothing of the conversation is left to be found, nor a word that it alone had. Inside a transaction."""
    _forget_words(_take_out(conversation_id))


def _take_out(conversation_id: int) -> set[str]:
    """Remove the row; the words that stood in it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Nobody takes a word away while somebody else finds that it stands already.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            statement = "DELETE FROM inbox_search WHERE id = %s RETURNING tsvector_to_array(words)"
            cursor.execute(statement, [conversation_id])
            return {word for row in cursor.fetchall() for word in row[0]}
        cursor.execute("SELECT words FROM inbox_search WHERE rowid = %s", [conversation_id])
        stood = {word for row in cursor.fetchall() for word in row[0].split()}
        cursor.execute("DELETE FROM inbox_search WHERE rowid = %s", [conversation_id])
        return stood


def _forget_words(words: Collection[str]) -> None:
    is_postgresql = connection.vendor == "postgresql"
    asked = "words @@ to_tsquery('simple', %s)" if is_postgresql else "inbox_search MATCH %s"
    quote = "'" if is_postgresql else '"'
    with connection.cursor() as cursor:
        for word in words:
            cursor.execute(f"SELECT 1 FROM inbox_search WHERE {asked} LIMIT 1", [f"{quote}{word}{quote}"])  # noqa: S608 - fixed words
            if cursor.fetchone() is None:
                cursor.execute("DELETE FROM inbox_word WHERE word = %s", [word])
