"""What each button of the composer but Send does: one table from its name to its deed. The fields are saved before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import cast

from django.db import transaction
from django.utils.translation import gettext

from kommunpost.apps.composing import advising
from kommunpost.apps.composing.actions.drafts import DraftFields, save
from kommunpost.apps.composing.actions.files import detach
from kommunpost.apps.composing.actions.placing import place_files
from kommunpost.apps.composing.doors import own_draft
from kommunpost.apps.composing.models import AdviceFate, CannedText, DismissReason, Draft
from kommunpost.apps.composing.queries.signatures import signature_facts
from kommunpost.apps.composing.refusals import ComposingRefused
from kommunpost.apps.composing.rules.canned import fill
from kommunpost.apps.composing.rules.recipients import read_typed, write_typed
from kommunpost.apps.composing.rules.sending import morning_of
from kommunpost.apps.directory.rules import Actor
from kommunpost.core import advice
from kommunpost.core.swedish.working_days import WorkCalendar, local_day

MEETING = timedelta(minutes=30)
MEETING_AT = time(10)
FIELDS = ("to", "cc", "bcc")


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed on a draft: ``name`` and what it is about."""

    actor: Actor
    draft_id: int
    name: str
    about: str
    now: datetime


def press(*, actor: Actor, draft_id: int, value: str, now: datetime) -> str:
    """Do what the button ``value`` (``fix:3f…``) says; a sentence on what was done, or empty.

    An unknown button does nothing. Raises ``NotVisible``, ``ComposingRefused``.
    """
    name, _, about = value.partition(":")
    deed = PRESSES.get(name)
    return deed(Press(actor, draft_id, name, about, now)) if deed else ""


def _fix(one: Press) -> str:
    with transaction.atomic():
        draft = own_draft(one.actor, one.draft_id, lock=True)
        advised = advising.advise(draft, now=one.now)
        found = advised.by_key(one.about)
        if found is None or found.fix is None:
            raise ComposingRefused("fix_outdated")
        _note(draft, found.clause, fate=AdviceFate.FIXED)
        if found.fix.kind is advice.FixKind.REWRITE:
            return _rewrite(one, draft, advised.subject, found.fix)
    # The rest asks others than the database, or only fills fields.
    if found.fix.kind is advice.FixKind.STORE:
        return _place(one)
    return _meet(one) if found.fix.kind is advice.FixKind.INVITE else ""


def _rewrite(one: Press, draft: Draft, subject: advice.Draft, fix: advice.Fix) -> str:
    try:
        better = advice.apply(subject, fix)
    except advice.FixRefused as error:
        raise ComposingRefused("fix_outdated") from error
    changed: DraftFields = {}
    if better.subject != subject.subject:
        changed["subject"] = better.subject
    if better.body != subject.body:
        changed["body"] = better.body
    if (better.to, better.cc, better.bcc) != (subject.to, subject.cc, subject.bcc):
        changed |= {"to": write_typed(better.to), "cc": write_typed(better.cc), "bcc": write_typed(better.bcc)}
    save(actor=one.actor, draft_id=draft.pk, fields=changed, revision=None, now=one.now)
    return gettext("Ändrat.")


def _dismiss(one: Press) -> str:
    key, _, reason = one.about.partition(":")
    with transaction.atomic():
        draft = own_draft(one.actor, one.draft_id, lock=True)
        found = advising.advise(draft, now=one.now).by_key(key)
        # What the municipality has chosen to stop is not for the writer to put aside.
        if found is None or found.is_stop or reason not in DismissReason.values:
            raise ComposingRefused("fix_outdated")
        _note(draft, found.clause, fate=AdviceFate.DISMISSED, reason=reason, key=key)
    return gettext("Rådet är avfärdat.")


def _note(draft: Draft, clause: str, *, fate: AdviceFate, reason: str = "", key: str = "") -> None:
    """In the draft's own memory, which is emptied into the counts when the mail is sent."""
    kept = draft.advice.get(clause, {})
    keys = [*kept.get("keys", ()), key] if key else list(kept.get("keys", ()))
    draft.advice[clause] = {"fate": str(fate), "reason": reason, "keys": keys}
    Draft.objects.filter(pk=draft.pk).update(advice=draft.advice)


def _place(one: Press) -> str:
    number = place_files(actor=one.actor, draft_id=one.draft_id, now=one.now)
    return gettext("Filerna ligger i det gemensamma rummet. Länkarna följer med mejlet.") if number else ""


def _meet(one: Press) -> str:
    """Fill in a time to start from: half an hour on the morning after the next working day's beginning."""
    day = WorkCalendar().add(local_day(one.now), 1)
    start = morning_of(day) + (datetime.combine(day, MEETING_AT) - datetime.combine(day, time(8)))
    fields: DraftFields = {"meeting_start": start, "meeting_end": start + MEETING}
    save(actor=one.actor, draft_id=one.draft_id, fields=fields, revision=None, now=one.now)
    return gettext("Mejlet blir en kallelse. Ändra tid och plats under Fler val.")


def _no_meeting(one: Press) -> str:
    fields: DraftFields = {"meeting_start": None, "meeting_end": None, "meeting_place": ""}
    save(actor=one.actor, draft_id=one.draft_id, fields=fields, revision=None, now=one.now)
    return ""


def _detach(one: Press) -> str:
    if one.about.isdecimal():
        detach(actor=one.actor, draft_id=one.draft_id, attachment_id=int(one.about), now=one.now)
    return ""


def _canned(one: Press) -> str:
    """Put a canned text above what stands, filled from the directory."""
    draft = own_draft(one.actor, one.draft_id)
    found = CannedText.objects.filter(mailbox_id=draft.mailbox_id, pk=int(one.about) if one.about.isdecimal() else 0)
    text = found.first()
    if text is None:
        return ""
    values = _values(draft, one.actor)
    fields: DraftFields = {"body": f"{fill(text.body, values)}\n\n{draft.body}".strip("\n")}
    if text.subject and not draft.subject.strip():
        fields["subject"] = fill(text.subject, values)
    save(actor=one.actor, draft_id=draft.pk, fields=fields, revision=None, now=one.now)
    return ""


def _values(draft: Draft, actor: Actor) -> Mapping[str, str]:
    facts = signature_facts(person_id=actor.person_id, mailbox_id=draft.mailbox_id)
    to = read_typed(draft.to).addresses
    return {
        "mottagare": to[0].name if to else "",
        "avsändare": facts.name,
        "enhet": facts.unit,
        "telefon": facts.phone,
        "telefontid": facts.phone_hours,
    }


def _add(one: Press) -> str:
    """``to:Anna Ek <anna@x.example>``: one more recipient, moved there if they stood in another field."""
    field, _, written = one.about.partition(":")
    added = read_typed(written).addresses
    if field not in FIELDS or not added:
        return ""
    draft = own_draft(one.actor, one.draft_id)
    gone = {each.address for each in added}
    typed = {name: [each for each in read_typed(getattr(draft, name)).addresses if each.address not in gone]
             for name in FIELDS}  # fmt: skip
    typed[field] += added
    fields = cast("DraftFields", {name: write_typed(each) for name, each in typed.items()})
    save(actor=one.actor, draft_id=draft.pk, fields=fields, revision=None, now=one.now)
    return ""


def _act(one: Press) -> str:
    """On an answer to all: this one must act, and stands on To (clause ``only-concerned``)."""
    draft = own_draft(one.actor, one.draft_id)
    chosen = next((each for each in read_typed(draft.cc).addresses if one.about == each.address), None)
    return _add(Press(one.actor, one.draft_id, "add", f"to:{write_typed([chosen])}", one.now)) if chosen else ""


def _drop_copies(one: Press) -> str:
    save(actor=one.actor, draft_id=one.draft_id, fields={"cc": ""}, revision=None, now=one.now)
    return gettext("Bara de som ska göra något får svaret.")


PRESSES: Mapping[str, Callable[[Press], str]] = {
    "fix": _fix,
    "dismiss": _dismiss,
    "place": _place,
    "no-meeting": _no_meeting,
    "detach": _detach,
    "canned": _canned,
    "add": _add,
    "act": _act,
    "drop-copies": _drop_copies,
}
