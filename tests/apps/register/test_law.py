"""Is it a public record: the law's own cases, each named by its paragraph (clause ``mail-is-public-record``)."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommunpost.apps.register.kinds import Ground, Origin
from kommunpost.apps.register.rules.facts import Seen, facts_of, origin_of, supposing
from kommunpost.apps.register.rules.status import (
    FACT_TEXTS,
    PRESUMED,
    RULE_TEXTS,
    Capacity,
    Known,
    Nature,
    RecordFacts,
    lines,
    record_status,
)

YES, NO = Known.YES, Known.NO

CASES = [
    # paragraph, what is known, public?, ground, the fact that decided
    ("TF 2:4", {"held": NO}, False, None, "held"),
    ("TF 2:4", {}, True, None, ""),
    ("TF 2:8", {"received": YES, "capacity": Capacity.PRIVATE}, False, "private", "capacity"),
    ("TF 2:8", {"received": YES, "capacity": Capacity.UNION_POLITICAL}, False, "union_political", "capacity"),
    ("TF 2:9", {"received": YES}, True, None, "received"),
    # A draft sent in from outside is received, whatever the sender calls it.
    ("TF 2:9", {"received": YES, "nature": Nature.DRAFT}, True, None, "received"),
    ("TF 2:9", {"received": YES, "adds_fact": NO}, True, None, "received"),
    ("TF 2:9", {"received": YES, "sealed_bid": YES}, False, None, "sealed_bid"),
    ("TF 2:10", {"received": NO, "dispatched": YES}, True, None, "dispatched"),
    ("TF 2:10", {"received": NO, "dispatched": YES, "nature": Nature.MEMO}, True, None, "dispatched"),
    ("TF 2:10", {"received": NO, "dispatched": NO, "finished": YES}, True, None, "finished"),
    ("TF 2:10", {"received": NO, "dispatched": NO, "adds_fact": YES}, True, None, "adds_fact"),
    ("TF 2:11", {"received": NO, "dispatched": NO, "adds_fact": NO}, False, "working_material", "received"),
    ("TF 2:12", {"received": NO, "nature": Nature.MEMO, "adds_fact": NO}, False, "working_material", "nature"),
    ("TF 2:12", {"received": NO, "nature": Nature.MEMO, "adds_fact": YES}, True, None, "adds_fact"),
    ("TF 2:12", {"received": NO, "nature": Nature.DRAFT}, False, "working_material", "nature"),
    ("TF 2:12", {"received": NO, "nature": Nature.DRAFT, "archived": YES}, True, None, "archived"),
    ("TF 2:12", {"received": NO, "adds_fact": NO, "archived": YES}, True, None, "archived"),
    ("TF 2:13", {"received": YES, "only_backup": YES}, False, None, "only_backup"),
    ("TF 2:13", {"received": YES, "only_storage": YES}, False, None, "only_storage"),
    ("TF 2:14", {"received": YES, "outside_task": YES}, False, None, "outside_task"),
]


@pytest.mark.parametrize(("paragraph", "known", "is_public", "ground", "fact"), CASES)
def test_the_law(paragraph: str, known: dict[str, object], is_public: bool, ground: str | None, fact: str) -> None:
    answer = record_status(RecordFacts(**known))  # type: ignore[arg-type]
    assert (answer.provision, answer.is_public, answer.ground, answer.fact) == (paragraph, is_public, ground, fact)


def test_every_line_of_the_table_is_reached_by_a_case() -> None:
    reached = {record_status(RecordFacts(**known)).rule for _paragraph, known, *_rest in CASES}  # type: ignore[arg-type]
    assert reached == {rule for rule, _provision, _fact in lines()} | {PRESUMED}


def test_every_line_and_every_fact_has_its_words() -> None:
    assert set(RULE_TEXTS) == {rule for rule, _provision, _fact in lines()} | {PRESUMED}
    assert set(FACT_TEXTS) == {field.name for field in fields(RecordFacts)}


def test_what_is_unknown_is_a_public_record_and_the_missing_facts_are_named() -> None:
    answer = record_status(RecordFacts())
    assert answer.is_public
    assert answer.missing == ("received", "dispatched", "adds_fact", "capacity")


@given(
    st.builds(
        RecordFacts,
        **{
            field.name: st.sampled_from(
                {"capacity": list(Capacity), "nature": list(Nature)}.get(field.name, list(Known))
            )
            for field in fields(RecordFacts)
        },
    )
)
def test_whatever_is_known_there_is_one_answer_with_its_paragraph(facts: RecordFacts) -> None:
    answer = record_status(facts)
    assert answer.provision.startswith("TF 2:")
    assert answer.is_public or answer.ground in {None, *Ground}
    assert not (answer.ground and answer.is_public)
    # Working material is never what came from outside or has left (TF 2:9, 2:10).
    if answer.ground == Ground.WORKING_MATERIAL:
        assert YES not in {facts.received, facts.dispatched, facts.archived}


ORIGINS = [
    ("TF 2:9", Seen(sent_from=(), came_to=(1,), left=False), 1, Origin.RECEIVED),
    # A From line with our address and no delivery from us is from outside: anybody can write it.
    ("TF 2:9", Seen(sent_from=(), came_to=(1, 2), left=False), 2, Origin.RECEIVED),
    ("TF 2:11", Seen(sent_from=(1,), came_to=(2,), left=False), 2, Origin.OTHER_COMMITTEE),
    ("TF 2:10", Seen(sent_from=(1,), came_to=(2,), left=False), 1, Origin.DISPATCHED),
    ("TF 2:10", Seen(sent_from=(1,), came_to=(1,), left=True), 1, Origin.DISPATCHED),
    ("TF 2:11", Seen(sent_from=(1,), came_to=(1,), left=False), 1, Origin.INTERNAL),
    ("TF 2:11", Seen(sent_from=(1,), came_to=(1, None), left=False), 1, Origin.INTERNAL),
]


@pytest.mark.parametrize(("paragraph", "seen", "committee", "origin"), ORIGINS)
def test_how_a_message_met_the_authority(paragraph: str, seen: Seen, committee: int, origin: Origin) -> None:
    assert origin_of(seen, committee_id=committee) == origin, paragraph


@pytest.mark.parametrize("origin", Origin)
@pytest.mark.parametrize("ground", Ground)
def test_what_came_or_left_is_never_working_material(origin: Origin, ground: Ground) -> None:
    answer = record_status(supposing(facts_of(origin), ground))
    if ground != Ground.WORKING_MATERIAL:
        assert not answer.is_public
    elif origin == Origin.INTERNAL:
        assert answer.ground == Ground.WORKING_MATERIAL
    else:
        assert answer.is_public
        assert answer.is_forced or answer.missing
