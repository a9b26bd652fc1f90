"""Intake: durable acceptance over SMTP (blob, message, delivery and log row).

Beside it Dovecot LMTP into Maildir, in the same run, on the same disk. With ``KOMMUNPOST_BENCH_DATABASE`` (a PostgreSQL
server) one and two intakes on that too.
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
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bench import cpu
from bench.faults.database import own_database
from bench.peers import dovecot

ROOT = Path(__file__).resolve().parent.parent
QUIET = subprocess.DEVNULL
CONNECTIONS = 8


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
def kommunpost(*, beside: Path, database: str = "", pairs: int = 1) -> Iterator[list[tuple[int, int]]]:
    """Our own intake as an installation runs it (SQLite or the ``database``, folder of blobs), ``pairs`` times; gives
    the SMTP port and the process of each.
    """
    folder = Path(tempfile.mkdtemp(prefix="kommunpost-", dir=beside))
    environment = os.environ | {
        "KOMMUNPOST_DATA": str(folder), "DATABASE_URL": database, "PYTHONPATH": str(ROOT / "src"),
    }  # fmt: skip
    tool = [sys.executable, "-m", "kommunpost"]
    directory = str(ROOT / "src" / "kommunpost" / "site" / "demo" / "directory.toml")
    for words in (["migrate"], ["directory", "load", directory]):
        subprocess.run([*tool, *words], check=True, env=environment, stdout=QUIET, stderr=QUIET)
    ports = [dovecot.free_port() for _ in range(pairs)]
    servers = [
        subprocess.Popen(
            [*tool, "serve", "--only", "smtp"], stdout=QUIET, stderr=QUIET,
            env=environment | {"KOMMUNPOST_SMTP": f"127.0.0.1:{port}", "KOMMUNPOST_PROCESS": f"bench-{port}"},
        )
        for port in ports
    ]  # fmt: skip
    try:
        for port in ports:
            dovecot.wait_for(port, seconds=120)
        yield [(port, server.pid) for port, server in zip(ports, servers, strict=True)]
    finally:
        for server in servers:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def load(
    *, port: int, pid: int, protocol: str, mails: int, seed: int, connections: int = CONNECTIONS
) -> dict[str, float]:
    """One round of the load from a process of its own. ``cpu_us``: what process ``pid`` and those below it used."""
    words = ["--port", str(port), "--protocol", protocol, "--mails", str(mails), "--seed", str(seed)]
    words += ["--connections", str(connections)]
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


def _print_postgresql(beside: Path, *, mails: int, rounds: int) -> None:
    """One and two intakes on the server that ``KOMMUNPOST_BENCH_DATABASE`` names, where it does."""
    named = os.environ.get("KOMMUNPOST_BENCH_DATABASE", "")
    for pairs in (1, 2) if named else ():
        with own_database(named) as url, kommunpost(beside=beside, database=url, pairs=pairs) as servers:
            each, together = mails // pairs, []
            with ThreadPoolExecutor(pairs) as pool:
                for seed in range(rounds + 1):
                    parts = [
                        pool.submit(
                            load, port=port, pid=pid, protocol="smtp", mails=each, seed=seed * pairs + place,
                            connections=CONNECTIONS // pairs,
                        )
                        for place, (port, pid) in enumerate(servers)
                    ]  # fmt: skip
                    done = [part.result() for part in parts]
                    # The first round only warms up.
                    together += [_summed(done)] if seed else []
        print(f"  PostgreSQL, {pairs} intake{'s' if pairs > 1 else ' '}          {_rate(together)}")


def _summed(parts: Sequence[dict[str, float]]) -> dict[str, float]:
    """Rounds that ran beside each other as one: the longest time, all mails, the worst waits."""
    longest = {name: max(part[name] for part in parts) for name in ("seconds", "p50_ms", "p95_ms", "cpu_us")}
    return longest | {"acknowledged": sum(part["acknowledged"] for part in parts)}


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
        with kommunpost(beside=beside) as ((port, pid),):
            load(port=port, pid=pid, protocol="smtp", mails=100, seed=999)
            for seed in range(rounds):
                ours.append(load(port=port, pid=pid, protocol="smtp", mails=mails, seed=seed))
                if not why_not:
                    with dovecot.running(beside=beside) as (peer_port, peer_pid):
                        peer.append(load(port=peer_port, pid=peer_pid, protocol="lmtp", mails=mails, seed=seed))
        print(f"  Kommunpost SMTP                {_rate(ours)}")
        _print_postgresql(beside, mails=mails, rounds=rounds)
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
