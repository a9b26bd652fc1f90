"""The filling goes the ways of real mail, and is whole."""

from datetime import UTC, datetime, timedelta

import pytest

from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.mailflow.models import Delivery, Message, Route
from kommunpost.apps.maillog.queries import LogFilter, search
from kommunpost.site.demo.corpus import town_mails
from kommunpost.site.demo.fill import Filled, fill
from kommunpost.site.demo.oddities import ODDITIES

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
ROWS = 300


@pytest.fixture
def filled(db: None) -> Filled:
    return fill(now=NOW, log_rows=ROWS, say=lambda _words: None)


def test_every_mail_is_a_message_and_every_delivery_has_its_row(filled: Filled) -> None:
    assert filled.mails == len(town_mails()) + len(ODDITIES)
    assert Message.objects.count() == filled.mails
    assert Delivery.objects.count() == filled.deliveries >= filled.mails
    assert filled.log_rows == filled.deliveries + ROWS
    assert not Message.objects.filter(first_seen_at__gt=NOW).exists()
    assert not Message.objects.filter(date__gt=NOW).exists()
    assert not Delivery.objects.filter(at__gt=NOW).exists()
    assert Delivery.objects.filter(at__gt=NOW - timedelta(hours=3)).count() >= 3
    assert [pen.address for pen in Delivery.objects.filter(mailbox=None)] == ["byglov@botkyrka.example"]
    assert Delivery.objects.filter(route=Route.JOURNAL).exists()
    assert not Message.objects.filter(id_reused=True).exists()


def test_the_log_is_found_by_mailbox_and_by_part_of_a_word(filled: Filled) -> None:
    mailbox = Mailbox.objects.get(address="bygglov@botkyrka.example")

    of_mailbox = search(filter=LogFilter(mailbox_ids=frozenset({mailbox.pk})), before=None, limit=50).rows
    of_word = search(filter=LogFilter(text="altan"), before=None, limit=50).rows

    assert len(of_mailbox) > 20
    assert of_mailbox[0].at > NOW - timedelta(days=4)
    assert all(row.at <= NOW for row in of_mailbox)
    assert len(of_word) > 5
    assert all("altan" in row.subject.lower() for row in of_word)
