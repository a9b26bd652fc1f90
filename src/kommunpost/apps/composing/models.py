"""What people are writing, what they write often, and what they wait for. The mail itself, once sent, is mailflow's."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DraftOrigin(models.TextChoices):
    """What a draft began as. It decides what is carried along: history, files, subject."""

    NEW = "new", _("Nytt mejl")
    REPLY = "reply", _("Svar")
    REPLY_ALL = "reply_all", _("Svar till alla")
    FORWARD = "forward", _("Vidarebefordran")


class DraftState(models.TextChoices):
    """``queued``: handed to the outbox, which knows the rest. ``discarded`` can be taken up again for some days."""

    WRITING = "writing", _("Skrivs")
    QUEUED = "queued", _("Lämnat till utkorgen")
    DISCARDED = "discarded", _("Kastat")


class HeldFor(models.TextChoices):
    """Why a mail waits in the outbox."""

    UNDO = "undo", _("Kan ångras en stund")
    LATER = "later", _("Skickas senare")
    SLEEP = "sleep", _("Vilar till nästa arbetsdag")


class QuoteScope(models.TextChoices):
    """How much of the mail answered follows along: all of its own history too, or its own words alone."""

    WHOLE = "whole", _("Hela historiken")
    LATEST = "latest", _("Bara det senaste mejlet")


class Draft(models.Model):
    """A mail that one person writes. Nothing that others do changes it; ``revision`` tells two windows apart.

    ``to``, ``cc`` and ``bcc`` are kept as typed; they are read when it is sent. ``belongs_to`` names what an office
    above wrote it for (``conversation:12``) and ``place`` is the page there (a path); both are opaque here.
    ``answers_what_it_passes_on``: ``answers`` passes on other mails as files, and they are what is answered and quoted.
    """

    author = models.ForeignKey("directory.Account", on_delete=models.PROTECT, related_name="drafts")
    mailbox = models.ForeignKey("directory.Mailbox", on_delete=models.PROTECT, related_name="drafts")
    origin = models.CharField(max_length=10, choices=DraftOrigin.choices, default=DraftOrigin.NEW)
    state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.WRITING)
    answers = models.ForeignKey(
        "mailflow.Delivery", on_delete=models.SET_NULL, null=True, blank=True, related_name="drafts"
    )
    answers_what_it_passes_on = models.BooleanField(default=False, db_default=False)
    quote_scope = models.CharField(max_length=8, choices=QuoteScope.choices, default=QuoteScope.WHOLE)
    to = models.TextField(blank=True)
    cc = models.TextField(blank=True)
    bcc = models.TextField(blank=True)
    subject = models.TextField(blank=True)
    body = models.TextField(blank=True)
    reply_by = models.DateField(null=True, blank=True)
    reply_by_time = models.TimeField(null=True, blank=True)
    send_at = models.DateTimeField(null=True, blank=True)
    meeting_start = models.DateTimeField(null=True, blank=True)
    meeting_end = models.DateTimeField(null=True, blank=True)
    meeting_place = models.CharField(max_length=200, blank=True)
    belongs_to = models.CharField(max_length=80, blank=True)
    place = models.CharField(max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=1)
    advice = models.JSONField(default=dict)
    outgoing = models.OneToOneField(
        "mailflow.OutgoingMail", on_delete=models.PROTECT, null=True, blank=True, related_name="draft"
    )
    hold = models.CharField(max_length=8, choices=HeldFor.choices, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=DraftState.values), name="composing_draft_state_known"),
            models.CheckConstraint(
                condition=models.Q(origin__in=DraftOrigin.values), name="composing_draft_origin_known"
            ),
            # A draft in the outbox has its mail there, when, and why it waits; no other draft has.
            models.CheckConstraint(
                condition=(
                    models.Q(state=DraftState.QUEUED, outgoing__isnull=False, queued_at__isnull=False)
                    & models.Q(hold__in=HeldFor.values)
                )
                | (
                    ~models.Q(state=DraftState.QUEUED)
                    & models.Q(outgoing__isnull=True, queued_at__isnull=True, hold="")
                ),
                name="composing_draft_queued_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(meeting_start__isnull=True, meeting_end__isnull=True)
                | models.Q(meeting_end__gt=models.F("meeting_start")),
                name="composing_draft_meeting_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(reply_by_time__isnull=True) | models.Q(reply_by__isnull=False),
                name="composing_draft_time_has_day",
            ),
        ]
        indexes = [
            models.Index(fields=["author", "state", "-changed_at"], name="composing_draft_list"),
            models.Index(fields=["belongs_to"], name="composing_draft_for", condition=~models.Q(belongs_to="")),
            models.Index(fields=["mailbox", "-queued_at"], name="composing_draft_outbox",
                         condition=models.Q(state=DraftState.QUEUED)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"draft:{self.pk}"


class DraftAttachment(models.Model):
    """A file of a draft. The bytes are in the blob store. ``link``: it lies in the shared room, and is not sent."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="attachments")
    blob = models.ForeignKey("mailflow.Blob", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    link = models.TextField(blank=True)
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draft_attachment:{self.pk}"


class SentText(models.Model):
    """A digest of a text and those it went to: while it stands, the same cannot go to the same people again."""

    digest = models.CharField(max_length=64, primary_key=True)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest


class CannedText(models.Model):
    """A text that a mailbox uses often. ``{mottagare}`` and the like are filled from the directory when it is used."""

    mailbox = models.ForeignKey("directory.Mailbox", on_delete=models.CASCADE, related_name="canned_texts")
    name = models.CharField(max_length=100)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["mailbox", "name"], name="composing_canned_once")]

    def __str__(self) -> str:
        return f"canned_text:{self.pk}"


class ReminderState(models.TextChoices):
    """``closed`` by a person's word; an answer in the thread makes a waiting one silent by itself."""

    WAITING = "waiting", _("Väntar på svar")
    CLOSED = "closed", _("Avslutad")


class Reminder(models.Model):
    """An answer was asked for by a day (clause ``reply-by-date``). Whoever answers for the mailbox sees it then."""

    mailbox = models.ForeignKey("directory.Mailbox", on_delete=models.CASCADE, related_name="reminders")
    draft = models.OneToOneField(Draft, on_delete=models.CASCADE, related_name="reminder")
    due_at = models.DateTimeField()
    has_time = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=ReminderState.choices, default=ReminderState.WAITING)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=ReminderState.WAITING, closed_at__isnull=True)
                | models.Q(state=ReminderState.CLOSED, closed_at__isnull=False),
                name="composing_reminder_closed_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["mailbox", "due_at"], name="composing_reminder_due",
                         condition=models.Q(state=ReminderState.WAITING)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"reminder:{self.pk}"


class AdviceFate(models.TextChoices):
    """What became of advice. ``sent`` counts mails, whatever advice they got: what the others are measured against."""

    SENT = "sent", _("Skickade mejl")
    SHOWN = "shown", _("Visat råd")
    FIXED = "fixed", _("Ändrat som rådet sa")
    DISMISSED = "dismissed", _("Avfärdat")


class DismissReason(models.TextChoices):
    """Why somebody put advice aside. No free text: it would say who."""

    WRONG = "wrong", _("Rådet stämmer inte")
    NEEDED = "needed", _("Det behövs här")
    AGREED = "agreed", _("Vi är överens om det")
    OTHER = "other", _("Annat skäl")


class AdviceOutcome(models.Model):
    """How often, in a month and a unit, a clause's advice was shown, followed or put aside. Never who.

    ``clause`` is empty for ``sent``. ``unit`` is null for mailboxes that belong to none.
    """

    month = models.DateField()
    unit = models.ForeignKey("directory.Unit", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    clause = models.CharField(max_length=60, blank=True)
    fate = models.CharField(max_length=10, choices=AdviceFate.choices)
    reason = models.CharField(max_length=10, choices=DismissReason.choices, blank=True)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            # Two, since SQLite has no NULLS NOT DISTINCT.
            models.UniqueConstraint(
                fields=["month", "unit", "clause", "fate", "reason"],
                name="composing_outcome_once",
                condition=models.Q(unit__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["month", "clause", "fate", "reason"],
                name="composing_outcome_once_without_unit",
                condition=models.Q(unit__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.clause} {self.fate}: {self.number}"
