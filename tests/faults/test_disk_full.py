"""A full disk: senders are told to come again, nothing is half kept, and with room again all goes on by itself."""

import json
import os
import resource
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from bench.faults.mails import Mail, Way
from bench.faults.processes import Place, Serving
from bench.faults.proof import Verdict, claims_of
from bench.faults.rounds import fresh, prepare
from bench.faults.senders import Conversation

pytestmark = pytest.mark.slow

ROOM = 24 * 1024**2


def send(door: tuple[str, int], mail: Mail) -> bool:
    """Hand over the mail by a connection of its own. True: acknowledged; False: told to come again."""
    with socket.create_connection(door, timeout=60) as connection:
        conversation = Conversation(connection, lmtp=False)
        conversation.greet()
        for way in mail.ways:
            conversation.hand_over(way)
    assert {state for way in mail.ways for state in way.states.values()} <= {"acknowledged", "refused"}
    return all(way.acknowledged for way in mail.ways)


def a_mail(number: int) -> Mail:
    # Noise, which zstd cannot make smaller.
    noise = os.urandom(60_000).hex()
    body = "\r\n".join(noise[at : at + 76] for at in range(0, len(noise), 76))
    head = f"From: anna@mejl.example\r\nSubject: Prov disk{number}z\r\nMessage-ID: <disk.{number}@prov.example>\r\n\r\n"
    recipients = ("bygg@kommun.example", "skola@kommun.example")
    way = Way(raw=f"{head}{body}\r\n".encode(), sender="anna@mejl.example", recipients=recipients)
    return Mail(f"disk.{number}@prov.example", f"disk{number}z", [way])


def status(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Place]:
    """An installation on a file system of its own, of a few megabytes."""
    place = fresh(tmp_path)
    place.data.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(place.data)]
    if os.geteuid() or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place.data)], check=True)


def fill(serving: Serving) -> list[Mail]:
    """Send until refused; the mails, the refused one last."""
    mails: list[Mail] = []
    while True:
        mails.append(a_mail(len(mails)))
        if not send(serving.smtp, mails[-1]):
            return mails
        assert len(mails) < 1000


def check_full_and_after(place: Place, serving: Serving, *, make_room: Callable[[], object]) -> None:
    mails = fill(serving)
    # Refused again and again, and nothing of it stays; who reads still reads.
    assert not send(serving.smtp, mails[-1])
    assert status(serving.ports["web"], "healthz") == 200
    assert status(serving.ports["web"], "logga-in") in {200, 404}
    make_room()
    assert send(serving.smtp, mails[-1])
    mails.append(a_mail(len(mails)))
    assert send(serving.smtp, mails[-1])
    assert serving.stop() == 0
    check_kept(place, mails)


def check_kept(place: Place, mails: list[Mail]) -> None:
    """Every acknowledged mail is there once, whole and found; ``verify`` agrees."""
    with Serving(place, "--only", "worker") as worker:
        asked = "from kommunpost.apps.maillog.actions import index_pending; index_pending()"
        assert place.command("manage", "shell", "-v", "0", "-c", asked).returncode == 0
        worker.stop()
    claims = json.dumps([asdict(claim) for claim in claims_of(mails)])
    verdict = Verdict(**json.loads(place.python("-m", "bench.faults.proof", given=claims).stdout))
    assert [line for line in verdict.wrong if not line.startswith("left_over")] == []
    assert verdict.messages == len(mails)
    assert place.command("verify").returncode == 0


@pytest.mark.server
def test_full_file_system(small_disk: Place) -> None:
    prepare(small_disk)
    with Serving(small_disk) as serving:
        filler = small_disk.data / "filler"
        filler.write_bytes(b"x" * max(0, shutil.disk_usage(small_disk.data).free - 4 * 1024**2))
        check_full_and_after(small_disk, serving, make_room=filler.unlink)


def test_files_that_may_not_grow(tmp_path: Path) -> None:
    """A quota: the disk has room, but not for us."""
    place = fresh(tmp_path)
    prepare(place)
    with Serving(place) as serving:
        pid, free = serving.process.pid, resource.prlimit(serving.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (3 * 1024**2, free[1]))
        check_full_and_after(
            place, serving, make_room=lambda: resource.prlimit(pid, resource.RLIMIT_FSIZE, free) and None
        )
