"""What comes in from the composer's form: save it, send it, do what a button says. For our own page and for others'."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.http import url_has_allowed_host_and_scheme

from kommunpost.apps.composing import advising
from kommunpost.apps.composing.actions.drafts import save
from kommunpost.apps.composing.actions.files import attach
from kommunpost.apps.composing.actions.sending import Sent, send
from kommunpost.apps.composing.doors import own_draft
from kommunpost.apps.composing.editor import Editor, open_editor
from kommunpost.apps.composing.forms import DraftForm
from kommunpost.apps.composing.models import Draft, DraftState
from kommunpost.apps.composing.queries.drafts import sender_choices
from kommunpost.apps.composing.queries.signatures import profile
from kommunpost.apps.composing.refusals import ComposingRefused, refusal_text
from kommunpost.apps.directory.requests import AuthenticatedRequest
from kommunpost.core.guidelines.profile import AngryPolicy

MOST_FILE = 25_000_000


@dataclass(frozen=True, slots=True)
class Saved:
    """The draft as saved, and the form as posted: what was wrong in it stays there to be shown."""

    draft: Draft
    form: DraftForm


def save_posted(request: AuthenticatedRequest, draft_id: int) -> Saved:
    """Save every field that is right, and the files. Raises ``NotVisible``, ``ComposingRefused``."""
    draft = own_draft(request.actor, draft_id)
    form = _form(request, draft)
    form.is_valid()
    seen = form.cleaned_data.get("revision")
    save(actor=request.actor, draft_id=draft_id, fields=form.draft_fields(), revision=seen, now=request.now)
    for file in request.FILES.getlist("files"):
        _attach(request, draft_id, file)
    return Saved(own_draft(request.actor, draft_id), form)


def send_posted(
    request: AuthenticatedRequest, draft_id: int, *, back: str, send_url: str, message_id: str = "",
    check: Callable[[], None] | None = None, then: Callable[[Sent], None] | None = None,
) -> Sent | Editor:  # fmt: skip
    """Send what was posted; or the composer to show again, with what stands in the way.

    ``message_id``, ``check`` and ``then`` as for ``actions.send``; what ``check`` raises passes through, with the text
    saved. Raises ``NotVisible`` and, when there is no composer to show, ``ComposingRefused``.
    """
    draft = own_draft(request.actor, draft_id)
    form = _form(request, draft)
    form.is_valid()
    if draft.state == DraftState.QUEUED:
        return send(actor=request.actor, draft_id=draft_id, now=request.now, revision=None, fields=form.draft_fields())
    try:
        saved = save_posted(request, draft_id)
        _refuse_wrong(saved.form)
        stays, sleeps = _heed_advice(request, saved)
        if stays is not None:
            return open_editor(
                request.actor, draft_id, back=back, send_url=send_url, now=request.now, form=form, asked_again=True,
                refusal=stays,
            )  # fmt: skip
        return send(
            actor=request.actor, draft_id=draft_id, now=request.now, revision=saved.draft.revision,
            message_id=message_id, sleeps=sleeps, may_repeat="may_repeat" in request.POST, check=check, then=then,
        )  # fmt: skip
    except ComposingRefused as refusal:
        return _again(request, draft_id, refusal, form=form, back=back, send_url=send_url)


def safe_back(request: AuthenticatedRequest, *, otherwise: str) -> str:
    """The page that the form says it stands on, if it is one of ours."""
    asked = request.POST.get("back", "")
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else otherwise


def _form(request: AuthenticatedRequest, draft: Draft) -> DraftForm:
    return DraftForm(request.POST, mailboxes=sender_choices(request.actor, keep=draft.mailbox_id))


def _attach(request: AuthenticatedRequest, draft_id: int, file: "UploadedFile[bytes]") -> None:
    if (file.size or 0) > MOST_FILE:
        raise ComposingRefused("too_large", field="files")
    attach(actor=request.actor, draft_id=draft_id, name=file.name or "", content=file.read(), now=request.now)


def _refuse_wrong(form: DraftForm) -> None:
    if form.errors:
        raise ComposingRefused("form_invalid")


def _heed_advice(request: AuthenticatedRequest, saved: Saved) -> tuple[ComposingRefused | None, bool]:
    """What stands in the way of sending, if anything, and whether the mail rests until the next working morning.

    A stop always does. Other advice does once, if the writer has not seen it on the page; what cannot be taken back
    (secrets, the wrong recipient) is asked about once more even if they have.
    """
    advised = advising.advise(saved.draft, now=request.now)
    remember_shown(saved.draft, advised)
    seen, asked = (set(saved.form.cleaned_data.get(name, "").split()) for name in ("seen", "asked"))
    must_rest = bool(advised.rests_until) and profile().sending.angry is AngryPolicy.REQUIRE
    sleeps = must_rest or "sleeps" in request.POST
    if advised.stops:
        return ComposingRefused("stopped"), sleeps
    unheeded = [one for one in advised.first if one.key not in asked and (one.is_weighty or one.key not in seen)]
    return (ComposingRefused("advice_stands") if unheeded else None), sleeps


def remember_shown(draft: Draft, advised: advising.Advised) -> None:
    """Keep in the draft which clauses it has been advised on, for the counts at sending."""
    if advising.remember(draft, advised.first):
        Draft.objects.filter(pk=draft.pk).update(advice=draft.advice)


def _again(
    request: AuthenticatedRequest, draft_id: int, refusal: ComposingRefused, *, form: DraftForm, back: str,
    send_url: str,
) -> Editor:  # fmt: skip
    if refusal.field in form.fields:
        form.add_error(refusal.field, _sentence(refusal))
    return open_editor(
        request.actor, draft_id, back=back, send_url=send_url, now=request.now, form=form, refusal=refusal
    )


def _sentence(refusal: ComposingRefused) -> str:
    return refusal_text(refusal.code)
