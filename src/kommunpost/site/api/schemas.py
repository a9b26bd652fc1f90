"""What the API takes and gives, as OpenAPI tells it. Field names are a public contract."""

from typing import Annotated, Any, Literal

from ninja import Field, Schema

from kommunpost.apps.composing.models import DismissReason
from kommunpost.core.advice import RULES

LONGEST_FIELD = 2_000
MAX_LIST = 1_000
MAX_ADDRESS = 700
LONGEST_BODY = 500_000
LONGEST_HEADER = 2_000
MAX_HEADERS = 200
Line = Annotated[str, Field(max_length=MAX_ADDRESS)]
Header = Annotated[str, Field(max_length=LONGEST_HEADER)]
Clause = Annotated[str, Field(pattern=f"^(?:{'|'.join(rule.clause for rule in RULES)})$")]


class FileIn(Schema):
    """An attachment by name, media type and size in bytes; never its content."""

    name: str = Field(max_length=LONGEST_FIELD)
    type: str = Field(default="", max_length=LONGEST_FIELD)
    size: int = Field(default=0, ge=0)


class DraftIn(Schema):
    """A mail as it is to be sent. Addresses as ``Namn <adress>`` or an address alone."""

    sender: str = Field(alias="from", max_length=MAX_ADDRESS)
    to: list[Line] = Field(default_factory=list, max_length=MAX_LIST)
    cc: list[Line] = Field(default_factory=list, max_length=MAX_LIST)
    bcc: list[Line] = Field(default_factory=list, max_length=MAX_LIST)
    subject: str = Field(default="", max_length=LONGEST_FIELD)
    body: str = Field(default="", max_length=LONGEST_BODY, description="Plain text, with signature and history")
    attachments: list[FileIn] = Field(default_factory=list, max_length=MAX_LIST)
    headers: dict[Line, Header] = Field(
        default_factory=dict, max_length=MAX_HEADERS, description="Those that ask for receipts"
    )


class FindingOut(Schema):
    """``start`` and ``end`` count characters in ``field``; in lists of recipients and files they count entries."""

    clause: str
    severity: str = Field(description="stop or advice")
    says: str
    why: str
    field: str
    start: int
    end: int
    words: str
    fix: dict[str, Any] | None


class AdviceOut(Schema):
    """``findings`` ranked; ``first`` are the places in it of those to show first, at most three."""

    findings: list[FindingOut]
    first: list[int]
    stop: bool = Field(description="whether the municipality wants the mail not to be sent as it is")


class DismissedIn(Schema):
    """Advice that somebody put aside. No free text: it would say who."""

    clause: Clause
    reason: DismissReason


class OutcomeIn(Schema):
    """What became of advice on one mail. ``from`` says which unit it counts for; the address itself is not kept."""

    sender: str = Field(alias="from", max_length=MAX_ADDRESS)
    sent: bool = Field(default=True, description="false when the mail has been counted before")
    shown: list[Clause] = Field(default_factory=list, max_length=MAX_LIST)
    fixed: list[Clause] = Field(default_factory=list, max_length=MAX_LIST)
    dismissed: list[DismissedIn] = Field(default_factory=list, max_length=MAX_LIST)


class OutcomeOut(Schema):
    """``counted`` is false when ``from`` is no mailbox of the municipality."""

    counted: bool


class SendingIn(DraftIn):
    """A mail at the moment of sending. ``shown``: clauses of an earlier answer about the same mail."""

    language: str = Field(default="sv", max_length=35, description="of the program: sv-SE, en-GB …")
    shown: list[Clause] = Field(default_factory=list, max_length=MAX_LIST)


class SendingOut(Schema):
    """``active`` is false when the municipality has switched the add-in off; ``allow`` is then true.

    ``message``: what to ask the writer when ``allow`` is false; ``shown``: the clauses it is about.
    """

    active: bool
    allow: bool
    stop: bool
    message: str
    shown: list[str]


class MailIn(Schema):
    """A mail to judge. Without ``kind`` the addresses say which way it goes."""

    kind: Literal["incoming", "outgoing", "internal"] | None = None
    sender: str = Field(alias="from", default="", max_length=MAX_ADDRESS)
    to: list[Line] = Field(default_factory=list, max_length=MAX_LIST)
    cc: list[Line] = Field(default_factory=list, max_length=MAX_LIST)
    subject: str = Field(default="", max_length=LONGEST_FIELD)
    body: str = Field(max_length=LONGEST_BODY)
    attachments: list[FileIn] = Field(default_factory=list, max_length=MAX_LIST)
    headers: dict[Line, Header] = Field(default_factory=dict, max_length=MAX_HEADERS)


class ReasonOut(Schema):
    """``rule_id`` is stable, ``says`` is for people."""

    rule_id: str
    says: str


class JudgementOut(Schema):
    """What the mail probably is, in the words of ``kommunpost judge``. A person decides."""

    record: str
    record_ground: str | None
    registration: str
    secrecy: str
    disclosure_request: bool
    log_request: bool
    unit: str | None
    authority: str | None
    disposal: str | None
    language: str
    angry: bool
    question: str | None
    reasons: list[ReasonOut]


class ProblemOut(Schema):
    """``code`` is stable, ``says`` is for people."""

    code: str
    says: str
