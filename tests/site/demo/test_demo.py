"""``kommunpost demo`` from outside: as somebody meets it who has just cloned the project."""

import http.cookiejar
import os
import re
import signal
import smtplib
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[3] / "src"
READY_WITHIN = 120.0
STOPPED_WITHIN = 60.0
SEEN_WITHIN = 60.0


class Demo:
    """A running demo, and a browser without cookies."""

    def __init__(self, folder: Path, *words: str) -> None:
        arguments = ["--folder", str(folder), "--rows", "40", "--web-port", "0", "--smtp-port", "0", *words]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("KOMMUNPOST_", "DATABASE"))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kommunpost", "demo", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=kept | {"PYTHONPATH": str(SOURCE)},
        )
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def wait(self) -> str:
        """The text printed until the doors are open."""
        assert self.process.stdout
        lines: list[str] = []
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            line = self.process.stdout.readline()
            if not line:
                break
            lines.append(line)
            if line == "READY\n":
                text = "".join(lines)
                self.web = _found(r"Web +(http://\S+?)/\n", text)
                self.smtp_port = int(_found(r"SMTP +127\.0\.0\.1 port (\d+)", text))
                return text
        raise AssertionError(self.stop()[1])

    def stop(self) -> tuple[int, str]:
        """Exit code and what was said on stderr."""
        self.process.send_signal(signal.SIGTERM)
        _out, said = self.process.communicate(timeout=STOPPED_WITHIN)
        return self.process.returncode, said

    def get(self, path: str) -> str:
        with self.browser.open(self.web + path, timeout=30) as answer:
            return str(answer.read().decode())

    def sign_in_as(self, name: str) -> None:
        """Press the button of that person."""
        page = self.get("/logga-in/")
        form = next(form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if name in form)
        token = _found(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token}).encode()
        self.browser.open(self.web + _found(r'action="([^"]+)"', form), data, timeout=30).close()

    def see(self, path: str, words: str) -> None:
        """Reload ``path`` until ``words`` stand there."""
        until = time.monotonic() + SEEN_WITHIN
        while words not in self.get(path):
            assert time.monotonic() < until, f"{words} never came to {path}"
            time.sleep(0.3)


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, f"no {pattern} in {text}"
    return match[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


@pytest.fixture
def demo(folder: Path) -> Iterator[Demo]:
    running = Demo(folder, "--quiet")
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.communicate()


@pytest.mark.slow
def test_a_mail_sent_by_an_ordinary_client_is_read_and_stands_in_the_log(demo: Demo, folder: Path) -> None:
    demo.wait()
    letter = EmailMessage()
    letter["From"] = "Aino Virtala <aino.virtala@hemma.example>"
    letter["To"] = "bygglov@botkyrka.example"
    letter["Subject"] = "Får jag bygga ett växthus?"
    letter.set_content("Det blir fem kvadratmeter, bakom häcken.")
    with smtplib.SMTP("127.0.0.1", demo.smtp_port, timeout=30) as connection:
        connection.send_message(letter)

    demo.sign_in_as("Sven Tallberg")
    inbox = demo.get("/inkorg/")
    mailbox = "/inkorg/" + _found(r'href="/inkorg/ko/(\d+/)">[^<]*[Bb]ygglov', inbox)
    demo.see(mailbox, "Får jag bygga ett växthus?")
    message = _found(r'<a href="([^"]+)"(?:(?!</a>).)*?Får jag bygga ett växthus', demo.get(mailbox).replace("\n", " "))
    demo.see(message, "bakom häcken")
    demo.see("/logg/", "Får jag bygga ett växthus?")

    code, _said = demo.stop()
    assert code == 0


@pytest.mark.slow
def test_a_second_start_fills_nothing_and_new_mail_comes_by_itself(demo: Demo, folder: Path) -> None:
    demo.wait()
    code, said = demo.stop()
    assert (code, "Filled in" in said) == (0, True)

    again = Demo(folder, "--every", "0.5")
    try:
        again.wait()
        again.sign_in_as("Sven Tallberg")
        before = again.get("/logg/")
        until = time.monotonic() + SEEN_WITHIN
        while again.get("/logg/") == before:
            assert time.monotonic() < until, "no new mail came"
            time.sleep(0.3)
        code, said = again.stop()
        assert (code, "Filled in" in said) == (0, False)
    finally:
        if again.process.poll() is None:
            again.process.kill()
            again.process.communicate()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--every", "0"], "--every takes"),
        (["--rows", "-1"], "--rows takes"),
        (["--web-port", "70000"], "a port is"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(folder: Path, words: list[str], says: str) -> None:
    demo = Demo(folder, *words)
    _out, said = demo.process.communicate(timeout=STOPPED_WITHIN)

    assert demo.process.returncode == 2
    assert says in said
    assert said.count("\n") == 1
    assert not folder.exists()


def test_a_folder_with_other_data_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kommunpost.sqlite3").write_bytes(b"real")
    demo = Demo(tmp_path, "--fresh")
    _out, said = demo.process.communicate(timeout=STOPPED_WITHIN)

    assert (demo.process.returncode, said.count("\n")) == (2, 1)
    assert "the demo did not make" in said
    assert (tmp_path / "kommunpost.sqlite3").read_bytes() == b"real"
