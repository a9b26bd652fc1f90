"""What a provision, a rule and another authority are. The values are the Swedish legal words, as in the data files."""

from dataclasses import dataclass
from enum import StrEnum


class HarmTest(StrEnum):
    """Skaderekvisit: is the main rule openness (``STRAIGHT``) or secrecy (``REVERSED``)?

    ``SPECIAL``: higher or mixed demands in one section; read ``harm_test_text``.
    """

    STRAIGHT = "rakt"
    REVERSED = "omvänt"
    ABSOLUTE = "absolut"
    SPECIAL = "särskilt"


class MunicipalUse(StrEnum):
    """How often a municipality rests on the provision. ``NOT_OURS``: warn whoever picks it."""

    COMMON = "vanlig"
    SOMETIMES = "ibland"
    SELDOM = "sällan"
    NOT_OURS = "gäller_inte_hos_kommun"


class Evidence(StrEnum):
    """How sure a rule is: read in the law, read in an excerpt, the municipality's own policy, or from memory."""

    LAW_TEXT = "law_text"
    EXCERPT = "excerpt"
    POLICY = "policy"
    MEMORY = "memory"


class RuleGroup(StrEnum):
    PUBLIC_RECORD = "allman_handling"
    REGISTRATION = "registrering"
    DISCLOSURE = "utlamnande"
    DECISION = "beslut_overklagande"
    ARCHIVE = "arkiv"
    SERVICE = "service"
    DATA = "data_tillganglighet"
    INCIDENT = "incident"
    WHISTLEBLOWING = "visselblasning"
    OTHER = "ovrigt"


class DeadlineKind(StrEnum):
    LAW = "law"
    PRACTICE = "practice"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Deadline:
    """``count`` of ``unit`` from the event ``from_``. ``count`` is None where the law names no figure ("skyndsamt")."""

    kind: DeadlineKind
    count: int | None
    unit: str | None
    from_: str
    text: str


@dataclass(frozen=True, slots=True)
class LegalRule:
    """A rule of law or of the municipality, what it demands of the software, and how sure it is."""

    id: str
    group: RuleGroup
    source: str
    rule: str
    rule_en: str
    software_must: str
    deadline: Deadline | None
    evidence: Evidence
    ref: str
    lawyer_check: bool
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Provision:
    """A secrecy provision: ``id`` is ``OSL 26:1``, with `` stN`` and ``pN`` where parts differ.

    ``max_years`` None: the section names no time, which is not the same as for ever. ``breaks_meddelarfrihet`` None:
    in part, see ``breaks_note``. ``decision_exempt``: the secrecy does not cover the decision itself.
    """

    id: str
    chapter: int
    section: int
    section_letter: str
    part: str
    title: str
    protects: str
    harm_test: HarmTest
    harm_test_text: str
    areas: tuple[str, ...]
    typical_in_mail: tuple[str, ...]
    max_years: int | None
    breaks_meddelarfrihet: bool | None
    municipal_use: MunicipalUse
    interest: str
    breaks_note: str
    decision_exempt: bool
    note: str
    source: str
    is_rare: bool
    is_verified: bool

    @property
    def citation(self) -> str:
        """As one writes it in a letter: ``26 kap. 1 § OSL``, ``19 kap. 3 § första stycket OSL``."""
        letter = f" {self.section_letter}" if self.section_letter else ""
        return f"{self.chapter} kap. {self.section}{letter} §{_part_in_words(self.part)} OSL"


@dataclass(frozen=True, slots=True)
class OtherAuthority:
    """A body that people mistake for the municipality. ``part_of``: the authority it is answered for by, or ""."""

    id: str
    name: str
    handles: tuple[str, ...]
    not_ours_because: str
    how_to_reach: str
    municipality_may_still: str
    sensitive_forward: bool
    part_of: str
    is_verified: bool
    source: str


_ORDINALS = {"1": "första", "2": "andra", "3": "tredje", "4": "fjärde", "5": "femte"}


def _part_in_words(part: str) -> str:
    """``st1p2`` -> `` första stycket 2``."""
    if not part:
        return ""
    paragraph, _, point = part.removeprefix("st").partition("p")
    return f" {_ORDINALS[paragraph]} stycket" + (f" {point}" if point else "")
