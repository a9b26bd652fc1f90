"""The judgement as its callers see it."""

import dataclasses

import pytest

from kommunpost.core import law
from kommunpost.core.judgement import (
    Disposal,
    Judgement,
    Kind,
    MailFacts,
    MailRecordError,
    Record,
    Registration,
    Secrecy,
    example_world,
    from_parsed,
    from_record,
    judge,
    world_from,
)
from kommunpost.core.judgement.signs import sign_rules
from kommunpost.core.mail import parse

WORLD = example_world()


def mail(body: str, *, subject: str = "", to: str = "info@botkyrka.example", **more: object) -> MailFacts:
    record = {"from": "Vera Ek <vera.ek@mejl.example>", "to": [to], "subject": subject, "body": body, **more}
    return from_record(record, domains=WORLD.domains)


def judged(body: str, **more: object) -> Judgement:
    return judge(mail(body, **more), WORLD)


def test_a_record_and_the_same_mail_as_bytes_are_judged_alike():
    raw = (
        "From: Vera Ek <vera.ek@mejl.example>\r\nTo: info@botkyrka.example\r\nSubject: Trasig gatlampa\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\nLampan på Storgatan är släckt.\r\n"
    ).encode()
    from_bytes = judge(from_parsed(parse(raw), domains=WORLD.domains), WORLD)
    assert from_bytes == judged("Lampan på Storgatan är släckt.", subject="Trasig gatlampa")
    assert from_bytes.unit.value == "gata-park"


def test_a_quote_is_not_the_writers_own_words():
    facts = mail("Tack!\n\nDen 2 sep. 2026 kl. 10:20 skrev Ola Ek <ola@botkyrka.example>:\n> Vi begär in ritningar.\n")
    assert facts.own_text.strip() == "Tack!"
    assert "ritningar" in facts.quoted


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ("Jag begär ut e-postloggen för kommundirektören i mars.", ""),
        ("Kan jag få loggen över alla mejl till och från socialchefen förra veckan?", "logg"),
    ],
)
def test_a_request_for_the_log_is_also_a_request_for_a_record(body, subject):
    found = judged(body, subject=subject)
    assert found.log_request.value
    assert found.disclosure_request.value
    assert found.registration.value is Registration.REGISTER
    assert any(reason.rule_id.startswith("log:") and reason.words for reason in found.log_request.reasons)


def test_mail_from_outside_to_a_function_mailbox_is_a_public_record():
    found = judged("Puss och kram, hälsa mormor! Kommer ni på middag på söndag?")
    assert found.record.value is Record.PUBLIC
    assert "TF 2:8" in found.record.reasons[0].says


def test_an_automatic_answer_needs_nothing():
    found = judged("Jag är borta.", subject="Autosvar: Ärendet", headers={"Auto-Submitted": "auto-replied"})
    assert found.disposal.value is Disposal.NO_ACTION_NEEDED
    assert found.registration.value is Registration.EXEMPT
    assert found.unit.value is None


def test_the_same_mail_once_more_is_a_duplicate():
    again = dataclasses.replace(mail("Lampan på Storgatan är släckt.", subject="Trasig gatlampa"), earlier=True)
    found = judge(again, WORLD)
    assert found.disposal.value is Disposal.DUPLICATE
    assert found.registration.value is Registration.EXEMPT
    assert found.unit.value == "gata-park"


def test_what_is_secret_names_provisions_that_are_there():
    found = judged(
        "Min dotter har skyddade personuppgifter och hennes pappa har slagit henne. Hon har fått diagnosen ptsd.",
        to="socialtjansten@botkyrka.example",
    )
    assert found.secrecy.value is Secrecy.STRONG
    assert found.provisions
    assert all(law.provision(one) for one in found.provisions)


def test_every_provision_of_a_sign_is_in_the_law():
    named = {one for rule in sign_rules() for one in rule.provisions}
    assert named
    for one in named:
        law.provision(one)


def test_a_unit_that_the_model_never_met_is_found_by_what_it_handles():
    directory = {
        "domain": "ny.example",
        "units": [
            {"id": "stod", "name": "Servicecenter", "handles": "Första kontakt, vägledning"},
            {"id": "lov", "name": "Plan- och byggkontoret", "handles": "Bygglov, förhandsbesked, tillsyn, strandskydd"},
            {"id": "bok", "name": "Kulturkontoret", "handles": "Bibliotek, lokalbokning, kulturskola, idrottshallar"},
        ],
    }
    world = world_from(directory, [])
    record = {
        "from": "a@mejl.example",
        "to": ["kommun@ny.example"],
        "subject": "Bygglov",
        "body": "Vi vill bygga ut huset. Behövs bygglov?",
    }
    assert judge(from_record(record, domains=world.domains), world).unit.value == "lov"


def test_an_article_that_the_model_never_met_is_found_by_its_words():
    article = {
        "id": "hundbad",
        "question": "Var får min hund bada?",
        "answer": "…",
        "keywords": ["hundbad", "hund", "badplats"],
    }
    directory = {"domain": "botkyrka.example", "units": [{"id": "kultur-fritid", "name": "Fritid", "handles": "Bad"}]}
    world = world_from(directory, [article])
    record = {
        "from": "a@mejl.example",
        "to": ["info@botkyrka.example"],
        "subject": "Hundbad",
        "body": "Hej, var får hunden bada? Finns det ett hundbad?",
    }
    assert judge(from_record(record, domains=world.domains), world).question.value == "hundbad"


def test_a_judgement_hangs_together():
    for body in ("", "Ring mig", "Jag vill förnya mitt pass", "!!!", "Bygglov", "a" * 50_000, "\x00\ud800"):
        found = judged(body)
        assert (found.record.value is Record.NOT_PUBLIC) == (found.registration.value is Registration.NONE)
        assert found.authority.value is None or found.unit.value is None
        assert (found.secrecy.value is Secrecy.NONE) == (not found.provisions)
        assert all(0 <= one.confidence <= 1 for _, one in found.suggestions())


def test_which_way_a_mail_goes_is_seen_from_its_addresses():
    ours, theirs = "anna.ek@botkyrka.example", "b@mejl.example"

    def way(sender: str, *to: str) -> Kind:
        return from_record({"from": sender, "to": list(to)}, domains=WORLD.domains).kind

    assert way(theirs, ours) is Kind.INCOMING
    assert way(ours, theirs) is Kind.OUTGOING
    assert way(ours, ours) is Kind.INTERNAL
    assert way(ours, ours, theirs) is Kind.OUTGOING
    assert way("anna@skola.botkyrka.example", ours) is Kind.INTERNAL


@pytest.mark.parametrize(
    ("record", "key"),
    [
        ({"subject": 3}, "subject"),
        ({"to": {"a": 1}}, "to"),
        ({"to": [1]}, "to"),
        ({"date": "i går"}, "date"),
        ({"kind": "lost"}, "kind"),
        ({"headers": "x"}, "headers"),
        ({"attachments": [1]}, "attachments"),
    ],
)
def test_a_record_that_cannot_be_read_is_refused_by_its_key(record, key):
    with pytest.raises(MailRecordError, match=key):
        from_record(record, domains=WORLD.domains)
