"""Fifty registrations at the same moment: no number twice, none left out, on both databases."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from tests.apps.mailflow.test_import import environment
from tests.servers import ROOT

MANY = 50
SCRIPT = textwrap.dedent("""
    import json, threading
    import django; django.setup()
    from datetime import timedelta
    from django.db import connection
    from tests.apps.register.world import NOW, letter, make_world, take_in, entry_for
    from kommunpost.apps.register.actions import NewCase, register
    from kommunpost.apps.register.models import CaseFile, DiaryNumber, RegisterEntry
    from kommunpost.apps.register.rules.states import RegisterRefused

    MANY = 50
    world = make_world()
    records = take_in(*(letter(f"Ansökan {number}", number=number, files=()) for number in range(MANY)))
    committee = world.sbn.pk
    case = register(actor=world.registrar, committee_id=committee, entries=[entry_for(records[0])],
                    new_case=NewCase(title="Gemensamt"), now=NOW)[0].case_id
    start, wrong = threading.Barrier(MANY), []

    def one(number):
        record = records[number or 1]
        # A third goes into one case, a third opens cases of their own, a third stands alone, one tries twice.
        where = ({"case_id": case}, {"new_case": NewCase(title="Eget")}, {})[number % 3]
        start.wait()
        try:
            register(actor=world.registrar, committee_id=committee, entries=[entry_for(record)], now=NOW, **where)
        except RegisterRefused as refusal:
            wrong.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(MANY)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(json.dumps({
        "refused": wrong,
        "numbers": sorted(DiaryNumber.objects.values_list("number", flat=True)),
        "running": sorted(RegisterEntry.objects.filter(case_id=case).values_list("running", flat=True)),
        "entries": RegisterEntry.objects.count(),
    }))
""")


def run(tmp_path: Path, **more: str) -> dict[str, list[int]]:
    own = environment(tmp_path) | {"DJANGO_SETTINGS_MODULE": "kommunpost.site.settings"} | more
    subprocess.run([sys.executable, "-m", "kommunpost", "migrate"], env=own, check=True, capture_output=True)
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=own, check=True, capture_output=True, text=True, cwd=ROOT)
    return dict(json.loads(done.stdout))


def check(found: dict[str, list[int]]) -> None:
    # Record 1 is asked for twice, by two threads: one of them is told so, and takes no number.
    assert len(found["refused"]) == 1
    assert set(found["refused"]) <= {"changed_meanwhile", "not_from_this_state"}
    assert found["entries"] == MANY
    assert found["running"] == list(range(1, len(found["running"]) + 1))
    assert found["numbers"] == list(range(1, len(found["numbers"]) + 1))
    assert len(found["numbers"]) == MANY - len(found["running"]) + 1


@pytest.mark.slow
def test_fifty_at_once_on_sqlite(tmp_path: Path) -> None:
    check(run(tmp_path))


@pytest.mark.slow
@pytest.mark.server
def test_fifty_at_once_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    check(run(tmp_path, DATABASE_URL=postgres_url))
