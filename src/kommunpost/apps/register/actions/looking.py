"""The worker's look at what has come and gone: how it met the authority, what it seems to be, and whether the law
itself decides anew.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from kommunpost.apps.directory.queries import group_mailboxes, resolve_addresses
from kommunpost.apps.mailflow.models import Delivery, Direction
from kommunpost.apps.register.actions.deciding import due_from
from kommunpost.apps.register.actions.steps import note_step, remember, take_step
from kommunpost.apps.register.files import read_mail
from kommunpost.apps.register.judging import judge_mail, model_name, municipality_world, values_of
from kommunpost.apps.register.kinds import Ground, RecordState, Secrecy
from kommunpost.apps.register.models import Judgement, Record
from kommunpost.apps.register.rules.facts import Seen, facts_of, origin_of, supposing
from kommunpost.apps.register.rules.states import Step
from kommunpost.apps.register.rules.status import record_status
from kommunpost.core.judgement import Judgement as Judged
from kommunpost.core.mail import HeaderSummary

AT_ONCE = 100


def look_at_new(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Look at up to ``limit`` records of mail that has been read; how many. Oldest first; may be run twice, by many."""
    waiting = Record.objects.filter(looked_at__isnull=True, message__read_at__isnull=False)
    found = list(waiting.select_related("message").order_by("pk")[:limit])
    if not found:
        return 0
    world = municipality_world()
    for record in found:
        mail = read_mail(record.message)
        judged = None
        if mail is not None and not Judgement.objects.filter(message_id=record.message_id).exists():
            judged = judge_mail(mail, world)
        left = mail is not None and _left(mail.headers, world.domains)
        with transaction.atomic():
            if judged is not None:
                _keep(record.message_id, judged, now=now)
            _look(record, recipients_left=left, now=now)
    return len(found)


def _look(record: Record, *, recipients_left: bool, now: datetime) -> None:
    # The row is locked first: a delivery that comes meanwhile waits, and then asks for another look.
    if not Record.objects.filter(pk=record.pk, looked_at__isnull=True).update(looked_at=now):
        return
    record = Record.objects.get(pk=record.pk)
    origin = origin_of(_seen(record.message_id, left=recipients_left), committee_id=record.committee_id)
    Record.objects.filter(pk=record.pk).update(origin=origin)
    _suggest_secrecy(record)
    if record.state == RecordState.NOT_RECORD and record.ground == Ground.WORKING_MATERIAL:
        _become_public_by_law(record, origin=origin, now=now)


def _keep(message_id: int, judged: Judged, *, now: datetime) -> None:
    values, confidence, reasons = values_of(judged)
    row = Judgement(
        message_id=message_id, judged_at=now, model=model_name(), values=values, confidence=confidence,
        reasons=reasons,
    )  # fmt: skip
    # Another worker may have judged it just now: the first judgement stands.
    Judgement.objects.bulk_create([row], ignore_conflicts=True)


def _suggest_secrecy(record: Record) -> None:
    """Before anybody has decided, the record bears the warning that the machine suggests: it fails safe."""
    judged = Judgement.objects.filter(message_id=record.message_id).values_list("values", flat=True).first()
    suggested = (judged or {}).get("secrecy", Secrecy.NONE)
    if suggested in Secrecy.values and suggested != Secrecy.NONE:
        untouched = Record.objects.filter(pk=record.pk, state=RecordState.OPEN, decided_at__isnull=True)
        untouched.update(secrecy=suggested)


def _become_public_by_law(record: Record, *, origin: str, now: datetime) -> None:
    answer = record_status(supposing(facts_of(origin), Ground.WORKING_MATERIAL))
    if not answer.is_forced:
        return
    take_step(record=record, step=Step.BECOME_PUBLIC, by=None, now=now, due_on=due_from(now), case_id=None)
    remember(
        record=record, question="status", chosen="public_record", by=None, now=now, provision=answer.provision,
    )  # fmt: skip
    note_step(record=record, step=Step.BECOME_PUBLIC, by=None, now=now, details={"why": answer.rule})


def _seen(message_id: int, *, left: bool) -> Seen:
    deliveries = Delivery.objects.filter(message_id=message_id)
    rows = list(deliveries.values_list("direction", "mailbox__unit__committee_id"))
    return Seen(
        sent_from={committee for direction, committee in rows if direction == Direction.OUT},
        came_to={committee for direction, committee in rows if direction == Direction.IN},
        left=left,
    )


def _left(headers: HeaderSummary, ours: Iterable[str]) -> bool:
    """Whether somebody outside got the mail: a recipient who is no mailbox, no list and at no domain of ours."""
    named = {one.address for one in (*headers.to, *headers.cc, *headers.bcc) if one.address}
    known = {*resolve_addresses(named), *group_mailboxes(named)}
    domains = frozenset(ours)
    return any(address.lower() not in known and address.rpartition("@")[2].lower() not in domains for address in named)
