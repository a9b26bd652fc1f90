"""Connections to real mailboxes, how far each folder of them is read, and what was removed from them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.mailflow.models.mail import Message, OutgoingMail


class ConnectionKind(models.TextChoices):
    """The protocol by which a mailbox is read."""

    IMAP = "imap", "IMAP"
    GRAPH = "graph", "Microsoft Graph"


class Security(models.TextChoices):
    """How the way to an IMAP server is sealed. ``none`` is allowed to this very machine alone."""

    TLS = "tls", _("TLS från början")
    STARTTLS = "starttls", "STARTTLS"
    NONE = "none", _("Ingen (bara till samma dator)")


class ConnectionState(models.TextChoices):
    """``first``: what lay in the mailbox when it was connected is being read, silently."""

    NEW = "new", _("Väntar på första läsningen")
    FIRST = "first", _("Läser det som redan låg där")
    LIVE = "live", _("Läser ny post")
    TROUBLE = "trouble", _("Når inte brevlådan")
    REFUSED = "refused", _("Inloggningen nekas")
    PAUSED = "paused", _("Pausad")


class FolderRole(models.TextChoices):
    """What a folder is for. Drafts are never read."""

    INBOX = "inbox", _("Inkorg")
    SENT = "sent", _("Skickat")
    OTHER = "other", _("Annan mapp")
    DRAFTS = "drafts", _("Utkast")


class Connection(models.Model):
    """How one mailbox is read. ``secret`` is sealed (``site.sealing``): password, or the secret of a Graph client.

    ``began_at``: when it was first reached; what had come before is old mail, taken in silently. ``heard_at``: when
    everything was last found to be read. ``holder`` has the right to read it until ``held_until``: one process at a
    time. ``move_to``: a folder that mail of the inbox is moved to once it is taken in; empty leaves it where it is.
    ``stores_sent``: what is sent from here is put in its Sent folder, unless it lies there.
    """

    mailbox = models.OneToOneField("directory.Mailbox", on_delete=models.PROTECT, related_name="connection")
    kind = models.CharField(max_length=10, choices=ConnectionKind.choices)
    host = models.CharField(max_length=253, blank=True)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=10, choices=Security.choices, default=Security.TLS)
    tenant = models.CharField(max_length=253, blank=True)
    login = models.CharField(max_length=320)
    secret = models.TextField()
    move_to = models.CharField(max_length=200, blank=True)
    stores_sent = models.BooleanField(default=True, db_default=True)
    state = models.CharField(max_length=10, choices=ConnectionState.choices, default=ConnectionState.NEW)
    state_since = models.DateTimeField()
    began_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    mail_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    found_late = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=40, blank=True)
    failures = models.PositiveIntegerField(default=0)
    try_at = models.DateTimeField(null=True, blank=True)
    holder = models.CharField(max_length=120, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    # Goes up whenever somebody changes how the mailbox is reached: whoever reads by the old settings lets go.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ConnectionState.values), name="mailflow_connection_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"connection:{self.pk}"


class SyncFolder(models.Model):
    """The cursor of one folder: (connection, folder, ``generation``, ``position``).

    IMAP: UIDVALIDITY and the highest UID taken in. Graph: no generation, and the link to go on from.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="folders")
    remote_id = models.CharField(max_length=500)
    name = models.CharField(max_length=500)
    role = models.CharField(max_length=10, choices=FolderRole.choices)
    generation = models.CharField(max_length=40, blank=True)
    position = models.TextField(blank=True)
    # Of this generation: the first position that was not there when the folder was first seen.
    first_new = models.BigIntegerField(default=0)
    counted = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "remote_id"], name="mailflow_folder_once")]

    def __str__(self) -> str:
        return f"folder:{self.pk}"


class SyncedMail(models.Model):
    """A mail of the folder's generation that has been seen to. ``message`` null: not ours to take in (a draft, say),
    or refused with ``trouble``, to be tried again at night.
    """

    folder = models.ForeignKey(SyncFolder, on_delete=models.CASCADE, related_name="mails")
    remote_id = models.CharField(max_length=500)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    trouble = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["folder", "remote_id"], name="mailflow_synced_once")]
        indexes = [
            models.Index(fields=["folder"], name="mailflow_synced_trouble", condition=~models.Q(trouble="")),
        ]

    def __str__(self) -> str:
        return f"synced:{self.pk}"


class PendingMove(models.Model):
    """Written in the transaction that takes the mail in; gone when the server has moved it. Between the two anything
    may die: the mail is here, and is moved at the next visit.
    """

    synced = models.OneToOneField(SyncedMail, on_delete=models.CASCADE, related_name="move")
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"move:{self.pk}"


class SentCopy(models.Model):
    """A mail that was sent from here lies in the mailbox's Sent folder. ``was_there`` before we put it there.

    ``trouble``: it does not lie there, and never will by us (``too_large``).
    """

    outgoing = models.OneToOneField(OutgoingMail, on_delete=models.CASCADE, related_name="copy")
    at = models.DateTimeField()
    was_there = models.BooleanField()
    trouble = models.CharField(max_length=40, blank=True, db_default="")

    def __str__(self) -> str:
        return f"copy:{self.pk}"


class RemoteRemoval(models.Model):
    """A message that is being removed, or has been, from a mailbox on a server (ADR 0055). It stands before anything is
    looked for: from then on no copy of the mail is put into that mailbox.
    """

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    mailbox = models.ForeignKey("directory.Mailbox", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ConnectionKind.choices)
    began_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "mailbox"], name="mailflow_remote_removal_once")]

    def __str__(self) -> str:
        return f"remote_removal:{self.pk}"


class RemoteFind(models.Model):
    """One copy on the server, written down before it is removed. ``removed_at``: it is gone from there."""

    removal = models.ForeignKey(RemoteRemoval, on_delete=models.CASCADE, related_name="finds")
    folder = models.CharField(max_length=500)
    generation = models.CharField(max_length=40, blank=True)
    remote_id = models.CharField(max_length=500)
    digest = models.CharField(max_length=64)
    found_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["removal", "folder", "generation", "remote_id"], name="mailflow_remote_find_once"
            )
        ]

    def __str__(self) -> str:
        return f"remote_find:{self.pk}"
