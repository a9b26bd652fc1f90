"""A mail's headers as context: whoever writes, receives or is copied is looked for all through the text."""

import re
from collections.abc import Iterable

from kommunpost.core.sensitivity.emails import is_function
from kommunpost.core.sensitivity.find import find_spans
from kommunpost.core.sensitivity.model import NOTHING_KNOWN, Context, Setting, Span

_ADDRESS = re.compile(r"[^\s<>\"(),;:]+@[^\s<>\"(),;:]+")
_NOT_NAME = re.compile(r"[\d_@<>]")
_FEWEST_LETTERS = 2


def context_of(addresses: Iterable[str], *, beside: Context = NOTHING_KNOWN) -> Context:
    """What From, To and Cc tell: ``"Anna Ek <anna.ek@mejl.example>"`` each. Function mailboxes tell nothing."""
    names: list[str] = []
    for written in addresses:
        names += _names(written, own_domains=beside.own_domains)
    return Context(names=(*beside.names, *names), own_domains=beside.own_domains, public=beside.public)


def _names(written: str, *, own_domains: frozenset[str]) -> list[str]:
    address = _ADDRESS.search(written)
    if address is None:
        return [written] if written and not _NOT_NAME.search(written) else []
    local, _, domain = address[0].lower().partition("@")
    if is_function(local, own=domain in own_domains):
        return []
    shown = written[: address.start()].strip(" <\"'")
    shown = "" if "@" in shown else shown.split("(")[0].split(" via ")[0]
    from_address = [part for part in re.split(r"[._+]", re.sub(r"\d", "", local)) if len(part) > _FEWEST_LETTERS]
    return [name for name in (shown, " ".join(from_address) if len(from_address) > 1 else "") if name]


def find_in_mail(
    *,
    subject: str,
    body: str,
    addresses: Iterable[str],
    setting: Setting = Setting.BALANCED,
    beside: Context = NOTHING_KNOWN,
) -> tuple[Span, ...]:
    """Spans of a mail. Offsets are into ``f"{subject}\\n{body}"``: the body begins after the first line end."""
    return find_spans(f"{subject}\n{body}", setting=setting, context=context_of(addresses, beside=beside))
