"""One contract for every blob store, and what the folder alone must stand."""

import hashlib
import os
import secrets
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from obstore.store import LocalStore, MemoryStore

from kommunpost.apps.mailflow.blobs import BlobDamaged, BlobMissing, BlobStore, FolderStore, ObjectStore, open_store
from kommunpost.apps.mailflow.blobs.contract import pack


def sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


@pytest.fixture(
    params=["folder", "folder-without-syncfs", "local", "memory", pytest.param("s3", marks=pytest.mark.server)]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BlobStore]:
    if request.param == "s3":
        yield from _s3(request)
    elif request.param.startswith("folder"):
        folder = FolderStore(tmp_path / "blobs")
        if request.param.endswith("syncfs"):
            folder._syncfs = None
        yield folder
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
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_survive(raws: list[bytes]) -> None:
    store = ObjectStore(MemoryStore())
    assert [store.get(stored.digest) for stored in store.put_many(raws)] == raws


@pytest.mark.parametrize("harm", ["flipped", "cut", "empty", "another"])
def test_damage_is_named(tmp_path: Path, harm: str) -> None:
    store = FolderStore(tmp_path)
    digest = store.put(b"brev " * 50).digest
    path = store.path(digest)
    whole = path.read_bytes()
    harmed = {"flipped": whole[:-6] + b"xxxxxx", "cut": whole[:-3], "empty": b"", "another": pack(b"annat brev")}
    path.write_bytes(harmed[harm])
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
    assert list((tmp_path / "aside").iterdir()) == []


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
    store = FolderStore(tmp_path, now=lambda: time.time() + 2 * 3600)
    digests = list(store.digests())
    assert len(digests) >= 10
    assert all(sha(store.get(digest)) == digest for digest in digests)
    assert list((tmp_path / "aside").iterdir()) == []


def test_a_young_file_aside_may_belong_to_a_living_writer(tmp_path: Path) -> None:
    FolderStore(tmp_path)
    (tmp_path / "aside" / "young").write_bytes(b"x")
    FolderStore(tmp_path)
    assert (tmp_path / "aside" / "young").exists()


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(tmp_path)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put(b"a")
    assert list(store.digests()) == []
    assert list((tmp_path / "aside").iterdir()) == []
