"""The restore drill as docs/how-to/restore-drill.md has it, under load; and what a damaged house or backup says."""

import json
import re
import shlex
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest
from bench.faults.database import own_database
from bench.faults.processes import ROOT, Place, Serving
from bench.faults.proof import Verdict, claims_of
from bench.faults.rounds import fresh, prepare
from bench.faults.senders import Ledger, Sender
from tests.faults.test_disk_full import a_mail, send

pytestmark = pytest.mark.slow

DRILL = ROOT / "docs/how-to/restore-drill.md"


def commands(text: str, **words: str) -> list[list[str]]:
    """The lines of the document that begin with ``kommunpost``, without that word, its example folders replaced."""
    lines = re.findall(r"^ *kommunpost (.+)$", text, re.MULTILINE)
    for example, real in words.items():
        lines = [line.replace(f"/{example}", real) for line in lines]
    return [shlex.split(line) for line in lines]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def databases(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """URLs of two empty databases: to work in, and to restore into."""
    if request.param == "sqlite":
        yield "", ""
        return
    server = request.getfixturevalue("postgres_url")
    with own_database(server) as first, own_database(server) as second:
        yield first, second


def test_drill_while_mail_comes_in(tmp_path: Path, databases: tuple[str, str]) -> None:
    place = fresh(tmp_path, database=databases[0])
    restored = Place(data=tmp_path / "practice", database=databases[1])
    prepare(place)
    backup, restore, verify = commands(DRILL.read_text(encoding="utf-8"), backups=str(tmp_path), srv=str(tmp_path))
    before = [a_mail(number) for number in range(5)]
    ledger = Ledger()
    with Serving(place) as serving:
        assert all(send(serving.smtp, mail) for mail in before)
        host, port = serving.smtp
        sender = Sender(number=1, ledger=ledger, host=host, port=lambda: port, lmtp=False, seed=3, current_round=[0])
        sender.start()
        done = place.command(*backup)
        sender.stop.set()
        sender.join(60)
        assert done.returncode == 0, done.stderr
        assert ledger.acknowledged
    # On the machine of the drill there is nothing of the first: no settings, no key.
    done = restored.command(*restore)
    assert done.returncode == 0, done.stdout + done.stderr
    after = a_mail(5)
    with Serving(restored) as serving:
        assert send(serving.smtp, after)
        assert serving.stop() == 0
    assert restored.command(*verify).returncode == 0
    claims = json.dumps([asdict(claim) for claim in claims_of([*before, after])])
    found = restored.python("-m", "bench.faults.proof", given=claims)
    verdict = Verdict(**json.loads(found.stdout))
    assert (verdict.lost, verdict.doubled, verdict.unlogged) == ([], [], [])


@pytest.fixture(scope="module")
def small_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder at rest, with one mail in it."""
    place = fresh(tmp_path_factory.mktemp("house"))
    prepare(place)
    with Serving(place) as serving:
        assert send(serving.smtp, a_mail(0))
        assert serving.stop() == 0
    return place.data


def flip_a_bit(data: Path) -> None:
    with closing(sqlite3.connect(data / "blobs/mail-0001.sqlite3")) as volume, volume:
        packed = bytearray(volume.execute("SELECT packed FROM blob").fetchone()[0])
        packed[len(packed) // 2] ^= 1
        volume.execute("UPDATE blob SET packed = ?", [bytes(packed)])


def lose_a_blob(data: Path) -> None:
    with closing(sqlite3.connect(data / "blobs/mail-0001.sqlite3")) as volume, volume:
        volume.execute("DELETE FROM blob")


def lose_the_key(data: Path) -> None:
    (data / "secret.key").write_text("another-key-that-was-never-ours-but-long-enough", encoding="ascii")


@pytest.mark.parametrize(
    ("damage", "kind"),
    [(flip_a_bit, "blob_damaged"), (lose_a_blob, "blob_missing"), (lose_the_key, "head_changed")],
)
def test_verify_tells_of_damage(tmp_path: Path, small_house: Path, damage: object, kind: str) -> None:
    place = Place(data=Path(shutil.copytree(small_house, tmp_path / "data")))
    assert place.command("verify").returncode == 0
    assert callable(damage)
    damage(place.data)
    done = place.command("verify")
    assert done.returncode == 1
    assert kind in {one["kind"] for one in json.loads(done.stdout)["breaks"]}


@pytest.mark.parametrize("file", ["database.sqlite3", "secret.key", "blobs.txt", "manifest.json"])
def test_a_cut_backup_is_refused_with_a_remedy(tmp_path: Path, small_house: Path, file: str) -> None:
    place = Place(data=small_house)
    backup, into = tmp_path / "backup", tmp_path / "into"
    assert place.command("backup", str(backup)).returncode == 0
    whole = (backup / file).read_bytes()
    (backup / file).write_bytes(whole[: len(whole) // 2])
    done = place.command("restore", str(backup), "--into", str(into))
    assert done.returncode in {1, 2}
    assert file in done.stderr
    assert "Traceback" not in done.stderr
    assert not into.exists()
