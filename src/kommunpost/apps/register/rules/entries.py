"""What an entry of the diary must hold before it is written (OSL 5:2, 5:5). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kommunpost.apps.register.kinds import EntryDirection, Secrecy
from kommunpost.apps.register.rules.prefill import LONGEST_TITLE, title_problems
from kommunpost.apps.register.rules.provisions import is_provision
from kommunpost.apps.register.rules.states import RegisterRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFacts:
    """What a registrar writes of an entry.

    ``dated_at``: when it came in, left, or was drawn up (aware). ``counterpart``: sender or recipient; only what was
    drawn up here and sent to nobody has none. An empty public field is left out where everybody reads.
    """

    direction: str
    dated_at: datetime
    counterpart: str
    title: str
    public_title: str = ""
    public_counterpart: str = ""
    document_type: str = ""
    handler_id: int | None = None
    secrecy: str = Secrecy.NONE


def check_entry(facts: EntryFacts, *, provisions: Sequence[str], now: datetime) -> None:
    """The four facts of OSL 5:2 are there, and nothing is shown that must not be.

    Raises ``RegisterRefused``: ``direction_unknown``, ``secrecy_unknown``, ``title_missing``, ``counterpart_missing``,
    ``dated_in_future``, ``too_long``, ``public_title_personal_number``, ``public_title_phone``,
    ``public_title_address``, ``provision_missing``, ``provision_unknown``, ``provision_without_secrecy``.
    """
    if facts.direction not in EntryDirection.values:
        raise RegisterRefused("direction_unknown")
    if not facts.title.strip():
        raise RegisterRefused("title_missing")
    if not facts.counterpart.strip() and facts.direction != EntryDirection.DRAWN_UP:
        raise RegisterRefused("counterpart_missing")
    if facts.dated_at > now:
        raise RegisterRefused("dated_in_future")
    texts = (facts.title, facts.counterpart, facts.public_title, facts.public_counterpart)
    if any(len(text) > LONGEST_TITLE for text in texts):
        raise RegisterRefused("too_long")
    check_public(facts.public_title)
    check_secrecy(facts.secrecy, provisions)


def check_public(title: str) -> None:
    """Raises ``RegisterRefused`` for what nobody may see in a public diary."""
    for problem in title_problems(title):
        raise RegisterRefused(f"public_title_{problem}")


def check_secrecy(secrecy: str, provisions: Sequence[str]) -> None:
    """A strong marking names its provision; a provision without a marking says nothing (OSL 5:5)."""
    if secrecy not in Secrecy.values:
        raise RegisterRefused("secrecy_unknown")
    if secrecy == Secrecy.STRONG and not provisions:
        raise RegisterRefused("provision_missing")
    if secrecy == Secrecy.NONE and provisions:
        raise RegisterRefused("provision_without_secrecy")
    if any(not is_provision(one) for one in provisions):
        raise RegisterRefused("provision_unknown")
