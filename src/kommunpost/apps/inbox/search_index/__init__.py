"""Find conversations by subject, people and text: the same words on SQLite (FTS5) and PostgreSQL (tsvector).

A conversation is a row of words: stems, the parts of compounds, and one word that names its mailbox, so that a search
in one's own mailboxes never looks at other people's rows. Removing the row removes all of it.
"""

from kommunpost.apps.inbox.search_index.indexing import forget, index_changed
from kommunpost.apps.inbox.search_index.lookup import find_ids

__all__ = ["find_ids", "forget", "index_changed"]
