"""What would go where if a conversation's mails were sent on to another authority, or why they may not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db.models import Q

from kommunpost.apps.composing.queries.signatures import profile
from kommunpost.apps.inbox.models import Answer, AnswerState, Conversation, Entry
from kommunpost.apps.inbox.queries.knowledge import redirect_text
from kommunpost.apps.inbox.queries.signs import signs_of_mails
from kommunpost.apps.inbox.rules import clock
from kommunpost.apps.mailflow import reading
from kommunpost.apps.mailflow.models import Direction
from kommunpost.apps.mailflow.queries.scans import Verdicts, verdicts_of
from kommunpost.apps.register.kinds import Secrecy
from kommunpost.apps.register.models import Removal
from kommunpost.core.law import OtherAuthority, authority
from kommunpost.core.mail import shown_sender
from kommunpost.core.mail.draft import DraftError, check_address
from kommunpost.core.mail.handed_over import MOST, file_name
from kommunpost.core.mail.reply import forward_subject
from kommunpost.core.swedish.working_days import local_day


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A mail that goes along as a file. ``parts`` and ``files`` are what its reader there will see."""

    file_name: str
    entry_id: int
    message_id: int
    at: datetime
    who: str
    subject: str
    parts: Sequence[reading.Part]
    files: Sequence[reading.File]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """``why_not``: the code of the refusal, empty when it may go. ``answers_to``: where they answer, if it is known.

    ``digest`` is the same for the same mails to the same authority.
    """

    authority: OtherAuthority
    address: str
    subject: str
    text: str
    answers_to: str
    enclosed: Sequence[Enclosed]
    digest: str
    why_not: str


def addresses() -> Mapping[str, str]:
    """Where the authorities take mail that is sent on, by their ids: the municipality's own setting."""
    return dict(profile().addresses.other_authorities)


def plan_for(conversation: Conversation, authority_id: str) -> Plan:
    """All that would go: the mails of people from outside, no more than MOST. Raises ``NoSuchEntry``."""
    found = authority(authority_id)
    enclosed = _enclosed(conversation)
    digest = sha256(f"{found.id}:{','.join(str(one.message_id) for one in enclosed)}".encode()).hexdigest()
    return Plan(
        authority=found,
        address=addresses().get(found.id, ""),
        subject=forward_subject(conversation.subject),
        text=_text(conversation, found),
        answers_to=_answers_to(conversation),
        enclosed=enclosed,
        digest=digest,
        why_not=_why_not(found, enclosed) or _has_gone(conversation, digest),
    )


def told_text(found: OtherAuthority, address: str) -> str:
    """What whoever wrote is told, in Swedish: where the mail has gone, and how to reach them (FL 6 and 8 §§)."""
    sent = f"Vi har skickat ditt mejl vidare till {found.name} ({address}). Du behöver inte skriva igen."
    return "\n\n".join([redirect_text(found), sent])


def _why_not(found: OtherAuthority, enclosed: Sequence[Enclosed]) -> str:
    if found.sensitive_forward:
        return "authority_sensitive"
    if found.id not in addresses():
        return "authority_takes_no_mail"
    if not enclosed:
        return "nothing_to_send"
    ids = [one.message_id for one in enclosed]
    signs = signs_of_mails(ids)
    # A suspicion is enough (clause no-secrecy-in-mail), and so is what nobody has looked at.
    if signs.secrecy != Secrecy.NONE or Removal.objects.filter(message_id__in=ids).exists():
        return "may_be_secret"
    if not signs.is_judged:
        return "not_judged"
    infected = any(file.scan.is_infected for one in enclosed for file in one.files)
    return "infected" if infected else ""


def _has_gone(conversation: Conversation, digest: str) -> str:
    standing = Answer.objects.filter(conversation=conversation, text_digest=digest)
    is_there = standing.exclude(state__in=[AnswerState.UNDONE, AnswerState.FAILED]).exists()
    return "sent_on_already" if is_there else ""


def _enclosed(conversation: Conversation) -> list[Enclosed]:
    """Oldest first. The mails of machines stay here, and so do our own."""
    people = Q(automatic__in=[kind for kind, waits in clock.AWAITS_ANSWER.items() if waits])
    entries = Entry.objects.filter(people, conversation=conversation, direction=Direction.IN).order_by("-at", "-pk")
    newest = list(entries[:MOST])[::-1]
    verdicts = verdicts_of({one.message_id for one in newest})
    opened = [(one, reading.open_delivery(one.delivery_id)) for one in newest]
    kept = [(one, mail) for one, mail in opened if mail.mail is not None]
    return [_as_enclosed(number, one, mail, verdicts[one.message_id]) for number, (one, mail) in enumerate(kept, 1)]


def _as_enclosed(number: int, entry: Entry, opened: reading.Opened, verdicts: Verdicts) -> Enclosed:
    mail, raw = opened.mail, opened.raw
    assert mail is not None and raw is not None  # noqa: S101, PT018 - the caller has looked
    return Enclosed(
        file_name=file_name(number),
        entry_id=entry.pk,
        message_id=entry.message_id,
        at=entry.at,
        who=shown_sender(mail.headers.sender.name, mail.headers.sender.address),
        subject=opened.subject,
        parts=reading.parts_of(mail),
        files=reading.files_of(mail, verdicts),
        raw=raw,
    )


def _text(conversation: Conversation, found: OtherAuthority) -> str:
    since = local_day(conversation.waits_since or conversation.began_at).isoformat()
    to_us = f"Det här kom till {profile().municipality.name} {since}."
    return "\n\n".join(
        [
            "Hej!",
            f"{to_us} Vi bedömer att det är en fråga för {found.name} och skickar det därför vidare.",
            "Mejlen följer med som filer. Svar går till den som skrev. Vi säger till avsändaren var mejlet finns.",
            f"{conversation.mailbox.name}\n{conversation.mailbox.address}",
        ]
    )


def _answers_to(conversation: Conversation) -> str:
    try:
        check_address("reply_to", conversation.party_address)
    except DraftError:
        return ""
    return conversation.party_address
