"""A conversation: the row that queues are made of, its mails, its history, its notes, and who reads it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a conversation stands. What may follow what is a table in ``rules/states.py``."""

    NEW = "new", _("Ny")
    OPEN = "open", _("Öppen")
    WAITING = "waiting", _("Väntar på avsändaren")
    ANSWERED = "answered", _("Besvarad")
    CLOSED = "closed", _("Avslutad")
    REOPENED = "reopened", _("Öppnad igen")


class Channel(models.TextChoices):
    """How somebody turned to us."""

    MAIL = "mail", _("Mejl")
    PHONE = "phone", _("Telefonsamtal")
    VISIT = "visit", _("Besök")


class Ending(models.TextChoices):
    """How a conversation was dealt with: what the contact centre is measured by."""

    NONE = "", _("Inte avgjort")
    SOLVED_HERE = "solved_here", _("Löst här")
    PASSED_ON = "passed_on", _("Lämnat vidare")
    OTHER_AUTHORITY = "other_authority", _("Annan myndighet")
    NO_ANSWER_NEEDED = "no_answer_needed", _("Behöver inget svar")


class Conversation(models.Model):
    """The thread that a shared mailbox answers; everything that a queue's row shows stands in this one row.

    ``last_event`` numbers the history, and is the guard of every write (``actions/history.py``). ``waits_since`` and
    ``due_at`` (UTC) are set while somebody waits for an answer; ``is_promised``: the day is one that we have named in
    an acknowledgement. ``merged_into``: shown there, kept out of queues and clocks (ADR 0034).
    """

    mailbox = models.ForeignKey("directory.Mailbox", on_delete=models.PROTECT, related_name="conversations")
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    channel = models.CharField(max_length=6, choices=Channel.choices, default=Channel.MAIL)
    ending = models.CharField(max_length=16, choices=Ending.choices, blank=True, default=Ending.NONE)
    subject = models.TextField(blank=True)
    party_name = models.CharField(max_length=320, blank=True)
    party_address = models.CharField(max_length=320, blank=True)
    preview = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    contact = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()
    waits_since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    is_promised = models.BooleanField(default=False)
    last_event = models.PositiveIntegerField(default=0)
    indexed_event = models.PositiveIntegerField(default=0, db_default=0)
    message_count = models.PositiveIntegerField(default=0)
    note_count = models.PositiveIntegerField(default=0)
    attachment_count = models.PositiveIntegerField(default=0)
    is_automatic = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    split_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="splits")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="inbox_state_known"),
            models.CheckConstraint(
                condition=models.Q(due_at__isnull=True, waits_since__isnull=True)
                | models.Q(due_at__isnull=False, waits_since__isnull=False),
                name="inbox_clock_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.CLOSED) | models.Q(due_at__isnull=True),
                name="inbox_closed_has_no_clock",
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("pk")), name="inbox_not_merged_into_itself"
            ),
        ]
        indexes = [
            models.Index(
                fields=["mailbox", "due_at", "id"],
                name="inbox_queue",
                condition=models.Q(due_at__isnull=False, merged_into__isnull=True),
            ),
            models.Index(
                fields=["owner", "due_at", "id"],
                name="inbox_mine",
                condition=models.Q(due_at__isnull=False, merged_into__isnull=True),
            ),
            models.Index(
                fields=["due_at"],
                name="inbox_due",
                condition=models.Q(due_at__isnull=False, merged_into__isnull=True),
            ),
            models.Index(
                fields=["id"],
                name="inbox_unindexed",
                condition=models.Q(last_event__gt=models.F("indexed_event")),
            ),
            models.Index(
                fields=["mailbox", "-last_at", "-id"],
                name="inbox_newest",
                condition=models.Q(merged_into__isnull=True),
            ),
            models.Index(fields=["ending", "-last_at", "mailbox"], name="inbox_ended"),
            models.Index(
                fields=["mailbox", "-last_at", "-id"],
                name="inbox_waiting",
                condition=models.Q(state="waiting", merged_into__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"conversation:{self.pk}"


class Placed(models.TextChoices):
    """Why a mail stands in its conversation."""

    FIRST = "first", _("Den började konversationen")
    TOKEN = "token", _("Den svarar på ett mejl från oss")
    REFERENCE = "reference", _("Den hänvisar till ett mejl i konversationen")
    PERSON = "person", _("Någon lade den här")


class Entry(models.Model):
    """A delivery in a conversation. ``first_conversation`` is where it was put when it came: splits can be undone."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="entries")
    first_conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="+")
    delivery = models.OneToOneField("mailflow.Delivery", on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey("mailflow.Message", on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=3)
    at = models.DateTimeField()
    placed = models.CharField(max_length=10, choices=Placed.choices)
    automatic = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [models.Index(fields=["conversation", "at", "id"], name="inbox_entry_order")]

    def __str__(self) -> str:
        return f"entry:{self.pk}"


class Participant(models.Model):
    """An address that has written in the conversation or been written to: who may be threaded into it."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="participants")
    address = models.CharField(max_length=320)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "address"], name="inbox_participant_once")]
        indexes = [models.Index(fields=["address"], name="inbox_participant_address")]

    def __str__(self) -> str:
        return f"participant:{self.pk}"


class Event(models.Model):
    """What happened, numbered within its conversation. Never changed. ``details`` hold ids, codes and dates only."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    person = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    details = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "number"], name="inbox_event_once")]

    def __str__(self) -> str:
        return f"event:{self.pk}"


class Note(models.Model):
    """An internal note. A thing of its own, with no way to the outbox: nothing here can ever be sent."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["conversation", "at", "id"], name="inbox_note_order")]

    def __str__(self) -> str:
        return f"note:{self.pk}"


class Follower(models.Model):
    """Somebody who wants to hear what happens in a conversation without owning it."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="followers")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "person"], name="inbox_follower_once")]

    def __str__(self) -> str:
        return f"follower:{self.pk}"


class Presence(models.Model):
    """Who had the conversation open a moment ago. A courtesy with a short lease: it stops nobody."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "person"], name="inbox_presence_once")]
        indexes = [models.Index(fields=["seen_at"], name="inbox_presence_seen")]

    def __str__(self) -> str:
        return f"presence:{self.pk}"


class SuggestionKind(models.TextChoices):
    """What a person may want to do with where a mail was put."""

    SAME_MATTER = "same_matter", _("Kan höra ihop med en annan konversation")
    NEW_MATTER = "new_matter", _("Kan vara ett nytt ärende")


class Suggestion(models.Model):
    """A guess about threading that a person settles. ``other``: the conversation that this one may belong to."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="suggestions")
    kind = models.CharField(max_length=12, choices=SuggestionKind.choices)
    other = models.ForeignKey(Conversation, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=24)
    settled = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "kind", "other"], name="inbox_suggestion_once")]

    def __str__(self) -> str:
        return f"suggestion:{self.pk}"


class Pending(models.Model):
    """A delivery to a shared mailbox that has no conversation yet. Comes with the delivery, goes with the entry."""

    delivery = models.OneToOneField("mailflow.Delivery", on_delete=models.CASCADE, related_name="+")
    tries = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"pending:{self.delivery_id}"
