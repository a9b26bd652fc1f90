# ruff: noqa: S608 -- The SQL is put together from our own names and marks; values always go beside it.
"""The words of rows: counted in the vocabulary, and put as keys of the index."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter

from django.db import connection

from kommunpost.apps.maillog.rules.matching import Texts
from kommunpost.apps.maillog.search_index import MOMENT_BITS, mailbox_key, word_key
from kommunpost.core.swedish.search_words import stem, tokens

_AT_ONCE = 2000
FIELDS = 3


Words = tuple[frozenset[str], ...]
"""The words of a row's sender, recipients and subject."""


def row_words(texts: Texts) -> Words:
    """The words of one row, by field."""
    return tuple(map(words_of, texts))


def count_words(rows: Sequence[Words], *, by: int = 1) -> dict[str, int]:
    """Raise the counts of the words in these rows by 1 (or lower them, ``by`` -1). Returns the id of each word."""
    senders, recipients, subjects = (Counter(chain.from_iterable(words)) for words in zip(*rows, strict=True))
    found: dict[str, int] = {}
    ordered = sorted({*senders, *recipients, *subjects})
    for start in range(0, len(ordered), _AT_ONCE):
        part = ordered[start : start + _AT_ONCE]
        found.update(
            _raised(
                [(word, stem(word), senders[word] * by, recipients[word] * by, subjects[word] * by) for word in part]
            )
        )
    return found


def postings_of(rows: Iterable[tuple[int, int, Words]], word_ids: Mapping[str, int]) -> dict[int, list[int]]:
    """Key -> moments, rising and each once, of rows (id, mailbox id, words). A word without an id is left out."""
    by_field = [{word: word_key(number, field) for word, number in word_ids.items()} for field in range(FIELDS)]
    postings: defaultdict[int, list[int]] = defaultdict(lambda: [-1])
    for identifier, mailbox_id, words in sorted(rows, key=itemgetter(0)):
        moment = identifier >> MOMENT_BITS
        keys = [mailbox_key(mailbox_id)]
        for keys_of, field in zip(by_field, words, strict=True):
            keys += [keys_of[word] for word in field if word in keys_of]
        for key in keys:
            moments = postings[key]
            if moments[-1] != moment:
                moments.append(moment)
    return {key: moments[1:] for key, moments in postings.items()}


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
