"""From words and mailboxes of the log to the moments at which rows bear them. The same on SQLite and PostgreSQL.

ADR 0007 has the shape and why. The index hands out moments, newest or oldest first. It may hand out too many; it never
leaves out one at which an indexed row matches. Whether a row matches is asked of ``rules.matching``.
"""

from kommunpost.apps.maillog.search_index.lookup import find_moments, spans_of
from kommunpost.apps.maillog.search_index.model import MOMENT_BITS, Clause, Extent, IndexQuery, KeySet, Scope
from kommunpost.apps.maillog.search_index.postings import mailbox_key, word_key
from kommunpost.apps.maillog.search_index.vocabulary import clauses_for

__all__ = [
    "MOMENT_BITS",
    "Clause",
    "Extent",
    "IndexQuery",
    "KeySet",
    "Scope",
    "clauses_for",
    "find_moments",
    "mailbox_key",
    "spans_of",
    "word_key",
]
