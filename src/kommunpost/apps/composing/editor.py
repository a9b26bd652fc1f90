"""All that the composer shows, worked out for one draft: on its own page, or inside a page of an office above."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kommunpost.apps.composing import advising
from kommunpost.apps.composing.advising import Advised
from kommunpost.apps.composing.doors import own_draft
from kommunpost.apps.composing.forms import DraftForm, initial_of
from kommunpost.apps.composing.models import CannedText, DismissReason, Draft, DraftOrigin, DraftState
from kommunpost.apps.composing.queries.directory import ListReach, Suggestion, lists_among
from kommunpost.apps.composing.queries.drafts import names_in, sender_choices
from kommunpost.apps.composing.queries.signatures import signature_of
from kommunpost.apps.composing.refusals import ComposingRefused, refusal_text
from kommunpost.apps.composing.rooms import room_name
from kommunpost.apps.composing.rules.recipients import Remark, read_typed, work_out
from kommunpost.apps.composing.writing import ANSWERING, mail_answered
from kommunpost.apps.directory.rules import Actor
from kommunpost.core.mail import Address, HeaderSummary

REMARK_TEXTS: dict[Remark, str | Promise] = {
    Remark.NO_REPLY: gettext_lazy("Adressen verkar inte ta emot svar. Finns det en annan väg, så använd den."),
    Remark.HIDDEN_COPY: gettext_lazy("Brevlådan fick mejlet som dold kopia. Svarar du alla ser de att den fick det."),
    Remark.ANSWERS_LIST: gettext_lazy("Svaret går till en hel e-postlista."),
    Remark.NOBODY: gettext_lazy("Mejlet har ingen annan att svara. Skriv själv till vem."),
}


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of the draft."""

    id: int
    name: str
    size: int
    link: str


@dataclass(frozen=True, slots=True)
class Editor:
    """What ``composing/editor.html`` needs. ``back``: the page that it stands on. ``send_url``: where it is sent."""

    draft_id: int
    title: str
    form: DraftForm
    back: str
    send_url: str
    files: tuple[FileRow, ...]
    advised: Advised
    asked_again: bool
    signature: str
    quote: str
    is_answer: bool
    canned: tuple[tuple[int, str], ...]
    suggestions: tuple[Suggestion, ...]
    searched: str
    remarks: tuple[str | Promise, ...]
    lists: tuple[ListReach, ...]
    others: tuple[Address, ...]
    reasons: tuple[tuple[str, str], ...]
    room: str
    repeats: bool
    more_open: bool
    error: str

    @property
    def page(self) -> str:
        """Where saving and the other buttons are posted."""
        return reverse("compose", args=[self.draft_id])


def open_editor(
    actor: Actor, draft_id: int, *, back: str, send_url: str, now: datetime, form: DraftForm | None = None,
    asked_again: bool = False, refusal: ComposingRefused | None = None, searched: str = "",
    suggestions: tuple[Suggestion, ...] = (),
) -> Editor:  # fmt: skip
    """The composer for the actor's own draft. Raises ``NotVisible``, ``ComposingRefused("not_writing")``.

    ``form``: as it was posted, when something in it is wrong. ``asked_again``: advice stands in the way of sending.
    """
    draft = own_draft(actor, draft_id)
    if draft.state != DraftState.WRITING:
        raise ComposingRefused("not_writing")
    answered = mail_answered(draft)
    advised = advising.advise(draft, now=now)
    shown = form or form_for(actor, draft)
    _renew(shown, draft, advised, asked_again=asked_again)
    recipients = [one for text in (draft.to, draft.cc, draft.bcc) for one in read_typed(text).addresses]
    return Editor(
        draft_id=draft.pk,
        title=_title(draft),
        form=shown,
        back=back,
        send_url=send_url,
        files=tuple(FileRow(one.pk, one.name, one.size, one.link) for one in draft.attachments.order_by("pk")),
        advised=advised,
        asked_again=asked_again,
        signature=signature_of(person_id=actor.person_id, mailbox_id=draft.mailbox_id),
        quote=answered.text[:20_000] if answered else "",
        is_answer=draft.origin in ANSWERING,
        canned=tuple(CannedText.objects.filter(mailbox_id=draft.mailbox_id).values_list("pk", "name")),
        suggestions=suggestions,
        searched=searched,
        remarks=_remarks(draft, answered.headers if answered else None),
        lists=tuple(lists_among([one.address for one in recipients])),
        others=_others(draft),
        reasons=tuple((value, str(label)) for value, label in DismissReason.choices),
        room=room_name(),
        repeats=refusal is not None and refusal.code == "same_text_again",
        more_open=_more_is_used(draft, shown),
        error=_error(refusal),
    )


def form_for(actor: Actor, draft: Draft) -> DraftForm:
    """The form with what is saved."""
    return DraftForm(initial=initial_of(draft), mailboxes=sender_choices(actor, keep=draft.mailbox_id))


def _renew(form: DraftForm, draft: Draft, advised: Advised, *, asked_again: bool) -> None:
    """The hidden fields say what this page shows, also on a form that comes back with its errors."""
    values = {"revision": str(draft.revision), "seen": advised.keys, "asked": advised.keys if asked_again else ""}
    if form.is_bound:
        form.data = {**form.data.dict(), **values} if isinstance(form.data, QueryDict) else {**form.data, **values}
    else:
        form.initial = {**form.initial, **values}


def _title(draft: Draft) -> str:
    to = names_in(draft.to)
    if draft.origin == DraftOrigin.FORWARD:
        return _("Vidarebefordra")
    if draft.origin == DraftOrigin.NEW or not to:
        return str(draft.get_origin_display())
    return _("Svar till %(names)s") % {"names": to}


def _remarks(draft: Draft, headers: HeaderSummary | None) -> tuple[str | Promise, ...]:
    if headers is None or draft.origin not in ANSWERING:
        return ()
    own = [draft.mailbox.address, *draft.mailbox.aliases.values_list("address", flat=True)]
    found = work_out(origin=DraftOrigin(draft.origin), original=headers, own=own)
    reached = {one.address for text in (draft.to, draft.cc) for one in read_typed(text).addresses}
    stands = found.remarks if not reached or {one.address for one in (*found.to, *found.cc)} & reached else frozenset()
    return tuple(
        text for remark, text in REMARK_TEXTS.items() if remark in stands and not (reached and remark is Remark.NOBODY)
    )


def _others(draft: Draft) -> tuple[Address, ...]:
    """On an answer to all: those on copy, so that the writer says who of them must act (clause ``only-concerned``)."""
    if draft.origin != DraftOrigin.REPLY_ALL:
        return ()
    return read_typed(draft.cc).addresses


def _more_is_used(draft: Draft, form: DraftForm) -> bool:
    names = {"bcc", "reply_by", "reply_by_time", "send_day", "send_clock", "meeting_day", "meeting_to"}
    used = (draft.bcc, draft.reply_by, draft.send_at, draft.meeting_start)
    return any(used) or bool(form.is_bound and names & set(form.errors))


def _error(refusal: ComposingRefused | None) -> str:
    return refusal_text(refusal.code) if refusal else ""
