"""Files of a draft: added, removed. Names are cleaned, types are guessed from the name, bytes lie in the blob store."""

import mimetypes
import re
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Sum

from kommunpost.apps.audit.actions import record
from kommunpost.apps.composing.doors import own_draft
from kommunpost.apps.composing.models import Draft, DraftAttachment, DraftState
from kommunpost.apps.composing.refusals import ComposingRefused
from kommunpost.apps.composing.rules.sending import MOST_BYTES, MOST_FILES
from kommunpost.apps.composing.verbs import ComposingVerb
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.mailflow.actions.erase import BlobInUse, erase_blob
from kommunpost.apps.mailflow.actions.keeping import keep_bytes
from kommunpost.core.mail import safe_name

ANY_TYPE = "application/octet-stream"
_SENDABLE_TYPE = re.compile(r"(?!multipart/)[a-z0-9][a-z0-9.+-]{0,48}/[a-z0-9][a-z0-9.+_-]{0,48}")


def attach(*, actor: Actor, draft_id: int, name: str, content: bytes, now: datetime) -> int:
    """Add a file; its id. Raises ``NotVisible``, ``ComposingRefused``: ``not_writing``, ``file_empty``, ``too_large``,
    ``too_many_files``.
    """
    with transaction.atomic():
        draft = _being_written(actor, draft_id)
        if not content:
            raise ComposingRefused("file_empty", field="files")
        _check_room(draft, size=len(content))
        added = put_file(draft, name=name, media_type=_type_of(name), content=content, now=now)
        _audit(ComposingVerb.FILE_ADDED, draft, added.pk, actor=actor, now=now)
    return added.pk


def detach(*, actor: Actor, draft_id: int, attachment_id: int, now: datetime) -> None:
    """Remove a file; its bytes go too, unless something else has the same. Raises ``NotVisible``, ``not_writing``."""
    with transaction.atomic():
        draft = _being_written(actor, draft_id)
        found = draft.attachments.filter(pk=attachment_id).first()
        if found is None:
            return
        found.delete()
        _audit(ComposingVerb.FILE_REMOVED, draft, attachment_id, actor=actor, now=now)
    forget_bytes(found.blob_id, now=now)


def put_file(draft: Draft, *, name: str, media_type: str, content: bytes, now: datetime) -> DraftAttachment:
    """A file for ``draft``, inside the caller's transaction and unmeasured: what is too large is told at sending."""
    return DraftAttachment.objects.create(
        draft=draft,
        blob_id=keep_bytes(raw=content, now=now),
        name=safe_name(name, default="bilaga")[:200],
        media_type=media_type if _SENDABLE_TYPE.fullmatch(media_type) else ANY_TYPE,
        size=len(content),
        added_at=now,
    )


def check_size(draft: Draft) -> None:
    """Raise ``ComposingRefused("too_large")`` when what is to be sent along is more than a mail can carry."""
    _check_room(draft, size=0)


def _check_room(draft: Draft, *, size: int) -> None:
    held = draft.attachments.filter(link="").aggregate(total=Sum("size"), number=Count("pk"))
    if (held["total"] or 0) + size > MOST_BYTES:
        raise ComposingRefused("too_large", field="files")
    if size and held["number"] >= MOST_FILES:
        raise ComposingRefused("too_many_files", field="files")


def forget_bytes(digest: str, *, now: datetime) -> None:
    """Erase a removed file's bytes, if no mail and no other draft has the same."""
    try:
        erase_blob(digest=digest, by="system:composing", now=now)
    except BlobInUse:
        return


def _being_written(actor: Actor, draft_id: int) -> Draft:
    # Locked, so that a mail sent at this moment has the file, or the file comes too late.
    draft = own_draft(actor, draft_id, lock=True)
    if draft.state != DraftState.WRITING:
        raise ComposingRefused("not_writing")
    return draft


def _type_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or ANY_TYPE


def _audit(verb: ComposingVerb, draft: Draft, attachment_id: int, *, actor: Actor, now: datetime) -> None:
    record(actor=actor.reference, verb=verb, subject=f"draft:{draft.pk}", details={"attachment": attachment_id}, at=now)
