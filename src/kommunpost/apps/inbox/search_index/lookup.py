"""Ask the index."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import connection

from kommunpost.apps.inbox.search_index.terms import asked, box_word, is_prefix

FAR = 1 << 62
MOST_FORMS = 200
"""A beginning that begins more words than this is left to the database, which then takes longer."""


def find_ids(text: str, *, mailbox_ids: Collection[int] | None, before: int = FAR, limit: int = 50) -> list[int]:
    """Ids of conversations that have all words of ``text``, newest first. ``mailbox_ids`` None: everywhere.

    ``before``: an id, to go on below it. One query, and a small one for each long word. Nothing is found for a text
    without words.
    """
    words = asked(text)
    if not words or (mailbox_ids is not None and not mailbox_ids):
        return []
    boxes = sorted(box_word(pk) for pk in mailbox_ids) if mailbox_ids is not None else []
    is_postgresql = connection.vendor == "postgresql"
    statement, shape = (_POSTGRESQL, _TSQUERY) if is_postgresql else (_SQLITE, _MATCH)
    question = question_of(words, boxes, forms=_forms, shape=shape)
    with connection.cursor() as cursor:
        cursor.execute(statement, [question, before, limit])
        return [row[0] for row in cursor.fetchall()]


_SQLITE = "SELECT rowid FROM inbox_search WHERE inbox_search MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s"
_POSTGRESQL = (
    "SELECT id FROM inbox_search WHERE words @@ to_tsquery('simple', %s) AND id < %s ORDER BY id DESC LIMIT %s"
)


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
    words: Collection[str], boxes: Collection[str], *, forms: Callable[[str], Collection[str]], shape: Shape
) -> str:
    """All of ``words``, the long ones as beginnings, in any of ``boxes``. ``forms``: the known words of a beginning."""

    def any_of(chosen: Collection[str]) -> str:
        return "(" + shape.either.join(shape.word.format(word) for word in chosen) + ")"

    def of(word: str) -> str:
        found = forms(word) if is_prefix(word) else ()
        return shape.beginning.format(word) if len(found) > MOST_FORMS else any_of(found or [word])

    parts = [of(word) for word in words]
    return shape.both.join([*parts, any_of(boxes)] if boxes else parts)
