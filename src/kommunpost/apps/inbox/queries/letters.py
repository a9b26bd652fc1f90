"""The mails of a conversation, opened. The door is the conversation's: what was passed on took its mails along."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from kommunpost.apps.inbox.models import Conversation, Entry
from kommunpost.apps.inbox.queries.page import Item
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.mailflow import reading
from kommunpost.apps.mailflow.queries.scans import Verdicts, verdicts_of
from kommunpost.core.mail import bare_address

MOST_OPENED = 8
"""Mails whose text stands on the page, the newest; those before are a click away."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail with its text and files, ready for the screen. ``is_folded``: an earlier one, shown when unfolded."""

    item: Item
    is_opened: bool
    address: str = ""
    recipients: reading.People | None = None
    copies: reading.People | None = None
    parts: Sequence[reading.Part] = ()
    files: Sequence[reading.File] = ()
    remarks: Sequence[str | Promise] = ()
    has_html: bool = False

    @property
    def is_infected(self) -> bool:
        """One of its files has a virus."""
        return any(file.scan.is_infected for file in self.files)


def open_letters(items: Sequence[Item]) -> dict[int, Letter]:
    """The newest mails among ``items`` by the id of their entry; the older ones with their preview alone."""
    mails = [item for item in items if item.kind == "mail"]
    newest = mails[-MOST_OPENED:]
    verdicts = verdicts_of({item.message_id for item in newest})
    opened = {item.id: _letter(item, verdicts[item.message_id]) for item in newest}
    return {item.id: opened.get(item.id) or Letter(item, is_opened=False) for item in mails}


def question_of(subject: str, letters: Iterable[Letter]) -> str:
    """What the newest mail from outside asks: its subject and its writer's own words."""
    newest = max((one for one in letters if not one.item.is_out), key=lambda one: one.item.at, default=None)
    if newest is None:
        return subject
    return "\n".join([subject, *(part.text for part in newest.parts if part.kind == "own")])


def open_entry(conversation: Conversation, entry_id: int) -> reading.Opened:
    """One mail of the conversation, or of one merged into it. Raises ``InboxRefused("not_visible")``."""
    entry = Entry.objects.filter(pk=entry_id).select_related("conversation").first()
    if entry is None or not _belongs(entry.conversation, conversation):
        raise InboxRefused("not_visible")
    return reading.open_delivery(entry.delivery_id)


def _belongs(part: Conversation, whole: Conversation) -> bool:
    for _step in range(100):
        if part.pk == whole.pk:
            return True
        if part.merged_into is None:
            return False
        part = part.merged_into
    return False


def _letter(item: Item, verdicts: Verdicts) -> Letter:
    opened = reading.open_delivery(item.delivery_id)
    mail = opened.mail
    if mail is None:
        return Letter(item, is_opened=True, remarks=reading.remarks_on(opened))
    lies_in = opened.delivery.mailbox.address if opened.delivery.mailbox else ""
    return Letter(
        item=item,
        address=bare_address(mail.headers.sender.address),
        recipients=reading.people_of(mail.headers.to, beside=lies_in),
        copies=reading.people_of(mail.headers.cc, beside=lies_in),
        parts=reading.parts_of(mail),
        files=reading.files_of(mail, verdicts),
        remarks=reading.remarks_on(opened),
        has_html=mail.html is not None,
        is_opened=True,
    )
