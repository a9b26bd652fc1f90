"""Training documents: tagged news and our own mails with other names put in, and lines from templates."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from evals.mails import GoldSpan, LabelledMail
from evals.names import sources, templates
from evals.names.surnames import PARTICLES, PLAIN, foreign, made_up

Document = tuple[str, list[tuple[int, int]]]
"""A text and where its names of people stand."""

_SLOT = re.compile(r"\{(F0|F|L|N|W|I|f|l|P|T)\}")
_CAPITALS = "ABCDEFGHIJKLMNOPRSTUVWYÅÄÖ"


@dataclass
class Names:
    """Draws names: Swedish ones as common as they are, others evenly, so that rare ones are learnt as well."""

    folder: Path
    rng: random.Random
    first: list[str] = field(init=False)
    weights: list[float] = field(init=False)
    by_language: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        counted = sources.first_names(self.folder)
        self.first = list(counted)
        self.weights = list(accumulate(count**0.5 for count in counted.values()))
        self.common = list(sources.surnames(self.folder))
        self.invented = made_up()
        self.by_language = foreign()
        self.places = sorted(sources.places(self.folder))

    def first_name(self) -> str:
        name = self.rng.choices(self.first, cum_weights=self.weights)[0]
        if self.rng.random() < 0.06:
            name += f"-{self.rng.choices(self.first, cum_weights=self.weights)[0]}"
        return name

    def surname(self) -> str:
        dice = self.rng.random()
        if dice < 0.25:
            return self.rng.choice(self.common)
        if dice < 0.45:
            return self.rng.choice(self.invented)
        if dice < 0.62:
            return self.rng.choice(PLAIN)
        if dice < 0.66:
            return f"{self.rng.choice(PLAIN)}-{self.rng.choice(self.common)}"
        if dice < 0.70:
            return self.rng.choice(self.first)
        if dice < 0.72:
            return f"{self.rng.choice(PARTICLES)} {self.rng.choice(self.invented)}"
        return self.rng.choice(self.by_language[self.rng.choice(list(self.by_language))])

    def whole(self) -> str:
        dice = self.rng.random()
        if dice < 0.06:
            return f"{self.first_name()} {self.first_name()} {self.surname()}"
        if dice < 0.09:
            return f"{self.first_name()} {self.surname()} {self.surname()}"
        if dice < 0.11:
            return f"{self.rng.choice(_CAPITALS)}. {self.surname()}"
        if dice < 0.13:
            return f"{self.first_name()} {self.rng.choice(_CAPITALS)}. {self.surname()}"
        if dice < 0.16:
            return f"{self.rng.choice(templates.WORDS_THAT_ARE_NAMES)} {self.surname()}"
        return f"{self.first_name()} {self.surname()}"

    def fill(self, slot: str) -> str:
        """What stands in a slot."""
        match slot:
            case "F" | "f" | "F0":
                return self.first_name() if self.rng.random() < 0.9 else self.rng.choice(templates.WORDS_THAT_ARE_NAMES)
            case "L" | "l":
                return self.surname()
            case "N":
                return self.whole()
            case "W":
                return self.rng.choice(templates.WORDS_THAT_ARE_NAMES)
            case "I":
                return self.rng.choice(_CAPITALS)
            case "P":
                return self.rng.choice(self.places)
        return self.rng.choice(templates.TITLES)


def fill(line: str, names: Names) -> Document:
    """One template with its slots filled."""
    out, spans, length, last = [], [], 0, 0
    pieces = []
    for match in _SLOT.finditer(line):
        pieces += [(line[last : match.start()], ""), (names.fill(match[1]), match[1])]
        last = match.end()
    for text, slot in [*pieces, (line[last:], "")]:
        if slot in {"F", "L", "N", "W", "I"}:
            spans.append((length, length + len(text)))
        out.append(text)
        length += len(text)
    return "".join(out), _joined(spans, "".join(out))


def _joined(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and text[joined[-1][1] : start] in {" ", "-", ".", ". "}:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def together(parts: list[Document], between: str = "\n") -> Document:
    """Documents after each other."""
    out: list[str] = []
    spans: list[tuple[int, int]] = []
    length = 0
    for text, marked in parts:
        out.append(text)
        spans += [(start + length, end + length) for start, end in marked]
        length += len(text) + len(between)
    return between.join(out), spans


def cased(document: Document, rng: random.Random, *, lower: float = 0.16, upper: float = 0.03) -> Document:
    """Some documents all in lower case, a few in capitals."""
    text, spans = document
    dice = rng.random()
    changed = text.lower() if dice < lower else text.upper() if dice < lower + upper else text
    return (changed, spans) if len(changed) == len(text) else document


def template_mail(names: Names) -> Document:
    """A mail put together of lines: a subject, a greeting, some sentences, an ending."""
    rng = names.rng
    parts: list[Document] = []
    if rng.random() < 0.5:
        parts.append(fill(rng.choice(templates.BODY[-25:] + templates.NEGATIVE), names))
    if rng.random() < 0.8:
        parts += [fill(rng.choice(templates.GREETINGS), names)]
        parts += [("", [])] if rng.random() < 0.6 else []
    for _ in range(rng.randint(0, 4)):
        pool = templates.BODY if rng.random() < 0.55 else templates.NEGATIVE
        line = fill(rng.choice(pool), names)
        if parts and rng.random() < 0.35 and parts[-1][0]:
            parts[-1] = together([parts[-1], line], " ")
        else:
            parts.append(line)
    parts += _ending(names)
    return cased(together(parts), rng)


def _ending(names: Names) -> list[Document]:
    rng = names.rng
    dice = rng.random()
    if dice < 0.15:
        return []
    blank: list[Document] = [("", [])] if rng.random() < 0.6 else []
    if dice < 0.4:
        return [*blank, fill(rng.choice(templates.CLOSED), names)]
    signed = [fill(rng.choice(templates.SIGNED), names)]
    if rng.random() < 0.35:
        signed.append((rng.choice(templates.TITLES).capitalize(), []))
        signed.append(fill(rng.choice(templates.NEGATIVE), names))
    closing: list[Document] = [(rng.choice(templates.CLOSINGS), [])] if dice < 0.8 else []
    return [*blank, *closing, *signed]


def news(names: Names, sentences: list[list[tuple[str, str]]], *, replaced: float) -> Iterator[Document]:
    """Tagged sentences as running text; with the chance ``replaced`` their people get other names."""
    for sentence in sentences:
        parts: list[Document] = []
        run: list[str] = []
        for word, tag in [*sentence, ("", "0")]:
            if tag == "PER":
                run.append(word)
                continue
            if run:
                parts.append(_person(run, names, replace=names.rng.random() < replaced))
                run = []
            if word:
                parts.append((word, []))
        yield cased(_tidied(parts), names.rng, lower=0.12, upper=0.01)


def _person(run: list[str], names: Names, *, replace: bool) -> Document:
    text = " ".join(run)
    if replace:
        genitive = "s" if text.endswith("s") and names.rng.random() < 0.5 else ""
        text = (names.whole() if len(run) > 1 else names.rng.choice([names.first_name, names.surname])()) + genitive
    return text, [(0, len(text))]


def _tidied(parts: list[Document]) -> Document:
    """White space as people write it: none before a full stop."""
    joined: list[Document] = []
    for text, spans in parts:
        if joined and text in {".", ",", "!", "?", ":", ";", ")"}:
            before, marked = joined[-1]
            joined[-1] = (before + text, marked)
        else:
            joined.append((text, spans))
    return together(joined, " ")


def mails(names: Names, labelled: tuple[LabelledMail, ...], *, replaced: float) -> Iterator[Document]:
    """Our own mails with other people in them: the same name becomes the same other name all through a mail."""
    for mail in labelled:
        people = [span for span in mail.spans if span.label == "PERSON"]
        yield cased(renamed(mail.text, people, names, replaced=replaced), names.rng, lower=0.08, upper=0.01)


def renamed(text: str, people: list[GoldSpan], names: Names, *, replaced: float) -> Document:
    """Every word of a name replaced by another of its kind, kept through the text."""
    exchange = names.rng.random() < replaced
    given: dict[str, str] = {}
    parts: list[Document] = []
    last = 0
    for span in people:
        if span.start < last:
            continue
        parts.append((text[last : span.start], []))
        written = text[span.start : span.end]
        fresh = _other_name(written, given, names) if exchange else written
        parts.append((fresh, [(0, len(fresh))]))
        last = span.end
    return together([*parts, (text[last:], [])], "")


def _other_name(written: str, given: dict[str, str], names: Names) -> str:
    pieces = written.split(" ")
    for place, piece in enumerate(pieces):
        if piece not in given and piece[:1].isupper() and len(piece.rstrip(".")) > 1:
            given[piece] = names.fill("F") if place == 0 else names.surname()
    return " ".join(given.get(piece, piece) for piece in pieces)


def count_people(documents: list[Document]) -> Counter[str]:
    """For the data card: how many documents and names."""
    return Counter(documents=len(documents), names=sum(len(spans) for _, spans in documents))
