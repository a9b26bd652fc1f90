"""What each authority has of the mail, what has been decided of it, and what the machine thought."""

from django.db import models

from kommunpost.apps.register.kinds import Exemption, Ground, Origin, RecordState, Secrecy


class Collection(models.Model):
    """Records that are kept in order in place of being registered (OSL 5:1 third paragraph).

    ``sorted_by`` says how one sees that something has come in; ``responsible`` answers for it.
    """

    committee = models.ForeignKey("directory.Committee", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    sorted_by = models.CharField(max_length=200)
    responsible = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["committee", "name"], name="register_collection_once")]

    def __str__(self) -> str:
        return self.name


class Record(models.Model):
    """One message at one authority: a committee answers for its own, whoever else has the same mail (TF 2:4, 2:11).

    ``committee`` is null while no mailbox answers for the mail. ``mailbox`` and ``at`` are those of the first delivery
    there. ``due_on``: the last day to register. ``looked_at`` is null while the worker has something to look at anew.
    ``decided_by`` is an account, null for what the system did by itself. State, ground and exemption go together, and
    a collection kept in order holds nothing secret: the constraints say so.
    """

    message = models.ForeignKey("mailflow.Message", on_delete=models.PROTECT, related_name="records")
    committee = models.ForeignKey(
        "directory.Committee", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    mailbox = models.ForeignKey("directory.Mailbox", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    direction = models.CharField(max_length=3)
    at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=12, choices=RecordState.choices, db_default=RecordState.OPEN)
    ground = models.CharField(max_length=20, choices=Ground.choices, blank=True, db_default="")
    exemption = models.CharField(max_length=20, choices=Exemption.choices, blank=True, db_default="")
    reference = models.CharField(max_length=80, blank=True, db_default="")
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, null=True, blank=True, related_name="records")
    secrecy = models.CharField(max_length=6, choices=Secrecy.choices, db_default=Secrecy.NONE)
    origin = models.CharField(max_length=16, choices=Origin.choices, db_default=Origin.UNKNOWN)
    looked_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "directory.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    case = models.ForeignKey(
        "register.CaseFile", on_delete=models.PROTECT, null=True, blank=True, related_name="working_material"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "committee"],
                name="register_record_once",
                condition=models.Q(committee__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["message"], name="register_record_nobodys_once", condition=models.Q(committee__isnull=True)
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=RecordState.values), name="register_record_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state=RecordState.NOT_RECORD, ground__in=Ground.values)
                | (~models.Q(state=RecordState.NOT_RECORD) & models.Q(ground="")),
                name="register_record_ground_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(state=RecordState.EXEMPT, exemption__in=Exemption.values)
                | (~models.Q(state=RecordState.EXEMPT) & models.Q(exemption="")),
                name="register_record_exemption_whole",
            ),
            # OSL 5:1 third paragraph: only what is not secret may be kept in order in place of being registered.
            models.CheckConstraint(
                condition=models.Q(
                    state=RecordState.ORDERED, collection__isnull=False, committee__isnull=False, secrecy=Secrecy.NONE
                )
                | (~models.Q(state=RecordState.ORDERED) & models.Q(collection__isnull=True)),
                name="register_record_order_no_secret",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="register_record_queue", condition=models.Q(state="open")),
            models.Index(fields=["state", "-decided_at", "-id"], name="register_record_decided"),
            models.Index(fields=["id"], name="register_record_unseen", condition=models.Q(looked_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"record:{self.pk}"


class Judgement(models.Model):
    """What the machine thinks of a message, once: values, how sure, and why. Never a decision.

    ``values`` as ``kommunpost judge`` writes them; ``reasons``: ``[{"rule_id", …}]``. ``confidence``: 0–100 a value.
    """

    message = models.OneToOneField("mailflow.Message", on_delete=models.CASCADE, related_name="judgement")
    judged_at = models.DateTimeField()
    model = models.CharField(max_length=40)
    values = models.JSONField()
    confidence = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"judgement:{self.pk}"


class RecordDecision(models.Model):
    """What a person decided of a record, beside what had been suggested: what the next model learns from. Only added.

    ``question``: ``status``, ``registration``, ``secrecy``, ``unit``. ``by`` null: the law itself decided (dispatch).
    """

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="decisions")
    question = models.CharField(max_length=16)
    suggested = models.CharField(max_length=40, blank=True)
    chosen = models.CharField(max_length=40)
    reason = models.CharField(max_length=300, blank=True)
    provision = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("directory.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["record", "at"], name="register_decision_record")]

    def __str__(self) -> str:
        return f"decision:{self.pk}"
