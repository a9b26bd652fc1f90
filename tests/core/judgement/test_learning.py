"""The linear model, its file, and learning from decisions."""

import dataclasses

import numpy as np
import pytest

from kommunpost.core.judgement import ModelFileError, default_brain, example_world, from_bytes, from_record, to_bytes
from kommunpost.core.judgement.examples import shipped_examples
from kommunpost.core.judgement.features import features_of, text_features
from kommunpost.core.judgement.repeats import Repeats
from kommunpost.core.judgement.signs import signs_in
from kommunpost.core.judgement.training import Example, TooFewExamples, answers_of_labels, compare, train

WORLD = example_world()


def example(subject: str, body: str, **answers: str) -> Example:
    record = {"from": "a@mejl.example", "to": ["info@botkyrka.example"], "subject": subject, "body": body}
    return Example(from_record(record, domains=WORLD.domains), answers)


def decided() -> list[Example]:
    """Sixty mails about two things, which nobody but the model has heard of."""
    about = (("zebrafärger", "kultur-fritid"), ("kvantpumpar", "va-avfall"))
    return [
        example(f"{word} {number}", f"Fråga {number} om {word}", type="case", unit=unit, registration="exempt")
        for number in range(30)
        for word, unit in about
    ]


def unit_of(brain, text: str) -> str:
    shares = brain.model.probabilities(text_features(text))["unit"]
    return brain.classes("unit")[int(shares.argmax())]


def test_it_learns_new_words_and_the_same_every_time():
    brain, again = train(decided(), WORLD), train(decided(), WORLD)
    assert unit_of(brain, "zebrafärger") == "kultur-fritid"
    assert unit_of(brain, "kvantpumpar") == "va-avfall"
    assert brain.version == again.version
    assert to_bytes(brain) == to_bytes(again)


def test_a_model_survives_its_file():
    brain = default_brain()
    back = from_bytes(to_bytes(brain))
    features = text_features("Trasig gatlampa på Storgatan")
    for head, shares in brain.model.probabilities(features).items():
        assert np.allclose(shares, back.model.probabilities(features)[head], atol=0.02)
    assert (back.version, dict(back.model.heads)) == (brain.version, dict(brain.model.heads))


@pytest.mark.parametrize("content", [b"", b"no model", to_bytes(default_brain())[:1000]])
def test_what_is_no_model_is_refused(content):
    with pytest.raises(ModelFileError):
        from_bytes(content)


def test_too_few_decisions_are_refused():
    with pytest.raises(TooFewExamples):
        train(decided()[:10], WORLD)


def test_the_new_model_is_used_only_when_it_is_as_right():
    known, strange = train(decided(), WORLD), default_brain()
    held = decided()[:10]
    better = compare(strange, known, held, WORLD)
    assert better.use
    assert better.after["unit"] == 1.0
    assert not compare(known, strange, held, WORLD).use


def test_the_shipped_model_was_made_of_the_shipped_examples():
    assert default_brain().about["examples"] > len(shipped_examples()) > 900
    assert all(one.answers["type"] for one in shipped_examples())


def test_labels_that_nobody_gave_teach_nothing():
    labels = {"record": "public_record", "registration": "exempt", "unit": None}
    assert answers_of_labels({**labels}, incoming=False) == {"type": "case", "registration": "exempt"}


def test_features_are_the_same_in_every_run():
    facts = shipped_examples()[0].mail
    features = features_of(facts, WORLD, signs_in(facts))
    assert len(set(features.buckets.tolist())) == len(features.buckets)
    assert int(features.buckets.sum()) == int(features_of(facts, WORLD, signs_in(facts)).buckets.sum())


def test_repeats_are_seen_by_sender_words_and_by_what_a_forward_says():
    body = "Lampan utanför Storgatan 3 har varit släckt i en vecka och det är mörkt hela vägen till skolan. Laga den."
    first = example("Trasig gatlampa på Storgatan", body).mail
    repeats = Repeats()
    assert not repeats.seen(first)
    assert repeats.seen(first)
    assert repeats.seen(dataclasses.replace(first, sender=dataclasses.replace(first.sender, address="b@mejl.example")))
    said = example("VB: Trasig gatlampa på Storgatan", "Skickar samma till er för säkerhets skull.").mail
    assert repeats.seen(said)
    assert not repeats.seen(example("Tack", "Tack!").mail)
    assert not repeats.seen(example("Tack", "Tack!").mail)
