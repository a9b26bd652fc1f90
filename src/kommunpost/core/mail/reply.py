"""What an answer or a forward takes from the mail it answers: subject, references, history."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from kommunpost.core.mail.draft import Answered, check_message_id, is_message_id

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MAX_REFERENCES = 21
MAX_PREFIXES = 20
LONGEST_SUBJECT = 900
"""Characters of an answer's subject: a mail may have 10,000, and must not be unanswerable for it."""
MONTHS = {
    "sv": (
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
_REPLY = r"re|sv|aw|vs|svar|antw|odp"
_FORWARD = r"fwd?|vb|wg|tr|vl|vidarebefordrat"
_PREFIX = re.compile(
    rf"\s*(?:(?P<reply>{_REPLY})|(?P<forward>{_FORWARD}))(?:\s?\[\d{{1,3}}\]|\^\d{{1,3}})?\s?[:：]\s*", re.IGNORECASE
)


def reply_subject(subject: str) -> str:
    """``Altan`` -> ``Sv: Altan``; ``RE: SV: Altan`` -> ``Sv: Altan``. A forward mark under it stays."""
    return _cut(f"Sv: {_strip(subject, only_replies=True)}".rstrip())


def forward_subject(subject: str) -> str:
    """``Altan`` -> ``VB: Altan``; ``Sv: FW: Altan`` -> ``VB: Altan``."""
    return _cut(f"VB: {_strip(subject, only_replies=False)}".rstrip())


def bare_subject(subject: str) -> str:
    """``subject`` without the marks of answers and forwards in Swedish, English, German, Danish, Norwegian, Finnish."""
    return _strip(subject, only_replies=False)


def _cut(subject: str) -> str:
    return subject if len(subject) <= LONGEST_SUBJECT else f"{subject[: LONGEST_SUBJECT - 1].rstrip()}…"


def _strip(subject: str, *, only_replies: bool) -> str:
    position = 0
    for _ in range(MAX_PREFIXES):
        match = _PREFIX.match(subject, position)
        if match is None or (only_replies and match["forward"]):
            break
        position = match.end()
    return subject[position:].strip()


def reference_chain(original: Answered) -> tuple[str, ...]:
    """The References of an answer to ``original`` (RFC 5322 3.6.4).

    Its References, or else its In-Reply-To if that is one id, then its Message-ID. Ids that could not be written are
    left out. A long chain keeps the first, which names the thread, and the latest twenty.
    """
    headers = original.headers
    earlier = headers.references or (headers.in_reply_to if len(headers.in_reply_to) == 1 else ())
    chain = tuple(dict.fromkeys(value for value in (*earlier, headers.message_id) if is_message_id(value)))
    return chain if len(chain) <= MAX_REFERENCES else (chain[0], *chain[-(MAX_REFERENCES - 1) :])


def answered_id(original: Answered) -> str:
    """The In-Reply-To of an answer to ``original``; empty when it has no usable Message-ID."""
    value = original.headers.message_id
    return value if is_message_id(value) else ""


def new_message_id(domain: str, *, token: str) -> str:
    """``token@domain``. The caller brings a token that is never used twice, such as a UUID. Raises ``DraftError``."""
    message_id = f"{token}@{domain}"
    check_message_id("message_id", message_id)
    return message_id


def quote_history(original: Answered, *, language: str) -> str:
    """The introduction and every line of ``original`` behind ``>``, its own quotes included: the whole thread."""
    lines = (
        f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in original_text(original).split("\n")
    )
    return "\n".join([introduction(original, language=language), *lines]) + "\n"


def original_text(original: Answered) -> str:
    """The text of ``original`` with ``\\n`` line ends, no blank lines at its edges, and nothing that cannot be sent."""
    sendable = original.text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return sendable.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()


def introduction(original: Answered, *, language: str) -> str:
    """``Den 12 mars 2026 kl. 08.41 skrev Anna Ek:``, in Swedish time. ``language`` is ``sv`` or ``en``."""
    sender = original.headers.sender
    name = " ".join((sender.name or sender.address).split())
    if original.headers.date is None:
        return f"{name} skrev:" if language == "sv" else f"{name} wrote:"
    at = original.headers.date.astimezone(STOCKHOLM)
    if language == "sv":
        return f"Den {_day(at, language)} kl. {at:%H.%M} skrev {name}:"
    return f"On {_day(at, language)} at {at:%H:%M} {name} wrote:"


def _day(at: datetime, language: str) -> str:
    return f"{at.day} {MONTHS[language][at.month - 1]} {at.year}"
