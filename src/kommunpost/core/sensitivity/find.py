"""Text -> spans of personal and sensitive data. Pure; a text of some kB takes a millisecond or a few."""

import re
from collections.abc import Iterable

from kommunpost.core.sensitivity import emails
from kommunpost.core.sensitivity.accounts import find_accounts
from kommunpost.core.sensitivity.identity_numbers import find_identity_numbers
from kommunpost.core.sensitivity.intervals import Intervals
from kommunpost.core.sensitivity.model import NOTHING_KNOWN, THRESHOLD, Context, Label, Setting, Span
from kommunpost.core.sensitivity.names.find import find_names
from kommunpost.core.sensitivity.phones import find_phones
from kommunpost.core.sensitivity.plain import plain
from kommunpost.core.sensitivity.property import find_properties
from kommunpost.core.sensitivity.sensitive import find_sensitive
from kommunpost.core.sensitivity.streets import find_streets
from kommunpost.core.sensitivity.vehicles import find_vehicles

_LINK = re.compile(r"://[^\s<>\"]+")
_HOST = re.compile(r"\.(?:example|se|com|org|nu|eu|net)\b(?:/\S*)?", re.IGNORECASE)
_BEFORE_HOST = re.compile(r"[\w.-]{1,64}$")
_DIGIT = re.compile(r"\d")
_RANK = {
    Label.EMAIL: 0,
    Label.BANK_ACCOUNT: 1,
    Label.PERSONNUMMER: 2,
    Label.PHONE: 3,
    Label.ADDRESS: 4,
    Label.PROPERTY: 5,
    Label.VEHICLE: 6,
    Label.PERSON: 7,
}
"""Which of two overlapping identifiers stays. A name may stand inside a sensitive phrase: those are not compared."""


def find_spans(
    text: str, *, setting: Setting = Setting.BALANCED, context: Context = NOTHING_KNOWN, names: bool = True
) -> tuple[Span, ...]:
    """Everything personal or sensitive in ``text``, in order of place.

    Offsets are into ``text`` as it was given. ``context`` makes names surer and takes away the municipality's own
    addresses and numbers. ``names=False`` leaves out the classifier of names. Never raises on any text.
    """
    looked_at = plain(text)
    identifiers = _identifiers(looked_at.text, context=context, setting=setting)
    masked = [(span.start, span.end) for span in identifiers]
    masked += _links(looked_at.text)
    people = find_names(looked_at.text, masked=masked, setting=setting, context=context) if names else []
    about = [*people, *(span for span in identifiers if span.label == Label.PERSONNUMMER)]
    sensitive = find_sensitive(looked_at.text, people=about)
    kept = [span for span in (*identifiers, *people) if span.confidence >= THRESHOLD[setting]]
    kept += [span for span in _apart(sensitive, people) if span.confidence >= THRESHOLD[setting]]
    return tuple(sorted((_original(span, looked_at.origin(span.start, span.end)) for span in kept), key=_place))


def _identifiers(text: str, *, context: Context, setting: Setting) -> list[Span]:
    found = list(emails.find_emails(text, context=context)) if "@" in text else []
    if _DIGIT.search(text):
        found += find_accounts(text, context=context)
        found += find_identity_numbers(text)
        found += find_phones(text, context=context)
        found += find_streets(text)
        found += find_properties(text)
        found += find_vehicles(text)
    return _without_overlap(span for span in found if span.confidence >= THRESHOLD[setting])


def _links(text: str) -> list[tuple[int, int]]:
    """Where e-mail addresses, links and names of hosts stand: words in them are no names."""
    found = list(emails.find_addresses(text)) if "@" in text else []
    found += [match.span() for match in _LINK.finditer(text)]
    for match in _HOST.finditer(text):
        before = _BEFORE_HOST.search(text, max(0, match.start() - 64), match.start())
        found.append((before.start() if before else match.start(), match.end()))
    return found


def _without_overlap(spans: Iterable[Span]) -> list[Span]:
    """Of overlapping identifiers the one of the better rank; of one label the longer."""
    kept: list[Span] = []
    taken = Intervals()
    for span in sorted(spans, key=lambda one: (_RANK[one.label], one.start - one.end, -one.confidence, one.start)):
        if not taken.touches(span.start, span.end):
            taken.add(span.start, span.end)
            kept.append(span)
    return kept


def _apart(sensitive: list[Span], people: list[Span]) -> list[Span]:
    """Without the words that are names: "Krister" is no Christian."""
    certain = Intervals((one.start, one.end) for one in people if one.confidence >= THRESHOLD[Setting.BALANCED])
    return [span for span in sensitive if not certain.holds(span.start, span.end)]


def _original(span: Span, place: tuple[int, int]) -> Span:
    return Span(place[0], place[1], span.label, span.confidence, span.rule)


def _place(span: Span) -> tuple[int, int, str]:
    return span.start, span.end, span.label
