"""The evaluation itself: splitting, counting, and the check that scores do not fall."""

from pathlib import Path

import pytest
from evals.mails import all_mails, development, gold_spans, held_back
from evals.recorded import complaints
from evals.scores import ALL, Marked, counted, scores
from evals.voices import unmarked, voices

from evals import PARTS


def test_each_mail_is_on_one_side() -> None:
    assert {mail.id for mail in development()} | {mail.id for mail in held_back()} == {mail.id for mail in all_mails()}
    assert not {mail.id for mail in development()} & {mail.id for mail in held_back()}
    assert len(held_back()) > 100


def test_gold_spans_stand_where_their_words_are() -> None:
    for mail in all_mails():
        for label in mail.labels["spans"]:
            assert label["text"] in mail.text
        assert all(mail.text[span.start : span.end].strip() for span in mail.spans)


def test_a_short_name_is_not_looked_for_inside_words() -> None:
    spans = list(gold_spans("Bo bor i Botkyrka. Bos bil.", [{"text": "Bo", "label": "PERSON"}]))
    assert [(span.start, span.end) for span in spans] == [(0, 2), (19, 21)]


def test_counting_by_hand() -> None:
    gold = [Marked(0, 4, "PERSON"), Marked(10, 14, "PHONE")]
    found = [Marked(0, 5, "PERSON"), Marked(20, 24, "PHONE")]
    touch, exact = counted(gold, found, exact=False), counted(gold, found, exact=True)
    assert (touch["PERSON", "hit"], touch["PHONE", "miss"], touch["PHONE", "false"]) == (1, 1, 1)
    assert exact["PERSON", "miss"] == exact["PERSON", "false"] == 1
    assert scores([touch], rounds=0)[ALL].f1 == pytest.approx(0.5)


def test_marks_are_taken_off() -> None:
    text, spans = unmarked("Hej {P|Anna}, ring {T|070-174 06 05}")
    assert text == "Hej Anna, ring 070-174 06 05"
    assert [text[span.start : span.end] for span in spans] == ["Anna", "070-174 06 05"]
    with pytest.raises(ValueError, match="not whole"):
        unmarked("Hej {P|Anna")


def test_voices_can_be_read() -> None:
    assert all(mail.text.strip() for mail in voices())


RECORDED = '[detect]\n"a" = { score = 0.9 }\n"b" = { score = 0.9, lowered_to = 0.8, why = "färre falska" }\n'


@pytest.mark.parametrize(
    ("measured", "said"),
    [
        ({"a": 0.9, "b": 0.8}, 0),
        ({"a": 0.95, "b": 0.85}, 0),
        ({"a": 0.89, "b": 0.9}, 1),
        ({"a": 0.9, "b": 0.79}, 1),
        ({"a": 0.9}, 1),
        ({"a": 0.9, "b": 0.9, "c": 1.0}, 1),
    ],
)
def test_a_lower_score_is_complained_of(measured: dict[str, float], said: int, tmp_path: Path) -> None:
    file = tmp_path / "recorded.toml"
    file.write_text(RECORDED, "utf-8")
    assert len(complaints("detect", measured, file=file)) == said


def test_lowering_needs_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "recorded.toml"
    file.write_text('[detect]\n"a" = { score = 0.9, lowered_to = 0.8, why = " " }\n', "utf-8")
    assert complaints("detect", {"a": 0.85}, file=file)


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_no_score_has_fallen(part: str) -> None:
    import importlib  # noqa: PLC0415 - one part at a time

    assert complaints(part, importlib.import_module(f"evals.{part}").measure()) == []
