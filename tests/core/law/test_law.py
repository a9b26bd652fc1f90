"""The law as data: every entry can be read, is found by its id, and says what it must."""

import pytest

from kommunpost.core import law


def test_every_file_is_read_whole():
    assert len(law.provisions()) == 90
    assert len(law.provisions(rare=False)) == 70
    assert len(law.rules()) == 127
    assert len(law.authorities()) == 24
    assert len(law.letters()) == 22


def test_provisions_stand_in_order_and_are_found_by_id():
    places = [(one.chapter, one.section) for one in law.provisions()]
    assert places == sorted(places)
    social = law.provision("OSL 26:1")
    assert social.title == "Socialtjänst"
    assert social.harm_test is law.HarmTest.REVERSED
    assert all(law.provision(one.id) is one for one in law.provisions())


@pytest.mark.parametrize(
    ("id_", "citation"),
    [
        ("OSL 26:1", "26 kap. 1 § OSL"),
        ("OSL 18:8 b", "18 kap. 8 b § OSL"),
        ("OSL 19:3 st2", "19 kap. 3 § andra stycket OSL"),
        ("OSL 30:27 st1p2", "30 kap. 27 § första stycket 2 OSL"),
    ],
)
def test_a_provision_is_cited_as_lawyers_do(id_, citation):
    assert law.provision(id_).citation == citation


def test_every_provision_can_be_cited_and_begins_its_id_with_its_place():
    for one in law.provisions():
        assert one.citation.endswith(" OSL")
        assert one.id.startswith(f"OSL {one.chapter}:{one.section}")


def test_provisions_of_other_authorities_are_marked():
    not_ours = {one.id for one in law.provisions() if one.municipal_use is law.MunicipalUse.NOT_OURS}
    assert {"OSL 30:23", "OSL 33:1", "OSL 34:1"} <= not_ours
    assert "OSL 30:27 st1p1" not in not_ours


def test_a_deadline_is_a_figure_or_says_why_not():
    for one in law.rules():
        if one.deadline is not None:
            assert (one.deadline.count is None) == (one.deadline.unit is None)
            assert one.deadline.text


def test_authorities_that_another_answers_for_name_one_that_is_there():
    ids = {one.id for one in law.authorities()}
    assert {one.part_of for one in law.authorities()} - {""} <= ids
    assert law.authority("sl").part_of == "region-stockholm"


def test_a_letter_is_taken_apart():
    refusal = law.letter("L05")
    assert refusal.title == "Nekande besked"
    assert "kan inte överklagas" in refusal.text
    assert {"lagrum", "begaran_id", "namnd"} <= refusal.fields
    assert refusal.lawyer_notes
    assert "[JURIST]" not in refusal.text
    assert not refusal.may_be_automatic
    assert law.letter("L02").may_be_automatic
    assert law.letter("L02").subject == "Vi har tagit emot din begäran, {begaran_id}"
    assert law.letter("L02").rules


@pytest.mark.parametrize("look_up", [law.provision, law.rule, law.letter, law.authority])
def test_what_is_not_there_is_refused_by_name(look_up):
    with pytest.raises(law.NoSuchEntry):
        look_up("nothing")
