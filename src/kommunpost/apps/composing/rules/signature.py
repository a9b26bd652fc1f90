"""The common signature (clause ``common-signature``): built from the directory, alike for everybody, never edited."""

from dataclasses import dataclass

CLOSING = "Med vänlig hälsning"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFacts:
    """What the directory knows. From a shared mailbox ``address`` and ``phone`` are the mailbox's and its unit's."""

    name: str
    title: str
    unit: str
    municipality: str
    phone: str
    phone_hours: str
    address: str
    web: str


def build_signature(facts: SignatureFacts) -> str:
    """The signature as plain text, ``\\n`` between the lines; what the directory does not know has no line."""
    phone = f"Telefon: {facts.phone}" if facts.phone else ""
    hours = f" ({facts.phone_hours})" if phone and facts.phone_hours else ""
    lines = (facts.name, facts.title, facts.unit, facts.municipality, phone + hours, facts.address, facts.web)
    return "\n".join([CLOSING, "", *filter(None, lines)])


def sign(body: str, signature: str) -> str:
    """``body`` with the signature under it, once: a closing that the writer has typed as the last line gives way."""
    own = body.rstrip()
    last = own.rpartition("\n")[2].strip().rstrip(",.").casefold()
    if last == CLOSING.casefold():
        own = own.rpartition("\n")[0].rstrip()
    return f"{own}\n\n{signature}" if own else signature
