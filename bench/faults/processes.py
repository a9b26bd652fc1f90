"""``kommunpost serve`` with all its children, to be killed whole or in part; and other commands on the same data."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN = 60.0


class NotReady(Exception):  # noqa: N818 -- named by what it says.
    """``serve`` ended before it was ready; the text is the end of what it said."""


@dataclass(frozen=True, slots=True)
class Place:
    """The data folder and the database of one installation. ``database`` empty: SQLite in the folder."""

    data: Path
    database: str = ""
    more: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """An address of this machine for this installation alone: what died there is never taken for another's."""
        return "127.{}.{}.{}".format(*hashlib.sha256(str(self.data).encode()).digest()[:3])

    def environment(self) -> dict[str, str]:
        """For a process of this installation, and nothing of the one that we may run in."""
        foreign = ("KOMMUNPOST_", "DATABASE_URL", "DJANGO_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        own = {
            "KOMMUNPOST_DATA": str(self.data),
            "DATABASE_URL": self.database,
            "KOMMUNPOST_WEB": "127.0.0.1:0",
            "KOMMUNPOST_SMTP": f"{self.host}:0",
            "KOMMUNPOST_LMTP": f"{self.host}:0",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "kommunpost.site.settings",
        }
        return {**kept, **own, **self.more}

    def command(self, *words: str, given: str = "", within: float = 300) -> "subprocess.CompletedProcess[str]":
        """Run ``kommunpost`` with these words to its end."""
        return self.python("-m", "kommunpost", *words, given=given, within=within)

    def python(self, *words: str, given: str = "", within: float = 300) -> "subprocess.CompletedProcess[str]":
        """Run Python with these words to its end."""
        return subprocess.run(
            [sys.executable, *words], env=self.environment(), cwd=ROOT, input=given, capture_output=True, text=True,
            check=False, timeout=within,
        )  # fmt: skip


class Serving:
    """One ``kommunpost serve`` in a process group of its own, ready when made."""

    def __init__(self, place: Place, *words: str, **more: str) -> None:
        begun = time.monotonic()
        self._log = (place.data.parent / f"{place.data.name}.log").open("a+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kommunpost", "serve", *words],
            env=place.environment() | more, cwd=ROOT, stdout=subprocess.PIPE, stderr=self._log, text=True,
            start_new_session=True,
        )  # fmt: skip
        self.words, self._host = words, place.host
        self.ports = self._read_ports()
        self.seconds_to_start = time.monotonic() - begun

    def __enter__(self) -> "Serving":
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    @property
    def lives(self) -> bool:
        """Whether its first process runs."""
        return self.process.poll() is None

    @property
    def smtp(self) -> tuple[str, int]:
        """Where it takes SMTP."""
        return self._host, self.ports["SMTP"]

    def processes(self) -> list[int]:
        """The ids of all living processes of the group, the first one first."""
        return sorted(members(self.process.pid), key=lambda pid: (pid != self.process.pid, pid))

    def kill(self) -> None:
        """``kill -9`` for the whole group, and wait until nothing of it is left."""
        while members(self.process.pid):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.poll()
            time.sleep(0.005)
        self._close()

    def kill_one(self, pid: int) -> None:
        """``kill -9`` for one process of the group, and wait until it has ended, with all its threads."""
        os.kill(pid, signal.SIGKILL)
        if pid == self.process.pid:
            self.process.wait()
        while pid in members(self.process.pid):
            time.sleep(0.005)

    def stop(self, *, within: float = 40) -> int:
        """SIGTERM, as in good order. The exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(within)
        self.kill()
        return code

    def said(self) -> str:
        """All that it and those before it have logged."""
        self._log.seek(0)
        return self._log.read()

    def _close(self) -> None:
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        if not self._log.closed:
            self._log.flush()

    def _read_ports(self) -> dict[str, int]:
        ports: dict[str, int] = {}
        for line in self.process.stdout or ():
            if line.startswith("READY"):
                return ports
            name, address = line.split()
            ports[name] = int(address.rstrip("/").rsplit(":", 1)[1])
        self.kill()
        raise NotReady(self.said()[-2000:])


def members(group: int) -> list[int]:
    """Living processes of a process group (zombies do not count)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, its_group = stat.read_text(errors="replace").rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue
        if int(its_group) == group and state != "Z":
            found.append(int(stat.parent.name))
    return found
