"""The words behind MAIL and RCPT (RFC 5321 section 4.1.2), read strictly: what is doubtful is refused."""

import re
from dataclasses import dataclass

from kommunpost.apps.mailflow.intake.door import is_address

_PATH = re.compile(r"(FROM|TO): ?<(?:@[^:<>]{1,500}:)?([^<>]{0,400})>(?: (.*))?", re.IGNORECASE)
_BODIES = frozenset({"7BIT", "8BITMIME"})


class Refused(Exception):  # noqa: N818 -- named by what it says.
    """The answer to a command that cannot be taken is the text."""


@dataclass(frozen=True, slots=True)
class Path:
    """An envelope address, empty for ``<>``, and the words behind it, in upper case: name -> value."""

    address: str
    words: dict[str, str]


def read_path(text: str, *, of: str) -> Path:
    """``FROM:<anna@mejl.example> SIZE=100``, where ``of`` is ``FROM`` or ``TO``. Raises ``Refused``."""
    if not text[: len(of) + 1].upper().startswith(f"{of}:"):
        raise Refused(f"501 5.5.4 Syntax: {'MAIL FROM' if of == 'FROM' else 'RCPT TO'}:<address>")
    match = _PATH.fullmatch(text)
    if match is None:
        raise Refused("553 5.1.3 Error: malformed address")
    address = match.group(2)
    if address and address.lower() != "postmaster" and not is_address(address):
        raise Refused("553 5.1.3 Error: malformed address")
    pairs = (word.partition("=") for word in (match.group(3) or "").split())
    return Path(address, {name.upper(): value.upper() for name, _is, value in pairs})


def check_mail_words(words: dict[str, str], *, size_limit: int) -> None:
    """The parameters of MAIL: SIZE (RFC 1870), BODY (6152), SMTPUTF8 (6531). Raises ``Refused``."""
    if unknown := set(words) - {"SIZE", "BODY", "SMTPUTF8"}:
        raise Refused(f"555 5.5.4 {len(unknown)} parameters not recognized")
    size = words.get("SIZE", "0")
    if not (size.isascii() and size.isdigit() and len(size) <= 20):  # noqa: PLR2004 -- RFC 1870: at most 20 digits
        raise Refused("501 5.5.4 Syntax: SIZE=number")
    if int(size) > size_limit:
        raise Refused("552 5.3.4 Message size exceeds fixed limit")
    if words.get("BODY", "7BIT") not in _BODIES:
        raise Refused("501 5.5.4 Syntax: BODY=7BIT or 8BITMIME")
    if words.get("SMTPUTF8"):
        raise Refused("501 5.5.4 Syntax: SMTPUTF8 takes no value")
