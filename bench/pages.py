"""List pages as a person meets them: the real web server over HTTP, a database with a million mails and log rows.

The limit is design's: p95 under 50 ms. One reader at a time tells what a page costs, eight at once what it is to wait.
Beside them stands the same newest page written the usual way (``LIMIT … OFFSET`` and a count of all), timed in the
database alone.
"""

import argparse
import http.client
import json
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.peers import dovecot
from bench.places import ROOT, Place, place

QUIET = subprocess.DEVNULL
LIMIT_MS = 50.0
READERS = 8
_EMPTY = ("mailbox", "direction", "first", "last", "committee")


def run(*, rows: int = 1_000_000, quick: bool = False, keep: str = "", postgresql: bool = False) -> None:
    """Fill, serve, read every list page; prints p50, p95 and the ratio of p95 to the limit.

    ``keep``: a folder in which what was filled stays for the next run. ``postgresql``: on a server of its own.
    """
    rows = 20_000 if quick else rows
    with place("pages", rows=rows, keep=keep, postgresql=postgresql) as where:
        newest, deep = measure("pages", where, rows=rows, pages=_pages, times=20 if quick else 100)["usual_ms"]
    print(f"  {'the usual way, in the database alone: newest, deep':52}{newest:8.1f}{deep:8.1f} ms")


def measure(name: str, where: Place, *, rows: int, pages: "Pages", times: int) -> dict[str, Any]:
    """Have ``bench.NAME`` fill a place (or find it filled), serve it, and print how long its pages take. Returns the
    facts that it wrote.
    """
    facts_file = where.folder / "facts.json"
    port = dovecot.free_port()
    environment = where.environment | {"KOMMUNPOST_WEB": f"127.0.0.1:{port}"}
    words = [sys.executable, "-m", f"bench.{name}", str(rows), str(facts_file)]
    subprocess.run(words, check=True, env=environment, cwd=ROOT)
    facts: dict[str, Any] = json.loads(facts_file.read_text())
    print(f"{facts['vendor']}, {rows:,} of each")
    with _web(port=port, environment=environment):
        _print_pages(port=port, pages=pages(port, facts), times=times)
    return facts


@contextmanager
def _web(*, port: int, environment: dict[str, str]) -> Iterator[None]:
    words = [sys.executable, "-m", "kommunpost", "serve", "--only", "web"]
    server = subprocess.Popen(words, env=environment, stdout=QUIET, stderr=QUIET)
    try:
        dovecot.wait_for(port, seconds=30)
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


MOST_OF_A_GUEST = 50
Page = tuple[str, str, str]
"""What it is, its address, and the cookie of who reads."""
Pages = Callable[[int, dict[str, object]], list[Page]]
"""The pages to read, by the server's port and the facts of the fill."""


def _pages(port: int, facts: dict[str, object]) -> list[Page]:
    """Every list page that there is for its readers. A search is posted once; its page has an address (ADR 0008)."""
    reader, officer, admin, auditor = (str(facts[role]) for role in ("reader", "officer", "admin", "auditor"))
    box = f"/inkorg/{facts['mailbox']}/"
    pages = [
        ("start", "/", reader),
        ("mailboxes", "/inkorg/", reader),
        ("a mailbox, newest", box, reader),
        ("a mailbox, deep", f"{box}?fore={facts['deep']}", reader),
        ("a mail beside its list", f"{facts['mail']}", reader),
        ("the log, this month", "/logg/", reader),
        ("the log, a common word", _search(port, reader, text="faktura"), reader),
        ("the log, a part of a sender", _search(port, reader, text="andersson"), reader),
        ("the log, nothing found", _search(port, reader, text="finnsinte"), reader),
        ("the diary, newest", "/diarium/", reader),
        ("the diary, deep", f"/diarium/?fore={facts['diary_deep']}", reader),
        ("the diary, a common word", _search(port, reader, text="fråga", room="/diarium/"), reader),
        ("the diary, two words", _search(port, reader, text="gatlampa ek", room="/diarium/"), reader),
        ("the diary, one case", _search(port, reader, text="1004711", room="/diarium/"), reader),
        ("the diary, an officer's", "/diarium/", officer),
        ("the diary, an officer's common word", _search(port, officer, text="fråga", room="/diarium/"), officer),
        ("cases", "/diarium/arenden/", reader),
        ("the public diary", "/oppet-diarium/", ""),
        ("to register", "/registrera/", reader),
        ("the handbook", "/handbok/", reader),
        ("the directory", "/katalog/", admin),
        ("operations", "/drift/", admin),
        ("the audit trail", "/granskning/", auditor),
    ]
    return [page for page in pages if _status(port, page) != http.HTTPStatus.NOT_FOUND]


def _search(port: int, cookie: str, *, text: str, room: str = "/logg/") -> str:
    """The address of a search that is posted in a room."""
    page, _ = _get(port, room, cookie)
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    asked = {"text": text, "csrfmiddlewaretoken": token.group(1).decode() if token else ""}
    return post(port, room, cookie, asked | dict.fromkeys(_EMPTY, ""))


def post(port: int, address: str, cookie: str, fields: dict[str, str]) -> str:
    """Where a posted form leads to."""
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", address, body=urlencode(fields), headers=headers)
    answer = connection.getresponse()
    if answer.status != http.HTTPStatus.FOUND:
        raise RuntimeError(f"{address} answered a search with {answer.status}")
    return str(answer.getheader("Location"))


def _status(port: int, page: Page) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", page[1], headers={"Cookie": page[2]})
    return connection.getresponse().status


def _get(port: int, address: str, cookie: str) -> tuple[bytes, http.client.HTTPResponse]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", address, headers={"Cookie": cookie})
    answer = connection.getresponse()
    return answer.read(), answer


def _print_pages(*, port: int, pages: Sequence[Page], times: int) -> None:
    print(f"  {'page':34}{'kB':>6}{'p50':>8}{'p95':>8}{'p95/limit':>11}{f'p95 of {READERS}':>12}")
    for page in pages:
        # What is open to everybody counts its readers, and refuses the sixty-first of a minute.
        is_counted = not page[2]
        _timed(port, page, times=5)
        waits, size = _timed(port, page, times=min(times, MOST_OF_A_GUEST) if is_counted else times)
        busy = "-" if is_counted else f"{_p95(_crowd(port, page, times=max(5, times // READERS))):.1f}"
        p95 = _p95(waits)
        print(
            f"  {page[0]:34}{size / 1000:6.0f}{statistics.median(waits):8.1f}{p95:8.1f}{p95 / LIMIT_MS:11.2f}"
            f"{busy:>12}",
            flush=True,
        )


def _p95(waits: Sequence[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.95) - 1] if len(waits) > 1 else waits[0]


def _timed(port: int, page: Page, *, times: int) -> tuple[list[float], int]:
    """Milliseconds of each of ``times`` readings over one connection, and the page's bytes."""
    connection, waits, size = http.client.HTTPConnection("127.0.0.1", port, timeout=60), [], 0
    for _ in range(times):
        begun = time.perf_counter()
        connection.request("GET", page[1], headers={"Cookie": page[2]})
        answer = connection.getresponse()
        size = len(answer.read())
        waits.append((time.perf_counter() - begun) * 1000)
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{page[0]} answered {answer.status}")
    return waits, size


def _crowd(port: int, page: Page, *, times: int) -> list[float]:
    """The waits of READERS readers at once. They share this process's interpreter, so a little of the wait is ours."""
    waits: list[float] = []
    readers = [
        threading.Thread(target=lambda: waits.extend(_timed(port, page, times=times)[0])) for _ in range(READERS)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return waits


def _fill(rows: int, facts_file: Path) -> None:
    """In a process of its own with the bench's settings: fill what an earlier run has not filled, and write what the
    reader needs.
    """
    # Only here is Django set up, for the database that ``run`` chose.
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection, transaction  # noqa: PLC0415

    from bench.town import add_diary, add_mails, busiest, fill_town, settle  # noqa: PLC0415

    call_command("migrate", verbosity=0, skip_checks=True)
    if not facts_file.exists():
        # The log first: it is filled in bulk only while it is empty.
        fill_town(log_rows=rows)
        mailbox = busiest()
        with transaction.atomic():
            add_mails(rows, mailbox=mailbox)
            add_diary(rows)
        settle()
        facts_file.write_text(json.dumps({"mailbox": mailbox}))
    mailbox = json.loads(facts_file.read_text())["mailbox"]
    at, last = _deep(mailbox)
    facts = {
        "vendor": connection.vendor,
        "mailbox": mailbox,
        "deep": f"{int(at.timestamp() * 1_000_000)}.{last}",
        "diary_deep": _diary_deep(),
        "mail": _a_mail(mailbox),
        # Anew each time: a session of an earlier run may have ended.
        "reader": _cookie("registrar", mailbox=mailbox),
        "officer": _cookie("caseworker", mailbox=mailbox),
        "admin": _cookie("admin"),
        "auditor": _cookie("auditor"),
        "usual_ms": _usual(mailbox),
    }
    facts_file.write_text(json.dumps(facts))


def _deep(mailbox: int) -> tuple[datetime, int]:
    from kommunpost.apps.mailflow.models import Delivery  # noqa: PLC0415

    chosen = Delivery.objects.filter(mailbox_id=mailbox, direction="in")
    found: tuple[datetime, int] = chosen.order_by("-at", "-id").values_list("at", "id")[chosen.count() // 2]
    return found


def _diary_deep() -> str:
    from kommunpost.apps.register.models import RegisterEntry  # noqa: PLC0415
    from kommunpost.apps.register.queries.entries import cursor_of  # noqa: PLC0415

    entries = RegisterEntry.objects.order_by("-dated_on", "-pk")
    return cursor_of(entries[entries.count() // 2])


def _a_mail(mailbox: int) -> str:
    from django.urls import reverse  # noqa: PLC0415

    from kommunpost.apps.mailflow.models import Delivery  # noqa: PLC0415

    newest = Delivery.objects.filter(mailbox_id=mailbox, direction="in").order_by("-at", "-id")[0]
    return reverse("message", args=[mailbox, newest.pk])


def _cookie(role: str, *, mailbox: int | None = None) -> str:
    """A signed-in session's cookies for the first who holds ``role`` and no more, or at all."""
    from django.test import Client  # noqa: PLC0415

    from kommunpost.apps.directory.models import Account, Mailbox  # noqa: PLC0415
    from kommunpost.apps.directory.queries import actor_for  # noqa: PLC0415

    roles = {account: {str(held) for held in actor_for(account.pk).roles} for account in Account.objects.order_by("pk")}
    holder = min((one for one in roles if role in roles[one]), key=lambda one: len(roles[one]))
    if mailbox is not None:
        Mailbox.objects.get(pk=mailbox).members.add(holder.person)
    client = Client()
    client.force_login(holder, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/", HTTP_HOST="127.0.0.1")
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def _usual(mailbox: int) -> tuple[float, float]:
    """Milliseconds (median of 5) of the newest and of a deep page by OFFSET, each with the count that numbers pages."""
    from kommunpost.apps.mailflow.models import Delivery  # noqa: PLC0415

    chosen = Delivery.objects.filter(mailbox_id=mailbox).select_related("message").order_by("-at", "-id")

    def page(start: int) -> float:
        begun = time.perf_counter()
        chosen.count()
        list(chosen[start : start + 50])
        return (time.perf_counter() - begun) * 1000

    middle = chosen.count() // 2
    return statistics.median(page(0) for _ in range(5)), statistics.median(page(middle) for _ in range(5))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=int)
    parser.add_argument("facts_file", type=Path)
    _fill(**vars(parser.parse_args()))
