"""What a finding offers to do, as data: it can be shown, sent as JSON, and applied (``applying``)."""

from dataclasses import dataclass
from enum import StrEnum


class FixKind(StrEnum):
    """``REWRITE`` is done by ``apply`` alone; the others need the program around it.

    ``STORE``: put the attachments of the edits in the room, then ``apply`` with their links. ``INVITE``: make a
    meeting of the draft. ``CALL``: ``Fix.value`` is the phone number. ``HOLD``: keep the
    draft until ``Fix.value``, an ISO moment. ``PUBLISH``: open the intranet at ``Fix.value`` with the text of the
    draft.
    """

    REWRITE = "rewrite"
    STORE = "store"
    INVITE = "invite"
    CALL = "call"
    HOLD = "hold"
    PUBLISH = "publish"


class RecipientList(StrEnum):
    """A list of recipients."""

    TO = "to"
    CC = "cc"
    BCC = "bcc"


@dataclass(frozen=True, slots=True)
class Replace:
    """Put ``text`` in place of ``words``, which stand at ``start`` in ``field`` (``subject`` or ``body``)."""

    field: str
    start: int
    words: str
    text: str


@dataclass(frozen=True, slots=True)
class Move:
    """Move the recipient with ``address`` from one list to the other."""

    address: str
    source: RecipientList
    target: RecipientList


@dataclass(frozen=True, slots=True)
class RemoveHeader:
    """Leave out the header ``name``, in any case."""

    name: str


@dataclass(frozen=True, slots=True)
class LinkFile:
    """Leave out the attachment ``name`` and put its link into the text."""

    name: str


Edit = Replace | Move | RemoveHeader | LinkFile


@dataclass(frozen=True, slots=True)
class Fix:
    """``label`` is Swedish for the button. ``edits`` hold for one and the same draft and do not overlap."""

    kind: FixKind
    label: str
    edits: tuple[Edit, ...] = ()
    value: str = ""
