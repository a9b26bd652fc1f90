"""List pages as a person meets them: the real web server over HTTP, a database with a million mails and log rows.

The limit is design's: p95 under 50 ms. One reader at a time tells what a page costs, eight at once what it is to wait.
Beside them stands the same newest page written the usual way (``LIMIT … OFFSET`` and a count of all), timed in the
database alone.
"""

import argparse
import http.client
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bench.peers import dovecot

ROOT = Path(__file__).resolve().parent.parent
QUIET = subprocess.DEVNULL
LIMIT_MS = 50.0
READERS = 8
BATCH = 20_000


def run(*, rows: int = 1_000_000, quick: bool = False, keep: str = "") -> None:
    """Fill, serve, read every list page; prints p50, p95 and the ratio of p95 to the limit.

    ``keep``: a folder in which SQLite's filled files stay for the next run.
    """
    rows, times = (20_000, 20) if quick else (rows, 100)
    folder = (
        Path(keep).resolve() / f"pages-sqlite-{rows}" if keep else Path(tempfile.mkdtemp(prefix="kommunpost-pages-"))
    )
    facts_file = folder / "facts.json"
    port = dovecot.free_port()
    environment = os.environ | {
        "KOMMUNPOST_DATA": str(folder),
        "KOMMUNPOST_WEB": f"127.0.0.1:{port}",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "kommunpost.site.settings",
        "DATABASE_URL": os.environ.get("KOMMUNPOST_BENCH_DATABASE", ""),
    }
    try:
        words = [sys.executable, "-m", "bench.pages", str(rows), str(facts_file)]
        subprocess.run(words, check=True, env=environment, cwd=ROOT)
        facts = json.loads(facts_file.read_text())
        print(f"{facts['vendor']}, {rows:,} mails and {rows:,} rows in the log")
        with _web(port=port, environment=environment):
            _print_pages(port=port, pages=_pages(port, facts), times=times)
        print(f"  {'the usual way, in the database alone: newest, deep':52}", end="")
        print(f"{facts['usual_ms'][0]:8.1f}{facts['usual_ms'][1]:8.1f} ms")
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


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


Page = tuple[str, str, str]
"""What it is, its address, and the cookie of who reads."""


def _pages(port: int, facts: dict[str, object]) -> list[Page]:
    """Every list page that there is for its readers. A search is posted once; its page has an address (ADR 0008)."""
    reader, admin, auditor = str(facts["reader"]), str(facts["admin"]), str(facts["auditor"])
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
        ("the handbook", "/handbok/", reader),
        ("the directory", "/katalog/", admin),
        ("operations", "/drift/", admin),
        ("the audit trail", "/granskning/", auditor),
    ]
    return [page for page in pages if _status(port, page) != http.HTTPStatus.NOT_FOUND]


def _search(port: int, cookie: str, *, text: str) -> str:
    page, _ = _get(port, "/logg/", cookie)
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    body = (
        f"text={text}&mailbox=&direction=&first=&last=&csrfmiddlewaretoken={token.group(1).decode() if token else ''}"
    )
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/logg/", body=body, headers=headers)
    answer = connection.getresponse()
    if answer.status != http.HTTPStatus.FOUND:
        raise RuntimeError(f"the search form answered {answer.status}")
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
        _timed(port, page, times=5)
        waits, size = _timed(port, page, times=times)
        busy = _crowd(port, page, times=max(5, times // READERS))
        p95 = _p95(waits)
        print(
            f"  {page[0]:34}{size / 1000:6.0f}{statistics.median(waits):8.1f}{p95:8.1f}{p95 / LIMIT_MS:11.2f}"
            f"{_p95(busy):12.1f}",
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
    from django.db import connection  # noqa: PLC0415

    from kommunpost.site.demo.fill import fill  # noqa: PLC0415

    call_command("migrate", verbosity=0, skip_checks=True)
    if facts_file.exists():
        return
    fill(now=datetime.now(UTC), log_rows=rows, say=lambda _: None)
    mailbox = _busiest()
    _add_mails(rows, mailbox=mailbox)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    at, last = _deep(mailbox)
    facts = {
        "vendor": connection.vendor,
        "mailbox": mailbox,
        "deep": f"{int(at.timestamp() * 1_000_000)}.{last}",
        "mail": _a_mail(mailbox),
        "reader": _cookie("registrar", mailbox=mailbox),
        "admin": _cookie("admin"),
        "auditor": _cookie("auditor"),
        "usual_ms": _usual(mailbox),
    }
    facts_file.write_text(json.dumps(facts))


def _busiest() -> int:
    from django.db.models import Count  # noqa: PLC0415

    from kommunpost.apps.mailflow.models import Delivery  # noqa: PLC0415

    counted = Delivery.objects.filter(mailbox__isnull=False, direction="in").values("mailbox_id")
    return int(counted.annotate(number=Count("id")).order_by("-number")[0]["mailbox_id"])


def _add_mails(rows: int, *, mailbox: int) -> None:
    """Older mails by plain inserts, half of them in one mailbox: lists read rows, not blobs."""
    from django.db import transaction  # noqa: PLC0415

    from kommunpost.apps.directory.models import Mailbox  # noqa: PLC0415
    from kommunpost.apps.mailflow.models import Blob, Delivery, Message  # noqa: PLC0415

    blob = Blob.objects.first()
    boxes = [mailbox, *Mailbox.objects.values_list("pk", flat=True)]
    dice, begin = random.Random(7), datetime.now(UTC) - timedelta(days=400)
    step = timedelta(days=300) / rows
    stream = iter(range(rows))
    while numbers := list(islice(stream, BATCH)):
        with transaction.atomic():
            messages = Message.objects.bulk_create(
                Message(
                    content_digest=f"{number:064x}", message_id=f"{number}@prov.example", blob=blob, size=9000,
                    subject=f"Fråga om gatlampa {number}", sender_name="Anna Ek", read_at=begin,
                    sender_address=f"anna.ek{number % 5000}@mejl.example", first_seen_at=begin + number * step,
                    preview="Hej! Lampan utanför vårt hus har varit släckt i två veckor. När lagas den?",
                )
                for number in numbers
            )  # fmt: skip
            Delivery.objects.bulk_create(
                Delivery(
                    message=message, mailbox_id=mailbox if dice.random() < 0.5 else dice.choice(boxes), blob=blob,
                    address="nagon@storkommun.example", direction="in", at=message.first_seen_at, route="import",
                )
                for message in messages
            )  # fmt: skip


def _deep(mailbox: int) -> tuple[datetime, int]:
    from kommunpost.apps.mailflow.models import Delivery  # noqa: PLC0415

    chosen = Delivery.objects.filter(mailbox_id=mailbox, direction="in")
    found: tuple[datetime, int] = chosen.order_by("-at", "-id").values_list("at", "id")[chosen.count() // 2]
    return found


def _a_mail(mailbox: int) -> str:
    from django.urls import reverse  # noqa: PLC0415

    from kommunpost.apps.mailflow.models import Delivery  # noqa: PLC0415

    newest = Delivery.objects.filter(mailbox_id=mailbox, direction="in").order_by("-at", "-id")[0]
    return reverse("message", args=[mailbox, newest.pk])


def _cookie(role: str, *, mailbox: int | None = None) -> str:
    """A signed-in session's cookies for the first who holds ``role`` in the whole municipality."""
    from django.test import Client  # noqa: PLC0415

    from kommunpost.apps.directory.models import Account, Mailbox  # noqa: PLC0415
    from kommunpost.apps.directory.queries import actor_for  # noqa: PLC0415

    holder = next(
        account for account in Account.objects.order_by("pk") if role in {str(r) for r in actor_for(account.pk).roles}
    )
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
