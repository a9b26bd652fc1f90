"""Documents by Typst, as PDF/A-2a and PDF/UA-1. Text goes in as data, never as source. For other offices too."""

import json
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from threading import BoundedSemaphore

import typst

_EXTRACT = Path(__file__).with_name("extract.typ")
_TYPESETTER = Path(__file__).with_name("typesetter.py")
_LONGEST_WAIT = 180
_ONE_AT_A_TIME = BoundedSemaphore()
"""Two at once would take twice the memory and be no sooner done."""


class TooLarge(Exception):  # noqa: N818 - a refusal, not a fault
    """The document took more memory or time than it may. ``code``: ``document_too_large``."""

    code = "document_too_large"


def typeset(template: Path, data: Mapping[str, object]) -> bytes:
    """The document, made in a process of its own with limits (``typesetter.py``). Raises ``TooLarge``."""
    command = [sys.executable, "-I", str(_TYPESETTER), str(template), str(template.parent)]
    # Half a letter has no place in UTF-8; the columns of the log cannot hold one, but a search's words could.
    content = json.dumps(data).encode("ascii")
    with _ONE_AT_A_TIME:
        try:
            done = subprocess.run(  # noqa: S603 -- our own file, and data by standard input
                command, input=content, capture_output=True, timeout=_LONGEST_WAIT, check=False
            )
        except subprocess.TimeoutExpired as late:
            raise TooLarge from late
    if done.returncode < 0:  # A limit ended it.
        raise TooLarge
    if done.returncode:
        # What it wrote of itself may hold somebody's words, so only that it failed is told.
        raise RuntimeError("the typesetter failed")
    return done.stdout


@lru_cache(maxsize=10_000)
def can_show(one: str) -> bool:
    """Whether the fonts have the character, as only they know."""
    data = {"title": "x", "municipality": "x", "made": "x", "page": "", "of": "", "facts": [], "columns": ["x"] * 7}
    given = json.dumps({**data, "rows": [[f"x{one}x"] * 7]}, ensure_ascii=False)
    try:
        typst.compile(
            str(_EXTRACT),
            root=str(_EXTRACT.parent),
            format="pdf",
            pdf_standards=["a-2a", "ua-1"],
            sys_inputs={"data": given},
            ignore_system_fonts=True,
        )
    except typst.TypstError:
        return False
    return True
