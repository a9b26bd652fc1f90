"""One contract for every blob store, and what the folder alone must stand."""

import hashlib
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from obstore.store import LocalStore, MemoryStore
from tests.suite import SLOW_IS_NO_FAULT

from kommunpost.apps.mailflow.blobs import (
    BlobDamaged,
    BlobMissing,
    BlobStore,
    FolderStore,
    ObjectStore,
    open_store,
    volume,
)
from kommunpost.apps.mailflow.blobs.contract import PackedBlob, pack
from kommunpost.apps.mailflow.blobs.folder import VOLUME_OCTETS


def sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


@pytest.fixture(
    params=["folder", "folder-of-full-volumes", "local", "memory", pytest.param("s3", marks=pytest.mark.server)]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BlobStore]:
    if request.param == "s3":
        yield from _s3(request)
    elif request.param.startswith("folder"):
        # With volumes that are full at once, every put makes one more.
        yield FolderStore(tmp_path / "blobs", volume_octets=VOLUME_OCTETS if request.param == "folder" else 1)
    else:
        yield ObjectStore(LocalStore(tmp_path) if request.param == "local" else MemoryStore())


def _s3(request: pytest.FixtureRequest) -> Iterator[BlobStore]:
    server_of_moto = pytest.importorskip("moto.server", reason="moto is not installed (requirements/heavy.txt)")
    server = server_of_moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch = request.getfixturevalue("monkeypatch")
    boto3 = pytest.importorskip("boto3")
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "eu-north-1"}
    for name, value in {**keys, "AWS_ENDPOINT": f"http://{host}:{port}", "AWS_ALLOW_HTTP": "true"}.items():
        monkeypatch.setenv(name, value)
    place = {"LocationConstraint": "eu-north-1"}
    client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="eu-north-1")
    # The double keeps its buckets from server to server within a process.
    bucket = f"post-{secrets.token_hex(4)}"
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    yield open_store(f"s3://{bucket}/blobs")
    server.stop()


def test_what_is_put_comes_back(store: BlobStore) -> None:
    raw = b"Subject: Hej\r\n\r\n" + b"brev " * 1000
    stored = store.put(raw)
    assert (stored.digest, stored.size) == (sha(raw), len(raw))
    assert stored.stored_size < 200
    assert store.get(stored.digest) == raw
    assert store.exists(stored.digest)
    assert list(store.digests()) == [stored.digest]


def test_the_same_bytes_twice_are_one_blob(store: BlobStore) -> None:
    assert store.put(b"a") == store.put(b"a")
    assert store.put_many([b"a", b"b", b"a", b"c", b"d"])[0].digest == sha(b"a")
    assert sorted(store.digests()) == sorted(map(sha, [b"a", b"b", b"c", b"d"]))


def test_a_group_keeps_its_order(store: BlobStore) -> None:
    raws = [f"mail {number}".encode() for number in range(20)]
    assert [stored.digest for stored in store.put_many(raws)] == [sha(raw) for raw in raws]
    assert [store.get(sha(raw)) for raw in raws] == raws
    assert store.put_many([]) == []


def test_packed_blobs_are_copied_as_they_are(store: BlobStore) -> None:
    blobs = [PackedBlob.of(raw) for raw in (b"ett", b"tv\xc3\xa5", b"")]
    assert store.put_packed(blobs) == [blob.stored for blob in blobs]
    assert [store.get_packed(blob.digest) for blob in blobs] == [blob.packed for blob in blobs]
    assert store.get(sha(b"ett")) == b"ett"
    with pytest.raises(BlobMissing):
        store.get_packed(sha(b"tre"))


def test_erased_is_gone_and_can_come_again(store: BlobStore) -> None:
    digest = store.put(b"gallras").digest
    assert store.erase(digest) is True
    assert store.erase(digest) is False
    assert not store.exists(digest)
    with pytest.raises(BlobMissing) as refused:
        store.get(digest)
    assert (refused.value.code, refused.value.digest) == ("blob_missing", digest)
    assert store.get(store.put(b"gallras").digest) == b"gallras"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_a_name_that_is_no_digest_is_not_there(store: BlobStore, name: str) -> None:
    for ask in (store.get, store.exists, store.erase):
        with pytest.raises(BlobMissing):
            ask(name)


@given(raws=st.lists(st.binary(max_size=300), max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=SLOW_IS_NO_FAULT)
def test_any_bytes_survive(raws: list[bytes]) -> None:
    store = ObjectStore(MemoryStore())
    assert [store.get(stored.digest) for stored in store.put_many(raws)] == raws


@pytest.mark.parametrize("harm", ["flipped", "cut", "empty", "another"])
def test_damage_is_named(tmp_path: Path, harm: str) -> None:
    store = FolderStore(tmp_path)
    digest = store.put(b"brev " * 50).digest
    whole = store.get_packed(digest)
    harmed = {"flipped": whole[:-6] + b"xxxxxx", "cut": whole[:-3], "empty": b"", "another": pack(b"annat brev")}
    with closing(sqlite3.connect(tmp_path / "mail-0001.sqlite3", isolation_level=None)) as volume:
        volume.execute("UPDATE blob SET packed = ?", [harmed[harm]])
    with pytest.raises(BlobDamaged) as refused:
        store.get(digest)
    assert (refused.value.code, refused.value.digest) == ("blob_damaged", digest)


def test_many_threads_put_the_same_and_different_bytes(tmp_path: Path) -> None:
    stores = [FolderStore(tmp_path) for _ in range(4)]
    raws = [f"mail {number % 40}".encode() for number in range(200)]
    with ThreadPoolExecutor(4) as pool:
        groups = pool.map(lambda n: stores[n % 4].put_many(raws[n * 10 : n * 10 + 10]), range(20))
        assert sum(len(group) for group in groups) == 200
    assert sorted(stores[0].digests()) == sorted({sha(raw) for raw in raws})


def test_a_killed_writer_leaves_no_half_blob(tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import os, sys
        from pathlib import Path
        from kommunpost.apps.mailflow.blobs.folder import FolderStore
        store = FolderStore(Path(sys.argv[1]))
        number = 0
        while True:
            store.put(os.urandom(200_000))
            number += 1
            print(number, flush=True)
    """)
    writer = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    for _ in range(10):
        writer.stdout.readline()
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    store = FolderStore(tmp_path)
    digests = list(store.digests())
    assert len(digests) >= 10
    assert all(sha(store.get(digest)) == digest for digest in digests)


def test_a_full_volume_is_followed_by_another_that_all_see(tmp_path: Path) -> None:
    raws = [os.urandom(20_000) for _ in range(9)]
    writer, reader = FolderStore(tmp_path, volume_octets=50_000), FolderStore(tmp_path, volume_octets=50_000)
    assert not reader.exists(sha(raws[0]))
    for raw in raws:
        writer.put(raw)
        # The file grows when the write-ahead log is taken in.
        writer.close()
    assert len(list(tmp_path.glob("mail-*.sqlite3"))) > 2
    assert [reader.get(sha(raw)) for raw in raws] == raws
    assert reader.put(raws[0]).digest == sha(raws[0])
    assert sorted(reader.digests()) == sorted(map(sha, raws))
    assert writer.erase(sha(raws[0]))
    assert not reader.exists(sha(raws[0]))


def traces(folder: Path, secret: bytes) -> int:
    """How many short runs of the bytes stand in the files: a blob's pages need not be neighbours."""
    held = b"".join(path.read_bytes() for path in folder.iterdir())
    return sum(secret[place : place + 32] in held for place in range(0, len(secret) - 31, 16))


@pytest.mark.parametrize("taken_in", [True, False])
def test_nothing_of_an_erased_mail_stays_in_any_file(tmp_path: Path, taken_in: bool) -> None:
    store = FolderStore(tmp_path)
    secret, kept = os.urandom(30_000), os.urandom(30_000)
    digest = store.put_many([kept, secret])[1].digest
    if taken_in:
        store.close()
    assert traces(tmp_path, secret) > 1000
    store.erase(digest)
    assert traces(tmp_path, secret) == traces(tmp_path, bytes.fromhex(digest)) == 0
    assert store.get(sha(kept)) == kept


def test_a_reader_that_holds_on_lets_no_erasure_pass_unsaid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volume, "WAIT_SECONDS", 0.05)
    store = FolderStore(tmp_path)
    digest = store.put(b"gallras").digest
    with closing(sqlite3.connect(tmp_path / "mail-0001.sqlite3", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM blob").fetchone()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            store.erase(digest)
    # Done again when the reader has gone: the bytes are not in the write-ahead log any more.
    assert store.erase(digest) is False
    assert not any(bytes.fromhex(digest) in path.read_bytes() for path in tmp_path.iterdir())


def test_a_full_disk_refuses_the_group_whole(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    before = store.put(b"stod redan").digest
    with store._volumes[-1]._connection() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        store.put_many([os.urandom(9000) for _ in range(3)])
    assert list(store.digests()) == [before]
    assert store.put(os.urandom(9000)).size == 9000


def test_nobody_but_the_owner_reads_the_files(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "blobs")
    store.put(b"hemligt")
    assert {path.stat().st_mode & 0o077 for path in [store.root, *store.root.iterdir()]} == {0}
