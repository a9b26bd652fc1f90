"""Intake: durable acceptance over SMTP (blob, message, delivery and log row).

Beside it Dovecot LMTP into Maildir, in the same run, on the same disk.
"""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import cpu
from bench.peers import dovecot

ROOT = Path(__file__).resolve().parent.parent
QUIET = subprocess.DEVNULL


def fsync_floor(folder: Path, *, times: int = 200) -> float:
    """Median milliseconds of: new file of 7 kB, fsync, rename."""
    waits = []
    for number in range(times):
        begun = time.perf_counter()
        path = folder / f"floor-{number}.tmp"
        with path.open("wb") as file:
            file.write(b"x" * 7000)
            file.flush()
            os.fsync(file.fileno())
        path.rename(folder / "floor")
        waits.append(time.perf_counter() - begun)
    return statistics.median(waits) * 1000


@contextmanager
def kommunpost(*, beside: Path) -> Iterator[tuple[int, int]]:
    """Our own intake as an installation runs it (SQLite, folder of blobs); gives the SMTP port and the process."""
    folder, port = Path(tempfile.mkdtemp(prefix="kommunpost-", dir=beside)), dovecot.free_port()
    environment = os.environ | {
        "KOMMUNPOST_DATA": str(folder),
        "KOMMUNPOST_SMTP": f"127.0.0.1:{port}",
        "PYTHONPATH": str(ROOT / "src"),
    }
    environment.pop("DATABASE_URL", None)
    tool = [sys.executable, "-m", "kommunpost"]
    directory = str(ROOT / "src" / "kommunpost" / "site" / "demo" / "directory.toml")
    for words in (["migrate"], ["directory", "load", directory]):
        subprocess.run([*tool, *words], check=True, env=environment, stdout=QUIET, stderr=QUIET)
    server = subprocess.Popen([*tool, "serve", "--only", "smtp"], env=environment, stdout=QUIET, stderr=QUIET)
    try:
        dovecot.wait_for(port, seconds=30)
        yield port, server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def load(*, port: int, pid: int, protocol: str, mails: int, seed: int) -> dict[str, float]:
    """One round of the load from a process of its own. ``cpu_us``: what process ``pid`` and those below it used."""
    words = ["--port", str(port), "--protocol", protocol, "--mails", str(mails), "--seed", str(seed)]
    begun = cpu.seconds(pid)
    done = subprocess.run(
        [sys.executable, "-m", "bench.load", *words], check=True, cwd=ROOT, capture_output=True, timeout=300
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result | {"cpu_us": (cpu.seconds(pid) - begun) / result["acknowledged"] * 1e6}


def _rate(rounds: Sequence[dict[str, float]]) -> str:
    rates = sorted(r["acknowledged"] / r["seconds"] for r in rounds)
    waits = statistics.median(r["p50_ms"] for r in rounds), statistics.median(r["p95_ms"] for r in rounds)
    return (
        f"{statistics.median(rates):7.0f} mails/s ({rates[0]:.0f}–{rates[-1]:.0f})"
        f"   p50 {waits[0]:.1f} ms, p95 {waits[1]:.1f} ms"
        f"   {statistics.median(r['cpu_us'] for r in rounds):.0f} µs processor a mail"
    )


def run(*, quick: bool = False) -> None:
    """Rounds by turns, so that a slow minute of the disk hits both; prints medians, spread and the ratio."""
    mails, rounds = (300, 3) if quick else (1500, 5)
    beside = Path(tempfile.mkdtemp(prefix="bench-", dir=os.environ.get("KOMMUNPOST_BENCH_FOLDER")))
    beside.chmod(0o755)
    why_not = dovecot.missing()
    ours: list[dict[str, float]] = []
    peer: list[dict[str, float]] = []
    try:
        print(f"Intake, 21 kB mails, 8 connections, {mails} mails a round, {rounds} rounds by turns")
        print(f"  file + fsync + rename          {fsync_floor(beside):.2f} ms")
        with kommunpost(beside=beside) as (port, pid):
            load(port=port, pid=pid, protocol="smtp", mails=100, seed=999)
            for seed in range(rounds):
                ours.append(load(port=port, pid=pid, protocol="smtp", mails=mails, seed=seed))
                if not why_not:
                    with dovecot.running(beside=beside) as (peer_port, peer_pid):
                        peer.append(load(port=peer_port, pid=peer_pid, protocol="lmtp", mails=mails, seed=seed))
        print(f"  Kommunpost SMTP                {_rate(ours)}")
        if why_not:
            print(f"  Dovecot LMTP to Maildir        not measured: {why_not}")
            return
        print(f"  Dovecot LMTP to Maildir        {_rate(peer)}")
        work = statistics.median(p["cpu_us"] / o["cpu_us"] for p, o in zip(peer, ours, strict=True))
        ratios = sorted(p["seconds"] / o["seconds"] for p, o in zip(peer, ours, strict=True))
        print(f"  ratio, ours to Dovecot         {statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})")
        print(f"  Dovecot's processor time to ours {work:.2f}")
    finally:
        shutil.rmtree(beside, ignore_errors=True)
