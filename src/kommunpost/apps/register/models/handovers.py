"""Case systems that committees' entries are handed to, and how far each entry has come (ADR 0051)."""

import uuid

from django.db import models

from kommunpost.apps.register.kinds import HandoverState, SystemKind


class CaseSystem(models.Model):
    """The one case system of a committee. Without a row, and with the kind ``diary``, the diary here is all there is.

    ``secret`` is sealed and signs webhooks. ``is_protected``: mail to ``address`` never leaves the municipality's own
    protected network, so that what is marked with secrecy may go by it. ``resting_until``: it did not answer, and
    nothing is tried before then; ``failures`` counts the tries in vain since it last did.
    """

    committee = models.OneToOneField("directory.Committee", on_delete=models.PROTECT, related_name="case_system")
    kind = models.CharField(max_length=8, choices=SystemKind.choices, default=SystemKind.DIARY)
    name = models.CharField(max_length=60)
    url = models.CharField(max_length=500, blank=True)
    secret = models.TextField(blank=True)
    address = models.CharField(max_length=254, blank=True)
    mailbox = models.ForeignKey("directory.Mailbox", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_protected = models.BooleanField(default=False)
    failures = models.PositiveIntegerField(default=0)
    resting_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=SystemKind.values), name="register_system_kind_known"),
            models.CheckConstraint(
                condition=models.Q(kind__in=[SystemKind.DIARY, SystemKind.FOLDER])
                | (models.Q(kind=SystemKind.WEBHOOK) & ~models.Q(url="") & ~models.Q(secret=""))
                | (models.Q(kind=SystemKind.MAIL, mailbox__isnull=False) & ~models.Q(address="")),
                name="register_system_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Handover(models.Model):
    """An entry on its way to a case system, written in the transaction that registers it.

    ``key`` tells the receiver that two tries are of one entry. ``data`` is what the register said of the entry, as it
    is sent each time; emptied when the receiver has it. ``attempts`` counts claims, so that a worker that dies counts
    too. ``other_number``: a later answer gave another number, which a person must look at.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    entry = models.OneToOneField("register.RegisterEntry", on_delete=models.PROTECT, related_name="handover")
    system = models.ForeignKey(CaseSystem, on_delete=models.PROTECT, related_name="handovers")
    kind = models.CharField(max_length=8, choices=SystemKind.choices)
    state = models.CharField(max_length=9, choices=HandoverState.choices, default=HandoverState.WAITING)
    data = models.JSONField(default=dict)
    entry_version = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=80, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=40, blank=True)
    answer_code = models.PositiveSmallIntegerField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    number = models.CharField(max_length=80, blank=True)
    other_number = models.CharField(max_length=80, blank=True)
    numbered_at = models.DateTimeField(null=True, blank=True)
    numbered_by = models.ForeignKey(
        "directory.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outgoing = models.OneToOneField(
        "mailflow.OutgoingMail", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=HandoverState.values), name="register_handover_state_known"
            ),
            models.CheckConstraint(
                condition=(models.Q(state=HandoverState.SENDING, leased_until__isnull=False) & ~models.Q(leased_by=""))
                | (~models.Q(state=HandoverState.SENDING) & models.Q(leased_until__isnull=True, leased_by="")),
                name="register_handover_lease_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=HandoverState.RECEIVED)
                | (models.Q(numbered_at__isnull=False) & ~models.Q(number="")),
                name="register_handover_received_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], name="register_handover_due",
                         condition=models.Q(next_try_at__isnull=False)),
            models.Index(fields=["state", "-id"], name="register_handover_list"),
            models.Index(fields=["number"], name="register_handover_number", condition=~models.Q(number="")),
            models.Index(fields=["-id"], name="register_handover_two_numbers", condition=~models.Q(other_number="")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"handover:{self.pk}"
