"""Ask the index."""

from collections.abc import Collection

from django.db import connection

from kommunpost.apps.inbox.search_index.terms import asked, box_word, is_prefix

FAR = 1 << 62


def find_ids(text: str, *, mailbox_ids: Collection[int] | None, before: int = FAR, limit: int = 50) -> list[int]:
    """Ids of conversations that have all words of ``text``, newest first. ``mailbox_ids`` None: everywhere.

    ``before``: an id, to go on below it. One query. Nothing is found for a text without words.
    """
    words = asked(text)
    if not words or (mailbox_ids is not None and not mailbox_ids):
        return []
    boxes = sorted(box_word(pk) for pk in mailbox_ids) if mailbox_ids is not None else []
    is_postgresql = connection.vendor == "postgresql"
    statement, question = (_POSTGRESQL, _tsquery(words, boxes)) if is_postgresql else (_SQLITE, _match(words, boxes))
    with connection.cursor() as cursor:
        cursor.execute(statement, [question, before, limit])
        return [row[0] for row in cursor.fetchall()]


_SQLITE = "SELECT rowid FROM inbox_search WHERE inbox_search MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s"
_POSTGRESQL = (
    "SELECT id FROM inbox_search WHERE words @@ to_tsquery('simple', %s) AND id < %s ORDER BY id DESC LIMIT %s"
)


def _match(words: Collection[str], boxes: Collection[str]) -> str:
    # Words are letters and digits alone; the quotes keep FTS5 from reading AND or NEAR in them.
    parts = [f'"{word}"*' if is_prefix(word) else f'"{word}"' for word in words]
    if boxes:
        parts.append("(" + " OR ".join(f'"{box}"' for box in boxes) + ")")
    return " AND ".join(parts)


def _tsquery(words: Collection[str], boxes: Collection[str]) -> str:
    parts = [f"'{word}':*" if is_prefix(word) else f"'{word}'" for word in words]
    if boxes:
        parts.append("(" + " | ".join(f"'{box}'" for box in boxes) + ")")
    return " & ".join(parts)
