"""Mail on its way out: write, hold, release, cancel, claim, and what a person says of one whose fate is unknown.

Steps are guarded updates (``WHERE state = …``), not row locks, so that they work alike on both databases: of two
workers,
or a worker and a person, exactly one gets the row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from kommunpost.apps.audit.actions import record
from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.mailflow.actions.keeping import keep_bytes
from kommunpost.apps.mailflow.actions.receive import receive_group
from kommunpost.apps.mailflow.arrivals import Arrived, storable
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.events import DeliveryListener
from kommunpost.apps.mailflow.models import Direction, OutboxState, OutgoingMail, Route
from kommunpost.apps.mailflow.rules.outbox import (
    GIVE_UP_AFTER,
    LEASE,
    Answer,
    OutboxRefused,
    Outcome,
    may_become,
    state_after,
    wait_after,
)
from kommunpost.core.mail import read_headers

WORKER = "system:outbox"


@dataclass(frozen=True, slots=True)
class Claim:
    """A mail that this worker alone may send now. ``recipients``: those still without a final answer."""

    id: int
    digest: str
    sender: str
    recipients: tuple[str, ...]
    message_id: str
    claimed_by: str


def queue_mail(
    *, mailbox_id: int, raw: bytes, recipients: Sequence[str], not_before: datetime, by: str, now: datetime,
    is_automatic: bool = False,
) -> int:  # fmt: skip
    """Put a composed mail in the outbox, held until ``not_before`` (UTC). The id of the outgoing mail.

    ``raw`` has its Message-ID already: it is the same for every try. ``recipients`` is the envelope, Bcc included.
    ``is_automatic``: with a null return path.
    Raises ``OutboxRefused``: ``no_recipients``, ``no_message_id``, ``already_queued``.
    """
    message_id = storable(read_headers(raw).message_id)
    if not recipients:
        raise OutboxRefused("no_recipients")
    if not message_id:
        raise OutboxRefused("no_message_id")
    with transaction.atomic():
        if OutgoingMail.objects.filter(message_id=message_id).exists():
            raise OutboxRefused("already_queued")
        mail = OutgoingMail.objects.create(
            mailbox_id=mailbox_id,
            message_id=message_id,
            blob_id=keep_bytes(raw=raw, now=now),
            recipients=list(dict.fromkeys(address.lower() for address in recipients)),
            state=OutboxState.HELD,
            is_automatic=is_automatic,
            not_before=not_before,
            give_up_at=not_before + GIVE_UP_AFTER,
            changed_at=now,
        )
        _audit(mail.pk, "queue", by=by, now=now)
    return mail.pk


def hold(*, outgoing_id: int, until: datetime, by: str, now: datetime) -> None:
    """Keep a held mail until ``until``. Raises ``OutboxRefused("not_held")`` when it has left, or never was."""
    _step_held(outgoing_id, "hold", {"not_before": until, "give_up_at": until + GIVE_UP_AFTER}, by=by, now=now)


def release(*, outgoing_id: int, by: str, now: datetime) -> None:
    """Let a held mail go at once. Raises ``OutboxRefused("not_held")``."""
    _step_held(outgoing_id, "release", {"not_before": now, "give_up_at": now + GIVE_UP_AFTER}, by=by, now=now)


def cancel(*, outgoing_id: int, by: str, now: datetime) -> None:
    """Undo: a held mail is never sent. Raises ``OutboxRefused("not_held")`` when it is too late.

    Also ``"partly_sent"``: some recipients have it already, so it cannot be called undone.
    """
    mail = OutgoingMail.objects.filter(pk=outgoing_id).first()
    if mail is not None and any(one["state"] == Outcome.ACCEPTED for one in mail.outcomes.values()):
        raise OutboxRefused("partly_sent")
    _step_held(outgoing_id, "cancel", {"state": OutboxState.CANCELLED}, by=by, now=now)


def claim_due(*, worker: str, limit: int, now: datetime) -> list[Claim]:
    """Take up to ``limit`` held mails whose time has come, for ``worker`` (a name unique to the process)."""
    due = OutgoingMail.objects.filter(state=OutboxState.HELD, not_before__lte=now).order_by("not_before", "pk")
    claims = []
    for mail in due.select_related("mailbox")[:limit]:
        with transaction.atomic():
            taken = OutgoingMail.objects.filter(pk=mail.pk, state=OutboxState.HELD, not_before__lte=now).update(
                state=OutboxState.CLAIMED, claimed_at=now, claimed_by=worker, data_at=None, changed_at=now
            )
            if taken:
                _audit(mail.pk, "claim", by=WORKER, now=now)
                claims.append(_claim(mail, worker))
    return claims


def note_data(*, claim: Claim, now: datetime) -> None:
    """Durable before the content goes out: from here on, no answer means ``unknown``.

    Raises ``OutboxRefused("claim_lost")``.
    """
    mine = OutgoingMail.objects.filter(pk=claim.id, state=OutboxState.CLAIMED, claimed_by=claim.claimed_by)
    if not mine.update(data_at=now):
        raise OutboxRefused("claim_lost")


def record_answers(
    *, claim: Claim, answers: Mapping[str, Answer], listeners: Sequence[DeliveryListener], now: datetime
) -> OutboxState:
    """Write what the relay said of each recipient; those it did not speak of stay pending. The new state.

    Accepted by anyone: the ``out`` delivery and its log row come in the same transaction, by the same way as all mail.
    """
    with transaction.atomic():
        mail = _mine(claim)
        accepted_before = _accepted(mail)
        for recipient, answer in answers.items():
            if answer.outcome is not Outcome.PENDING:
                mail.outcomes[recipient] = {"state": str(answer.outcome), "answer": str(answer)}
        mail.last_answer = ", ".join(sorted({str(answer) for answer in answers.values()}))[:300]
        _settle(mail, now=now)
        if _accepted(mail) and not accepted_before:
            _take_in(mail, listeners, now=now)
        mail.save()
        _audit(mail.pk, "answer", by=WORKER, now=now, details={"state": str(mail.state), "attempts": mail.attempts})
    return OutboxState(mail.state)


def record_no_connection(*, claim: Claim, why: str, now: datetime) -> OutboxState:
    """The relay was not reached, or was lost before the content was sent: back to held, to be tried again.

    ``why``: a code.
    """
    with transaction.atomic():
        mail = _mine(claim)
        mail.last_answer = why
        _settle(mail, now=now)
        mail.save()
        _audit(mail.pk, "retry", by=WORKER, now=now, details={"why": why, "attempts": mail.attempts})
    return OutboxState(mail.state)


def record_unknown(*, claim: Claim, now: datetime) -> None:
    """The connection broke after the content went out and before the answer.

    Nobody tries again but by a person's word.
    """
    with transaction.atomic():
        mail = _mine(claim)
        _mark_unknown(mail, now=now)


def end_stale_claims(*, now: datetime, lease: timedelta = LEASE) -> tuple[int, int]:
    """Claims of workers that died: (back to held, now unknown).

    Only where the content may have gone out is it unknown.
    """
    held = unknown = 0
    for pk in OutgoingMail.objects.filter(state=OutboxState.CLAIMED, claimed_at__lt=now - lease).values_list("pk"):
        with transaction.atomic():
            mail = OutgoingMail.objects.select_for_update().get(pk=pk[0])
            if mail.state != OutboxState.CLAIMED or mail.claimed_at is None or mail.claimed_at >= now - lease:
                continue
            if mail.data_at is not None:
                _mark_unknown(mail, now=now)
                unknown += 1
            else:
                _release_claim(mail, OutboxState.HELD, now=now)
                mail.save()
                _audit(mail.pk, "reclaim", by=WORKER, now=now)
                held += 1
    return held, unknown


def resolve_unknown(
    *, outgoing_id: int, was_sent: bool, listeners: Sequence[DeliveryListener], by: str, now: datetime
) -> OutboxState:
    """A person has found out: it was sent (log row now), or it was not (send again).

    Raises ``OutboxRefused("not_unknown")``.
    """
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update().filter(pk=outgoing_id, state=OutboxState.UNKNOWN).first()
        if mail is None:
            raise OutboxRefused("not_unknown")
        mail.state, mail.changed_at = (OutboxState.HANDED_OVER if was_sent else OutboxState.HELD), now
        if was_sent:
            said = {"state": str(Outcome.ACCEPTED), "answer": "said by a person"}
            mail.outcomes = dict.fromkeys(_pending(mail), said) | mail.outcomes
            _take_in(mail, listeners, now=now)
        else:
            mail.not_before, mail.give_up_at = now, now + GIVE_UP_AFTER
        mail.save()
        _audit(mail.pk, "resolve", by=by, now=now, details={"was_sent": was_sent})
    return OutboxState(mail.state)


def _step_held(
    outgoing_id: int, verb: str, changes: dict[str, datetime | OutboxState], *, by: str, now: datetime
) -> None:
    with transaction.atomic():
        held = OutgoingMail.objects.filter(pk=outgoing_id, state=OutboxState.HELD)
        if not held.update(changed_at=now, **changes):
            raise OutboxRefused("not_held")
        _audit(outgoing_id, verb, by=by, now=now)


def _claim(mail: OutgoingMail, worker: str) -> Claim:
    sender = "" if mail.is_automatic else mail.mailbox.address
    return Claim(mail.pk, mail.blob_id, sender, tuple(_pending(mail)), mail.message_id, worker)


def _mine(claim: Claim) -> OutgoingMail:
    mine = OutgoingMail.objects.select_for_update(of=("self",)).select_related("mailbox")
    mail = mine.filter(pk=claim.id, state=OutboxState.CLAIMED, claimed_by=claim.claimed_by).first()
    if mail is None:
        raise OutboxRefused("claim_lost")
    return mail


def _settle(mail: OutgoingMail, *, now: datetime) -> None:
    """Out of the claim: to the state that the outcomes call for, or given up after days of temporary refusals."""
    mail.attempts += 1
    outcomes = dict.fromkeys(mail.recipients, Outcome.PENDING)
    outcomes |= {recipient: Outcome(one["state"]) for recipient, one in mail.outcomes.items()}
    if state_after(outcomes) is OutboxState.HELD and now >= mail.give_up_at:
        given_up = {"state": str(Outcome.REFUSED), "answer": "given up"}
        mail.outcomes |= dict.fromkeys(_pending(mail), given_up)
        outcomes |= {recipient: Outcome(one["state"]) for recipient, one in mail.outcomes.items()}
    _release_claim(mail, state_after(outcomes), now=now)
    if mail.state == OutboxState.HELD:
        mail.not_before = now + wait_after(mail.attempts)


def _release_claim(mail: OutgoingMail, state: OutboxState, *, now: datetime) -> None:
    if not may_become(mail.state, state):
        raise OutboxRefused("no_such_step")
    mail.state, mail.changed_at = state, now
    mail.claimed_at, mail.claimed_by, mail.data_at = None, "", None


def _mark_unknown(mail: OutgoingMail, *, now: datetime) -> None:
    _release_claim(mail, OutboxState.UNKNOWN, now=now)
    mail.attempts += 1
    mail.last_answer = "no_answer_after_data"
    mail.save()
    _audit(mail.pk, "lose", by=WORKER, now=now)


def _pending(mail: OutgoingMail) -> list[str]:
    return [recipient for recipient in mail.recipients if recipient not in mail.outcomes]


def _accepted(mail: OutgoingMail) -> bool:
    return any(one["state"] == Outcome.ACCEPTED for one in mail.outcomes.values())


def _take_in(mail: OutgoingMail, listeners: Sequence[DeliveryListener], *, now: datetime) -> None:
    sent = Arrived(
        raw=store().get(mail.blob_id),
        route=Route.OUTBOX,
        at=now,
        sender=mail.mailbox.address,
        recipients=tuple(mail.recipients),
        direction=Direction.OUT,
    )
    receipts = receive_group(arrivals=[sent], listeners=listeners, now=now, chain="intake:outbox")
    mail.sent_message_id = receipts[0].message_id


def _audit(pk: int, verb: str, *, by: str, now: datetime, details: Mapping[str, JSON] | None = None) -> None:
    record(actor=by, verb=f"outbox:mail:{verb}", subject=f"outgoing:{pk}", details=details, at=now)
