"""Logs: one JSON object a line on stderr, with an event code and ids. Never an address, a subject, a name or a text.

Errors are logged by type and place. Their messages are left out, for they quote what they stumbled on (a database says
which address was there twice), and so are the lines that other libraries compose themselves: of those only the logger,
the level and the place of the call remain.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# Keys that our own code may add by `extra=`. Anything else is dropped: a new key is a decision, taken here.
ALLOWED_KEYS = (
    *("account_id", "delivery_id", "job_id", "mailbox_id", "outgoing_id", "request_id", "task_id", "worker_id"),
    *("attempt", "connection", "count", "failures", "milliseconds", "port", "seconds", "size", "status"),
    *("command", "error", "job", "method", "part", "place", "reason", "route", "state", "task", "view", "wait_seconds"),
    "why",
)
OWN_LOGGER = "kommunpost"
_PACKAGE = Path(__file__).resolve().parent.parent.parent


def place_of(error: BaseException) -> str:
    """Where an error came from: ``file:line function`` of the innermost line and our own. Nothing it says."""
    frames = list(reversed(traceback.extract_tb(error.__traceback__)))
    # The innermost line says what broke, our own lines say on what way we came there.
    ours = [frame for frame in frames[1:] if Path(frame.filename).is_relative_to(_PACKAGE)]
    shown = [*frames[:1], *ours[:3]]
    return " < ".join(f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in shown)


class PrivateJsonFormatter(logging.Formatter):
    """Turns a record into its line. What is not known to be free of personal data is not written."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        line |= {key: _plain(getattr(record, key)) for key in ALLOWED_KEYS if hasattr(record, key)}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line |= {"error": type(error).__name__, "place": place_of(error)}
        return json.dumps(line, ensure_ascii=False)


def configuration(*, level: str) -> dict[str, Any]:
    """Django's ``LOGGING``: everything to stderr through the one formatter."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"private": {"()": "kommunpost.site.logs.PrivateJsonFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "private"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            OWN_LOGGER: {"handlers": ["stderr"], "level": level, "propagate": False},
            # Django's own handlers would print the message, and in debug mode the whole request.
            "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            # A page that is not there is no trouble of ours, and its address may be somebody's search.
            "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
            "django.server": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
            "mail.log": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        },
    }


def _event(record: logging.LogRecord) -> str:
    """Our own messages are event codes without arguments. Of foreign ones we say only where they were written."""
    if record.name.split(".")[0] == OWN_LOGGER and not record.args and " " not in str(record.msg):
        return str(record.msg)
    return f"{Path(record.pathname).name}:{record.lineno}"


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | bool) or value is None else str(value)[:300]


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_PACKAGE)) if path.is_relative_to(_PACKAGE) else path.name
