"""Import from files: what is found in them, done twice, and killed in the middle. Nothing is lost, nothing doubled."""

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.mailflow.actions.importing import import_group
from kommunpost.apps.mailflow.arrivals import Arrived
from kommunpost.apps.mailflow.blobs import FolderStore
from kommunpost.apps.mailflow.blobs.contract import digest_of
from kommunpost.apps.mailflow.intake.files import FoundMail, Refused, list_files, read_file
from kommunpost.apps.mailflow.models import Arrival, Delivery, Message, OutgoingMail, Route

from .conftest import NOW, mail

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared" / "data" / "mail" / "spamassassin.tar.zst"
MBOX = b"From anna@x.example Thu Mar 12 08:40:00 2026\n%s\nFrom anna@x.example Thu Mar 12 08:41:00 2026\n%s\n"


def found(path: Path, *, limit: int = 10_000) -> list[bytes | str]:
    return [one.raw if isinstance(one, FoundMail) else str(one.code) for one in read_file(path, limit=limit)]


def write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


EML = mail()
TWO = MBOX % (b"A: 1\n\nx\n", b"B: 2\n\n")
ESCAPED = b"A: 1\n\n>From here\n>>From there\n> From no\nFrom now on\n"
PLAIN = b"A: 1\n\nFrom here\n>From there\n> From no\nFrom now on\n"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.eml", EML, [EML]),
        ("utan-ändelse", EML, [EML]),
        ("a.eml", b"\xef\xbb\xbfA: 1\n\n\xff\x00", [b"\xef\xbb\xbfA: 1\n\n\xff\x00"]),
        ("tom.eml", b"", [b""]),
        ("bild.jpg", b"\xff\xd8\xff\xe0", ["not_mail"]),
        ("a.mbox", MBOX % (ESCAPED, b"B: 2\n\nhej\n"), [PLAIN, b"B: 2\n\nhej\n"]),
        ("crlf", TWO.replace(b"\n", b"\r\n"), [b"A: 1\r\n\r\nx\r\n", b"B: 2\r\n\r\n"]),
        ("utan-slut", (MBOX % (b"A: 1\n\nx\n", b"B: 2\n\ny"))[:-1], [b"A: 1\n\nx\n", b"B: 2\n\ny"]),
        ("stor", MBOX % (b"A: 1\n\n" + b"x\n" * 9000, b"B: 2\n\ny\n"), ["too_large", b"B: 2\n\ny\n"]),
        ("stor.eml", b"A: 1\n\n" + b"x" * 20_000, ["too_large"]),
        ("a.mbox.gz", gzip.compress(MBOX % (b"A: 1\n\nx\n", b"B: 2\n\n"), mtime=0), [b"A: 1\n\nx\n", b"B: 2\n\n"]),
        ("bomb.gz", gzip.compress(b"A: 1\n\n" + b"x" * 5_000_000, mtime=0), ["too_large"]),
        ("trasig.gz", gzip.compress(EML, mtime=0)[:40], ["archive_damaged"]),
        ("a.zip", zipped({"in/ut/a.eml": EML, "../../b.eml": b"B: 2\n\n", "in/": b""}), [EML, b"B: 2\n\n"]),
        ("bomb.zip", zipped({"a.eml": b"A: 1\n\n" + b"x" * 5_000_000, "b.eml": EML}), ["too_large", EML]),
        ("c.zip", zipped({"a.mbox": TWO, "x": b"\x00"}), [b"A: 1\n\nx\n", b"B: 2\n\n", "not_mail"]),
    ],
)  # fmt: skip
def test_what_a_file_holds(tmp_path: Path, name: str, data: bytes, expected: list[bytes | str]) -> None:
    assert found(write(tmp_path / name, data)) == expected


def test_an_encrypted_zip_is_named(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.eml": EML}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (refused,) = read_file(write(tmp_path / "a.zip", bytes(data)))
    assert isinstance(refused, Refused)
    assert (refused.name, refused.code) == (f"{tmp_path}/a.zip/a.eml", "zip_encrypted")


@pytest.mark.parametrize(
    ("moment", "why"), [(b"\xff\xff\xff\xff", "31.15.2107 31:63:62"), (b"\x00" * 4, "day and month 0")]
)
def test_a_zip_with_an_impossible_time_is_read_all_the_same(tmp_path: Path, moment: bytes, why: str) -> None:
    data = bytearray(zipped({"a.eml": EML}))
    for header, offset in ((b"PK\x03\x04", 10), (b"PK\x01\x02", 12)):
        at = data.index(header) + offset
        data[at : at + 4] = moment
    assert found(write(tmp_path / "a.zip", bytes(data))) == [EML], why


def test_a_maildir_and_folders(tmp_path: Path) -> None:
    for place in ("Maildir/cur/1:2,S", "Maildir/new/2", "Maildir/tmp/3", "Maildir/.Skickat/cur/4", "mapp/tmp/5.eml"):
        write(tmp_path / place, EML)
    (tmp_path / "Maildir/.Skickat/new").mkdir()
    names = {str(file.relative_to(tmp_path)) for file in list_files(tmp_path)}
    assert names == {"Maildir/cur/1:2,S", "Maildir/new/2", "Maildir/.Skickat/cur/4", "mapp/tmp/5.eml"}


def take(*raws: bytes, **more: str) -> tuple[int, int, int]:
    arrivals = [
        Arrived(raw=raw, route=Route.IMPORT, at=None, fallback_at=datetime(2020, 1, 1, tzinfo=UTC), **more)  # type: ignore[arg-type]
        for raw in raws
    ]
    done = import_group(arrivals=arrivals, listeners=[], now=NOW)
    return done.new, done.already_there, len(done.refused)


@pytest.mark.django_db
def test_headers_say_whose_it_is_and_when(mailboxes: dict[str, Mailbox]) -> None:
    take(
        mail(message_id="1@x.example"),
        mail(message_id="2@x.example", sender="skola@kommun.example", to="anna@x.example"),
        mail(message_id="3@x.example", to="anna@x.example"),
        mail(message_id="4@x.example", to="x@x.example", top="Delivered-To: skola@kommun.example\r\n"),
        mail(message_id="5@x.example", top="Received: a; Fri, 13 Mar 2026 10:00:00 +0100\r\n"),
        b"Subject: utan datum\r\n\r\nhej",
    )
    rows = [(one.address, one.direction, f"{one.at:%y%m%d %H%M}") for one in Delivery.objects.order_by("pk")]
    assert rows == [
        ("bygg@kommun.example", "in", "260312 0740"),
        ("skola@kommun.example", "out", "260312 0740"),
        ("anna@x.example", "in", "260312 0740"),
        ("skola@kommun.example", "in", "260312 0740"),
        ("bygg@kommun.example", "in", "260313 0900"),
        ("-", "in", "200101 0000"),
    ]
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_again_adds_nothing(mailboxes: dict[str, Mailbox]) -> None:
    raws = [
        mail(message_id=f"{number}@x.example", to=to)
        for number, to in enumerate(["bygg@kommun.example", "x@y.example"])
    ]
    assert take(*raws) == (2, 0, 0)
    assert take(*raws) == (0, 2, 0)
    assert take(raws[0], mailbox="skola@kommun.example") == (1, 0, 0)
    assert take(raws[0], mailbox="skola@kommun.example") == (0, 1, 0)
    assert (Message.objects.count(), Delivery.objects.count(), Arrival.objects.count()) == (2, 3, 0)


@pytest.mark.django_db
def test_a_poison_mail_stands_alone(mailboxes: dict[str, Mailbox]) -> None:
    def choke(events: object) -> None:
        if "gift" in repr(events):
            raise ValueError

    arrivals = [
        Arrived(raw=mail(message_id=f"{subject}@x.example", subject=subject), route=Route.IMPORT, at=NOW)
        for subject in ("ett", "gift", "tva")
    ]
    done = import_group(arrivals=arrivals, listeners=[choke], now=NOW)
    assert (done.new, done.already_there, done.refused) == (2, 0, (1,))
    assert Message.objects.count() == 2


# --- The command itself, in processes of its own ---


def environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "KOMMUNPOST_BLOBS"}}
    return kept | {"KOMMUNPOST_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}


def run(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    tool = [sys.executable, "-m", "kommunpost", *words]
    return subprocess.run(tool, check=False, env=environment(data), capture_output=True, text=True, timeout=900)


def counts(data: Path) -> tuple[int, int, int]:
    """Messages, deliveries, and arrivals of a database."""
    script = (
        "import django; django.setup()\n"
        "from kommunpost.apps.mailflow.models import *\n"
        "from kommunpost.apps.mailflow.blobs import store\n"
        "[store().get(one) for one in Message.objects.values_list('blob_id', flat=True)]\n"
        "print(Message.objects.count(), Delivery.objects.count(), Arrival.objects.count())"
    )
    extra = {"DJANGO_SETTINGS_MODULE": "kommunpost.site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(data) | extra, capture_output=True, text=True, check=True
    )
    messages, deliveries, arrivals = map(int, done.stdout.split())
    return messages, deliveries, arrivals


def kill_in_the_middle(data: Path, source: Path) -> None:
    tool = [sys.executable, "-m", "kommunpost", "import", "--keep-going", str(source)]
    process = subprocess.Popen(tool, env=environment(data), stdout=subprocess.PIPE)
    blobs = FolderStore(data / "blobs")
    while process.poll() is None and sum(1 for _digest in blobs.digests()) < 130:
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL, "the import was done before it could be killed"


@pytest.mark.slow
def test_killed_and_done_again_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    source, data = tmp_path / "post", tmp_path / "data"
    for number in range(700):
        write(source / f"{number % 7}" / f"{number}.eml", mail(message_id=f"{number}@x.example", body="x" * 3000))
    assert run(data, "migrate").returncode == 0
    kill_in_the_middle(data, source)
    done = run(data, "import", str(source))
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["files"], said["messages"], said["refused"]) == (700, 700, [])
    assert 0 < said["already_there"] < 700
    assert counts(data) == (700, 700, 0)
    assert json.loads(run(data, "import", str(source)).stdout)["already_there"] == 700
    assert counts(data) == (700, 700, 0)


@pytest.mark.slow
def test_a_bad_path_is_told_before_anything_is_done(tmp_path: Path) -> None:
    write(tmp_path / "a.eml", EML)
    assert run(tmp_path / "data", "migrate").returncode == 0
    done = run(tmp_path / "data", "import", str(tmp_path / "a.eml"), str(tmp_path / "finns-inte"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "finns-inte" in done.stderr
    assert counts(tmp_path / "data") == (0, 0, 0)


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the shared mails are not here")
def test_six_thousand_real_mails_twice_and_killed(tmp_path: Path) -> None:
    source, data = tmp_path / "post", tmp_path / "data"
    source.mkdir()
    subprocess.run(["tar", "--zstd", "-xf", str(SHARED), "-C", str(source)], check=True)
    assert run(data, "migrate").returncode == 0
    kill_in_the_middle(data, source)
    said = json.loads(run(data, "import", "--keep-going", str(source)).stdout)
    assert (said["files"], said["messages"], said["refused"]) == (6046, 6046, [])
    held = set(FolderStore(data / "blobs").digests())
    mails = [one.raw for file in list_files(source) for one in read_file(file) if isinstance(one, FoundMail)]
    assert len(mails) == 6046
    assert {digest_of(raw) for raw in mails} == held
    first = counts(data)
    again = json.loads(run(data, "import", "--keep-going", str(source)).stdout)
    assert (again["new"], again["already_there"]) == (0, 6046)
    assert counts(data) == first
