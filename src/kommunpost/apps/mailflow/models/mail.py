"""Mail as it came and went, and the outbox."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.mailflow.kinds import Direction, Route


class Blob(models.Model):
    """Bytes in the blob store, named by their SHA-256. The row stays when the bytes are erased, and says when."""

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    stored_size = models.BigIntegerField()
    stored_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.digest


class LooseBlob(models.Model):
    """Bytes seen in the blob store that no row names: what ``actions/sweep.py`` erases a week after ``seen_at``."""

    digest = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()

    objects: "ClassVar[models.Manager[LooseBlob]]" = models.Manager()

    def __str__(self) -> str:
        return f"blob:{self.digest}"


class Message(models.Model):
    """One mail by content: (hash without trace headers, Message-ID). ADR 0005 says how the two are worked out.

    ``read_at`` is null until the worker has read the whole body. ``id_reused`` marks a Message-ID seen with other
    content. ``thread`` is what the mails of one conversation have in common, empty until read (rules/threads.py).
    """

    content_digest = models.CharField(max_length=64)
    message_id = models.CharField(max_length=998, blank=True)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    size = models.BigIntegerField()
    subject = models.TextField(blank=True)
    sender_name = models.CharField(max_length=320, blank=True)
    sender_address = models.CharField(max_length=320, blank=True)
    date = models.DateTimeField(null=True, blank=True)
    first_seen_at = models.DateTimeField()
    id_reused = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True, blank=True)
    preview = models.CharField(max_length=200, blank=True)
    attachment_count = models.PositiveIntegerField(default=0)
    automatic = models.CharField(max_length=20, blank=True)
    defects = models.JSONField(default=list)
    thread = models.CharField(max_length=32, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_digest", "message_id"], name="mailflow_message_once"),
        ]
        indexes = [
            models.Index(fields=["message_id"], name="mailflow_message_id_header"),
            models.Index(fields=["id"], name="mailflow_message_unread", condition=models.Q(read_at__isnull=True)),
            # Only read mail has a thread: intake pays nothing for this index.
            models.Index(fields=["thread"], name="mailflow_message_thread", condition=~models.Q(thread="")),
        ]

    def __str__(self) -> str:
        return f"message:{self.pk}"


class Delivery(models.Model):
    """The arrival of a message in, or its departure from, one mailbox: at most one a mailbox and direction.

    ``mailbox`` is null for mail that no mailbox answers for: the holding pen. ``address`` is what the envelope or
    header
    said.
    """

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries")
    mailbox = models.ForeignKey(
        "directory.Mailbox", on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    address = models.CharField(max_length=320)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    at = models.DateTimeField()
    route = models.CharField(max_length=10, choices=Route.choices)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    envelope_sender = models.CharField(max_length=320, blank=True)

    class Meta:
        constraints = [
            # The pen (mailbox null) is told apart by address.
            models.UniqueConstraint(
                fields=["message", "mailbox", "direction"],
                name="mailflow_delivery_once",
                condition=models.Q(mailbox__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["message", "address", "direction"],
                name="mailflow_pen_once",
                condition=models.Q(mailbox__isnull=True),
            ),
            models.CheckConstraint(
                condition=models.Q(direction__in=Direction.values), name="mailflow_delivery_direction_known"
            ),
        ]
        indexes = [
            models.Index(fields=["mailbox", "direction", "-at", "-id"], name="mailflow_delivery_list"),
        ]

    def __str__(self) -> str:
        return f"delivery:{self.pk}"


class Arrival(models.Model):
    """The same message seen again for a delivery that stands: another way, or a sender's retry. Nothing vanishes."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="arrivals")
    at = models.DateTimeField()
    route = models.CharField(max_length=10, choices=Route.choices)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"arrival:{self.pk}"


class ScanState(models.TextChoices):
    """What is known of a file's viruses. What may follow what is a table in ``rules/scanning.py``."""

    UNSCANNED = "unscanned", _("Inte virusgranskad än")
    CLEAN = "clean", _("Inget virus hittat")
    INFECTED = "infected", _("Virus")
    TOO_LARGE = "too_large", _("För stor att virusgranska")
    FAILED = "failed", _("Gick inte att virusgranska")


class FileScan(models.Model):
    """What clamd says of one attachment (ADR 0041). ``number``: its place in the mail, as in its address.

    Made when the mail has been read, if a clamd is set. ``due_at``: when to ask next; null once there is a verdict.
    ``signature``: the name of what was found.
    """

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="scans")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=ScanState.choices, default=ScanState.UNSCANNED)
    signature = models.CharField(max_length=120, blank=True)
    tries = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="mailflow_scan_once"),
            models.CheckConstraint(condition=models.Q(state__in=ScanState.values), name="mailflow_scan_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=ScanState.UNSCANNED, due_at__isnull=False)
                | (~models.Q(state=ScanState.UNSCANNED) & models.Q(due_at__isnull=True)),
                name="mailflow_scan_due_until_known",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="mailflow_scan_due", condition=models.Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"scan:{self.pk}"


class OutboxState(models.TextChoices):
    """``unknown``: the connection broke after the mail was sent and before the answer came. Never retried by itself."""

    DRAFT = "draft", _("Utkast")
    HELD = "held", _("Väntar")
    CLAIMED = "claimed", _("Skickas")
    HANDED_OVER = "handed_over", _("Skickat")
    DELIVERED = "delivered", _("Levererat")
    BOUNCED = "bounced", _("Kom i retur")
    UNKNOWN = "unknown", _("Okänt om det gick fram")
    CANCELLED = "cancelled", _("Ångrat")


class OutgoingMail(models.Model):
    """A mail on its way out. One Message-ID for all tries, fixed when it is written.

    ``outcomes`` has, for each recipient that the relay has answered for, ``{"state": "accepted", "answer": "250"}``.
    ``data_at`` is set just before the content goes out on a claim: from then on only an answer tells what became of it.
    """

    mailbox = models.ForeignKey("directory.Mailbox", on_delete=models.PROTECT, related_name="outgoing")
    message_id = models.CharField(max_length=998, unique=True)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    recipients = models.JSONField()
    outcomes = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=OutboxState.choices, default=OutboxState.DRAFT)
    not_before = models.DateTimeField()
    give_up_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=80, blank=True)
    data_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    last_answer = models.CharField(max_length=300, blank=True)
    # Nobody pressed a button for it: it goes with a null return path, so that no machine answers (RFC 3834, 3.3).
    is_automatic = models.BooleanField(default=False, db_default=False)
    sent_message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="outgoing")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=OutboxState.values), name="mailflow_outbox_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(claimed_at__isnull=True, claimed_by="")
                | (models.Q(claimed_at__isnull=False) & ~models.Q(claimed_by="")),
                name="mailflow_outbox_claim_whole",
            ),
        ]
        indexes = [models.Index(fields=["state", "not_before"], name="mailflow_outbox_due")]

    def __str__(self) -> str:
        return f"outgoing:{self.pk}"
