"""A clamd of our own in a temporary folder, that knows one virus: the harmless test file that all scanners know."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.postgres import free_port
from tests.servers import can_connect, eventually

CLAMD = "/usr/sbin/clamd"
# Written in two halves, so that no scanner takes this file for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CONFIGURATION = """
Foreground yes
DatabaseDirectory {folder}/signatures
TCPAddr 127.0.0.1
TCPSocket {port}
LocalSocket {folder}/clamd.ctl
LogFile {folder}/clamd.log
TemporaryDirectory {folder}
StreamMaxLength 1M
"""


class Clamav:
    """A running clamd. ``url`` and ``socket_url`` are what ``KOMMUNPOST_CLAMD`` would say."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url, self.socket_url = f"tcp://127.0.0.1:{self.port}", f"unix://{folder}/clamd.ctl"
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "signatures").mkdir()
        (folder / "signatures" / "test.ndb").write_text(f"Test.Eicar:0:*:{EICAR.hex()}\n")
        (folder / "clamd.conf").write_text(CONFIGURATION.format(folder=folder, port=self.port))

    def start(self) -> None:
        quiet = subprocess.DEVNULL
        words = [CLAMD, f"--config-file={self.folder}/clamd.conf"]
        self._process = subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet)
        assert eventually(lambda: can_connect(self.port)), (self.folder / "clamd.log").read_text()

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        while can_connect(self.port):
            time.sleep(0.05)


def why_not() -> str:
    """Why clamd cannot run here; empty when it can."""
    return "" if Path(CLAMD).exists() else "ClamAV is not installed (Debian: apt-get install clamav-daemon)"


@pytest.fixture
def clamav() -> Iterator[Clamav]:
    if reason := why_not():
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="kommunpost-clamav-"))
    server = Clamav(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
