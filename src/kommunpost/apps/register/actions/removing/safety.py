"""Is the register entry safe? Asked before anything is ordered, and again before each thing that is taken away."""

from kommunpost.apps.register.kinds import RecordState
from kommunpost.apps.register.models import EntryFile, EntryRecord, Record, RegisterEntry, Removal
from kommunpost.apps.register.rules.states import RegisterRefused


def check_safe(removal: Removal) -> None:
    """Raises ``RegisterRefused`` unless the entry stands and holds the mail by its digest, the header is kept, the
    printout is in the file, and every authority that has the mail has decided on it.

    Codes: ``not_printed``, ``not_registered``, ``entry_not_safe``, ``other_authority_open``.
    """
    if removal.printed_at is None:
        raise RegisterRefused("not_printed")
    if removal.entry_id is None or not removal.header:
        raise RegisterRefused("not_registered")
    holds = EntryRecord.objects.filter(entry_id=removal.entry_id, record_id=removal.record_id, let_go_at__isnull=True)
    whole = EntryFile.objects.filter(
        entry_id=removal.entry_id, message_id=removal.message_id, place=0, digest=removal.raw_digest
    )
    stands = RegisterEntry.objects.filter(pk=removal.entry_id, voided_at__isnull=True)
    is_registered = Record.objects.filter(pk=removal.record_id, state=RecordState.REGISTERED)
    if not all(rows.exists() for rows in (holds, whole, stands, is_registered)):
        raise RegisterRefused("entry_not_safe")
    # A committee is an authority of its own: what it has not registered yet must not vanish under it (TF 2:11).
    undecided = Record.objects.filter(
        message_id=removal.message_id, state__in=[RecordState.OPEN, RecordState.ORDERED], committee__isnull=False
    )
    if undecided.exists():
        raise RegisterRefused("other_authority_open")
