"""One event for this process.

Set after mail was taken in or a task was queued, so that no one waits for the next look.
"""

import threading

_events: list[threading.Event] = []


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
