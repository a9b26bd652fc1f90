"""Static files straight from the installed package: nothing to collect, nothing to forget at an upgrade.

A file's address holds the hash of its content, so a browser may keep it for good; a changed file has a new address.
Style sheets are changed to name fonts by such addresses before they are hashed themselves. Text is compressed once,
when a process starts, into ``<data folder>/static/<hash of all>/``, which processes on one machine share.
"""

import gzip
import hashlib
import re
import shutil
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.middleware import WhiteNoiseMiddleware

DIGITS = 12
COMPRESSED = frozenset({".css", ".js", ".svg", ".json", ".txt"})
_REFERENCE = re.compile(r"""url\((["']?)(?!data:|https?:|/|#)([^"')#]+)""")


@lru_cache(maxsize=1)
def hashed_files() -> Mapping[str, tuple[str, bytes]]:
    """Each static file's name, to its name with a hash and its content as it is sent."""
    listed = ((name, storage.path(name)) for finder in finders.get_finders() for name, storage in finder.list([]))
    found = {name: Path(path).read_bytes() for name, path in listed}
    done: dict[str, tuple[str, bytes]] = {}
    for name in sorted(found, key=lambda name: name.endswith(".css")):  # style sheets last: they name the others
        content = _with_hashed_references(name, found[name], done) if name.endswith(".css") else found[name]
        done[name] = (_hashed_name(name, content), content)
    return done


def packed_folder(parent: Path) -> Path:
    """The folder under ``parent`` with every file by its hashed name, and ``.gz`` beside text. Made if it is not there.

    It is filled elsewhere and renamed, so that no process ever sees half of it.
    """
    files = dict(hashed_files().values())
    folder = parent / hashlib.sha256("\n".join(sorted(files)).encode()).hexdigest()[:DIGITS]
    if folder.is_dir():
        return folder
    parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=parent))
    for name, content in files.items():
        _write(making / name, content)
    try:
        making.rename(folder)
    except OSError:  # another process was first
        shutil.rmtree(making)
    return folder


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if path.suffix in COMPRESSED:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, mtime=0))


def _hashed_name(name: str, content: bytes) -> str:
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}.{hashlib.sha256(content).hexdigest()[:DIGITS]}{path.suffix}"))


def _with_hashed_references(name: str, content: bytes, done: Mapping[str, tuple[str, bytes]]) -> bytes:
    folder = PurePosixPath(name).parent

    def hashed(match: re.Match[str]) -> str:
        quote, reference = match.groups()
        target = PurePosixPath(done[str(folder / reference)][0])
        return f"url({quote}{target.relative_to(folder)}"

    return _REFERENCE.sub(hashed, content.decode()).encode()


class HashedStorage(StaticFilesStorage):
    """``kommunpost.css`` becomes ``/static/kommunpost.<hash>.css``; under DEBUG its name stays."""

    def url(self, name: str | None, *_: object) -> str:
        return str(super().url(name if settings.DEBUG else hashed_files()[name or ""][0]))


class HashedFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise has no types
    """Serves the packed folder. All its names hold a hash, so all of it may be kept for good."""

    def add_files_from_finders(self) -> None:
        self.add_files(str(packed_folder(settings.DATA_FOLDER / "static")), prefix=self.static_prefix)

    def immutable_file_test(self, path: str, url: str) -> bool:  # noqa: ARG002 - whitenoise's signature
        return True
