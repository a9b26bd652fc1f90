"""Static files straight from the installed package: no collecting, and a new address when the content changes."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

DIGITS = 12


@lru_cache(maxsize=256)
def _version(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(f"There is no static file {name}.")
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:DIGITS]


class VersionedStorage(StaticFilesStorage):
    """``kommunpost.css`` becomes ``/static/kommunpost.css?v=<hash>``, so that a browser may keep it for long."""

    def url(self, name: str | None, *_: object) -> str:
        return f"{super().url(name)}?v={_version(name or '')}"
