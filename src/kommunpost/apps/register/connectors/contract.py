"""The protocol that every connector keeps (ADR 0051). A new case system is one class of this shape and one line of
``site/case_systems.py``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kommunpost.apps.audit.rules import JSON


class Outcome(StrEnum):
    """``unknown``: it left, and nobody can say whether it came."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the case system said. ``number`` is its own, empty when it has not given one yet; ``code``: HTTP's, or none.

    ``outgoing_id``: the mail that it went by, and ``answer_id`` the message that answered, where it went by mail.
    """

    outcome: Outcome
    number: str = ""
    trouble: str = ""
    code: int | None = None
    outgoing_id: int | None = None
    answer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file of the entry: ``place`` 0 is a mail as it came, 1 and on its attachments. ``digest``: SHA-256 in hex."""

    mail: str
    place: int
    name: str
    media_type: str
    size: int
    digest: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Handing:
    """An entry as it is handed over, the same at each try. ``data`` is made by ``contents.freeze``."""

    key: str
    entry_id: int
    data: Mapping[str, JSON] = field(repr=False)
    documents: tuple[Document, ...]


class ConnectorFailed(Exception):  # noqa: N818 -- named by what it says.
    """Nothing has been settled: it is tried again. ``code`` is stable; ``may_have_arrived``: content had left."""

    def __init__(self, code: str, *, may_have_arrived: bool = False, status: int | None = None) -> None:
        super().__init__(code)
        self.code, self.may_have_arrived, self.status = code, may_have_arrived, status


class Connector(Protocol):
    """One committee's way to its case system."""

    def hand_over(self, handing: Handing) -> Receipt:
        """Hand over, or find that it has been: the key tells. Raises ``ConnectorFailed``."""
        ...

    def receipts(self) -> Iterable[tuple[str, Receipt]]:
        """What has come since, as (key, receipt), where one must look for it."""
        ...

    def put_away(self, key: str) -> None:
        """The receipt is written down: what lies here for the receiver's sake may go."""
        ...
