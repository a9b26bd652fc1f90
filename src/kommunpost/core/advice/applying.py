"""Makes the edits of a fix. Pure: a new draft comes out, the old one stays as it was."""

from collections.abc import Mapping
from dataclasses import replace

from kommunpost.core.advice.fixes import Edit, Fix, LinkFile, Move, RecipientList, RemoveHeader, Replace
from kommunpost.core.advice.model import Draft
from kommunpost.core.mail.model import BlockKind
from kommunpost.core.mail.quotes import find_blocks


class FixRefused(ValueError):  # noqa: N818 - a refusal, not a fault
    """The draft is not as it was, or a link is missing. ``code``: ``draft_changed``, ``link_missing``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def apply(draft: Draft, fix: Fix, *, links: Mapping[str, str] | None = None) -> Draft:
    """The draft with the edits of ``fix`` made. ``links``: attachment name -> where it now lies, for ``LinkFile``.

    Raises ``FixRefused`` and changes nothing when a place no longer holds the words it was made for.
    """
    for edit in sorted(fix.edits, key=_from_the_end):
        match edit:
            case Replace():
                draft = _replaced(draft, edit)
            case Move():
                draft = _moved(draft, edit)
            case RemoveHeader():
                draft = _without_header(draft, edit)
            case LinkFile():
                draft = _linked(draft, edit, link=(links or {}).get(edit.name, ""))
    return draft


def _from_the_end(edit: Edit) -> tuple[int, int]:
    """Texts from the end to the front, so that no place moves before its turn; the rest after them."""
    return (0, -edit.start) if isinstance(edit, Replace) else (1, 0)


def _replaced(draft: Draft, edit: Replace) -> Draft:
    text = draft.subject if edit.field == "subject" else draft.body
    end = edit.start + len(edit.words)
    if text[edit.start : end] != edit.words:
        raise FixRefused("draft_changed")
    text = text[: edit.start] + edit.text + text[end:]
    return replace(draft, subject=text) if edit.field == "subject" else replace(draft, body=text)


def _moved(draft: Draft, edit: Move) -> Draft:
    lists = {RecipientList.TO: draft.to, RecipientList.CC: draft.cc, RecipientList.BCC: draft.bcc}
    moved = [one for one in lists[edit.source] if one.address == edit.address]
    if not moved:
        raise FixRefused("draft_changed")
    lists[edit.source] = tuple(one for one in lists[edit.source] if one.address != edit.address)
    if all(one.address != edit.address for one in lists[edit.target]):
        lists[edit.target] = (*lists[edit.target], moved[0])
    return replace(draft, to=lists[RecipientList.TO], cc=lists[RecipientList.CC], bcc=lists[RecipientList.BCC])


def _without_header(draft: Draft, edit: RemoveHeader) -> Draft:
    left = {name: value for name, value in draft.headers.items() if name.lower() != edit.name.lower()}
    if len(left) == len(draft.headers):
        raise FixRefused("draft_changed")
    return replace(draft, headers=left)


def _linked(draft: Draft, edit: LinkFile, *, link: str) -> Draft:
    if not link:
        raise FixRefused("link_missing")
    files = tuple(one for one in draft.attachments if one.name != edit.name)
    if len(files) == len(draft.attachments):
        raise FixRefused("draft_changed")
    end = end_of_own_words(draft.body)
    body = f"{draft.body[:end].rstrip()}\n\n{edit.name}: {link}\n\n{draft.body[end:].lstrip()}"
    return replace(draft, attachments=files, body=body)


def end_of_own_words(body: str) -> int:
    """Where the first run of own words ends: above the signature and above what is quoted."""
    for block in find_blocks(body):
        if block.kind != BlockKind.OWN:
            return block.start
    return len(body)
