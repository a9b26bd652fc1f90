"""How a message met an authority, and the facts of its status that follow from that alone. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from kommunpost.apps.register.kinds import Ground, Origin
from kommunpost.apps.register.rules.status import Capacity, Known, Nature, RecordFacts


@dataclass(frozen=True, slots=True)
class Seen:
    """What the deliveries of a message show. Committees by id; None is a mailbox that belongs to no committee.

    ``sent_from``: committees that it went out from, by a connection that we trust: a From line alone proves nothing.
    ``came_to``: committees that it arrived at. ``left``: whether some recipient is none of ours.
    """

    sent_from: Collection[int | None]
    came_to: Collection[int | None]
    left: bool


def origin_of(seen: Seen, *, committee_id: int | None) -> Origin:
    """How the message met the authority ``committee_id`` (TF 2:9–2:11)."""
    if committee_id in seen.sent_from:
        elsewhere = {one for one in seen.came_to if one not in (committee_id, None)}
        return Origin.DISPATCHED if seen.left or elsewhere else Origin.INTERNAL
    return Origin.OTHER_COMMITTEE if seen.sent_from else Origin.RECEIVED


def facts_of(origin: str, *, archived: bool = False) -> RecordFacts:
    """The facts that need no person."""
    facts = RecordFacts(archived=Known.YES if archived else Known.NO)
    if origin in {Origin.RECEIVED, Origin.OTHER_COMMITTEE}:
        return replace(facts, received=Known.YES)
    if origin == Origin.DISPATCHED:
        return replace(facts, received=Known.NO, dispatched=Known.YES)
    if origin == Origin.INTERNAL:
        return replace(facts, received=Known.NO, dispatched=Known.NO)
    return facts


def supposing(facts: RecordFacts, ground: str) -> RecordFacts:
    """The facts as they stand if a person is right in giving ``ground``."""
    if ground == Ground.PRIVATE:
        return replace(facts, capacity=Capacity.PRIVATE)
    if ground == Ground.UNION_POLITICAL:
        return replace(facts, capacity=Capacity.UNION_POLITICAL)
    return replace(facts, capacity=Capacity.OFFICIAL, nature=Nature.ORDINARY, adds_fact=Known.NO)
