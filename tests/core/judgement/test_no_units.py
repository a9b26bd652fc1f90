"""A directory without units, as on the first day, is judged without a fault."""

from dataclasses import replace

from kommunpost.core.judgement import example_world, from_record, judge


def test_a_world_without_units_is_judged() -> None:
    world = replace(example_world(), units=(), people=())
    mail = from_record({"from": "anna@mejl.example", "subject": "Hej", "body": "När kommer ni?"}, domains=world.domains)
    assert judge(mail, world).unit.value is None
