"""Invitations as facts: what is told is read, what acts or repeats is not, and nothing raises."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kommunpost.core.mail import Address, Attachment, Invitation, read_invitation
from kommunpost.core.mail.invitations import MAX_TEXT


def calendar(*lines: str, method: str = "REQUEST", end: str = "\r\n") -> bytes:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", "BEGIN:VEVENT"]
    return end.join([*head, *lines, "END:VEVENT", "END:VCALENDAR", ""]).encode()


def attached(content: bytes, kind: str = "text/calendar") -> Attachment:
    return Attachment("", kind, len(content), "", content)


def read(*lines: str, **how: str) -> Invitation:
    found = read_invitation([attached(calendar(*lines, **how))])
    assert found is not None
    return found


def test_a_meeting_is_read_with_place_and_organiser() -> None:
    found = read(
        "SUMMARY:Samråd\\, detaljplan för\r\n  Slagsta",
        "LOCATION:Kommunhuset\\nrum 4",
        'ORGANIZER;CN="Sara Nyqvist":MAILTO:Sara.Nyqvist@kommun.example',
        "DTSTART;TZID=Europe/Stockholm:20261124T100000",
        "DTEND;TZID=Europe/Stockholm:20261124T113000",
    )
    assert found == Invitation(
        method="REQUEST",
        status="",
        summary="Samråd, detaljplan för Slagsta",
        location="Kommunhuset rum 4",
        organizer=Address("Sara Nyqvist", "sara.nyqvist@kommun.example"),
        start=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
        end=datetime(2026, 11, 24, 10, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("start", "expected", "is_known"),
    [
        ("DTSTART:20261124T090000Z", datetime(2026, 11, 24, 9, tzinfo=UTC), True),
        ("DTSTART;TZID=W. Europe Standard Time:20260624T100000", datetime(2026, 6, 24, 8, tzinfo=UTC), True),
        ('DTSTART;TZID="Europe/Helsinki":20260624T100000', datetime(2026, 6, 24, 7, tzinfo=UTC), True),
        ("DTSTART:20260624T100000", datetime(2026, 6, 24, 8, tzinfo=UTC), False),
        ("DTSTART;TZID=../../etc/passwd:20260624T100000", datetime(2026, 6, 24, 8, tzinfo=UTC), False),
        ("DTSTART;TZID=Europe:20260624T100000", datetime(2026, 6, 24, 8, tzinfo=UTC), False),
        ("DTSTART;TZID=Nowhere/Land:20260624T100000", datetime(2026, 6, 24, 8, tzinfo=UTC), False),
        ("DTSTART:20261332T990000Z", None, True),
        ("DTSTART:i morgon", None, True),
        ("DTSTART;TZID=Asia/Tokyo:00010101T000000", None, True),
    ],
)
def test_moments(start: str, expected: datetime | None, *, is_known: bool) -> None:
    found = read(start)
    assert (found.start, found.zone_known) == (expected, is_known)


@pytest.mark.parametrize(
    ("lines", "first", "last"),
    [
        (["DTSTART;VALUE=DATE:20261124"], date(2026, 11, 24), date(2026, 11, 24)),
        (["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261125"], date(2026, 11, 24), date(2026, 11, 24)),
        (["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261127"], date(2026, 11, 24), date(2026, 11, 26)),
        (["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261101"], date(2026, 11, 24), date(2026, 11, 24)),
    ],
)
def test_whole_days_end_before_the_day_that_is_not_meant(lines: list[str], first: date, last: date) -> None:
    found = read(*lines)
    assert (found.first_day, found.last_day, found.start) == (first, last, None)


@pytest.mark.parametrize(
    ("length", "end"),
    [
        ("PT1H30M", datetime(2026, 11, 24, 10, 30, tzinfo=UTC)),
        ("P1DT0S", datetime(2026, 11, 25, 9, 0, tzinfo=UTC)),
        ("P999W", datetime(2046, 1, 16, 9, 0, tzinfo=UTC)),
        ("P99999999999D", None),
        ("-PT1H", None),
        ("P" + "1" * 5_000 + "D", None),
    ],
)
def test_durations(length: str, end: datetime | None) -> None:
    assert read("DTSTART:20261124T090000Z", f"DURATION:{length}").end == end


@pytest.mark.parametrize(
    ("lines", "method"),
    [(["STATUS:CANCELLED"], "REQUEST"), (["STATUS:CONFIRMED"], "CANCEL"), (["STATUS:cancelled"], "PUBLISH")],
)
def test_cancelled(lines: list[str], method: str) -> None:
    assert read(*lines, method=method).is_cancelled


def test_an_alarm_inside_does_not_speak_for_the_event() -> None:
    found = read("BEGIN:VALARM", "SUMMARY:Köp nu", "END:VALARM", "SUMMARY:Möte")
    assert found.summary == "Möte"


# What must be true of each: it is read at once, whatever stands in it, and only text comes out.
HOSTILE = {
    "huge rule": ["RRULE:FREQ=SECONDLY;COUNT=2147483647;BYSECOND=" + ",".join(map(str, range(60)))],
    "many dates": ["RDATE:" + ",".join(["20261124T090000Z"] * 20_000)],
    "file attached": ["ATTACH:file:///etc/passwd", "ATTACH;VALUE=URI:https://ond.example/x"],
    "html beside": ["X-ALT-DESC;FMTTYPE=text/html:<html><script>alert(1)</script>", "SUMMARY:Möte"],
    "script as organiser": ["ORGANIZER:javascript:alert(1)"],
    "web organiser": ["ORGANIZER:https://ond.example/"],
    "carriage returns": ["SUMMARY:Möte\rORGANIZER:mailto:chef@botkyrka.example"],
    "parameters without end": ["SUMMARY" + ";A=b" * 20_000 + ":Möte"],
    "open quote": ['ORGANIZER;CN="' + "x" * 50_000 + ":mailto:a@b.example"],
    "long": ["SUMMARY:" + "M" * 150_000, "LOCATION:" + "L\\n" * 20_000],
    "escapes": ["SUMMARY:" + "\\" * 100_001],
    "nested": ["BEGIN:VEVENT"] * 2_000,
    "controls": ["SUMMARY:M\x00ö\x1bte\x08", "LOCATION:\x9b31m"],
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_calendars_give_short_text_and_nothing_else(name: str) -> None:
    found = read(*HOSTILE[name])
    assert len(found.summary) <= MAX_TEXT
    assert len(found.location) <= MAX_TEXT
    assert found.organizer.address in {"", "a@b.example"} or "@" in found.organizer.address
    assert not found.organizer.address.startswith(("javascript", "http"))
    shown = found.summary + found.location + found.organizer.name
    assert "<script" not in shown
    assert all(one.isprintable() or one == " " for one in shown if one < "\x7f")


def test_a_rule_is_noted_and_never_unrolled() -> None:
    assert read("RRULE:FREQ=SECONDLY;INTERVAL=1").repeats
    assert not read("SUMMARY:Möte").repeats


@pytest.mark.parametrize(
    "content", [b"", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", b"\xff\xfe\x00", b"BEGIN:VCARD\nFN:A\nEND:VCARD"]
)
def test_no_event_is_no_invitation(content: bytes) -> None:
    assert read_invitation([attached(content)]) is None


def test_other_files_are_no_invitation() -> None:
    assert read_invitation([attached(calendar("SUMMARY:Möte"), "text/vcard")]) is None
    assert read_invitation([]) is None


@given(st.text(max_size=300), st.text(max_size=100))
@settings(max_examples=200, deadline=None)
def test_no_text_at_all_raises(line: str, value: str) -> None:
    content = calendar(
        line, f"DTSTART;TZID={value}:20261124T090000", f"DURATION:{value}", f"ORGANIZER;CN={value}:{value}"
    )
    found = read_invitation([attached(content)])
    assert found is None or len(found.summary) <= MAX_TEXT
