"""Fifty entries and five workers: each entry goes once. And a worker killed between sending and writing down."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from tests.apps.mailflow.test_import import environment
from tests.case_system_double import KEY, case_system
from tests.servers import ROOT, eventually

MANY = 50
_BEGIN = f"""
    import json, os, sys, threading, time
    import django; django.setup()
    from datetime import timedelta
    from django.db import connection
    from django.utils import timezone
    from tests.apps.register.world import NOW, entry_for, letter, make_world, take_in
    from kommunpost.apps.directory.models import Committee
    from kommunpost.apps.register.actions import register
    from kommunpost.apps.register.actions.handing_over.carrying import hand_over_due
    from kommunpost.apps.register.models import CaseSystem, Handover
    from kommunpost.site.case_systems import open_connector
    from kommunpost.site.sealing import seal

    def fill(many, url):
        world = make_world()
        CaseSystem.objects.create(committee=world.sbn, kind="webhook", name="Lex", url=url, secret=seal({KEY!r}))
        records = take_in(*(letter(f"Ansökan {{one}}", number=one, files=()) for one in range(many)))
        register(actor=world.registrar, committee_id=world.sbn.pk, entries=[entry_for(one) for one in records], now=NOW)
"""
_MANY = """
    fill(50, sys.argv[1])
    start = threading.Barrier(5)
    def work(name):
        start.wait()
        while hand_over_due(worker=name, open_connector=open_connector, clock=timezone.now):
            pass
        connection.close()
    threads = [threading.Thread(target=work, args=(f"w:{one}",)) for one in range(5)]
    for one in threads: one.start()
    for one in threads: one.join()
    print(json.dumps({"states": list(Handover.objects.values_list("state", flat=True)),
                      "numbers": list(Handover.objects.values_list("number", flat=True)),
                      "attempts": sorted(Handover.objects.values_list("attempts", flat=True))}))
"""
_FILL = """
    fill(1, sys.argv[1])
"""
_WORK = """
    after = timedelta(minutes=int(sys.argv[1]))
    hand_over_due(worker=f"w:{os.getpid()}", open_connector=open_connector, clock=lambda: timezone.now() + after)
    print(json.dumps(list(Handover.objects.values("state", "number", "attempts"))[0]))
"""


def script(*parts: str) -> str:
    return "".join(textwrap.dedent(one) for one in parts)


def run(own: dict[str, str], code: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *words], env=own, check=True, capture_output=True, text=True, cwd=ROOT
    )
    return done.stdout


def prepared(tmp_path: Path, **more: str) -> dict[str, str]:
    own = environment(tmp_path) | {"DJANGO_SETTINGS_MODULE": "kommunpost.site.settings"} | more
    subprocess.run([sys.executable, "-m", "kommunpost", "migrate"], env=own, check=True, capture_output=True)
    return own


def check_many(own: dict[str, str]) -> None:
    with case_system() as lex:
        told = json.loads(run(own, script(_BEGIN, _MANY), lex.url))
    assert set(told["states"]) == {"received"}
    assert len(set(told["numbers"])) == MANY
    assert told["attempts"] == [1] * MANY, "nobody took what another had"
    assert len(lex.calls) == MANY


@pytest.mark.slow
def test_fifty_entries_and_five_workers_sqlite(tmp_path: Path) -> None:
    check_many(prepared(tmp_path))


@pytest.mark.slow
@pytest.mark.server
def test_fifty_entries_and_five_workers_postgresql(tmp_path: Path, postgres_url: str) -> None:
    check_many(prepared(tmp_path, DATABASE_URL=postgres_url))


@pytest.mark.slow
def test_killed_between_sending_and_writing_down(tmp_path: Path) -> None:
    own = prepared(tmp_path)
    with case_system() as lex:
        run(own, script(_BEGIN, _FILL), lex.url)
        lex.delay = 30.0
        process = subprocess.Popen(
            [sys.executable, "-c", script(_BEGIN, _WORK), "0"], env=own, cwd=ROOT, stdout=subprocess.DEVNULL
        )
        assert eventually(lambda: len(lex.calls) == 1), "the receiver has all of it"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        lex.delay = 0.0
        before = json.loads(run(own, script(_BEGIN, _WORK), "1"))
        assert before == {"state": "sending", "number": "", "attempts": 1}, "its lease holds"
        after = json.loads(run(own, script(_BEGIN, _WORK), "11"))
    assert after == {"state": "received", "number": "LEX 2026/00001", "attempts": 2}
    assert len({one["key"] for one in lex.calls}) == 1
    assert len(lex.numbers) == 1
