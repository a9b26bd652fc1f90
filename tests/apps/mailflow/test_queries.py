"""Reads: the one door, what waits, silent mailboxes, blobs verified; and the worker's reading of whole bodies."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Actor, Role
from kommunpost.apps.mailflow import queries, tasks
from kommunpost.apps.mailflow.actions import receive_group
from kommunpost.apps.mailflow.blobs import FolderStore, store
from kommunpost.apps.mailflow.models import Blob, Message, OutboxState

from .conftest import NOW, arrived, mail

pytestmark = pytest.mark.django_db


def actor(*mailbox_ids: int, role: Role = Role.CASEWORKER) -> Actor:
    return Actor(account_id=1, person_id=1, name="Bo", roles=frozenset({role}), mailbox_ids=frozenset(mailbox_ids))


def take(raw: bytes, *recipients: str) -> int:
    return receive_group(arrivals=[arrived(raw, *recipients)], listeners=[], now=NOW)[0].message_id


def test_not_yours_and_no_such_give_the_same_answer(mailboxes: dict[str, Mailbox]) -> None:
    pk = take(mail(), "bygg@kommun.example", "skola@kommun.example")
    mine = queries.get_message(actor(mailboxes["bygg"].pk), pk)
    assert mine is not None
    assert len(mine.delivery_ids) == 1
    for who, what in [(actor(), pk), (actor(mailboxes["bygg"].pk), pk + 1), (actor(role=Role.ADMIN), pk)]:
        assert queries.get_message(who, what) is None
        assert queries.message_bytes(who, what) is None
    assert queries.message_bytes(actor(mailboxes["skola"].pk), pk) == mail()


def test_what_waits_and_who_is_silent(mailboxes: dict[str, Mailbox]) -> None:
    take(mail())
    status = queries.queue_status()
    assert status.unread == 1
    assert set(status.outbox) == set(OutboxState)
    silent = queries.silent_mailboxes(since=NOW - timedelta(days=1))
    assert [(one.address, one.last_at) for one in silent] == [("skola@kommun.example", None)]
    assert len(queries.silent_mailboxes(since=NOW + timedelta(days=1))) == 2


def test_blobs_are_verified(mailboxes: dict[str, Mailbox]) -> None:
    for number in range(4):
        take(mail(message_id=f"{number}@x.example", body=str(number)))
    assert list(queries.verify_blobs()) == []
    folder = store()
    assert isinstance(folder, FolderStore)
    gone, harmed, kept, _whole = Blob.objects.order_by("digest").values_list("digest", flat=True)
    folder.erase(gone)
    for volume in folder.root.glob("*.sqlite3"):
        with closing(sqlite3.connect(volume, isolation_level=None)) as file:
            file.execute("UPDATE blob SET packed = x'78' WHERE digest = ?", [bytes.fromhex(harmed)])
    Blob.objects.filter(pk=kept).update(erased_at=NOW)
    seen: list[int] = []
    found = {one.digest: one.code for one in queries.verify_blobs(progress=seen.append)}
    assert found == {gone: "blob_missing", harmed: "blob_damaged", kept: "blob_not_erased"}
    assert seen == [1, 2, 3, 4]


def test_the_worker_reads_what_is_new(mailboxes: dict[str, Mailbox]) -> None:
    pk = take(mail(body="Hej!\r\n\r\nJag vill  bygga.\r\n\r\n> Ni skrev\r\n"))
    lost = take(mail(message_id="2@x.example"))
    store().erase(Message.objects.get(pk=lost).blob_id)
    assert tasks.read_new_messages(now=NOW) == 2
    message = Message.objects.get(pk=pk)
    assert (message.read_at, message.attachment_count) == (NOW, 0)
    assert message.preview == "Hej! Jag vill bygga."
    assert {"code": "blob_missing", "where": ""} in Message.objects.get(pk=lost).defects
    assert tasks.read_new_messages(now=NOW) == 0
