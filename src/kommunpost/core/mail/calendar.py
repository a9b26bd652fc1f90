"""Meetings by mail: invitations and their cancellation (iCalendar RFC 5545, iTIP RFC 5546, iMIP RFC 6047)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress

from kommunpost.core.mail.draft import CalendarPart, DraftError, check_address, check_field
from kommunpost.core.mail.model import Address

STOCKHOLM = ZoneInfo("Europe/Stockholm")
PRODUCT = "-//Kommunpost//Kommunpost//SV"
# Today's rules for summer time hold since 1996; a meeting lies after that.
FIRST_DAY = date(1997, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """``uid`` is the caller's stable name of it: a change keeps it and raises ``sequence``. Times are aware."""

    uid: str
    organizer: Address
    attendees: tuple[Address, ...]
    summary: str
    start: datetime
    end: datetime
    location: str = ""
    description: str = ""
    sequence: int = 0


def invitation(meeting: Meeting, *, now: datetime) -> CalendarPart:
    """A ``METHOD:REQUEST`` in Swedish time, to send as ``Draft.calendar``.

    Raises ``DraftError``: ``date_naive``, ``meeting_ends_before_start``, ``no_recipient``, ``address_invalid``,
    ``control_character`` (in any field but the description, which may have several lines).
    """
    return _calendar("REQUEST", _event(meeting, now=now))


def cancel(meeting: Meeting, *, now: datetime) -> CalendarPart:
    """A ``METHOD:CANCEL``; ``meeting.sequence`` must be higher than that of the last invitation (RFC 5546 3.2.5)."""
    event = _event(meeting, now=now)
    event.add("status", "CANCELLED")
    return _calendar("CANCEL", event)


def _check(meeting: Meeting, *, now: datetime) -> None:
    if any(moment.utcoffset() is None for moment in (meeting.start, meeting.end, now)):
        raise DraftError("date_naive", "start")
    if meeting.end <= meeting.start:
        raise DraftError("meeting_ends_before_start", "end")
    if not meeting.attendees:
        raise DraftError("no_recipient", "attendees")
    for where in ("uid", "summary", "location"):
        check_field(where, getattr(meeting, where))
    for index, address in enumerate((meeting.organizer, *meeting.attendees)):
        where = f"attendees.{index - 1}" if index else "organizer"
        check_field(where, address.name)
        check_address(where, address.address)


def _event(meeting: Meeting, *, now: datetime) -> Event:
    _check(meeting, now=now)
    event = Event()
    event.add("uid", meeting.uid)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", meeting.start.astimezone(STOCKHOLM))
    event.add("dtend", meeting.end.astimezone(STOCKHOLM))
    event.add("summary", meeting.summary)
    event.add("sequence", meeting.sequence)
    event.add("organizer", _person(meeting.organizer), encode=False)
    for attendee in meeting.attendees:
        person = _person(attendee)
        person.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"})
        event.add("attendee", person, encode=False)
    if meeting.location:
        event.add("location", meeting.location)
    if meeting.description:
        event.add("description", _text(meeting.description))
    return event


def _text(several_lines: str) -> str:
    """Line ends as ``\\n``, other control characters left out: a bare CR would end a content line."""
    lines = several_lines.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(filter(str.isprintable, line.replace("\t", " "))) for line in lines)


def _person(address: Address) -> vCalAddress:
    person = vCalAddress(f"mailto:{address.address}")
    # RFC 5545 3.2: a parameter value cannot hold a double quote.
    name = address.name.replace('"', "'").strip()
    if name:
        person.params["CN"] = name
    return person


def _calendar(method: str, event: Event) -> CalendarPart:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(Timezone.from_tzid("Europe/Stockholm", first_date=FIRST_DAY))
    calendar.add_component(event)
    return CalendarPart(method=method, content=calendar.to_ical().decode("utf-8"))
