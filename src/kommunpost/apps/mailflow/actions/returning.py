"""Delivery statuses that came back: tied to the mail in the outbox that they are about (RFC 3464)."""

from datetime import datetime

from kommunpost.apps.audit.actions import record
from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.mailflow.actions.outbox import WORKER
from kommunpost.apps.mailflow.models import Delivery, OutboxState, OutgoingMail
from kommunpost.apps.mailflow.rules.outbox import may_become, state_after_reports
from kommunpost.core.mail import ParsedMail, read_returned

FINAL = frozenset({"failed", "delivered"})


def reported_ids(*, mail: ParsedMail, mailbox_id: int) -> tuple[str, ...]:
    """Message-IDs of what ``mail`` reports on: mail that left ``mailbox_id``, to recipients that it names."""
    told = read_returned(mail)
    if told is None:
        return ()
    ours = OutgoingMail.objects.filter(message_id__in=told.message_ids, mailbox_id=mailbox_id)
    return tuple(one.message_id for one in ours if told.outcomes.keys() & one.outcomes.keys())


def note_report(*, message_id: int, mail: ParsedMail, now: datetime) -> bool:
    """Write down what ``mail`` says of one of ours; whether it said anything. Call it in the reader's transaction.

    Only with a null return path, as all reports have (RFC 3464, 2), and only of recipients that we wrote to: whoever
    knows the Message-ID could claim it of anybody else.
    """
    told = read_returned(mail)
    if told is None or Delivery.objects.filter(message_id=message_id).exclude(envelope_sender="").exists():
        return False
    ours = OutgoingMail.objects.select_for_update().filter(message_id__in=told.message_ids)
    outgoing = ours.filter(state=OutboxState.HANDED_OVER).first()
    if outgoing is None:
        return False
    said = {to: one for to, one in told.outcomes.items() if to in outgoing.outcomes and one[0] in FINAL}
    if not said:
        return False
    for recipient, (action, status) in said.items():
        outgoing.outcomes[recipient] |= {"report": action, "status": status}
    state = state_after_reports(outgoing.outcomes)
    if may_become(outgoing.state, state):
        outgoing.state = state
    outgoing.changed_at = now
    outgoing.save(update_fields=["outcomes", "state", "changed_at"])
    details: dict[str, JSON] = {"state": str(outgoing.state), "message": message_id}
    record(actor=WORKER, verb="outbox:mail:report", subject=f"outgoing:{outgoing.pk}", details=details, at=now)
    return True
