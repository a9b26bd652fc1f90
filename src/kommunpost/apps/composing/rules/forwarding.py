"""What a forwarded mail looks like in the text: its head in words and all that it says."""

from collections.abc import Sequence

from kommunpost.core.mail import Address, HeaderSummary
from kommunpost.core.mail.reply import STOCKHOLM

DIVIDER = "---------- Vidarebefordrat meddelande ----------"


def forwarded_text(headers: HeaderSummary, text: str) -> str:
    """The block under the writer's own words; ``\\n`` line ends."""
    when = f"{headers.date.astimezone(STOCKHOLM):%Y-%m-%d %H.%M}" if headers.date else ""
    facts = (
        ("Från", _named([headers.sender])),
        ("Skickat", when),
        ("Till", _named(headers.to)),
        ("Kopia", _named(headers.cc)),
        ("Ämne", headers.subject),
    )
    head = [f"{label}: {value}" for label, value in facts if value]
    return "\n".join([DIVIDER, *head, "", text.strip("\n")])


def _named(addresses: Sequence[Address]) -> str:
    return ", ".join(f"{one.name} <{one.address}>" if one.name and one.address else one.address or one.name
                     for one in addresses)  # fmt: skip
