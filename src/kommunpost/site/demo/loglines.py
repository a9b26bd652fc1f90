"""A year of invented e-mail traffic for the log: who wrote to whom about what, in the rhythm of a town hall.

The same seed, day and mailboxes give the same lines. Nothing here is a mail: only the log knows of this traffic,
as it would after the mails themselves had been disposed of.
"""

import random
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Final

from kommunpost.apps.mailflow.events import DeliveryRecorded
from kommunpost.site.demo.dates import TOWN

DAYS = 365
_WORDS: Final = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))
_SUBJECTS: Final[dict[str, list[str]]] = _WORDS["subjects"]
_EVERYTHING: Final = [subject for subjects in _SUBJECTS.values() for subject in subjects]
_CONTACT_CENTRE: Final = frozenset({"info", "kontaktcenter"})
# Out of a hundred: how mail falls on the hours of a day and the days of a week (Monday first).
_HOURS: Final = (1, 1, 1, 1, 1, 2, 5, 22, 70, 95, 98, 88, 60, 82, 84, 72, 52, 26, 16, 15, 15, 13, 8, 4)
_WEEKDAYS: Final = (100, 98, 94, 92, 78, 9, 8)
_HOLIDAY_MONTHS: Final = {7: 0.45, 12: 0.8}
_SHARE_OUT: Final = 0.38
_SHARE_COMPANY: Final = 0.3
_SHARE_ANSWER: Final = 0.35
_SHARE_SECOND_RECIPIENT: Final = 0.12
_ZIPF: Final = 0.9


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox that the traffic goes to and from."""

    id: int
    address: str


def log_lines(*, boxes: Sequence[Box], count: int, now: datetime, seed: int = 4) -> list[DeliveryRecorded]:
    """``count`` lines of the year before ``now``, oldest first; the first of ``boxes`` get the most mail.

    ``delivery_id`` is 0 in all: no delivery stands behind them.
    """
    dice = random.Random(seed)  # noqa: S311 - invented traffic, no secret
    people = [_somebody(dice) for _ in range(max(40, count // 12))]
    moments = sorted(_moments(dice, count=count, now=now))
    shares = list(accumulate(1 / rank**_ZIPF for rank in range(1, len(boxes) + 1)))
    chosen = dice.choices(boxes, cum_weights=shares, k=count)
    return [_line(dice, at=at, box=box, boxes=boxes, people=people) for at, box in zip(moments, chosen, strict=True)]


def _moments(dice: random.Random, *, count: int, now: datetime) -> list[datetime]:
    """Moments before ``now``, thick in office hours and thin in July."""
    today = now.astimezone(TOWN).date()
    days = [today - timedelta(days=back) for back in range(DAYS)]
    weights = [_WEEKDAYS[day.weekday()] * _HOLIDAY_MONTHS.get(day.month, 1.0) for day in days]
    chosen_days = dice.choices(days, cum_weights=list(accumulate(weights)), k=count)
    hours = dice.choices(range(24), cum_weights=list(accumulate(_HOURS)), k=count)
    clock = ((hour, dice.randrange(60), dice.randrange(60), dice.randrange(10**6)) for hour in hours)
    moments = (
        datetime(day.year, day.month, day.day, *at, tzinfo=TOWN) for day, at in zip(chosen_days, clock, strict=True)
    )
    # What would come later today came a week ago.
    return [(at if at < now else at - timedelta(days=7)).astimezone(UTC) for at in moments]


def _line(
    dice: random.Random, *, at: datetime, box: Box, boxes: Sequence[Box], people: Sequence[str]
) -> DeliveryRecorded:
    other = people[int(len(people) * dice.random() ** 2)]  # some write often
    subject = _subject(dice, at=at, box=box)
    second = (dice.choice(boxes).address,) if dice.random() < _SHARE_SECOND_RECIPIENT else ()
    if dice.random() < _SHARE_OUT:
        return _row(at, box, direction="out", sender=box.address, recipients=(other, *second), subject=f"Sv: {subject}")
    if dice.random() < _SHARE_ANSWER:
        subject = f"Sv: {subject}"
    recipients = tuple(dict.fromkeys((box.address, *second)))
    return _row(at, box, direction="in", sender=other, recipients=recipients, subject=subject)


def _row(
    at: datetime, box: Box, *, direction: str, sender: str, recipients: tuple[str, ...], subject: str
) -> DeliveryRecorded:
    return DeliveryRecorded(
        delivery_id=0,
        message_id=0,
        mailbox_id=box.id,
        direction=direction,
        at=at,
        sender=sender,
        recipients=recipients,
        subject=subject,
        mailbox_kind="",
        committee_id=None,
        is_first=True,
    )


def _subject(dice: random.Random, *, at: datetime, box: Box) -> str:
    name = box.address.partition("@")[0]
    subjects = _EVERYTHING if name in _CONTACT_CENTRE else _SUBJECTS.get(name, _SUBJECTS["anyone"])
    return dice.choice(subjects).format(
        street=dice.choice(_WORDS["streets"]),
        number=dice.randrange(1, 60),
        year=at.year,
        week=at.isocalendar().week,
        case=f"{dice.randrange(1, 900):05}",
        invoice=dice.randrange(10_000, 99_999),
    )


def _somebody(dice: random.Random) -> str:
    first, last = dice.choice(_WORDS["first_names"]), dice.choice(_WORDS["last_names"])
    domain = dice.choice(_WORDS["private_domains"])
    if dice.random() < _SHARE_COMPANY:
        domain = dice.choice(_WORDS["company_domains"])
    return f"{_plain(first)}.{_plain(last)}{dice.choice(('', '', str(dice.randrange(60, 99))))}@{domain}"


def _plain(name: str) -> str:
    """As people write their names in addresses: å and ä as a, ö as o."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
