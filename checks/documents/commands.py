"""Commands that a page shows are taken by the real command line."""

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from checks.documents.pages import fences, inline_code, pages, read
from checks.reference.commands import parser_of
from kommunpost.site.cli import COMMANDS

_CALL = re.compile(r"(?:^|\s|=)(?:\S*/)?(?P<tool>\./run|\S*/run|kommunpost)\s+(?P<rest>[^|>#;&\n]+)")
_ASSIGNED = re.compile(r"^(?:[A-Z_]+=\S+\s+)+")
_RUN_ONLY = {"test", "check", "eval"}
_GLOBAL = {"-h", "--help", "--version", "-V", "help"}


def wrong_commands(root: Path) -> list[str]:
    """Calls of ``kommunpost …`` and ``./run …``, in blocks and in lines, that the program would refuse."""
    return [
        f"{page.relative_to(root)}: {call!r}: {trouble}"
        for page in pages(root)
        for call, whole in _calls_in(read(page))
        if (trouble := trouble_with(call, whole=whole))
    ]


def trouble_with(call: str, *, whole: bool) -> str:
    """What the program would say of ``call`` (``verify --seal``), or nothing. Unless ``whole`` a bare name will do."""
    words = shlex.split(call.replace("…", ""))
    if not words or words[0] in _RUN_ONLY | _GLOBAL or words[0][0] in "<[":
        return ""
    if words[0] not in COMMANDS:
        return f"no command is called {words[0]}"
    if not whole and not any(word.startswith("-") for word in words) and len(words) <= 2:  # noqa: PLR2004 - name, verb
        words += ["--help"]
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            parser_of(words[0]).parse_args(words[1:])
    except SystemExit as stop:
        return said.getvalue().strip().rpartition("\n")[2] if stop.code else ""
    return ""


def _calls_in(text: str) -> Iterator[tuple[str, bool]]:
    lines = [line for fence in fences(text) for line in fence.text.replace("\\\n", " ").splitlines()]
    for line in lines:
        yield from ((found["rest"].strip(), True) for found in _CALL.finditer(line.partition("#")[0]))
    for code in inline_code(text):
        if found := _CALL.match(_ASSIGNED.sub("", code)):
            yield found["rest"].strip(), False
