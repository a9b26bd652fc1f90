"""A signal stops ``serve`` whenever it comes: also in the very moment when the process has become ready."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGINT, SIGTERM

import pytest
from tests.servers import ROOT, kommunpost

pytestmark = pytest.mark.slow

BEGIN = """
import os, signal, sys, threading
import django; django.setup()
from kommunpost.site.serving.process import _stop_signals

def spin():
    while True:
        pass
"""

TO_ANOTHER_THREAD = """
with _stop_signals() as stopping:
    other = threading.Thread(target=threading.Event().wait, daemon=True)
    other.start()
    threading.Timer(0.3, signal.pthread_kill, (other.ident, signal.SIGTERM)).start()
    stopping.wait()
print("STOPPED", flush=True)
"""

# Each line makes a process that becomes ready among busy threads, as ``serve`` does, and says its number.
ONE_FOR_EACH_LINE = """
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        signal.alarm(10)
        with _stop_signals() as stopping:
            sys.setswitchinterval(0.0005)
            for _ in range(4):
                threading.Thread(target=spin, daemon=True).start()
            print(os.getpid(), flush=True)
            stopping.wait()
        os._exit(7)
    _child, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


@contextmanager
def python(script: str, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    own = {"PYTHONPATH": str(ROOT / "src"), "KOMMUNPOST_DATA": str(folder), "DATABASE_URL": ""}
    own["DJANGO_SETTINGS_MODULE"] = "kommunpost.site.settings"
    process = subprocess.Popen(
        [sys.executable, "-c", BEGIN + script], env={**os.environ, **own}, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_signal_that_another_thread_gets_wakes_the_one_that_waits(tmp_path) -> None:
    with python(TO_ANOTHER_THREAD, tmp_path) as process:
        assert process.communicate(timeout=30)[0] == "STOPPED\n"


def test_a_signal_at_any_moment_after_ready_is_heeded(tmp_path) -> None:
    # One in twenty was lost before; a child that sleeps on is ended by its alarm.
    dice = random.Random(4)
    with python(ONE_FOR_EACH_LINE, tmp_path) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(120):
            process.stdin.write("one\n")
            process.stdin.flush()
            child = int(process.stdout.readline())
            until = time.perf_counter() + dice.random() * 0.004
            while time.perf_counter() < until:
                pass
            os.kill(child, (SIGTERM, SIGINT)[number % 2])
            assert process.stdout.readline() == "7\n"


def test_the_real_process_stops_by_one_signal_round_ready(tmp_path) -> None:
    for wait in (0, 0.0002, 0.001, 0.004, 0.02, 0.2):
        with kommunpost(tmp_path) as running:
            time.sleep(wait)
            assert running.stop() == 0
