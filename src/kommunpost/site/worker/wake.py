"""One event for this process.

Set after mail was taken in or a task was queued, so that no one waits for the next look.
"""

import threading

_events: list[threading.Event] = []
_ending = threading.Event()


class Interrupted(Exception):  # noqa: N818 - an answer, not a fault
    """Long work was asked to end, since the process does. What it had begun is taken up again. ``code``: ``ending``."""

    code = "ending"


def begin() -> None:
    """A worker of this process starts."""
    _ending.clear()


def end() -> None:
    """The worker stops: wake all loops, and let long work break off at its next ``check_ending``."""
    _ending.set()
    wake()


def check_ending() -> None:
    """For work of minutes, called now and then. Raises Interrupted when the process is about to end."""
    if _ending.is_set():
        raise Interrupted


def register(event: threading.Event) -> None:
    """A loop that wants to be woken."""
    _events.append(event)


def forget(event: threading.Event) -> None:
    """The loop has ended."""
    if event in _events:
        _events.remove(event)


def wake() -> None:
    """Call after commit. Costs next to nothing and may be called from any thread."""
    for event in _events:
        event.set()
