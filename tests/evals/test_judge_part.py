"""The mails written for the judgement, and what is shipped of them."""

from collections import Counter
from pathlib import Path

import pytest
from evals.judge import FIGURES, OTHER_VOICES, Judged, held_back, is_held_back, learned_from, other_voices
from evals.judgement.__main__ import DATA, all_records, examples_file
from evals.judgement.writing import FOLDER, records
from evals.mails import all_mails

from kommunpost.core.judgement import example_world, from_record, judge

WORLD = example_world()


@pytest.mark.parametrize("folder", [FOLDER, OTHER_VOICES], ids=["to learn from", "other voices"])
def test_every_written_mail_is_labelled_with_what_there_is(folder: Path) -> None:
    units = {None, *WORLD.unit_by_id}
    authorities = {None, *WORLD.authority_by_id}
    for record in records(folder):
        labels = record["labels"]
        assert labels["unit"] in units, record["id"]
        assert labels["authority"] in authorities, record["id"]
        assert record["body"].strip() or record["subject"], record["id"]
        assert (labels["registration"] == "none") == (labels["record"] == "not_public_record"), record["id"]


def test_the_written_mails_cover_every_answer_several_times() -> None:
    counts = Counter(
        (name, value) for record in records() for name, value in record["labels"].items() if name != "question"
    )
    for unit in WORLD.unit_by_id:
        assert counts["unit", unit] >= 15
    for authority in WORLD.authority_by_id:
        assert counts["authority", authority] >= 8
    for disposal in ("outside_scope", "no_action_needed", "other_channel_no_fact"):
        assert counts["disposal", disposal] >= 10


def test_nobody_wrote_the_same_mail_twice() -> None:
    bodies = Counter(record["body"] for folder in (FOLDER, OTHER_VOICES) for record in records(folder))
    assert not [body for body, count in bodies.items() if count > 1]


def test_what_is_shipped_is_made_of_these_sources() -> None:
    assert (DATA / "examples.jsonl.gz").read_bytes() == examples_file()


def test_nothing_held_back_is_learned_from() -> None:
    ids = {record["id"] for record in all_records()}
    assert not {mail.id for mail in all_mails() if is_held_back(mail.id)} & ids
    assert {mail.id for mail in learned_from()} <= ids


def test_the_fresh_voices_are_a_set_of_their_own() -> None:
    fresh, older = ({one.mail.id for one in other_voices(fresh=which)} for which in (True, False))
    assert (len(fresh), len(older)) == (150, 89)
    assert not fresh & older
    assert {one.mail.labels["unit"] for one in other_voices(fresh=True)} == {None, *WORLD.unit_by_id}


def test_perfect_answers_score_one_and_wrong_ones_less() -> None:
    mail = all_mails()[0]
    right = Judged(mail, judge(from_record(mail.record, domains=WORLD.domains), WORLD))
    labels = {name: suggestion.value for name, suggestion in right.found.suggestions()}
    perfect = Judged(type(mail)(mail.id, mail.record, {**labels}), right.found)
    for name, figure in FIGURES.items():
        if name != "disposal macro-F1":
            assert figure([perfect]) == pytest.approx(1.0), name
    wrong = Judged(type(mail)(mail.id, mail.record, {**labels, "unit": "nowhere"}), right.found)
    assert FIGURES["unit accuracy"]([wrong]) == 0.0
    assert len(held_back()) > 100
