"""What makes a Swedish text hard beside its words: long sentences, passives, nouns made of verbs, short forms.

Counts only; the rule judges. Passives by their endings, less the verbs that only have that form.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kommunpost.core.advice.sentences import Sentence

WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
PASSIVE_ENDINGS = (
    "eras",
    "erades",
    "erats",
    "ades",
    "ats",
    "ttas",
    "llas",
    "ndas",
    "nas",
    "tas",
    "gas",
    "kas",
    "das",
    "ras",
    "las",
    "jas",
    "vas",
    "pas",
    "sas",
)
ACTIVE = frozenset(
    """
    allas andas andras annars barnens bas behövdes behövs brukas bådas dags deras dess dessas elevernas ens
    fanns fattas finns flickas funnits gas hans hoppades hoppas hörs kassas kändes känns las lyckades lyckas
    låtsas mindes minns märks möts pojkas pågås saknades saknas samtligas ses skäms strax synes syns tas
    tjänsternas trivdes trivs träffas umgås vars verkas vissas vistades vistas våras
    """.split()
)
NOUN_ENDINGS = (
    "ande", "ende", "andet", "endet", "ering", "eringen", "eringar", "ningen", "ningar", "else", "elsen", "elser",
)  # fmt: skip
NOUN_OF_VERB = re.compile(rf"[^\W\d_]{{4,}}(?:{'|'.join(NOUN_ENDINGS)})")
ABBREVIATION = re.compile(r"(?<![\w/:.-])(?:[a-zåäö]{1,3}[A-ZÅÄÖ]{2,}|[A-ZÅÄÖ]{2,5})(?![\w/:.-])")
CAPITALS = re.compile(r"[A-ZÅÄÖ]{2}")
WELL_KNOWN = frozenset(
    """
    AB ABF AIK ALLA APP APT BANKID BB BK BRF BUP BVC CSN EU FAQ FF FN GDPR GIF HB HR HVB ID IF II III INTE IT IV
    IVO JA JO KB KI KPI LED LSS MSB NEJ NU OBS OK OSA PBL PDF PRO PS QR ROT RUT SAMT SCB SFI SIP SK SKR SL SMHI
    SMS SPF SVT TV USA USB VA VAB VI XL
    """.split()
)


@dataclass(frozen=True, slots=True)
class Difficulty:
    """``abbreviations`` are places of short forms in capitals that are neither well known nor explained."""

    passives: int
    nominalisations: int
    abbreviations: tuple[tuple[int, int], ...]
    sentences: tuple[tuple[Sentence, int], ...]

    def long_sentences(self, limit: int) -> tuple[Sentence, ...]:
        """Those with more than ``limit`` words, the longest first."""
        found = sorted((one for one in self.sentences if one[1] > limit), key=lambda one: -one[1])
        return tuple(sentence for sentence, _ in found)


def measure(text: str, sentences: Sequence[Sentence]) -> Difficulty:
    """``text`` holds the sentences at their places; links and numbers may be blanked out in it."""
    in_sentences = [WORD.findall(text, one.start, one.end) for one in sentences]
    words = [word for found in in_sentences for word in found]
    return Difficulty(
        passives=sum(_is_passive(word) for word in words if word.endswith("s")),
        nominalisations=sum(1 for word in words if word.endswith(NOUN_ENDINGS) and NOUN_OF_VERB.fullmatch(word)),
        abbreviations=tuple(_unexplained(text)),
        sentences=tuple(zip(sentences, map(len, in_sentences), strict=True)),
    )


def _is_passive(word: str) -> bool:
    return len(word) > 4 and word.islower() and word.endswith(PASSIVE_ENDINGS) and word not in ACTIVE  # noqa: PLR2004


def _unexplained(text: str) -> list[tuple[int, int]]:
    if not CAPITALS.search(text):
        return []
    seen: set[str] = set()
    found = []
    for one in ABBREVIATION.finditer(text):
        if one[0] in seen or one[0].upper() in WELL_KNOWN:
            continue
        seen.add(one[0])
        explained = f"({one[0]})" in text or re.search(rf"{re.escape(one[0])}\s*\(", text)
        if not explained:
            found.append(one.span())
    return found
