"""A shared mailbox with a million conversations, over HTTP: queue, conversation, search. The limit: 50 ms (p95)."""

import argparse
import json
import re
from pathlib import Path

from bench.pages import Page, _cookie, _get, measure, post
from bench.places import place


def run(*, rows: int = 1_000_000, quick: bool = False, keep: str = "", postgresql: bool = False) -> None:
    """Fill, serve, read; prints p50, p95 and the ratio of p95 to the limit for each page.

    ``keep``: a folder in which what was filled stays for the next run. ``postgresql``: on a server of its own.
    """
    rows = 20_000 if quick else rows
    with place("conversations", rows=rows, keep=keep, postgresql=postgresql) as where:
        measure("conversations", where, rows=rows, pages=_pages, times=20 if quick else 100)


def _pages(port: int, facts: dict[str, object]) -> list[Page]:
    reader, box = str(facts["reader"]), f"/inkorg/ko/{facts['mailbox']}/"
    return [
        ("the way in", "/inkorg/", reader),
        ("the queue, first to answer", box, reader),
        ("the queue, all, newest", f"{box}?visa=alla", reader),
        ("the queue, all, deep", f"{box}?visa=alla&efter={facts['deep']}", reader),
        ("waiting for the sender", f"{box}?visa=vantar", reader),
        ("a conversation, with its thread", f"/inkorg/konversation/{facts['conversation']}/", reader),
        ("a conversation, one mail, old", f"/inkorg/konversation/{facts['old']}/", reader),
        ("statistics of the mailbox", f"{box}statistik/", reader),
        ("search, a common word", _search(port, reader, "gatlampa"), reader),
        ("search, words that few have", _search(port, reader, "gatlampa 4711"), reader),
        ("search, nothing found", _search(port, reader, "finnsinte"), reader),
    ]


def _search(port: int, cookie: str, text: str) -> str:
    page, _ = _get(port, "/inkorg/", cookie)
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    asked = {"text": text, "csrfmiddlewaretoken": token.group(1).decode() if token else ""}
    return post(port, "/inkorg/sok/", cookie, asked)


def _fill(rows: int, facts_file: Path) -> None:
    """In a process of its own with the bench's settings: fill what an earlier run has not filled, and write what the
    reader needs.
    """
    # Only here is Django set up, for the database that ``run`` chose.
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection, transaction  # noqa: PLC0415

    from bench.town import add_conversations, fill_town, settle  # noqa: PLC0415
    from kommunpost.apps.inbox.models import Conversation  # noqa: PLC0415

    call_command("migrate", verbosity=0, skip_checks=True)
    if not facts_file.exists():
        fill_town(log_rows=0)
        shared = Conversation.objects.filter(message_count__gte=1, due_at__isnull=False).order_by("pk")[0]
        with transaction.atomic():
            add_conversations(rows, mailbox=shared.mailbox_id)
        settle()
        facts_file.write_text(json.dumps({"mailbox": shared.mailbox_id, "conversation": shared.pk}))
    filled = json.loads(facts_file.read_text())
    ours = Conversation.objects.filter(mailbox_id=filled["mailbox"]).order_by("-last_at", "-pk")
    middle = ours[rows // 2]
    facts = {
        "vendor": connection.vendor,
        "mailbox": filled["mailbox"],
        "conversation": filled["conversation"],
        "deep": f"{int(middle.last_at.timestamp() * 1_000_000)}.{middle.pk}",
        "old": middle.pk,
        # Anew each time: a session of an earlier run may have ended.
        "reader": _cookie("registrar", mailbox=filled["mailbox"]),
    }
    facts_file.write_text(json.dumps(facts))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=int)
    parser.add_argument("facts_file", type=Path)
    _fill(**vars(parser.parse_args()))
