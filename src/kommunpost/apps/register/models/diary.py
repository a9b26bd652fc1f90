"""The diary: numbers, entries, their mails and files, corrections, markings, and the words they are found by."""

from django.db import models

from kommunpost.apps.register.kinds import Audience, EntryDirection, Secrecy


class DiarySettings(models.Model):
    """How a committee numbers, and whether its diary is open to the public (off until somebody turns it on)."""

    committee = models.OneToOneField("directory.Committee", on_delete=models.PROTECT, related_name="+")
    number_format = models.CharField(max_length=60)
    is_public = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.number_format


class DiarySeries(models.Model):
    """The latest number of a committee's year. Counted up inside the transaction that uses the number."""

    committee = models.ForeignKey("directory.Committee", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    latest = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["committee", "year"], name="register_series_once")]

    def __str__(self) -> str:
        return f"{self.committee_id}/{self.year}: {self.latest}"


class DiaryNumber(models.Model):
    """A number that is taken, for a case or for an entry outside any case. Never changed, never removed."""

    committee = models.ForeignKey("directory.Committee", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    designation = models.CharField(max_length=60, unique=True)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["committee", "year", "number"], name="register_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="register_number_from_one"),
        ]

    def __str__(self) -> str:
        return self.designation


class RegisterEntry(models.Model):
    """A line of the diary: day, designation, counterpart, and what in brief (OSL 5:2). Corrected openly, never removed.

    It has a diary number of its own, or a running number within its case; designation is what one writes of it.
    ``title`` and ``counterpart`` are for those inside; ``public_title`` and ``public_counterpart`` for everybody,
    empty where they are left out so that the register can be shown (OSL 5:2 second paragraph).
    ``version`` counts corrections.
    """

    committee = models.ForeignKey("directory.Committee", on_delete=models.PROTECT, related_name="+")
    designation = models.CharField(max_length=80, unique=True)
    diary_number = models.OneToOneField(
        DiaryNumber, on_delete=models.PROTECT, null=True, blank=True, related_name="entry"
    )
    case = models.ForeignKey(
        "register.CaseFile", on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    running = models.PositiveIntegerField(null=True, blank=True)
    direction = models.CharField(max_length=8, choices=EntryDirection.choices)
    dated_at = models.DateTimeField()
    dated_on = models.DateField()
    counterpart = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=300)
    public_title = models.CharField(max_length=300, blank=True)
    public_counterpart = models.CharField(max_length=300, blank=True)
    document_type = models.CharField(max_length=60, blank=True)
    handler = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    secrecy = models.CharField(max_length=6, choices=Secrecy.choices, default=Secrecy.NONE)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(
        "directory.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(direction__in=EntryDirection.values), name="register_entry_direction_known"
            ),
            models.CheckConstraint(condition=~models.Q(title=""), name="register_entry_has_title"),
            models.CheckConstraint(
                condition=models.Q(diary_number__isnull=False) | models.Q(case__isnull=False, running__isnull=False),
                name="register_entry_is_numbered",
            ),
            models.UniqueConstraint(
                fields=["case", "running"],
                name="register_entry_running_once",
                condition=models.Q(case__isnull=False, running__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["-dated_on", "-id"], name="register_entry_by_day"),
            models.Index(fields=["committee", "-dated_on", "-id"], name="register_entry_of_committee"),
        ]

    def __str__(self) -> str:
        return self.designation


class EntryRecord(models.Model):
    """The mails of an entry. A record stands in one entry; a voided entry lets go of its own."""

    entry = models.ForeignKey(RegisterEntry, on_delete=models.PROTECT, related_name="mails")
    record = models.ForeignKey("register.Record", on_delete=models.PROTECT, related_name="entries")
    let_go_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record"], name="register_record_in_one_entry", condition=models.Q(let_go_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.record_id}"


class EntryFile(models.Model):
    """A file of an entry: ``place`` 0 is the mail itself, 1 and on its attachments. ``digest``: SHA-256 of the bytes.

    ``is_left_out``: it came with the mail, and the registrar said that it does not belong to the entry.
    """

    entry = models.ForeignKey(RegisterEntry, on_delete=models.PROTECT, related_name="files")
    message = models.ForeignKey("mailflow.Message", on_delete=models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    is_left_out = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "message", "place"], name="register_entryfile_once"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.message_id}/{self.place}"


class EntryRevision(models.Model):
    """How an entry stood before it was corrected, who corrected it, and why. Only added."""

    entry = models.ForeignKey(RegisterEntry, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    before = models.JSONField()
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey("directory.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "version"], name="register_revision_once")]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.version}"


class SecrecyMarking(models.Model):
    """A warning on an entry: provision, day, and the authority that made it (OSL 5:5). Not a decision.

    ``provision``: an id of the law data, ``OSL 26:1``.
    """

    entry = models.ForeignKey(RegisterEntry, on_delete=models.PROTECT, related_name="markings")
    provision = models.CharField(max_length=40)
    marked_on = models.DateField()
    authority = models.CharField(max_length=200)
    by = models.ForeignKey("directory.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(provision="") & ~models.Q(authority=""), name="register_marking_whole"
            ),
            models.UniqueConstraint(
                fields=["entry", "provision"],
                name="register_marking_once",
                condition=models.Q(removed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.provision}"


class EntryWord(models.Model):
    """A word that an entry is found by. Words for the public come from the public fields alone."""

    entry = models.ForeignKey(RegisterEntry, on_delete=models.CASCADE, related_name="words")
    audience = models.CharField(max_length=6, choices=Audience.choices)
    word = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audience", "word", "entry"], name="register_word_once"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.audience}"
