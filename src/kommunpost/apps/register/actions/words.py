"""The words that an entry is found by: written with the entry, for each audience from its own fields alone."""

from collections.abc import Iterable

from kommunpost.apps.register.kinds import Audience
from kommunpost.apps.register.models import EntryWord, RegisterEntry
from kommunpost.core.swedish.search_words import tokens


def index_entry(entry: RegisterEntry) -> None:
    """Put the entry's words in place of those that stand."""
    EntryWord.objects.filter(entry=entry).delete()
    EntryWord.objects.bulk_create(
        EntryWord(entry=entry, audience=audience, word=word)
        for audience, words in words_of(entry).items()
        for word in sorted(words)
    )


def words_of(entry: RegisterEntry) -> dict[Audience, set[str]]:
    """The words for each audience. The designation is everybody's: it is never left out (OSL 5:2)."""
    public = (entry.designation, entry.public_title, entry.public_counterpart, entry.document_type)
    inside = (*public, entry.title, entry.counterpart)
    return {Audience.INSIDE: _words(inside), Audience.PUBLIC: _words(public)}


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in tokens(text)}
