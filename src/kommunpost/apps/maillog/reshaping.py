"""The second shape of the tables: lists of moments in place of the databases' own word indexes, tallies by the month.

Called by the second migration. Rows and texts stay as they are; all else is made anew from the rows, by whoever indexes
what is pending. Until that is done every answer is right, and slower.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from kommunpost.apps.maillog import guards

_SQLITE = (
    "DROP TABLE maillog_index",
    "DROP INDEX maillog_logrow_mailbox",
    "DROP TABLE maillog_tally",
    """CREATE TABLE maillog_posting (key INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL,
       data BLOB NOT NULL, PRIMARY KEY (key, since)) WITHOUT ROWID""",
    """CREATE TABLE maillog_tally (month INTEGER NOT NULL, mailbox_id INTEGER NOT NULL, incoming INTEGER NOT NULL,
       outgoing INTEGER NOT NULL, days BLOB NOT NULL, PRIMARY KEY (month, mailbox_id)) WITHOUT ROWID""",
    """CREATE TRIGGER maillog_word_part_gone AFTER DELETE ON maillog_word
       BEGIN INSERT INTO maillog_wordpart (maillog_wordpart, rowid, word) VALUES ('delete', OLD.id, OLD.word); END""",
)
_POSTGRESQL = (
    "DROP INDEX maillog_logrow_words",
    "DROP INDEX maillog_logrow_mailbox",
    "DROP FUNCTION maillog_words_of(bigint)",
    "DROP FUNCTION maillog_subject_words(bigint)",
    "ALTER TABLE maillog_correspondents DROP COLUMN words",
    "ALTER TABLE maillog_subject DROP COLUMN words",
    "DROP TABLE maillog_tally",
    # Room in the pages, so that a list grows where it stands and no index hears of it (HOT).
    """CREATE TABLE maillog_posting (key bigint NOT NULL, since bigint NOT NULL, until bigint NOT NULL,
       data bytea NOT NULL, PRIMARY KEY (key, since)) WITH (fillfactor = 85)""",
    """CREATE TABLE maillog_tally (month integer NOT NULL, mailbox_id integer NOT NULL, incoming bigint NOT NULL,
       outgoing bigint NOT NULL, days bytea NOT NULL, PRIMARY KEY (month, mailbox_id)) WITH (fillfactor = 80)""",
)
_INDEX_ALL_ANEW = (
    "UPDATE maillog_word SET senders = 0, recipients = 0, subjects = 0",
    "INSERT INTO maillog_pending (id) SELECT id FROM maillog_logrow WHERE true ON CONFLICT (id) DO NOTHING",
)


def reshape(connection: BaseDatabaseWrapper) -> None:
    """From the first shape (``schema.create``) to the second, on an empty log or a filled one."""
    with connection.cursor() as cursor:
        for statement in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)
        for statement in _INDEX_ALL_ANEW:
            cursor.execute(statement)
    guards.install(connection)
