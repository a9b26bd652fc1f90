"""Ask the index."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import connection, transaction

from kommunpost.apps.inbox.search_index.terms import asked, box_word, is_prefix

FAR = 1 << 62
WINDOW = 2_000
MOST_FORMS = 200
"""A beginning that begins more words than this is left to the database, which then takes longer."""


def find_ids(text: str, *, mailbox_ids: Collection[int] | None, before: int = FAR, limit: int = 50) -> list[int]:
    """Ids of conversations that have all words of ``text``, newest first. ``mailbox_ids`` None: everywhere.

    ``before``: an id, to go on below it. A small query for each long word, then one to three. Nothing is found for a
    text without words.
    """
    words = asked(text)
    if not words or (mailbox_ids is not None and not mailbox_ids):
        return []
    boxes = sorted(box_word(pk) for pk in mailbox_ids) if mailbox_ids is not None else []
    known = {word: _forms(word) for word in words if is_prefix(word)}
    if not all(known.values()):
        return []
    if connection.vendor == "postgresql":
        return _newest(question_of(words, boxes, forms=lambda _word: None, shape=_TSQUERY), before, limit)
    with connection.cursor() as cursor:
        question = question_of(words, boxes, forms=lambda word: known[word], shape=_MATCH)
        cursor.execute(_SQLITE, [question, before, limit])
        return [row[0] for row in cursor.fetchall()]


_SQLITE = "SELECT rowid FROM inbox_search WHERE inbox_search MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s"


def _newest(question: str, before: int, limit: int) -> list[int]:
    """PostgreSQL guesses badly how often a word stands, and then reads the whole table for a rare one. So the newest
    conversations are read as they stand, and only if they do not fill the page the index is asked for all others: what
    is not found there often is rare enough for that.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM inbox_search WHERE id < %s", [before])
        floor = (cursor.fetchone()[0] or 0) - WINDOW
        cursor.execute(_FEW, [question, before, floor, limit])
        found = [row[0] for row in cursor.fetchall()]
        if len(found) < limit:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(_REST, [question, floor, limit - len(found)])
            found += [row[0] for row in cursor.fetchall()]
            cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
        return found


_ASKED = "SELECT id FROM inbox_search WHERE words @@ to_tsquery('simple', %s) AND id"
_FEW = f"{_ASKED} < %s AND id >= %s ORDER BY id DESC LIMIT %s"
# The sum is no column: so the order cannot be had from the key, and the words decide the way.
_REST = f"{_ASKED} < %s ORDER BY id + 0 DESC LIMIT %s"
_AFTER_ALL = "\U0010ffff"


def _forms(word: str) -> Collection[str]:
    """The words that begin with ``word`` and stand in some conversation, up to one too many."""
    statement = "SELECT word FROM inbox_word WHERE word >= %s AND word < %s ORDER BY word LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(statement, [word, word + _AFTER_ALL, MOST_FORMS + 1])
        return [row[0] for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a database writes a question. Words are letters and digits alone; quotes keep AND or NEAR from being read."""

    word: str
    beginning: str
    both: str
    either: str


_MATCH = Shape('"{}"', '"{}"*', " AND ", " OR ")
_TSQUERY = Shape("'{}'", "'{}':*", " & ", " | ")


def question_of(
    words: Collection[str], boxes: Collection[str], *, forms: Callable[[str], Collection[str] | None], shape: Shape
) -> str:
    """All of ``words``, the long ones as beginnings, in any of ``boxes``. ``forms``: the known words of a beginning, or
    None where the database had better find them.
    """

    def any_of(chosen: Collection[str]) -> str:
        return "(" + shape.either.join(shape.word.format(word) for word in chosen) + ")"

    def of(word: str) -> str:
        found = forms(word) if is_prefix(word) else [word]
        return shape.beginning.format(word) if found is None or len(found) > MOST_FORMS else any_of(found)

    parts = [of(word) for word in words]
    return shape.both.join([*parts, any_of(boxes)] if boxes else parts)
