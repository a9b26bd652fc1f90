"""The log: event codes and ids come out, everything else stays in."""

import json
import logging
import sys

import pytest

from kommunpost.site.logs import PrivateJsonFormatter, place_of

SECRET = "invanare@post.example Hemligt ärende"


def line(message: str, *arguments: object, logger: str = "kommunpost.test", **extra: object) -> dict[str, object]:
    record = logging.getLogger(logger).makeRecord(
        logger, logging.ERROR, __file__, 7, message, arguments, None, extra=extra
    )
    written: dict[str, object] = json.loads(PrivateJsonFormatter().format(record))
    return written


def test_an_event_with_ids() -> None:
    written = line("task.retried", task_id="t1", attempt=2)
    assert (written["event"], written["task_id"], written["attempt"], written["level"]) == (
        "task.retried",
        "t1",
        2,
        "error",
    )


@pytest.mark.parametrize(
    ("logger", "message", "arguments", "extra"),
    [
        ("kommunpost.test", f"kom från {SECRET}", (), {}),
        ("kommunpost.test", "mail %s", (SECRET,), {}),
        ("kommunpost.test", "mail.came", (), {"subject": SECRET}),
        ("aiosmtpd", SECRET, (), {}),
        ("django.request", "Internal Server Error: %s", (f"/sok?q={SECRET}",), {"request": SECRET}),
    ],
)
def test_nothing_else(logger: str, message: str, arguments: tuple[object, ...], extra: dict[str, object]) -> None:
    written = json.dumps(line(message, *arguments, logger=logger, **extra), ensure_ascii=False)
    assert "invanare" not in written
    assert "Hemligt" not in written


def test_an_error_is_its_type_and_place() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        place = place_of(error)
        record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, SECRET, (), sys.exc_info())
    written = PrivateJsonFormatter().format(record)
    assert "test_logs.py" in place
    assert '"error": "ValueError"' in written
    assert "Hemligt" not in written
