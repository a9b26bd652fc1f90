"""The invented traffic of a year."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from kommunpost.site.demo.dates import TOWN
from kommunpost.site.demo.loglines import Box, log_lines

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
NAMES = ["bygglov", "info", "anna.ek", *(f"b{number}" for number in range(4, 31))]
BOXES = [Box(number, f"{name}@botkyrka.example") for number, name in enumerate(NAMES, start=1)]


def test_the_same_seed_gives_the_same_lines_and_another_gives_others() -> None:
    lines = log_lines(boxes=BOXES, count=500, now=NOW)

    assert lines == log_lines(boxes=BOXES, count=500, now=NOW)
    assert lines != log_lines(boxes=BOXES, count=500, now=NOW, seed=5)


def test_lines_lie_in_the_year_before_now_in_order() -> None:
    lines = log_lines(boxes=BOXES, count=4000, now=NOW)

    moments = [line.at for line in lines]
    assert moments == sorted(moments)
    assert NOW - timedelta(days=367) < moments[0]
    assert moments[-1] < NOW
    assert moments[-1] - moments[0] > timedelta(days=360)


def test_traffic_follows_the_town_hall() -> None:
    lines = log_lines(boxes=BOXES, count=4000, now=NOW)

    local = [line.at.astimezone(TOWN) for line in lines]
    in_office_hours = sum(8 <= at.hour < 17 and at.weekday() < 5 for at in local)
    assert in_office_hours > 0.65 * len(lines)
    by_box = Counter(line.mailbox_id for line in lines)
    assert by_box[1] > 5 * by_box[30] > 0


def test_every_address_is_invented_and_the_mailbox_is_part_of_its_line() -> None:
    lines = log_lines(boxes=BOXES, count=2000, now=NOW)
    own = {box.id: box.address for box in BOXES}

    assert {line.direction for line in lines} == {"in", "out"}
    for line in lines:
        assert all(address.endswith(".example") and address.isascii() for address in (line.sender, *line.recipients))
        assert own[line.mailbox_id] in ((line.sender,) if line.direction == "out" else line.recipients)
        assert line.delivery_id == 0
        assert line.subject
        assert "{" not in line.subject


def test_each_mailbox_is_written_to_about_its_own_things() -> None:
    lines = log_lines(boxes=BOXES, count=3000, now=NOW)
    subjects = {number: {line.subject for line in lines if line.mailbox_id == number} for number in (1, 2, 3)}

    assert any("altan" in subject for subject in subjects[1])
    assert not any("Faktura" in subject for subject in subjects[1] | subjects[3])
    assert any("Faktura" in subject for subject in subjects[2])
