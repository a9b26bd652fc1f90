"""A second signal ends ``serve`` at once, though something that runs will not come to its end."""

import os
import subprocess
import sys
from signal import Signals

import pytest
from tests.servers import ROOT

pytestmark = pytest.mark.slow

STUCK = """
import os, signal, sys, threading
from kommunpost.site.serving.process import _stop_signals
with _stop_signals() as stopping:
    print("READY", flush=True)
    stopping.wait()
    print("STOPPING", flush=True)
    threading.Event().wait()
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_second_signal_ends_a_process_that_is_stuck_in_its_stop(name: str, tmp_path) -> None:
    number = Signals[name]
    own = {"PYTHONPATH": str(ROOT / "src"), "KOMMUNPOST_DATA": str(tmp_path), "DATABASE_URL": ""}
    own["DJANGO_SETTINGS_MODULE"] = "kommunpost.site.settings"
    words = [sys.executable, "-c", "import django; django.setup()\n" + STUCK]
    process = subprocess.Popen(words, env={**os.environ, **own}, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "READY\n"
        process.send_signal(number)
        assert process.stdout.readline() == "STOPPING\n"
        assert process.poll() is None
        process.send_signal(number)
        assert process.wait(30) == 128 + number
    finally:
        process.kill()
        process.stdout.close()
