from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from icalendar import Calendar

from kommunpost.core.mail.calendar import Meeting, cancel, invitation
from kommunpost.core.mail.draft import DraftError
from kommunpost.core.mail.model import Address

NOW = datetime(2026, 3, 12, 7, 41, tzinfo=UTC)
MEETING = Meeting(
    uid="meeting-7@botkyrka.example",
    organizer=Address("Åsa Nordlander", "asa@botkyrka.example"),
    attendees=(Address('Ek, "Bo"', "bo@botkyrka.example"), Address("", "anna@mejl.example")),
    summary="Genomgång av ärendet; förslag, beslut",
    start=datetime(2026, 7, 1, 7, 0, tzinfo=UTC),
    end=datetime(2026, 7, 1, 8, 0, tzinfo=UTC),
    location="Rum Älgen",
    description="Först detta.\r\nSedan det.\rSlut",
)


def event_of(content: str) -> Any:
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event


def test_an_invitation_is_in_swedish_time_with_its_time_zone() -> None:
    part = invitation(MEETING, now=NOW)
    assert part.method == "REQUEST"
    assert "METHOD:REQUEST\r\n" in part.content
    assert "DTSTART;TZID=Europe/Stockholm:20260701T090000\r\n" in part.content
    assert part.content.count("BEGIN:VTIMEZONE") == 1
    event = event_of(part.content)
    assert event["UID"] == MEETING.uid
    assert event["SUMMARY"] == MEETING.summary
    assert event["LOCATION"] == MEETING.location
    assert event["DESCRIPTION"] == "Först detta.\nSedan det.\nSlut"
    assert event["DTSTART"].dt == MEETING.start
    assert event["DTSTAMP"].dt == NOW
    assert [str(person) for person in event["ATTENDEE"]] == ["mailto:bo@botkyrka.example", "mailto:anna@mejl.example"]
    assert event["ORGANIZER"].params["CN"] == "Åsa Nordlander"


def test_the_same_meeting_gives_the_same_text() -> None:
    assert invitation(MEETING, now=NOW) == invitation(MEETING, now=NOW)


def test_a_cancellation_keeps_the_uid() -> None:
    part = cancel(replace(MEETING, sequence=1), now=NOW)
    event = event_of(part.content)
    assert (part.method, event["UID"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", MEETING.uid, "CANCELLED", 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"start": MEETING.start.replace(tzinfo=None)}, "date_naive"),
        ({"end": MEETING.start}, "meeting_ends_before_start"),
        ({"attendees": ()}, "no_recipient"),
        ({"attendees": (Address("", "x"),)}, "address_invalid"),
        ({"uid": "a\r\nATTENDEE:x"}, "control_character"),
        ({"summary": "a\nb"}, "control_character"),
        ({"location": "a\rb"}, "control_character"),
        ({"organizer": Address("a\r\nb", "a@mejl.example")}, "control_character"),
    ],
)
def test_refusals_have_a_code(change: dict[str, Any], code: str) -> None:
    with pytest.raises(DraftError) as refused:
        invitation(replace(MEETING, **change), now=NOW)
    assert refused.value.code == code


def test_lines_are_at_most_75_octets() -> None:
    part = invitation(replace(MEETING, summary="å" * 300), now=NOW)
    assert max(len(line.encode()) for line in part.content.split("\r\n")) <= 75
