"""Bytes that no row names are found and erased; never those of a mail, however late its row comes."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connections
from obstore.store import LocalStore
from pytest_django import Settings

from kommunpost.apps.audit.models import Event
from kommunpost.apps.mailflow import blobs
from kommunpost.apps.mailflow.actions import receive_group
from kommunpost.apps.mailflow.actions.erase import erase_blob
from kommunpost.apps.mailflow.actions.sweep import KEPT_FOR, Swept, erase_loose, sweep
from kommunpost.apps.mailflow.blobs import ObjectStore, store
from kommunpost.apps.mailflow.events import DeliveryRecorded
from kommunpost.apps.mailflow.models import Blob, LooseBlob
from kommunpost.site.cli import main

from .conftest import NOW, arrived, mail

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + KEPT_FOR


@pytest.fixture(autouse=True, params=["folder", "objects"])
def both_stores(request: pytest.FixtureRequest, settings: Settings, tmp_path, monkeypatch) -> Iterator[None]:
    if request.param == "objects":
        place = tmp_path / "objects"
        place.mkdir()
        monkeypatch.setattr(blobs, "open_store", lambda _place: ObjectStore(LocalStore(place)))
        settings.BLOB_STORE = f"s3://{place}"
    yield
    blobs._opened.cache_clear()


def take_in(raw: bytes, listener: Callable[[Sequence[DeliveryRecorded]], None] = lambda _events: None) -> None:
    receive_group(arrivals=[arrived(raw)], listeners=[listener], now=NOW)


def test_loose_bytes_are_erased_after_a_week_and_mail_never() -> None:
    take_in(mail())
    loose = store().put(b"never acknowledged").digest
    assert sweep(now=NOW) == Swept(loose=1, due=0, erased=0)
    assert sweep(now=LATER - timedelta(seconds=1)) == Swept(loose=1, due=0, erased=0)
    assert sweep(now=LATER) == Swept(loose=0, due=1, erased=1)
    assert not store().exists(loose)
    assert list(store().digests()) == [Blob.objects.get(erased_at=None).pk]
    assert Event.objects.get(verb="mailflow:blob:sweep").subject == f"blob:{loose}"
    row = Blob.objects.get(pk=loose)
    assert (row.size, row.erased_at) == (18, LATER)


def test_what_got_a_row_meanwhile_is_no_longer_loose() -> None:
    raw = mail()
    digest = store().put(raw).digest
    assert sweep(now=NOW).loose == 1
    take_in(raw)
    assert sweep(now=LATER) == Swept(loose=0, due=0, erased=0)
    assert store().get(digest) == raw


def test_a_swept_mail_that_comes_again_is_there_again() -> None:
    raw = mail()
    digest = store().put(raw).digest
    sweep(now=NOW)
    sweep(now=LATER)
    take_in(raw)
    assert store().get(digest) == raw
    row = Blob.objects.get(pk=digest)
    assert (row.erased_at, row.size) == (None, len(raw))


def test_bytes_that_came_back_behind_an_erasure_are_loose() -> None:
    digest = store().put(b"erased").digest
    sweep(now=NOW)
    sweep(now=LATER)
    store().put(b"erased")
    assert sweep(now=LATER).loose == 1
    assert sweep(now=LATER + KEPT_FOR).erased == 1
    assert not store().exists(digest)
    assert not erase_blob(digest=digest, by="system:test", now=LATER)


def test_a_mail_being_written_is_never_swept() -> None:
    """The sweep comes at the worst moment: the bytes lie in the store, the row is written and not committed."""
    raw = mail()
    digest = blobs.contract.digest_of(raw)
    swept: list[bool] = []

    def in_the_midst(_events: Sequence[DeliveryRecorded]) -> None:
        sweeping.start()
        sweeping.join(0.5)
        # It waits for us. (SQLite: for its turn to write. PostgreSQL: for our row.)
        assert sweeping.is_alive()

    def erase() -> None:
        swept.append(erase_loose(digest, now=LATER))
        connections.close_all()

    sweeping = threading.Thread(target=erase)
    store().put(raw)
    take_in(raw, in_the_midst)
    sweeping.join(30)
    assert swept == [False]
    assert store().get(digest) == raw


def test_a_mail_that_comes_while_its_bytes_are_swept_puts_them_back(monkeypatch) -> None:
    """The other order: the sweep has its row and erases; the mail, its bytes found in place, waits for the row."""
    raw = mail()
    digest = store().put(raw).digest
    erase, began, go_on = store().erase, threading.Event(), threading.Event()

    def slowly(digest: str) -> bool:
        began.set()
        assert go_on.wait(30)
        return erase(digest)

    monkeypatch.setattr(store(), "erase", slowly)

    def sweeping() -> None:
        erase_loose(digest, now=LATER)
        connections.close_all()

    def taking() -> None:
        take_in(raw)
        connections.close_all()

    threads = [threading.Thread(target=sweeping), threading.Thread(target=taking)]
    threads[0].start()
    assert began.wait(30)
    threads[1].start()
    threads[1].join(0.5)
    assert threads[1].is_alive()
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert store().get(digest) == raw
    assert Blob.objects.get(pk=digest).erased_at is None


def test_too_many_are_left_for_a_person(monkeypatch) -> None:
    monkeypatch.setattr("kommunpost.apps.mailflow.actions.sweep.MOST", 2)
    for number in range(2):
        store().put(b"%d" % number)
    sweep(now=NOW)
    assert sweep(now=LATER) == Swept(loose=2, due=2, erased=0)
    assert sweep(now=LATER, however_many=True) == Swept(loose=0, due=2, erased=2)


def test_the_command_looks_and_erases_only_when_told(capsys) -> None:
    store().put(b"loose")
    assert main(["sweep"]) == 0
    assert json.loads(capsys.readouterr().out) == {"loose": 1, "due": 0, "erased": 0}
    LooseBlob.objects.update(seen_at=datetime(2020, 1, 1, tzinfo=NOW.tzinfo))
    assert main(["sweep"]) == 0
    assert json.loads(capsys.readouterr().out) == {"loose": 1, "due": 1, "erased": 0}
    assert main(["sweep", "--erase"]) == 0
    assert json.loads(capsys.readouterr().out) == {"loose": 0, "due": 1, "erased": 1}
