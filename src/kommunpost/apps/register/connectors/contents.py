"""What a case system is told of an entry: frozen when it is registered, so that every try says the same."""

from collections.abc import Iterator

from kommunpost.apps.audit.rules import JSON
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.blobs.contract import BlobError
from kommunpost.apps.mailflow.queries.scans import infection_of
from kommunpost.apps.register.connectors.contract import Document, Handing
from kommunpost.apps.register.models import Handover, RegisterEntry
from kommunpost.apps.register.queries.entries import Entry, FileRow, load_entries
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.core.mail import parse

VERSION = 1
MOST_BYTES = 150_000_000
"""More than this does not go by a connector: a person hands it over."""


def freeze(entry_id: int) -> dict[str, JSON]:
    """The entry as JSON. Dates are ISO 8601 in UTC; ``secrecy`` and provisions as the register writes them."""
    [entry] = load_entries(RegisterEntry.objects.filter(pk=entry_id))
    return {
        "version": VERSION,
        "committee": {"code": entry.committee_code, "name": entry.committee_name},
        "designation": entry.designation,
        "case": {"designation": entry.case_designation, "title": entry.case_title} if entry.case_id else None,
        "direction": entry.direction,
        "dated_at": entry.dated_at.isoformat(),
        "title": entry.title,
        "counterpart": entry.counterpart,
        "public_title": entry.public_title,
        "public_counterpart": entry.public_counterpart,
        "document_type": entry.document_type,
        "handler": entry.handler,
        "secrecy": entry.secrecy,
        "provisions": [one.provision for one in entry.standing],
        "registered_at": entry.registered_at.isoformat(),
        "documents": list(_documents(entry)),
    }


def gather(handover: Handover) -> Handing:
    """The frozen data with the bytes of its documents.

    Raises ``RegisterRefused``: ``content_gone``, ``too_large_to_hand_over``, ``infected_not_handed_over``.
    """
    found = load_entries(RegisterEntry.objects.filter(pk=handover.entry_id))[0].files
    wanted = [one for one in found if not one.is_left_out]
    # A mail goes whole, and what is infected in it with it, whatever is left out.
    if any(infection_of(message_id) for message_id in {one.message_id for one in wanted}):
        raise RegisterRefused("infected_not_handed_over")
    if sum(one.size for one in wanted) > MOST_BYTES:
        raise RegisterRefused("too_large_to_hand_over")
    documents: list[Document] = []
    mails = {one.message_id: one.digest for one in found if one.place == 0}
    for message_id, digest in mails.items():
        mine = [one for one in wanted if one.message_id == message_id]
        documents += _open(digest, mine)
    return Handing(str(handover.key), handover.entry_id, handover.data, tuple(documents))


def _documents(entry: Entry) -> Iterator[dict[str, JSON]]:
    mails = {one.message_id: one.digest for one in entry.files if one.place == 0}
    for one in entry.files:
        if not one.is_left_out:
            yield {
                "mail": mails.get(one.message_id, ""), "place": one.place, "name": one.name,
                "media_type": one.media_type, "size": one.size, "sha256": one.digest,
            }  # fmt: skip


def _open(mail: str, files: list[FileRow]) -> Iterator[Document]:
    if not files:
        return
    try:
        raw = store().get(mail)
    except BlobError:
        raise RegisterRefused("content_gone") from None
    parts = [raw]
    if any(one.place for one in files):
        parts += [one.content for one in parse(raw).attachments]
    for one in files:
        yield Document(mail, one.place, one.name, one.media_type, one.size, one.digest, parts[one.place])
