"""Real servers for tests, each in its own temporary folder on its own port, and our own process as a user starts it."""

import os
import secrets
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from tests.postgres import MissingServer, free_port, postgres

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATIONS = Path(__file__).resolve().parent / "server_settings"


def eventually(question: Callable[[], bool], *, within: float = 20.0) -> bool:
    """Ask until the answer is yes, for at most ``within`` seconds."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if question():
            return True
        time.sleep(0.05)
    return question()


@dataclass(frozen=True, slots=True)
class Running:
    """A ``kommunpost serve`` of its own."""

    process: "subprocess.Popen[str]"
    folder: Path
    web: int
    smtp: int

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send the signal and wait. Returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)


@contextmanager
def kommunpost(folder: Path, *, words: tuple[str, ...] = (), smtp: int = 0, **environment: str) -> Iterator[Running]:
    """Start ``kommunpost serve`` on the data folder and wait until it says READY; kill it at the end."""
    own = {
        "KOMMUNPOST_DATA": str(folder),
        "KOMMUNPOST_WEB": "127.0.0.1:0",
        "KOMMUNPOST_SMTP": f"127.0.0.1:{smtp}",
        "PYTHONPATH": str(ROOT / "src"),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "kommunpost", "serve", *words],
        env={**os.environ, **own, **environment},
        stdout=subprocess.PIPE,
        stderr=(folder / "log").open("a"),
        text=True,
    )
    try:
        ports = _read_ports(process)
        yield Running(process=process, folder=folder, web=ports.get("web", 0), smtp=ports.get("SMTP", 0))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _read_ports(process: "subprocess.Popen[str]") -> dict[str, int]:
    assert process.stdout is not None
    ports: dict[str, int] = {}
    for line in process.stdout:
        if line.startswith("READY"):
            return ports
        name, address = line.split()
        ports[name] = int(address.rstrip("/").rsplit(":", 1)[1])
    raise AssertionError(f"serve ended with {process.wait()} before it was ready")


@pytest.fixture
def postgres_url(postgres_cluster: str) -> Iterator[str]:
    """The DATABASE_URL of an empty database, for a test that starts processes of its own."""
    name = f"own_{secrets.token_hex(6)}"
    _run_statement(postgres_cluster, f"CREATE DATABASE {name}")
    yield postgres_cluster.rpartition("/")[0] + f"/{name}"
    # On a connection of its own: the test may have stopped the server in between.
    _run_statement(postgres_cluster, f"DROP DATABASE {name} WITH (FORCE)")


def _run_statement(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """The address of a PostgreSQL of this run's own."""
    try:
        with postgres() as url:
            yield url
    except MissingServer as missing:
        pytest.skip(str(missing))


@pytest.fixture
def postfix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], int]]:
    """A function: start Postfix so that it relays everything to the given port; returns the port it listens on."""
    if shutil.which("postfix", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        pytest.skip("Postfix is not installed (Debian: apt-get install postfix)")
    if os.geteuid() != 0:
        pytest.skip("Postfix starts as root only")
    folder = Path(tempfile.mkdtemp(prefix="kommunpost-postfix-"))
    started: list[Path] = []

    def start(relay_port: int) -> int:
        port = free_port()
        _write_postfix(folder, port=port, relay_port=relay_port)
        started.append(folder)
        subprocess.run(["/usr/sbin/postfix", "-c", folder / "conf", "start"], check=True, capture_output=True)
        assert eventually(lambda: _answers(port))
        return port

    try:
        yield start
    finally:
        if started:
            pid = int((folder / "spool/pid/master.pid").read_text())
            os.kill(pid, signal.SIGTERM)
            eventually(lambda: not Path(f"/proc/{pid}").exists())
        shutil.rmtree(folder, ignore_errors=True)


def _write_postfix(folder: Path, *, port: int, relay_port: int) -> None:
    folder.chmod(0o755)
    for name in ("conf", "spool", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    words = {"@FOLDER@": str(folder), "@PORT@": str(port), "@RELAY@": str(relay_port)}
    for name in ("main.cf", "master.cf"):
        text = (CONFIGURATIONS / f"postfix_{name}").read_text(encoding="utf-8")
        for word, value in words.items():
            text = text.replace(word, value)
        (folder / "conf" / name).write_text(text, encoding="utf-8")


def _answers(port: int) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=5):
            return True
    except (OSError, smtplib.SMTPException):
        return False


def can_connect(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
