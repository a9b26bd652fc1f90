"""The demo as a process of its own, for tests in a browser."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def demo(folder: Path) -> Iterator[str]:
    """The address of a demo that runs in ``folder / "demo"``, filled first if it is empty."""
    words = "demo --quiet --rows 300 --web-port 0 --smtp-port 0 --folder".split()
    process = subprocess.Popen(
        [sys.executable, "-m", "kommunpost", *words, str(folder / "demo")],
        env={**os.environ, "KOMMUNPOST_DATA": str(folder), "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        address = next(line.split()[1] for line in process.stdout if line.split()[:1] == ["Web"])
        assert any(line.startswith("READY") for line in process.stdout)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(120)  # a loaded machine stops slowly
        process.stdout.close()
