# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""The words of rows: counted in the vocabulary, and put as keys of the index."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from django.db import connection

from kommunpost.apps.maillog.rules.matching import Texts
from kommunpost.apps.maillog.search_index import MOMENT_BITS, mailbox_key, word_key
from kommunpost.core.swedish.search_words import stem, tokens

_AT_ONCE = 2000


def count_words(rows: Iterable[Texts], *, by: int = 1) -> dict[str, int]:
    """Raise the counts of the words in these rows by 1 (or lower them, ``by`` -1). Returns the id of each word."""
    counts: dict[str, list[int]] = {}
    for texts in rows:
        for field, text in enumerate(texts):
            for word in words_of(text):
                counts.setdefault(word, [0, 0, 0])[field] += by
    found: dict[str, int] = {}
    ordered = sorted(counts)
    for start in range(0, len(ordered), _AT_ONCE):
        part = ordered[start : start + _AT_ONCE]
        found.update(_raised([(word, stem(word), *counts[word]) for word in part]))
    return found


def postings_of(rows: Iterable[tuple[int, int, Texts]], word_ids: Mapping[str, int]) -> dict[int, list[int]]:
    """Key -> moments, rising and each once, of rows (id, mailbox id, texts). A word without an id is left out."""
    postings: dict[int, list[int]] = {}
    for identifier, mailbox_id, texts in sorted(rows):
        moment = identifier >> MOMENT_BITS
        keys = [mailbox_key(mailbox_id)]
        for field, text in enumerate(texts):
            keys += [word_key(word_ids[word], field) for word in words_of(text) if word in word_ids]
        for key in keys:
            moments = postings.setdefault(key, [])
            if not moments or moments[-1] != moment:
                moments.append(moment)
    return postings


@lru_cache(maxsize=50_000)
def words_of(text: str) -> frozenset[str]:
    """The words under which a text is found, each once."""
    return frozenset(tokens(text))


def _raised(words: Sequence[tuple[str | int, ...]]) -> Iterable[tuple[str, int]]:
    marks = ",".join(["(%s,%s,%s,%s,%s)"] * len(words))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO maillog_word (word, stem, senders, recipients, subjects) VALUES {marks}
                ON CONFLICT (word) DO UPDATE SET senders = maillog_word.senders + excluded.senders,
                recipients = maillog_word.recipients + excluded.recipients,
                subjects = maillog_word.subjects + excluded.subjects RETURNING word, id""",
            [value for word in words for value in word],
        )
        return cursor.fetchall()  # type: ignore[no-any-return]
