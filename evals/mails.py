"""The labelled mails: invented, our own. Texts are those of the demo; labels lie in ``corpus/labels.jsonl``."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "src/kommunpost/site/demo/mails.jsonl"
LABELS = ROOT / "evals/corpus/labels.jsonl"
HELD_BACK_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """``text[start:end]`` holds personal data of the kind ``label``."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class LabelledMail:
    """``record``: the mail as in the corpus, without its labels. ``labels``: what people say of it."""

    id: str
    record: dict[str, Any]
    labels: dict[str, Any]

    @property
    def text(self) -> str:
        """Subject and body as they are looked through: the body begins after the first line end."""
        return f"{self.record['subject']}\n{self.record['body']}"

    @property
    def spans(self) -> tuple[GoldSpan, ...]:
        """The labelled spans at all their places in ``text``."""
        return tuple(gold_spans(self.text, self.labels.get("spans", ())))


def gold_spans(text: str, labelled: list[dict[str, str]] | tuple[()]) -> Iterator[GoldSpan]:
    """Labels say substrings; each holds wherever the substring stands as words of its own. Longer ones go first, and
    what lies in a longer one of the same kind is part of that.
    """
    taken: list[GoldSpan] = []
    distinct = {(one["text"], one["label"]) for one in labelled}
    for substring, label in sorted(distinct, key=lambda pair: (-len(pair[0]), pair)):
        whole = re.compile(rf"(?<!\w){re.escape(substring)}(?!\w)")
        places = [match.span() for match in whole.finditer(text)]
        if not places:
            places = [match.span() for match in re.finditer(re.escape(substring), text)]
        genitives = [match.span(1) for match in re.finditer(rf"(?<!\w)({re.escape(substring)})s(?!\w)", text)]
        for start, end in [*places, *(genitives if label == "PERSON" else [])]:
            inside = any(
                other.start <= start and end <= other.end and label in {other.label, "PERSON"} for other in taken
            )
            if not inside:
                taken.append(GoldSpan(start, end, label))
    yield from sorted(set(taken), key=lambda span: (span.start, span.end, span.label))


def is_held_back(mail_id: str) -> bool:
    """Whether a mail belongs to the part whose score alone is looked at. By a hash, so that it never changes."""
    return hashlib.sha256(mail_id.encode()).digest()[0] % 5 < 5 * HELD_BACK_SHARE


@lru_cache(maxsize=1)
def all_mails() -> tuple[LabelledMail, ...]:
    """Every labelled mail, in the order of the corpus."""
    texts = {record["id"]: record for record in map(json.loads, TEXTS.read_text("utf-8").splitlines())}
    labels = map(json.loads, LABELS.read_text("utf-8").splitlines())
    return tuple(LabelledMail(row["id"], texts[row["id"]], row["labels"]) for row in labels)


def development() -> tuple[LabelledMail, ...]:
    """The part that may be read, and learnt from."""
    return tuple(mail for mail in all_mails() if not is_held_back(mail.id))


def held_back() -> tuple[LabelledMail, ...]:
    """The part that is only scored. Never print its mails."""
    return tuple(mail for mail in all_mails() if is_held_back(mail.id))
