"""A package of ours, read back: its METS tells what belongs to it, and every byte is held against its digest.

Nothing is ever written to where a package says: files are read out of it one by one, by the names that METS gives.
"""

import hashlib
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol

from kommunpost.core.packages.erms_reading import read_erms
from kommunpost.core.packages.facts_reading import ReadCase
from kommunpost.core.packages.fgs1 import NAMESPACE as FGS1
from kommunpost.core.packages.fgs1_reading import read_fgs1
from kommunpost.core.packages.xml import UnreadableXml, read

METS = "{http://www.loc.gov/METS/}"
XLINK = "{http://www.w3.org/1999/xlink}"
MOST_FILES = 1_000_000
MOST_OCTETS = 512 * 1024 * 1024
"""Of one file: as much as the largest mail, and more."""


class PackageRefused(Exception):  # noqa: N818 - a refusal
    """``code``: ``unreadable``, ``damaged``, ``incomplete``, ``strange``. ``where``: a path within the package."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code, where)
        self.code, self.where = code, where


class Source(Protocol):
    """Files by their path below the package's root folder."""

    def names(self) -> set[str]: ...
    def content(self, path: str) -> bytes: ...


class SipReader:
    """A package whose METS documents have been read. ``content`` gives only bytes with the digest that stands there."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._digests: dict[str, str] = {}
        self._descriptive: list[str] = []
        self._read_mets("")
        names = source.names()
        if missing := sorted(set(self._digests) - names):
            raise PackageRefused("incomplete", missing[0])
        if strange := sorted(names - set(self._digests) - {"METS.xml"}):
            raise PackageRefused("strange", strange[0])

    def content(self, path: str) -> bytes:
        """Raises ``PackageRefused``: ``incomplete``, ``damaged``."""
        if path not in self._digests:
            raise PackageRefused("incomplete", path)
        data = self._source.content(path)
        if hashlib.sha256(data).hexdigest() != self._digests[path]:
            raise PackageRefused("damaged", path)
        return data

    def cases(self) -> Iterator[ReadCase]:
        """One case after the other. Raises ``PackageRefused``."""
        for path in self._descriptive:
            try:
                root = read(self.content(path))
                yield (read_fgs1 if root.tag == f"{{{FGS1}}}Leveransobjekt" else read_erms)(root)
            except UnreadableXml as error:
                raise PackageRefused("unreadable", path) from error

    def check(self) -> int:
        """Hold every file against its digest; how many there are."""
        for path in self._digests:
            self.content(path)
        return len(self._digests)

    def _read_mets(self, below: str) -> None:
        path = f"{below}METS.xml"
        try:
            root = read(self.content(path) if below else self._source.content(path))
        except UnreadableXml as error:
            raise PackageRefused("unreadable", path) from error
        for node in (*root.iter(f"{METS}file"), *root.iter(f"{METS}mdRef")):
            place = node.find(f"{METS}FLocat") if node.tag == f"{METS}file" else node
            href = "" if place is None else place.attrib.get(f"{XLINK}href", "")
            self._digests[_checked(below + href)] = node.attrib.get("CHECKSUM", "")
        self._descriptive += [_href(node) for node in root.iterfind(f"{METS}dmdSec/{METS}mdRef")]
        if not below:
            for pointer in root.iter(f"{METS}mptr"):
                self._read_mets(_checked(_href(pointer)).removesuffix("METS.xml"))


@contextmanager
def open_package(path: Path) -> Iterator[SipReader]:
    """A package in a zip file, a tar file or a folder. Raises ``PackageRefused``."""
    if path.is_dir():
        yield SipReader(_Folder(path))
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield SipReader(_Zip(archive))
    elif tarfile.is_tarfile(path):
        with tarfile.open(path) as tar:
            yield SipReader(_Tar(tar))
    else:
        raise PackageRefused("unreadable")


class _Folder:
    def __init__(self, folder: Path) -> None:
        inner = [one for one in folder.iterdir() if one.is_dir()]
        # The folder that holds the package, or the package's own root.
        self._root = inner[0] if len(inner) == 1 and not (folder / "METS.xml").exists() else folder

    def names(self) -> set[str]:
        return {one.relative_to(self._root).as_posix() for one in self._root.rglob("*") if not one.is_dir()}

    def content(self, path: str) -> bytes:
        target = self._root / _checked(path)
        if target.is_symlink() or not target.is_file() or self._root.resolve() not in target.resolve().parents:
            raise PackageRefused("incomplete", path)
        if target.stat().st_size > MOST_OCTETS:
            raise PackageRefused("damaged", path)
        return target.read_bytes()


class _Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = _without_root(one.filename for one in archive.infolist() if not one.is_dir())

    def names(self) -> set[str]:
        return set(self._names)

    def content(self, path: str) -> bytes:
        if path not in self._names:
            raise PackageRefused("incomplete", path)
        try:
            with self._archive.open(self._names[path]) as file:
                data = file.read(MOST_OCTETS + 1)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
            raise PackageRefused("damaged", path) from error
        except Exception as error:  # zlib has an error of its own for each way of being broken
            raise PackageRefused("damaged", path) from error
        return _bounded(data, path)


class _Tar:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._names = _without_root(one.name for one in tar.getmembers() if not one.isdir())

    def names(self) -> set[str]:
        return set(self._names)

    def content(self, path: str) -> bytes:
        member = self._tar.getmember(self._names[path]) if path in self._names else None
        if member is None or not member.isfile():
            raise PackageRefused("incomplete", path)
        file = self._tar.extractfile(member)
        return _bounded(file.read(MOST_OCTETS + 1) if file else b"", path)


def _without_root(names: Iterator[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    roots = set()
    for name in names:
        root, _slash, rest = name.partition("/")
        roots.add(root)
        if len(roots) > 1 or _checked(rest) in found or len(found) > MOST_FILES:
            raise PackageRefused("strange", name)
        found[rest] = name
    return found


def _bounded(data: bytes, path: str) -> bytes:
    if len(data) > MOST_OCTETS:
        raise PackageRefused("damaged", path)
    return data


def _checked(path: str) -> str:
    pure = PurePosixPath(path)
    if not path or pure.is_absolute() or ".." in pure.parts or "\\" in path or str(pure) != path:
        raise PackageRefused("strange", path)
    return path


def _href(node: object) -> str:
    attributes = getattr(node, "attrib", {})
    return str(attributes.get(f"{XLINK}href", ""))
