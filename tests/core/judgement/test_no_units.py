"""A directory without units, as on the first day, is judged without a fault."""

from dataclasses import replace

from kommunpost.core.judgement import Record, Registration, World, example_world, from_record, judge

APPLICATION = {
    "from": "anna@mejl.example",
    "subject": "Bygglov för altan",
    "body": "Hej! Jag ansöker om bygglov för en altan på Kaprifolen 12. Ritningarna är bifogade.\n\nAnna Ek",
}


def _without_units() -> World:
    return replace(example_world(), units=(), people=())


def test_a_world_without_units_is_judged() -> None:
    world = _without_units()
    mail = from_record({"from": "anna@mejl.example", "subject": "Hej", "body": "När kommer ni?"}, domains=world.domains)
    assert judge(mail, world).unit.value is None


def test_a_case_of_ours_is_not_taken_for_another_authoritys() -> None:
    world = _without_units()
    said = judge(from_record(APPLICATION, domains=world.domains), world)
    assert said.record.value is Record.PUBLIC
    assert said.registration.value is Registration.REGISTER
    assert (said.unit.value, said.authority.value) == (None, None)
