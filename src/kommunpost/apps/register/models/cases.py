"""Cases: their number, parties, notes, and how they end."""

from django.db import models

from kommunpost.apps.register.kinds import CaseState, NoteKind, NoteState, PartyRole, Secrecy


class CaseFile(models.Model):
    """A case (ärende) of one committee. ``latest_running`` is counted up as entries come in."""

    committee = models.ForeignKey("directory.Committee", on_delete=models.PROTECT, related_name="+")
    diary_number = models.OneToOneField("register.DiaryNumber", on_delete=models.PROTECT, related_name="case")
    designation = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=300)
    public_title = models.CharField(max_length=300, blank=True)
    secrecy = models.CharField(max_length=6, choices=Secrecy.choices, default=Secrecy.NONE)
    handler = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=6, choices=CaseState.choices, default=CaseState.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    latest_running = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="register_case_has_title"),
            models.CheckConstraint(
                condition=models.Q(state=CaseState.OPEN, closed_at__isnull=True)
                | models.Q(state=CaseState.CLOSED, closed_at__isnull=False),
                name="register_case_state_whole",
            ),
        ]
        indexes = [models.Index(fields=["committee", "state", "-opened_at"], name="register_case_list")]

    def __str__(self) -> str:
        return self.designation


class CaseParty(models.Model):
    """Somebody in a case. Taken off the list, the row stays and says when."""

    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="parties")
    name = models.CharField(max_length=300)
    role = models.CharField(max_length=10, choices=PartyRole.choices)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"party:{self.pk}"


class CaseNote(models.Model):
    """A note in a case: official (facts added, FL 27), memo, or draft (TF 2:12).

    A cleared note keeps its row and loses its text. An official note is archived from the first moment.
    """

    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=8, choices=NoteKind.choices)
    text = models.TextField(blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey("directory.Account", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=NoteState.choices, default=NoteState.KEPT)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind=NoteKind.OFFICIAL) | models.Q(state=NoteState.ARCHIVED),
                name="register_note_official_kept",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=NoteState.CLEARED) | models.Q(text=""), name="register_note_cleared_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"note:{self.pk}"
