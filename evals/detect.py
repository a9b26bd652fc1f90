"""``core/sensitivity`` on labelled mail: by label, with and without headers, and in review.

A span counts as found when the label is right and it shares a letter with the labelled one; ``exact``: when both its
ends are right as well.
"""

from collections.abc import Sequence
from typing import Any

from evals.mails import LabelledMail, development, held_back
from evals.scores import ALL, Counts, Marked, counted, fits, scores, table
from evals.voices import unseen, voices
from kommunpost.core.sensitivity import Context, Setting, Span, find_in_mail

OWN = Context(own_domains=frozenset({"botkyrka.example"}))
FIGURES = ("PERSON", "PERSONNUMMER", "PHONE", "EMAIL", ALL)


def found_in(mail: LabelledMail, *, setting: Setting, headers: bool) -> tuple[Span, ...]:
    """What the library finds; ``headers``: whether it sees From, To and Cc."""
    record = mail.record
    addresses = [record["from"], *record["to"], *record.get("cc", ())] if headers else []
    return find_in_mail(
        subject=record["subject"], body=record["body"], addresses=addresses, setting=setting, beside=OWN
    )


def counts(
    mails: Sequence[LabelledMail], *, setting: Setting = Setting.BALANCED, headers: bool = True, exact: bool = False
) -> list[Counts]:
    """Hits, misses and false alarms, a mail each."""
    result = []
    for mail in mails:
        found = [_marked(span) for span in found_in(mail, setting=setting, headers=headers)]
        result.append(counted([_marked(span) for span in mail.spans], found, exact=exact))
    return result


def _marked(span: Any) -> Marked:
    return Marked(span.start, span.end, str(span.label))


def measure() -> dict[str, float]:
    """The figures that must not fall: F1 on the held-back mails; recall of names in review."""
    plain = scores(counts(held_back()), rounds=0)
    exact = scores(counts(held_back(), exact=True), rounds=0)
    bare = scores(counts(held_back(), headers=False), rounds=0)
    review = scores(counts(held_back(), setting=Setting.REVIEW), rounds=0)
    figures = {f"{label} F1": plain[label].f1 for label in FIGURES}
    figures["all F1, both ends"] = exact[ALL].f1
    figures["all F1, without headers"] = bare[ALL].f1
    figures["PERSON recall, review"] = review["PERSON"].recall
    return figures


def report() -> str:
    """Tables for reading: the held-back part and our other voices."""
    parts = []
    for title, mails, options in (
        ("held-back mails, with headers", held_back(), {}),
        ("held-back mails, with headers, both ends right", held_back(), {"exact": True}),
        ("held-back mails, text alone", held_back(), {"headers": False}),
        ("held-back mails, review", held_back(), {"setting": Setting.REVIEW}),
        ("other voices, text alone (learnt from)", voices(), {"headers": False}),
        ("other voices, text alone (not learnt from)", unseen(), {"headers": False}),
    ):
        parts.append(f"{title}: {len(mails)}\n{table(scores(counts(mails, **options)))}")  # type: ignore[arg-type]
    return "\n\n".join(parts)


def errors() -> str:
    """What is missed and what is false in the development part and the other voices. Never of the held-back mails."""
    lines = []
    for mail in (*development(), *voices()):
        gold = [_marked(span) for span in mail.spans]
        found = [_marked(span) for span in found_in(mail, setting=Setting.BALANCED, headers=True)]
        missed = [("missed", one) for one in gold if not any(fits(one, other, exact=False) for other in found)]
        false = [("false", one) for one in found if not any(fits(other, one, exact=False) for other in gold)]
        lines += [
            f"{what:<7} {mail.id:<16} {one.label:<18} {_shown(mail.text, one)}" for what, one in (*missed, *false)
        ]
    return "\n".join(lines)


def _shown(text: str, span: Marked) -> str:
    before, after = text[max(0, span.start - 30) : span.start], text[span.end : span.end + 20]
    return f"{before}[[{text[span.start : span.end]}]]{after}".replace("\n", "/")
