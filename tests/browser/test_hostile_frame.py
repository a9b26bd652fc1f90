"""Hostile mail in a real browser: no script runs, nothing is fetched, nothing moves, nothing leaves its frame.

Each mail's clean body is shown as the application shows it: with FRAME_POLICY, in a sandboxed frame on a page of ours.
The raw body is shown the same way too: sandbox and policy must hold it where the sanitiser would have failed.
"""

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.hostile.mails import HTML

from kommunpost.apps.mailflow.framing import FRAME_POLICY, make_frame

CHROMIUM = shutil.which("chromium") or ""
NAMES = sorted(HTML)
PAGE = (
    "<!doctype html><title>Ram</title><p id=vakt>Sidan</p><script>onmessage=e=>{document.title='KÖRD'}</script>"
    "<iframe sandbox src='/%s/%d' style='width:400px;height:200px' referrerpolicy=no-referrer></iframe>"
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (Debian: apt-get install chromium)"),
]


class Room(BaseHTTPRequestHandler):
    """``/page/clean/7`` is a page with a frame; ``/clean/7`` and ``/raw/7`` the bodies with the real policy."""

    def do_GET(self) -> None:
        words = self.path.strip("/").split("/")
        if len(words) == 3 and words[0] == "page":
            self._answer(PAGE % (words[1], int(words[2])), "")
        elif len(words) == 2 and words[0] in {"clean", "raw"}:
            html = HTML[NAMES[int(words[1])]]
            self._answer(make_frame(html=html, attachments=[]).html if words[0] == "clean" else html, FRAME_POLICY)
        else:
            self.send_error(404)

    def _answer(self, html: str, policy: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(html.encode("utf-8", "replace"))

    def log_message(self, *_words: object) -> None:
        """Silence: the test reads what the browser asked for."""


@pytest.fixture(scope="module")
def room() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Room)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def context() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (./run test --all)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_context(viewport={"width": 800, "height": 600})
        browser.close()


@pytest.mark.parametrize("how", ["clean", "raw"])
@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_nothing_runs_nothing_is_fetched_nothing_moves(room: str, context: Any, how: str, number: int) -> None:
    page = context.new_page()
    page.set_default_timeout(10_000)
    asked: list[str] = []
    left: list[str] = []

    def leave(route: Any) -> None:
        left.append(route.request.url)
        route.abort()

    page.on("request", lambda request: asked.append(request.url))
    page.route(lambda url: not url.startswith((room, "data:", "about:")), leave)
    address = f"{room}/page/{how}/{number}"
    page.goto(address, wait_until="load")
    page.wait_for_timeout(50)
    on_top = page.evaluate("document.elementFromPoint(12, 24)?.id || document.elementFromPoint(12, 24)?.tagName")
    outside = [url for url in asked if not url.startswith((room, "data:", "about:"))]
    title, where, tabs = page.title(), page.url, len(context.pages)
    page.close()
    # The policy stops a request before it leaves; the browser still tells of it. Clean bodies do not even try.
    assert left == []
    assert outside == [] or how == "raw"
    assert title == "Ram"
    assert where == address
    assert tabs == 1
    assert on_top in {"vakt", "BODY", "HTML"}
    if how == "clean":
        assert {url for url in asked if not url.startswith("data:")} <= {
            address,
            f"{room}/clean/{number}",
            f"{room}/favicon.ico",
        }
