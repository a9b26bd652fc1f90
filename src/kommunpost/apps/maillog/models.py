"""The e-mail log: one row for every delivery in and out, append-only (guideline ``log-is-public-record``,
``log-fields``).

The tables are made by hand, to the byte: ADR 0007 says how and why. ``guards.py`` keeps rows from change.
"""

from django.db import models


class Correspondents(models.Model):
    """One sender, or one list of recipients (a line each): written once, however many rows name it. ``id`` is a digest
    of the text.
    """

    id = models.BigIntegerField(primary_key=True)
    text = models.TextField()

    def __str__(self) -> str:
        return f"correspondents:{self.pk}"


class Subject(models.Model):
    """One subject line: written once, however many rows bear it. ``id`` is a digest of the text."""

    id = models.BigIntegerField(primary_key=True)
    text = models.TextField()

    def __str__(self) -> str:
        return f"subject:{self.pk}"


class LogRow(models.Model):
    """One delivery, in or out. ``id`` is its time: ``rules.ids``. No foreign keys: disposal of mail never touches the
    log.

    ``mailbox_id`` 0 is the holding pen; ``delivery_id`` 0 a row without a delivery (demonstration and measurement
    only).
    """

    id = models.BigIntegerField(primary_key=True)
    delivery_id = models.BigIntegerField()
    sender_id = models.BigIntegerField()
    recipients_id = models.BigIntegerField()
    subject_id = models.BigIntegerField()
    mailbox_id = models.IntegerField()
    direction = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"log:{self.pk}"


class Pending(models.Model):
    """A row that is not yet in the search index and the tallies. Reads add these, so that answers are exact at once."""

    id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"pending:{self.pk}"


class Word(models.Model):
    """A word seen in the log, and in how many rows: as part of the sender, the recipients, the subject."""

    word = models.CharField(max_length=64, unique=True)
    stem = models.CharField(max_length=64)
    senders = models.BigIntegerField(default=0)
    recipients = models.BigIntegerField(default=0)
    subjects = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["stem"], name="maillog_word_stem")]

    def __str__(self) -> str:
        return f"word:{self.pk}"


class Posting(models.Model):
    """Some of the moments at which rows bear a key: a word in one field, or a mailbox (``search_index.postings``)."""

    pk = models.CompositePrimaryKey("key", "since")
    key = models.BigIntegerField()
    since = models.BigIntegerField()
    until = models.BigIntegerField()
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"posting:{self.key}/{self.since}"


class Tally(models.Model):
    """How many rows a mailbox has in one month (``202603``), or ever (0), and on each of its days.

    Mailbox -1 is all mailboxes together. ``days`` are the numbers of ``rules.periods.SLOTS`` as ``varints``; empty
    for "ever".
    """

    pk = models.CompositePrimaryKey("month", "mailbox_id")
    month = models.IntegerField()
    mailbox_id = models.IntegerField()
    incoming = models.BigIntegerField()
    outgoing = models.BigIntegerField()
    days = models.BinaryField()

    def __str__(self) -> str:
        return f"tally:{self.mailbox_id}/{self.month}"


class Withheld(models.Model):
    """A row whose subject is shown to nobody in the log: it may be secret. The row itself, and its subject, stay.

    ``id`` is the row's. Whether the subject can be disclosed is tested when somebody asks for it (OSL 6 kap.).
    """

    id = models.BigIntegerField(primary_key=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"withheld:{self.pk}"


class ErasurePass(models.Model):
    """While a row stands here, in the same transaction, rows of the log may be removed. Never committed with a row in
    it.
    """

    reason = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.reason
