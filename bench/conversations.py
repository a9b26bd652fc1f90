"""A shared mailbox with a million conversations, over HTTP: queue, conversation, search. The limit: 50 ms (p95)."""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bench.pages import ROOT, Page, _cookie, _get, _print_pages, _web
from bench.peers import dovecot

BATCH = 20_000
AWAITING = 400
"""So many await an answer in the one mailbox; the others are answered, closed or wait."""


def run(*, rows: int = 1_000_000, quick: bool = False) -> None:
    """Fill, serve, read; prints p50, p95 and the ratio of p95 to the limit for each page."""
    rows, times = (20_000, 20) if quick else (rows, 100)
    folder = Path(tempfile.mkdtemp(prefix="kommunpost-conversations-", dir=os.environ.get("KOMMUNPOST_BENCH_FOLDER")))
    port = dovecot.free_port()
    environment = os.environ | {
        "KOMMUNPOST_DATA": str(folder),
        "KOMMUNPOST_WEB": f"127.0.0.1:{port}",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "kommunpost.site.settings",
        "DATABASE_URL": os.environ.get("KOMMUNPOST_BENCH_DATABASE", ""),
    }
    try:
        words = [sys.executable, "-m", "bench.conversations", str(rows)]
        filled = subprocess.run(words, check=True, env=environment, cwd=ROOT, stdout=subprocess.PIPE)
        facts = json.loads(filled.stdout.splitlines()[-1])
        print(f"{facts['vendor']}, {rows:,} conversations, {facts['awaiting']:,} of them awaiting an answer")
        with _web(port=port, environment=environment):
            _print_pages(port=port, pages=_pages(port, facts), times=times)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pages(port: int, facts: dict[str, object]) -> list[Page]:
    reader, box = str(facts["reader"]), f"/inkorg/ko/{facts['mailbox']}/"
    return [
        ("the way in", "/inkorg/", reader),
        ("the queue, first to answer", box, reader),
        ("the queue, all, newest", f"{box}?visa=alla", reader),
        ("the queue, all, deep", f"{box}?visa=alla&efter={facts['deep']}", reader),
        ("waiting for the sender", f"{box}?visa=vantar", reader),
        ("a conversation", f"/inkorg/konversation/{facts['conversation']}/", reader),
        ("search, a common word", _search(port, reader, "gatlampa"), reader),
        ("search, words that few have", _search(port, reader, "gatlampa+4711"), reader),
        ("search, nothing found", _search(port, reader, "finnsinte"), reader),
    ]


def _search(port: int, cookie: str, text: str) -> str:
    import http.client  # noqa: PLC0415 - beside the one use
    import re  # noqa: PLC0415

    page, _ = _get(port, "/inkorg/", cookie)
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    body = f"text={text}&csrfmiddlewaretoken={token.group(1).decode() if token else ''}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/inkorg/sok/", body=body, headers=headers)
    return str(connection.getresponse().getheader("Location"))


def _fill(rows: int) -> None:
    """In a process of its own with the bench's settings: fill, and print what the reader needs as one JSON line."""
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from kommunpost.apps.inbox.models import Conversation  # noqa: PLC0415
    from kommunpost.site.demo.fill import fill  # noqa: PLC0415

    call_command("migrate", verbosity=0, skip_checks=True)
    fill(now=datetime.now(UTC), log_rows=0, say=lambda _: None)
    chosen = Conversation.objects.filter(message_count__gte=1, due_at__isnull=False).order_by("pk")[0]
    mailbox = chosen.mailbox_id
    _add(rows, mailbox=mailbox)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    ours = Conversation.objects.filter(mailbox_id=mailbox)
    middle = ours.order_by("-last_at", "-pk")[ours.count() // 2]
    facts = {
        "vendor": connection.vendor,
        "mailbox": mailbox,
        "awaiting": ours.filter(due_at__isnull=False).count(),
        "deep": f"{int(middle.last_at.timestamp() * 1_000_000)}.{middle.pk}",
        "conversation": chosen.pk,
        "reader": _cookie("registrar", mailbox=mailbox),
    }
    print(json.dumps(facts))


def _add(rows: int, *, mailbox: int) -> None:
    from django.db import transaction  # noqa: PLC0415

    from kommunpost.apps.inbox.models import Conversation, State  # noqa: PLC0415

    dice, now = random.Random(7), datetime.now(UTC)
    step = timedelta(days=600) / rows
    states = [State.CLOSED, State.ANSWERED, State.ANSWERED, State.WAITING]
    stream = iter(range(rows))
    while numbers := list(islice(stream, BATCH)):
        with transaction.atomic():
            made = Conversation.objects.bulk_create(
                Conversation(
                    mailbox_id=mailbox, state=State.NEW if number >= rows - AWAITING else dice.choice(states),
                    subject=f"Fråga om gatlampa {number}", party_name="Anna Ek",
                    party_address=f"anna.ek{number % 5000}@mejl.example", preview="Lampan är släckt.",
                    began_at=now - (rows - number) * step, last_at=now - (rows - number) * step, message_count=1,
                    waits_since=now if number >= rows - AWAITING else None,
                    due_at=now + timedelta(hours=number % 96 - 24) if number >= rows - AWAITING else None,
                )
                for number in numbers
            )  # fmt: skip
            _add_words([(one.pk, one.subject, one.party_address) for one in made], mailbox)


def _add_words(made: list[tuple[int, str, str]], mailbox: int) -> None:
    from django.db import connection  # noqa: PLC0415

    from kommunpost.apps.inbox.search_index.terms import box_word, words_of  # noqa: PLC0415

    filler = "hej lampa utanför vårt hus har varit släckt två veckor när lagas den tack på förhand"
    found = [(pk, sorted({box_word(mailbox), *words_of([subject, address, filler])})) for pk, subject, address in made]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = "INSERT INTO inbox_search (id, words) VALUES (%s, array_to_tsvector(%s))"
            cursor.executemany(statement, found)
        else:
            statement = "INSERT INTO inbox_search (rowid, words) VALUES (%s, %s)"
            cursor.executemany(statement, [(pk, " ".join(words)) for pk, words in found])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=int)
    _fill(parser.parse_args().rows)
