"""When guidance is shown again: by the words that two mails have in common. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from kommunpost.apps.register.rules.prefill import title_problems
from kommunpost.core.swedish.search_words import stem, tokens

SHORTEST_WORD = 4
LEAST_SHARE = 0.34
"""Of the guidance's own words that a mail must have. Below that it is not the same kind of mail."""

_COMMON = frozenset(
    "från till eller inte samt även denna detta dessa vilka vilken skulle kommer finns hello svar fråga "
    "angående gäller ärende mejl brev botkyrka kommun".split()
)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a piece of guidance fits. ``share``: 0–1 of its words."""

    guidance_id: int
    share: float


def key_words(text: str) -> frozenset[str]:
    """Stems of the words that say what a text is about; numbers and names in figures are left out."""
    words = (word for word in tokens(text) if len(word) >= SHORTEST_WORD and word.isalpha() and word not in _COMMON)
    return frozenset(stem(word) for word in words)


def fits(words: Collection[str], candidates: Iterable[tuple[int, Collection[str]]], *, most: int = 3) -> list[Fit]:
    """The candidates (id, words) that fit a mail of ``words``, best first, at most ``most``."""
    asked = set(words)
    found = [
        Fit(guidance_id, len(asked & set(own)) / len(own))
        for guidance_id, own in candidates
        if own and asked & set(own)
    ]
    good = [fit for fit in found if fit.share >= LEAST_SHARE]
    return sorted(good, key=lambda fit: (-fit.share, fit.guidance_id))[:most]


def names_somebody(text: str) -> bool:
    """Whether a text that all will read holds a personal number, a telephone number or an address."""
    return bool(title_problems(text))
