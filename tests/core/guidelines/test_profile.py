import copy
import tomllib
from dataclasses import FrozenInstanceError, fields, is_dataclass
from datetime import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommunpost.core.guidelines import Problem, ProfileError, load_profile
from kommunpost.core.guidelines.reading import profile_from, profile_names

TEXT = (files("kommunpost.core.guidelines") / "profiles" / "botkyrka.toml").read_text(encoding="utf-8")
CONTENT = tomllib.loads(TEXT)
KEYS = [(table, key) for table, content in CONTENT.items() for key in content]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)


def changed(table: str, key: str, value: Any) -> dict[str, Any]:
    content = copy.deepcopy(CONTENT)
    content[table][key] = value
    return content


def problems_of(content: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(ProfileError) as refused:
        profile_from(content, file="x.toml", slug="x")
    assert all(p.file == "x.toml" and p.problem and p.remedy for p in refused.value.problems)
    return [(problem.key, problem.problem) for problem in refused.value.problems]


def test_botkyrka_ships() -> None:
    profile = load_profile("botkyrka")
    assert profile_names() == ("botkyrka",)
    assert profile.municipality.domains == ("botkyrka.example",)
    assert profile.addresses.official == ("info@botkyrka.example", "kontaktcenter@botkyrka.example")
    assert (profile.answer_times.answer, profile.answer_times.disclosure) == (2, 2)
    assert profile.phone_hours.friday == ((time(7, 30), time(16, 0)),)
    assert profile.intake.max_message_bytes == 50 * 1024 * 1024


def test_a_profile_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "lövsta.toml"
    path.write_text(TEXT.replace("Botkyrka kommun", "Lövsta kommun"), encoding="utf-8")
    profile = load_profile(str(path))
    assert (profile.slug, profile.municipality.name) == ("lövsta", "Lövsta kommun")


@pytest.mark.parametrize(("table", "key"), KEYS)
def test_every_key_is_needed(table: str, key: str) -> None:
    content = copy.deepcopy(CONTENT)
    del content[table][key]
    assert problems_of(content)[0] == (f"{table}.{key}", "Is missing.")


@pytest.mark.parametrize(("table", "key"), KEYS)
def test_a_misspelt_key_is_named_with_the_word_meant(table: str, key: str) -> None:
    content = copy.deepcopy(CONTENT)
    content[table][f"{key}x"] = content[table].pop(key)
    with pytest.raises(ProfileError) as refused:
        profile_from(content, file="x.toml", slug="x")
    assert f"x.toml, {table}.{key}x: Is not a known key. Did you mean {key}?" in str(refused.value).splitlines()


@pytest.mark.parametrize(
    ("table", "key", "value", "where"),
    [
        ("municipality", "name", "", "municipality.name"),
        ("municipality", "name", "a\nb", "municipality.name"),
        ("municipality", "domains", [], "municipality.domains"),
        ("municipality", "domains", ["localhost"], "municipality.domains[0]"),
        ("municipality", "web", "http://www.botkyrka.example", "municipality.web"),
        ("municipality", "intranet_link", "javascript:alert(1)", "municipality.intranet_link"),
        ("addresses", "official", ["info@other.example"], "addresses.official[0]"),
        ("addresses", "official", ["info"], "addresses.official[0]"),
        ("addresses", "registrar", "Registrator", "addresses.registrar"),
        ("answer_times", "answer", 0, "answer_times.answer"),
        ("answer_times", "answer", True, "answer_times.answer"),
        ("answer_times", "answer", "2", "answer_times.answer"),
        ("answer_times", "warn_before", 2, "answer_times.warn_before"),
        ("phone_hours", "monday", ["8–12"], "phone_hours.monday[0]"),
        ("phone_hours", "monday", ["12.00–08.00"], "phone_hours.monday[0]"),
        ("phone_hours", "monday", ["25.00–26.00"], "phone_hours.monday[0]"),
        ("phone_hours", "monday", ["08.00–12.00", "11.00–13.00"], "phone_hours.monday"),
        ("advice", "lix", 1000, "advice.lix"),
        ("advice", "many_recipients", 51, "advice.many_recipients"),
        ("secrecy", "outgoing", "forbid", "secrecy.outgoing"),
        ("intake", "trusted_networks", ["10.0.0.1/8"], "intake.trusted_networks[0]"),
        ("intake", "trusted_networks", [7], "intake.trusted_networks[0]"),
        ("intake", "unknown_recipient", "drop", "intake.unknown_recipient"),
        ("log", "review_subjects", 1, "log.review_subjects"),
    ],
)
def test_a_wrong_value_is_named(table: str, key: str, value: Any, where: str) -> None:
    assert [place for place, _ in problems_of(changed(table, key, value))] == [where]


def test_a_lunch_break_and_a_closed_day_are_fine() -> None:
    content = changed("phone_hours", "monday", ["08:30-12:00", "13.00 – 15.00"])
    content["phone_hours"]["friday"] = []
    hours = profile_from(content, file="x.toml", slug="x").phone_hours
    assert hours.monday == ((time(8, 30), time(12, 0)), (time(13, 0), time(15, 0)))
    assert hours.friday == ()


def test_all_problems_are_told_at_once() -> None:
    content = changed("secrecy", "outgoing", "no")
    content["advice"]["lix"] = 1
    content["lgo"] = content.pop("log")
    assert {place for place, _ in problems_of(content)} >= {"secrecy.outgoing", "advice.lix", "lgo", "log"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("botkyrkaa", "one of: botkyrka"),
        ("no/such.toml", "Cannot be read"),
        ("../../etc/passwd.toml", "Cannot be read"),
    ],
)
def test_no_such_profile(name: str, said: str) -> None:
    with pytest.raises(ProfileError, match=said):
        load_profile(name)


@pytest.mark.parametrize("raw", [b"a = ", b"\xff\xfe", b"[municipality\n"])
def test_what_is_not_toml_is_told(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(raw)
    with pytest.raises(ProfileError, match="Is not TOML"):
        load_profile(str(path))


@given(key=st.sampled_from(KEYS), value=VALUES)
def test_any_value_is_taken_or_named(key: tuple[str, str], value: Any) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        profile_from(changed(*key, value), file="x.toml", slug="x")
    except ProfileError as error:
        problems = error.problems
    assert {problem.key.split(".")[0] for problem in problems} <= {key[0], "addresses"}


@given(st.dictionaries(st.one_of(st.sampled_from(sorted(CONTENT)), st.text(max_size=5)), VALUES, max_size=6))
def test_any_content_is_refused_with_problems(content: dict[str, Any]) -> None:
    assert len(problems_of(content)) >= 1


def test_a_profile_cannot_be_changed() -> None:
    profile = load_profile("botkyrka")
    for part in (profile, *(getattr(profile, field.name) for field in fields(profile))):
        if is_dataclass(part):
            with pytest.raises(FrozenInstanceError):
                setattr(part, fields(part)[0].name, "x")
