"""The signs of ``data/signs.toml``: which of them stand in a mail, and in what words. Rules are data, in one file."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from kommunpost.core.judgement.facts import MailFacts
from kommunpost.core.sensitivity.model import Label
from kommunpost.core.sensitivity.sensitive import find_sensitive
from kommunpost.core.swedish.search_words import normalise

MAX_CHARACTERS = 6_000
"""Of subject and own text, in which patterns are sought."""
MOST_WORDS = 5
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*!?")
_PREFIX = 3


CLEAR = 0.5
"""From this confidence a span of sensitive data counts as clear."""
_SPANS: Mapping[Label, tuple[str, tuple[str, ...]]] = {
    Label.HEALTH: ("Mejlet berättar om någons hälsa.", ("OSL 21:1", "OSL 25:1")),
    Label.SOCIAL: ("Mejlet berättar om någons sociala förhållanden.", ("OSL 26:1",)),
    Label.UNION_POLITICAL: ("Mejlet nämner någons fackliga eller politiska hemvist.", ("OSL 21:1",)),
    Label.RELIGION_ETHNICITY: ("Mejlet nämner någons tro eller ursprung.", ("OSL 21:1",)),
    Label.CRIME: ("Mejlet nämner brott som någon begått eller utsatts för.", ("OSL 21:1", "OSL 35:1")),
}


@dataclass(frozen=True, slots=True)
class Weight:
    """What a sign speaks for: an answer of a head, in log-odds."""

    head: str
    value: str
    by: float


@dataclass(frozen=True, slots=True)
class SignRule:
    """A row of the file. ``pattern`` is all its patterns in one, over lower-case text."""

    id: str
    says: str
    beginnings: tuple[str, ...]
    insides: tuple[str, ...]
    whole: frozenset[str]
    pattern: re.Pattern[str] | None
    weights: tuple[Weight, ...]
    provisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that stands in a mail, and the words it was seen in."""

    rule: SignRule
    words: tuple[str, ...]


def signs_in(mail: MailFacts) -> tuple[Sign, ...]:
    """The signs in subject and own text, in the order of the file."""
    text = normalise(mail.read_text[:MAX_CHARACTERS])
    by_words = _by_words(_WORDS.findall(text))
    return (*_found(text, by_words), *_sensitive(text))


def _sensitive(text: str) -> Iterator[Sign]:
    """Sensitive data about somebody, as ``core.sensitivity`` sees it: its lexicon weighed by the sentence."""
    words: dict[tuple[Label, bool], list[str]] = {}
    for span in find_sensitive(text, people=()):
        words.setdefault((span.label, span.confidence >= CLEAR), []).append(text[span.start : span.end])
    for (label, clear), seen in words.items():
        yield Sign(_span_rule(label, clear=clear), tuple(dict.fromkeys(seen))[:MOST_WORDS])


@cache
def _span_rule(label: Label, *, clear: bool) -> SignRule:
    says, provisions = _SPANS[label]
    id_ = f"span:{label.lower()}" if clear else f"span:perhaps_{label.lower()}"
    return SignRule(id_, says if clear else f"{says[:-1]}, kanske.", (), (), frozenset(), None, (), provisions)


def _found(text: str, by_words: Mapping[str, list[str]]) -> Iterator[Sign]:
    for rule in sign_rules():
        words = list(by_words.get(rule.id, ()))
        if rule.pattern is not None:
            words += [match[0].strip() for match in _first(rule.pattern.finditer(text))]
        if words:
            yield Sign(rule, tuple(dict.fromkeys(words))[:MOST_WORDS])


def _first(matches: Iterable[re.Match[str]]) -> Iterator[re.Match[str]]:
    for number, match in enumerate(matches):
        if number == MOST_WORDS:
            return
        yield match


def _by_words(words: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in dict.fromkeys(words):
        for id_ in rules_of_word(word):
            found.setdefault(id_, []).append(word)
    return found


@lru_cache(maxsize=60_000)
def rules_of_word(word: str) -> tuple[str, ...]:
    """Ids of the rules whose word lists hold that word (lower case)."""
    index, insides = _index()
    ids = [id_ for beginning, id_ in index.get(word[:_PREFIX], ()) if word.startswith(beginning)]
    ids += [id_ for inside, id_ in insides if inside in word]
    ids += [rule.id for rule in sign_rules() if word in rule.whole]
    return tuple(dict.fromkeys(ids))


@cache
def sign_rules() -> tuple[SignRule, ...]:
    """All rules, in the order of the file."""
    text = (files("kommunpost.core.judgement") / "data" / "signs.toml").read_text(encoding="utf-8")
    return tuple(_rule(row) for row in tomllib.loads(text)["signs"])


@cache
def _index() -> tuple[dict[str, list[tuple[str, str]]], list[tuple[str, str]]]:
    """Beginnings by their first letters, so that a word is held against a few of them; and the insides."""
    index: dict[str, list[tuple[str, str]]] = {}
    for rule in sign_rules():
        for beginning in rule.beginnings:
            index.setdefault(beginning[:_PREFIX], []).append((beginning, rule.id))
    return index, [(inside, rule.id) for rule in sign_rules() for inside in rule.insides]


def _rule(row: Mapping[str, Any]) -> SignRule:
    words = row.get("words", [])
    patterns = row.get("patterns", [])
    return SignRule(
        id=row["id"],
        says=row["says"],
        beginnings=tuple(word for word in words if word[0] not in "*="),
        insides=tuple(word[1:] for word in words if word[0] == "*"),
        whole=frozenset(word[1:] for word in words if word[0] == "="),
        pattern=re.compile("|".join(f"(?:{one})" for one in patterns), re.MULTILINE) if patterns else None,
        weights=tuple(Weight(head, value, by) for head, (value, by) in row["weights"].items()),
        provisions=tuple(row.get("provisions", ())),
    )
