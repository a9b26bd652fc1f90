"""Blobs in a local folder, in volumes (``mail-0001.sqlite3`` …): ADR 0006 says why not a file for each.

New blobs go to the newest volume; a volume that has grown full is only read, and erased from.
"""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from kommunpost.apps.mailflow.blobs.contract import (
    BlobMissing,
    PackedBlob,
    StoredBlob,
    check_digest,
    unpack,
)
from kommunpost.apps.mailflow.blobs.volume import Volume

VOLUME_OCTETS = 8 * 1024**3
"""From this length on a volume is full. Some millions of mails: few files to look through, none too large to move."""


class FolderStore:
    """A ``BlobStore`` in the folder ``root`` (made when missing)."""

    def __init__(self, root: Path, *, volume_octets: int = VOLUME_OCTETS) -> None:
        self.root = root
        self._volume_octets = volume_octets
        self._lock = threading.Lock()
        self._volumes: list[Volume] = []
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._look_again()

    def put(self, raw: bytes) -> StoredBlob:
        return self.put_many([raw])[0]

    def put_many(self, raws: Sequence[bytes]) -> list[StoredBlob]:
        return self.put_packed([PackedBlob.of(raw) for raw in raws])

    def put_packed(self, blobs: Sequence[PackedBlob]) -> list[StoredBlob]:
        if blobs:
            self._newest().add(blobs)
        return [blob.stored for blob in blobs]

    def get_packed(self, digest: str) -> bytes:
        check_digest(digest)
        for volume in self._volumes_to_ask():
            packed = volume.read(digest)
            if packed is not None:
                return packed
        raise BlobMissing(digest)

    def get(self, digest: str) -> bytes:
        return unpack(self.get_packed(digest), digest=digest)

    def exists(self, digest: str) -> bool:
        check_digest(digest)
        return any(volume.holds(digest) for volume in self._volumes_to_ask())

    def erase(self, digest: str) -> bool:
        check_digest(digest)
        self._look_again()
        # In all of them: what was put again when its volume was full lies in two.
        return sum(volume.erase(digest) for volume in self._volumes) > 0

    def digests(self) -> Iterator[str]:
        self._look_again()
        volumes = list(self._volumes)
        for place, volume in enumerate(volumes):
            newer = volumes[place + 1 :]
            yield from (digest for digest in volume.digests() if not any(other.holds(digest) for other in newer))

    def close(self) -> None:
        """Close the files. Whoever asks again opens them again."""
        for volume in self._volumes:
            volume.close()

    def _volumes_to_ask(self) -> Iterator[Volume]:
        """Newest first: mail is read most when it is new. Last of all those that another process has made meanwhile."""
        asked = list(self._volumes)
        yield from reversed(asked)
        self._look_again()
        yield from self._volumes[len(asked) :]

    def _newest(self) -> Volume:
        newest = self._volumes[-1] if self._volumes else None
        if newest is not None and newest.octets() < self._volume_octets:
            return newest
        self._look_again()
        with self._lock:
            if not self._volumes or self._volumes[-1].octets() >= self._volume_octets:
                last = int(self._volumes[-1].path.stem[-4:]) if self._volumes else 0
                self._volumes.append(Volume(self.root / f"mail-{last + 1:04}.sqlite3"))
            return self._volumes[-1]

    def _look_again(self) -> None:
        with self._lock:
            known = {volume.path for volume in self._volumes}
            found = sorted(self.root.glob("mail-[0-9][0-9][0-9][0-9].sqlite3"))
            self._volumes += [Volume(path) for path in found if path not in known]
