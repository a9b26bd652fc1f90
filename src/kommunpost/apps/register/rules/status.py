"""Is it a public record? Facts in; the answer, the paragraph, and the fact that decided out (TF 2:4–2:14). Pure.

The table is read from above: the first line whose test holds decides. What no line decides is presumed to be a public
record, and the answer names the facts that would tell for sure. The machine never says no: a person does, and what the
law itself makes public (``RecordStatus.is_forced``) nobody can say no to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.register.kinds import Ground


class Known(StrEnum):
    """What is known of a fact."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Capacity(StrEnum):
    """In what capacity the person got or wrote it (TF 2:8)."""

    OFFICIAL = "official"
    PRIVATE = "private"
    UNION_POLITICAL = "union_political"
    UNKNOWN = "unknown"


class Nature(StrEnum):
    """What kind of writing it is (TF 2:12)."""

    ORDINARY = "ordinary"
    MEMO = "memo"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """What is known of one message at one authority.

    ``received``: somebody outside the authority made it available to it; another committee is outside (TF 2:9, 2:11).
    ``dispatched``: it has left the authority, to somebody outside or to another committee (TF 2:10).
    ``finished``: the case that it belongs to is finally handled, or it was approved (TF 2:10).
    ``archived``: taken care of for archiving. ``adds_fact``: it gives the case a fact that is not elsewhere in it.
    ``only_backup``: here only to restore what was lost; ``only_storage``: kept for somebody else (TF 2:13).
    ``outside_task``: it came for a purpose that makes no record, such as publication or a library (TF 2:14).
    """

    held: Known = Known.YES
    received: Known = Known.UNKNOWN
    dispatched: Known = Known.UNKNOWN
    finished: Known = Known.NO
    archived: Known = Known.NO
    adds_fact: Known = Known.UNKNOWN
    capacity: Capacity = Capacity.UNKNOWN
    nature: Nature = Nature.ORDINARY
    sealed_bid: Known = Known.NO
    only_backup: Known = Known.NO
    only_storage: Known = Known.NO
    outside_task: Known = Known.NO


@dataclass(frozen=True, slots=True)
class RecordStatus:
    """The answer. ``rule``: the line of the table; ``fact``: the field of ``RecordFacts`` that decided, empty when
    nothing did; ``missing``: fields that would tell for sure. ``is_forced``: no person can decide otherwise.
    """

    is_public: bool
    ground: Ground | None
    rule: str
    provision: str
    fact: str
    missing: tuple[str, ...] = ()
    is_forced: bool = False

    @property
    def says(self) -> str | Promise:
        return RULE_TEXTS[self.rule]


@dataclass(frozen=True, slots=True)
class _Line:
    rule: str
    provision: str
    fact: str
    holds: Callable[[RecordFacts], bool]
    is_public: bool
    ground: Ground | None = None
    is_forced: bool = False


# fmt: off
_TABLE = (
    _Line("not_held", "TF 2:4", "held", lambda facts: facts.held is Known.NO, is_public=False),
    _Line("only_backup", "TF 2:13", "only_backup", lambda facts: facts.only_backup is Known.YES, is_public=False),
    _Line("only_storage", "TF 2:13", "only_storage", lambda facts: facts.only_storage is Known.YES, is_public=False),
    _Line("outside_task", "TF 2:14", "outside_task", lambda facts: facts.outside_task is Known.YES, is_public=False),
    _Line("private", "TF 2:8", "capacity",
          lambda facts: facts.capacity is Capacity.PRIVATE, is_public=False, ground=Ground.PRIVATE),
    _Line("union_political", "TF 2:8", "capacity",
          lambda facts: facts.capacity is Capacity.UNION_POLITICAL, is_public=False, ground=Ground.UNION_POLITICAL),
    _Line("sealed_bid", "TF 2:9", "sealed_bid", lambda facts: facts.sealed_bid is Known.YES, is_public=False),
    _Line("archived", "TF 2:12", "archived",
          lambda facts: facts.archived is Known.YES, is_public=True, is_forced=True),
    _Line("received", "TF 2:9", "received",
          lambda facts: facts.received is Known.YES, is_public=True, is_forced=True),
    _Line("dispatched", "TF 2:10", "dispatched",
          lambda facts: facts.dispatched is Known.YES, is_public=True, is_forced=True),
    _Line("memo_with_fact", "TF 2:12", "adds_fact",
          lambda facts: facts.nature is Nature.MEMO and facts.adds_fact is Known.YES, is_public=True),
    _Line("memo", "TF 2:12", "nature",
          lambda facts: facts.nature is Nature.MEMO and facts.adds_fact is Known.NO,
          is_public=False, ground=Ground.WORKING_MATERIAL),
    _Line("draft", "TF 2:12", "nature",
          lambda facts: facts.nature is Nature.DRAFT, is_public=False, ground=Ground.WORKING_MATERIAL),
    _Line("finished", "TF 2:10", "finished", lambda facts: facts.finished is Known.YES, is_public=True),
    _Line("internal_with_fact", "TF 2:10", "adds_fact",
          lambda facts: facts.received is Known.NO and facts.adds_fact is Known.YES, is_public=True),
    _Line("internal", "TF 2:11", "received",
          lambda facts: (facts.received, facts.dispatched, facts.adds_fact) == (Known.NO,) * 3,
          is_public=False, ground=Ground.WORKING_MATERIAL),
)
# fmt: on

PRESUMED = "presumed"

RULE_TEXTS: Mapping[str, str | Promise] = {
    "not_held": _("Den förvaras inte här."),
    "only_backup": _("Den finns bara i en säkerhetskopia."),
    "only_storage": _("Den lagras bara tekniskt åt någon annan."),
    "outside_task": _("Den kom hit för något annat än myndighetens uppgifter, till exempel ett bibliotek."),
    "private": _("Den gäller bara något privat."),
    "union_political": _("Den gäller bara ett fackligt eller politiskt uppdrag."),
    "sealed_bid": _("Anbudet har inte öppnats än."),
    "archived": _("Den har tagits om hand för arkivering."),
    "received": _("Den kom in från någon utanför myndigheten."),
    "dispatched": _("Den har skickats utanför myndigheten."),
    "memo_with_fact": _("Anteckningen tillför ärendet en uppgift."),
    "memo": _("En minnesanteckning som inte tillför ärendet något, inte är skickad och inte är arkiverad."),
    "draft": _("Ett utkast som inte är skickat och inte är arkiverat."),
    "finished": _("Ärendet är avslutat, eller handlingen är färdig."),
    "internal_with_fact": _("Den är intern men tillför ärendet en uppgift."),
    "internal": _("Den stannar inom myndigheten och tillför inte ärendet något."),
    PRESUMED: _("Post räknas som allmän handling tills någon har visat något annat."),
}

FACT_TEXTS: Mapping[str, str | Promise] = {
    "held": _("om den förvaras här"),
    "received": _("om den kom från någon utanför myndigheten"),
    "dispatched": _("om den har skickats utanför myndigheten"),
    "finished": _("om ärendet är avslutat"),
    "archived": _("om den har arkiverats"),
    "adds_fact": _("om den tillför ärendet en uppgift"),
    "capacity": _("om den är avsedd för någon i en annan roll än i tjänsten"),
    "nature": _("om den är ett utkast eller en minnesanteckning"),
    "sealed_bid": _("om den är ett anbud som inte har öppnats"),
    "only_backup": _("om den bara finns i en säkerhetskopia"),
    "only_storage": _("om den bara lagras åt någon annan"),
    "outside_task": _("om den hör till något annat än myndighetens uppgifter"),
}


def record_status(facts: RecordFacts) -> RecordStatus:
    """The answer that the table gives."""
    for line in _TABLE:
        if line.holds(facts):
            return RecordStatus(
                line.is_public, line.ground, line.rule, line.provision, line.fact, is_forced=line.is_forced
            )
    return RecordStatus(
        is_public=True, ground=None, rule=PRESUMED, provision="TF 2:4", fact="", missing=_missing(facts)
    )


def lines() -> tuple[tuple[str, str, str], ...]:
    """(rule, provision, fact) of each line, in the order in which they are tried."""
    return tuple((line.rule, line.provision, line.fact) for line in _TABLE)


def _missing(facts: RecordFacts) -> tuple[str, ...]:
    unknown = [name for name in ("received", "dispatched", "adds_fact") if getattr(facts, name) is Known.UNKNOWN]
    if facts.capacity is Capacity.UNKNOWN:
        unknown.append("capacity")
    return tuple(unknown)
