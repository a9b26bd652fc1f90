"""Put a draft's files in the shared room and leave their links in the draft."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kommunpost.apps.audit.actions import record
from kommunpost.apps.composing.doors import own_draft
from kommunpost.apps.composing.models import DraftAttachment, DraftState
from kommunpost.apps.composing.refusals import ComposingRefused
from kommunpost.apps.composing.rooms import RoomFailed, room
from kommunpost.apps.composing.rooms.contract import folder_for
from kommunpost.apps.composing.verbs import ComposingVerb
from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.blobs.contract import BlobError


def place_files(*, actor: Actor, draft_id: int, now: datetime) -> int:
    """Store every file of the draft that has no link yet; how many. The mail will name them with their links.

    The room is asked outside any transaction, file by file: what has been placed when one fails stays placed.
    Raises ``NotVisible``, ``ComposingRefused``: ``not_writing``, ``room_missing``, ``room_failed``, ``blob_missing``.
    """
    draft = own_draft(actor, draft_id)
    if draft.state != DraftState.WRITING:
        raise ComposingRefused("not_writing")
    files = list(draft.attachments.filter(link="").order_by("pk"))
    folder = folder_for(draft_id=draft.pk, at=timezone.localtime(now))
    for one in files:
        link = _place(one, folder)
        with transaction.atomic():
            DraftAttachment.objects.filter(pk=one.pk).update(link=link)
            record(
                actor=actor.reference,
                verb=ComposingVerb.FILE_PLACED,
                subject=f"draft:{draft.pk}",
                details={"attachment": one.pk},
                at=now,
            )
    return len(files)


def _place(one: DraftAttachment, folder: str) -> str:
    try:
        into = room()
        if into is None:
            raise ComposingRefused("room_missing", field="files")
        return into.place(name=one.name, content=store().get(one.blob_id), folder=folder).link
    except BlobError as error:
        raise ComposingRefused("blob_missing", field="files") from error
    except RoomFailed as error:
        raise ComposingRefused("room_failed", field="files") from error
