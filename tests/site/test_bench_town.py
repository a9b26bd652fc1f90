"""The million rows that the list pages are measured on are such as the offices themselves would have written."""

from datetime import UTC, datetime, timedelta

import pytest
from bench import town
from bench.series import next_id
from django.db import connection
from tests import factories

from kommunpost.apps.inbox.models import Conversation
from kommunpost.apps.inbox.queries.queue import Tab, list_queue
from kommunpost.apps.inbox.search_index import find_ids
from kommunpost.apps.mailflow.models import Blob, Delivery
from kommunpost.apps.register.actions.words import words_of
from kommunpost.apps.register.kinds import Audience
from kommunpost.apps.register.models import CaseFile, RegisterEntry
from kommunpost.apps.register.queries.cases import list_cases
from kommunpost.apps.register.queries.entries import DiaryFilter, search_entries

pytestmark = pytest.mark.django_db


def test_the_diary_is_found_by_the_words_that_the_office_would_have_written() -> None:
    for code in ("SN", "UN", "SBN"):
        factories.committee(code, f"Nämnden {code}")
    town.add_diary(200)
    for entry in RegisterEntry.objects.all():
        for audience, words in words_of(entry).items():
            assert set(entry.words.filter(audience=audience).values_list("word", flat=True)) == words
        assert entry.case is not None
        assert entry.case.committee_id == entry.committee_id
        assert entry.designation == f"{entry.case.designation}-{entry.running}"
        assert entry.dated_at.date() == entry.dated_on
    registrar = factories.registrar()
    assert len(search_entries(registrar, wanted=DiaryFilter(text="1000003")).rows) == town.ENTRIES_A_CASE
    assert len(list_cases(registrar)[0]) == CaseFile.objects.count() == 20
    # The next one that the office makes takes an id of its own.
    assert CaseFile.objects.latest("pk").pk + 1 == next_id(CaseFile)
    assert set(Audience) == {Audience.INSIDE, Audience.PUBLIC}


def test_conversations_stand_in_the_queue_and_are_found() -> None:
    now = datetime.now(UTC)
    Blob.objects.create(digest="a" * 64, size=1, stored_size=1, stored_at=now)
    box, other = factories.mailbox("info"), factories.mailbox("skola")
    first = town.add_conversations(500, mailbox=box.pk)
    assert Delivery.objects.filter(mailbox=box).count() > 250
    assert Delivery.objects.filter(mailbox=other).exists()
    queue = list_queue(mailbox_id=box.pk, tab=Tab.TO_ANSWER, person_id=0, now=now + timedelta(seconds=1))
    assert len(queue.rows) == 50
    assert Conversation.objects.filter(due_at__isnull=False).count() == town.AWAITING
    assert all(one.entries.get().message.subject == one.subject for one in Conversation.objects.all()[:20])
    words = "tsvector_to_array(words)" if connection.vendor == "postgresql" else "words"
    key = "id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, {words} FROM inbox_search")
        for number, held in cursor.fetchall():
            found = set(held.split() if isinstance(held, str) else held)
            assert found == town.conversation_words(number - first, box.pk)
    assert find_ids("gatlampa 77", mailbox_ids=[box.pk]) == [first + 77]
