"""Something secret was received: what may follow what, what of the header is kept, and when it is tried again. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from kommunpost.apps.register.kinds import RemovalState, StepState
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.core.swedish.working_days import local_day

REMOVAL_STEPS: Mapping[RemovalState, frozenset[RemovalState]] = {
    RemovalState.BEGUN: frozenset({RemovalState.PRINTED, RemovalState.BROKEN_OFF}),
    RemovalState.PRINTED: frozenset({RemovalState.REGISTERED, RemovalState.BROKEN_OFF}),
    RemovalState.REGISTERED: frozenset({RemovalState.REMOVING, RemovalState.BROKEN_OFF}),
    # What is being taken away cannot be called back: some of it is gone already.
    RemovalState.REMOVING: frozenset({RemovalState.DONE}),
    # The same mail came once more, by a mailbox that still had it.
    RemovalState.DONE: frozenset({RemovalState.REMOVING}),
    RemovalState.BROKEN_OFF: frozenset(),
}

STEP_STEPS: Mapping[StepState, frozenset[StepState]] = {
    StepState.PLANNED: frozenset({StepState.REMOVED}),
    StepState.BY_HAND: frozenset({StepState.REMOVED}),
    # What is still there when it is looked at anew is removed anew.
    StepState.REMOVED: frozenset({StepState.PROVEN, StepState.PLANNED}),
    StepState.PROVEN: frozenset(),
}

KEPT_FIELDS = frozenset(
    {
        "return-path", "received", "date", "from", "sender", "reply-to", "to", "cc", "message-id", "in-reply-to",
        "references",
    }
)  # fmt: skip
"""What tells where a mail came from and went, and which it was. Not the subject, which the log has, nor anything that
a sender's program puts in at will (Thread-Topic, Keywords, X-…)."""
LONGEST_HEADER = 32_000
REMOVED_TEXT = "[borttaget]"
"""In place of a text that may not be empty. Records are in Swedish."""
LEASE = timedelta(minutes=1)
"""So long a worker has a removal to itself; if it dies, another goes on."""
_WAITS = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))


def check_removal(state: RemovalState, wanted: RemovalState) -> None:
    """Raises ``RegisterRefused`` (``removal_not_from_here``)."""
    if wanted not in REMOVAL_STEPS[state]:
        raise RegisterRefused("removal_not_from_here")


def kept_header(raw: bytes) -> str:
    """The fields of the mail that are kept with the register entry, as they came, in their order."""
    block = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0][:LONGEST_HEADER].decode("utf-8", "replace")
    kept: list[str] = []
    is_kept = False
    for line in block.replace("\x00", "\ufffd").split("\n"):
        if not line.startswith((" ", "\t")):
            is_kept = line.partition(":")[0].strip().lower() in KEPT_FIELDS
        if is_kept:
            kept.append(line)
    return "\n".join(kept)


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many tries in vain."""
    return _WAITS[min(tries, len(_WAITS)) - 1] if tries else timedelta(0)


def backups_until(done: datetime, *, days: int) -> date:
    """The last day on which a backup that was made before ``done`` can still hold the mail."""
    return local_day(done) + timedelta(days=days)


def answer_text(*, municipality: str, designation: str, safe_channels: Sequence[str], switchboard: str) -> str:
    """What the sender is told: it has come, it is taken care of, and how to send such things. Never what it said."""
    ways = "\n".join(f"- {one}" for one in safe_channels)
    return (
        "Hej!\n\n"
        f"Ditt mejl har kommit fram till {municipality}. Det är registrerat med nummer {designation}.\n\n"
        "Mejlet kan innehålla uppgifter som omfattas av sekretess. Vi har därför skrivit ut det på papper och tagit "
        "bort det ur e-posten. Du behöver inte skicka det igen.\n\n"
        "Skicka inte känsliga eller hemliga uppgifter med vanlig e-post. Använd i stället något av det här:\n"
        f"{ways}\n\n"
        f"Har du frågor? Ring oss på {switchboard}. Svara gärna på det här mejlet, men skriv då inte om uppgifterna "
        "i det förra."
    )


ANSWER_SUBJECT = "För kännedom: ditt mejl till oss har kommit fram"
