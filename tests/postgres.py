"""A PostgreSQL of our own in a temporary folder, for as long as it is needed. As root it runs as the user postgres."""

import getpass
import os
import shlex
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class MissingServer(Exception):  # noqa: N818 - named by what it says
    """What is not installed, and how to install it."""


def free_port() -> int:
    """A port of this machine that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def programs() -> Path:
    """The folder of initdb and pg_ctl. Raises MissingServer."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not versions:
        raise MissingServer("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return versions[-1].parent


@contextmanager
def postgres(kept: Path | None = None, *, options: str = "") -> Iterator[str]:
    """Gives the DATABASE_URL of a cluster: new and empty, or the one in the folder ``kept``, which stays for the next
    time. ``options``: words for the server beside ours. Raises MissingServer.
    """
    bin_folder = programs()
    folder = kept or Path(tempfile.mkdtemp(prefix="kommunpost-pg-"))
    folder.mkdir(parents=True, exist_ok=True)
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    port = free_port()
    data = folder / "data"
    # Nothing here must outlive the machine, so nothing is synced.
    words = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c full_page_writes=off"
        f" {options}"
    )
    try:
        if not data.exists():
            _as(user, [bin_folder / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"])
        _as(user, [bin_folder / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", words, "start"])
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        if (data / "postmaster.pid").exists():
            # Without syncing, only an orderly end leaves files that are whole.
            how = "fast" if kept else "immediate"
            _as(user, [bin_folder / "pg_ctl", "-D", data, "-w", "-t", "600", "-m", how, "stop"])
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def _as(user: str, words: list[object]) -> None:
    command = [str(word) for word in words]
    if os.geteuid() == 0:
        command = ["su", user, "-s", "/bin/sh", "-c", shlex.join(command)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")
