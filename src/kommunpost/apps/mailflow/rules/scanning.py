"""The states of a file's virus check, and how long to wait when clamd cannot answer."""

from collections.abc import Mapping
from datetime import timedelta

from kommunpost.apps.mailflow.models import ScanState

TRANSITIONS: Mapping[ScanState, frozenset[ScanState]] = {
    ScanState.UNSCANNED: frozenset({ScanState.CLEAN, ScanState.INFECTED, ScanState.TOO_LARGE, ScanState.FAILED}),
    ScanState.CLEAN: frozenset(),
    ScanState.INFECTED: frozenset(),
    ScanState.TOO_LARGE: frozenset(),
    ScanState.FAILED: frozenset(),
}

WAIT = timedelta(minutes=1)
"""Until clamd is asked again when it does not answer. However long it is gone, no file is given up for that."""
TRIES = 3
"""Times that clamd may answer with a fault of its own before a file is called ``failed``."""
LATE = timedelta(hours=1)
"""Files unscanned for longer are told of by the doctor."""


def may_become(state: str, new: ScanState) -> bool:
    """Whether the table allows the step."""
    return new in TRANSITIONS[ScanState(state)]
