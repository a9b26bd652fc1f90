"""Two processes take in the same mails at once, on PostgreSQL: nothing is lost, nothing is there twice."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from tests.servers import ROOT

from .test_import import environment

TAKER = textwrap.dedent("""
    import json, sys
    import django; django.setup()
    from django.utils import timezone
    from kommunpost.apps.mailflow.actions import receive_group
    from kommunpost.apps.mailflow.arrivals import Arrived
    from kommunpost.apps.mailflow.models import Route
    from kommunpost.site.subscriptions import DELIVERY_LISTENERS

    name, seed = sys.argv[1], int(sys.argv[2])
    # The same sixty mails by two ways, in another order; every third shares its Message-ID with another content.
    order = sorted(range(60), key=lambda number: (number * seed) % 61)
    mails = []
    sys.stdin.readline()
    for number in order:
        raw = (f"Received: by {name}\\r\\nFrom: a@x.example\\r\\nSubject: {number}\\r\\n"
               f"Message-ID: <{number - number % 3 % 2}@x.example>\\r\\n\\r\\n{number}\\r\\n").encode()
        mails.append(Arrived(
            raw=raw, route=Route.SMTP, at=timezone.now(), sender="a@x.example",
            recipients=("bygg@kommun.example", "skola@kommun.example"), own_domains=frozenset({"kommun.example"})))
    # In groups of many sizes, as load makes them.
    while mails:
        group, mails = mails[:len(mails) % 7 + 1], mails[len(mails) % 7 + 1:]
        receive_group(arrivals=group, listeners=DELIVERY_LISTENERS, now=timezone.now(), chain=f"intake:{name}")
    print(json.dumps({"refused": 0}))
""")
COUNT = textwrap.dedent("""
    import json
    import django; django.setup()
    from kommunpost.apps.mailflow.models import Arrival, Delivery, Message
    from kommunpost.apps.maillog.models import LogRow
    print(json.dumps([table.objects.count() for table in (Message, Delivery, Arrival, LogRow)]))
""")


def python(script: str, *words: str, data: Path, url: str) -> "subprocess.Popen[str]":
    own = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "kommunpost.site.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", script, *words],
        env=environment(data) | own,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


@pytest.mark.slow
@pytest.mark.server
def test_two_processes_with_the_same_mails(tmp_path: Path, postgres_url: str) -> None:
    migrate = [sys.executable, "-m", "kommunpost", "migrate"]
    subprocess.run(migrate, env=environment(tmp_path) | {"DATABASE_URL": postgres_url}, check=True, capture_output=True)
    takers = [
        python(TAKER, name, seed, data=tmp_path, url=postgres_url) for name, seed in (("ett", "7"), ("tva", "23"))
    ]
    said = [taker.communicate("\n", timeout=120)[0] for taker in takers]
    assert [json.loads(one) for one in said] == [{"refused": 0}, {"refused": 0}]
    counted = python(COUNT, data=tmp_path, url=postgres_url).communicate(timeout=60)[0]
    # Sixty messages, each in the pen for two addresses, each of these seen again once.
    assert json.loads(counted) == [60, 120, 120, 120]
