"""Kill, start again, go on with the same data, many times; and at the end let the proof be made.

A house runs as one process, or parted into intake and worker. Each round kills all of it, or one process of it, or (on
PostgreSQL) the database server, while mail is being acknowledged.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.faults.database import Server
from bench.faults.mails import MAILBOXES
from bench.faults.processes import Place, Serving
from bench.faults.proof import Verdict, claims_of
from bench.faults.senders import Ledger, Sender

SHORTEST, LONGEST = 0.1, 0.7
"""Seconds of load, from the first acknowledgement after a start to the kill."""
ACKNOWLEDGED_WITHIN = 300.0
"""Seconds. A disk that all share can stand still for a minute; the longest recovery shows it, and it ends no run."""
SETTLED_WITHIN = 120.0
LMTP_EVERY = 4
WHOLE = ((),)
PARTED = (("--only", "smtp", "--only", "web"), ("--only", "worker"))


class Stuck(Exception):  # noqa: N818 -- named by what it says.
    """Mail is not taken any more, though nothing is wrong outside."""


@dataclass(slots=True)
class Outcome:
    """What a run of kills came to. Times in seconds: from a kill to READY, and to the next acknowledgement."""

    kills: Counter[str] = field(default_factory=Counter)
    mails: int = 0
    tried: int = 0
    acknowledged: int = 0
    longest_start: float = 0.0
    longest_recovery: float = 0.0
    verified: bool = False
    said: str = ""
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def holds(self) -> bool:
        """Whether all that was promised held."""
        return self.verified and not self.verdict.wrong


@dataclass(slots=True)
class _House:
    place: Place
    parts: list[Serving] = field(default_factory=list)
    ports: dict[str, int] = field(default_factory=dict)

    def start(self, shape: tuple[tuple[str, ...], ...]) -> None:
        """Start what does not run. Changing the shape ends what runs first."""
        living = [part for part in self.parts if part.lives]
        if {part.words for part in living} - set(shape):
            self.kill()
            living = []
        running = {part.words for part in living}
        self.parts = living
        for words in shape:
            if words not in running:
                self.parts.append(Serving(self.place, *words))
        self.ports = {name: port for part in self.parts for name, port in part.ports.items()}

    def kill(self) -> None:
        self.ports = {}
        for part in self.parts:
            part.kill()

    def kill_one(self, dice: random.Random) -> None:
        """One process of all, be it a first one or a child. A part whose first process is gone goes with it.

        A killed process with much memory takes a while to end. Nothing may be started until it has: taken for a living
        one, it would never be started again.
        """
        hit, pid = dice.choice([(part, pid) for part in self.parts for pid in part.processes()])
        hit.kill_one(pid)
        if not hit.lives:
            hit.kill()


def prepare(place: Place) -> None:
    """Tables, and the mailboxes of the mails. Raises ``RuntimeError`` with what went wrong."""
    place.data.mkdir(parents=True, exist_ok=True)
    entry = '[[mailboxes]]\naddress = "{0}"\nname = "{0}"\nkind = "function"\n'
    file = place.data.parent / "directory.toml"
    file.write_text("version = 1\n" + "".join(map(entry.format, MAILBOXES)), encoding="utf-8")
    for words in (("migrate",), ("directory", "load", str(file))):
        done = place.command(*words)
        if done.returncode:
            raise RuntimeError(done.stderr)


def run(
    place: Place,
    *,
    kills: int,
    seed: int = 1,
    connections: int = 8,
    server: Server | None = None,
    on_kill: Callable[[Outcome], None] = lambda _outcome: None,
) -> Outcome:
    """Kill ``kills`` times under the load of ``connections`` senders, and examine what is left.

    ``server`` is killed too, where it is given.
    """
    dice, outcome, house = random.Random(seed), Outcome(), _House(place)
    prepare(place)
    with _load(house, connections=connections, seed=seed) as (ledger, current_round):
        for number in range(kills):
            current_round[0] = number
            _start(house, ledger, dice, outcome, is_first=number == 0)
            time.sleep(dice.uniform(SHORTEST, LONGEST))
            outcome.kills[_kill(house, dice, server)] += 1
            outcome.tried, outcome.acknowledged = ledger.tried, ledger.acknowledged
            on_kill(outcome)
        _start(house, ledger, dice, outcome, is_first=kills == 0)
    house.kill()
    outcome.mails, outcome.tried, outcome.acknowledged = len(ledger.mails), ledger.tried, ledger.acknowledged
    _settle(place)
    examine(place, ledger, outcome)
    return outcome


def examine(place: Place, ledger: Ledger, outcome: Outcome) -> None:
    """Hold what is in the house against the ledger, by the proof and by ``kommunpost verify``."""
    claims = json.dumps([asdict(claim) for claim in claims_of(ledger.mails)])
    proof = place.python("-m", "bench.faults.proof", given=claims, within=900)
    if proof.returncode:
        raise RuntimeError(proof.stderr)
    outcome.verdict = Verdict(**json.loads(proof.stdout))
    verified = place.command("verify", within=900)
    outcome.verified, outcome.said = verified.returncode == 0, verified.stderr.strip()


@contextmanager
def _load(house: _House, *, connections: int, seed: int) -> Iterator[tuple[Ledger, list[int]]]:
    ledger, current_round = Ledger(), [0]
    senders = [
        Sender(
            number=number,
            ledger=ledger,
            host=house.place.host,
            port=_port(house, lmtp=number % LMTP_EVERY == 0),
            lmtp=number % LMTP_EVERY == 0,
            seed=seed,
            current_round=current_round,
        )
        for number in range(connections)
    ]
    for sender in senders:
        sender.start()
    try:
        yield ledger, current_round
    finally:
        for sender in senders:
            sender.stop.set()
        for sender in senders:
            sender.join(ACKNOWLEDGED_WITHIN)
        house.kill()
    for sender in senders:
        if sender.error is not None:
            raise sender.error


def _port(house: _House, *, lmtp: bool) -> Callable[[], int]:
    return lambda: house.ports.get("LMTP" if lmtp else "SMTP", 0)


def _start(house: _House, ledger: Ledger, dice: random.Random, outcome: Outcome, *, is_first: bool) -> None:
    before, begun = ledger.acknowledged, time.monotonic()
    house.start(PARTED if dice.random() < 0.4 else WHOLE)
    seconds = time.monotonic() - begun
    while ledger.acknowledged <= before:
        if time.monotonic() - begun > ACKNOWLEDGED_WITHIN:
            raise Stuck(f"{ledger.errors} {house.parts[0].said()[-2000:]}")
        time.sleep(0.01)
    if not is_first:
        outcome.longest_start = max(outcome.longest_start, seconds)
        outcome.longest_recovery = max(outcome.longest_recovery, time.monotonic() - begun)


def _kill(house: _House, dice: random.Random, server: Server | None) -> str:
    chance = dice.random()
    if server is not None and chance < 0.25:
        server.restart_at_once()
        return "database"
    if chance < 0.5:
        house.kill_one(dice)
        return "one process"
    house.kill()
    return "all"


def _settle(place: Place) -> None:
    """A last start, until the index has caught up; then a stop in good order."""
    with Serving(place) as serving:
        until = time.monotonic() + SETTLED_WITHIN
        while not _is_settled(place):
            if time.monotonic() > until:
                raise Stuck(serving.said()[-2000:])
            time.sleep(0.3)
        serving.stop()


def _is_settled(place: Place) -> bool:
    asked = place.command("manage", "shell", "-v", "0", "-c", _SETTLED)
    return asked.stdout.strip() == "True"


_SETTLED = "from kommunpost.apps.maillog.models import Pending; print(not Pending.objects.exists())"


def fresh(folder: Path, *, database: str = "", **more: str) -> Place:
    """An installation in ``folder``, which must be empty or not there."""
    return Place(data=folder / "data", database=database, more=more)
