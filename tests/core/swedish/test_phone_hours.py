"""Phone hours as the directory's people write them, and what is not taken for hours."""

import tomllib
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kommunpost.site
from kommunpost.core.swedish.phone_hours import DAYS, Hours, read_phone_hours


def said(hours: Hours | None) -> dict[str, str] | None:
    if hours is None:
        return None
    return {
        day: " ".join(f"{one.start:%H:%M}-{one.end:%H:%M}" for one in spans)
        for day, spans in zip(DAYS, hours, strict=True)
        if spans
    }


WEEK = DAYS[:5]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("mån–fre 09.00–12.00", dict.fromkeys(WEEK, "09:00-12:00")),
        ("mån–fre 08.30–12.00, 13.00–15.00", dict.fromkeys(WEEK, "08:30-12:00 13:00-15:00")),
        ("mån–tors 07.30–17.00, fre 07.30–16.00", dict.fromkeys(WEEK[:4], "07:30-17:00") | {"fre": "07:30-16:00"}),
        ("Måndag-fredag kl. 9-12", dict.fromkeys(WEEK, "09:00-12:00")),
        ("helgfria vardagar 9 till 12 och 13 till 15", dict.fromkeys(WEEK, "09:00-12:00 13:00-15:00")),
        ("mån, ons 10:00-11:30; tor 13-14.", {"mån": "10:00-11:30", "ons": "10:00-11:30", "tor": "13:00-14:00"}),
        ("tis–tors 09.00–11.30", dict.fromkeys(("tis", "ons", "tor"), "09:00-11:30")),
        ("lör 10–12", {"lör": "10:00-12:00"}),
    ],
)
def test_what_people_write(text: str, hours: dict[str, str]) -> None:
    assert said(read_phone_hours(text)) == hours


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "dygnet runt", "ring växeln", "9–12", "mån–fre", "mån–fre 12–9", "mån–fre 9–25", "fre–mån 9–12",
        "mån–fre 9–12, 11–13", "mån 9–12, mån 11–13", "mån–fre 9–12 utom lunch", "mån–fre 9.75–12", "mån–fre 9–12,,x",
        "mån 9–12" * 40,
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_not_guessed(text: str) -> None:
    assert read_phone_hours(text) is None


@given(st.text(alphabet="månfretis 0123456789.:–-,och", max_size=40) | st.text(max_size=60))
def test_any_text_gives_hours_in_order_or_nothing(text: str) -> None:
    hours = read_phone_hours(text)
    assert hours is None or len(hours) == 7
    for spans in hours or ():
        ends = [time.min, *(moment for one in spans for moment in (one.start, one.end))]
        assert ends == sorted(ends)


def test_the_demo_s_hours_are_read() -> None:
    file = Path(kommunpost.site.__file__).parent / "demo" / "directory.toml"
    texts = [unit["phone_hours"] for unit in tomllib.loads(file.read_text())["units"] if unit.get("phone_hours")]
    assert len(texts) > 5
    assert [text for text in texts if read_phone_hours(text) is None] == []
