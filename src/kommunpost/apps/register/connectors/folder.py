"""A case system by a folder: a package an entry in, a receipt beside it back (ADR 0052).

``<key>.zip`` is an E-ARK SIP with the one entry. It is written under another name, forced to disk, and renamed: whoever
sees it sees it whole. The receiver writes ``<key>.receipt.json`` beside it; then both go.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kommunpost.apps.register.connectors.contract import ConnectorFailed, Handing, Outcome, Receipt
from kommunpost.apps.register.packages.single import write_entry_package
from kommunpost.apps.register.rules.handing_over import clean_number
from kommunpost.core.packages import ZipContainer
from kommunpost.core.packages.text import slug

RECEIPT = ".receipt.json"
MOST_READ = 10_000


@dataclass(frozen=True, slots=True)
class PackageFolder:
    """One committee's folder, below the installation's own: no path is ever typed on a screen."""

    folder: Path
    clock: Callable[[], datetime]

    def hand_over(self, handing: Handing) -> Receipt:
        """Put the package there. One that stands is left: the receiver may be reading it just now."""
        try:
            receipt = _read(self.folder / f"{handing.key}{RECEIPT}")
            if receipt is not None:
                return receipt
            if not package_path(self.folder, handing.key).exists():
                self._write(handing)
        except OSError as error:
            raise ConnectorFailed("folder_unwritable") from error
        return Receipt(Outcome.ACCEPTED)

    def receipts(self) -> Iterable[tuple[str, Receipt]]:
        """What the receiver has written. What cannot be read yet is left: it may be half written."""
        try:
            found = sorted(self.folder.glob(f"*{RECEIPT}"))
        except OSError:
            return
        for path in found:
            receipt = _read(path)
            if receipt is not None:
                yield path.name.removesuffix(RECEIPT), receipt

    def put_away(self, key: str) -> None:
        """The package and its receipt go; a file that the receiver has taken is no error."""
        for path in copies(self.folder, key):
            path.unlink(missing_ok=True)

    def _write(self, handing: Handing) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = package_path(self.folder, handing.key)
        part = target.with_suffix(f".{os.getpid()}.part")
        try:
            # A receiver is often another user of the same group.
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "wb") as file:
                container = ZipContainer(file, made_at=self.clock())
                write_entry_package(container, handing.entry_id, name=handing.key, made_at=self.clock())
                container.close()
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
            _sync_folder(self.folder)
        finally:
            part.unlink(missing_ok=True)


def folder_of(committee_code: str, *, root: Path) -> Path:
    """The folder of a committee."""
    return root / slug(committee_code)


def package_path(folder: Path, key: str) -> Path:
    """Where the package of a handover lies."""
    return folder / f"{key}.zip"


def copies(folder: Path, key: str) -> Iterator[Path]:
    """Everything of a handover that may lie in the folder, the leavings of a worker that died too."""
    yield from (package_path(folder, key), folder / f"{key}{RECEIPT}")
    yield from folder.glob(f"{key}.*.part")


def _read(path: Path) -> Receipt | None:
    """A receipt; None when there is none that is whole. A link is not followed: it could point anywhere."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        try:
            told = json.loads(file.read(MOST_READ))
        except (OSError, ValueError, RecursionError):
            return None
    if not isinstance(told, dict):
        return None
    if told.get("state") == Outcome.REFUSED:
        return Receipt(Outcome.REFUSED, trouble="refused")
    number = clean_number(told.get("number"))
    return Receipt(Outcome.ACCEPTED, number) if told.get("state") == Outcome.ACCEPTED and number else None


def _sync_folder(folder: Path) -> None:
    # The rename itself must survive a power cut, or the handover would say "sent" of nothing.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
