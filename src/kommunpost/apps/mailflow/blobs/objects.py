"""Blobs in an S3-compatible store, by obstore.

The bucket must not keep old versions: they outlive erasure (ADR 0006).
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import from_url

from kommunpost.apps.mailflow.blobs.contract import BlobMissing, PackedBlob, StoredBlob, check_digest, unpack

AT_ONCE = 8


class ObjectStore:
    """A ``BlobStore`` over any store of obstore (S3, memory, a folder)."""

    def __init__(self, objects: Any) -> None:
        self._objects = objects

    @classmethod
    def at(cls, url: str) -> "ObjectStore":
        """The store at ``s3://bucket/prefix``. Endpoint, region and keys come from the ``AWS_…`` variables."""
        return cls(from_url(url))

    def put(self, raw: bytes) -> StoredBlob:
        return self._put(PackedBlob.of(raw))

    def put_many(self, raws: Sequence[bytes]) -> list[StoredBlob]:
        return self.put_packed([PackedBlob.of(raw) for raw in raws])

    def put_packed(self, blobs: Sequence[PackedBlob]) -> list[StoredBlob]:
        if len(blobs) <= 1:
            return [self._put(blob) for blob in blobs]
        with ThreadPoolExecutor(min(AT_ONCE, len(blobs))) as pool:
            return list(pool.map(self._put, blobs))

    def get_packed(self, digest: str) -> bytes:
        try:
            return bytes(obstore.get(self._objects, self.key(check_digest(digest))).bytes())
        except FileNotFoundError as error:
            raise BlobMissing(digest) from error

    def get(self, digest: str) -> bytes:
        return unpack(self.get_packed(digest), digest=digest)

    def _put(self, blob: PackedBlob) -> StoredBlob:
        try:
            obstore.put(self._objects, self.key(blob.digest), blob.packed, mode="create")
        except AlreadyExistsError:
            held = obstore.head(self._objects, self.key(blob.digest))
            return StoredBlob(blob.digest, blob.size, held["size"])
        return blob.stored

    def exists(self, digest: str) -> bool:
        try:
            obstore.head(self._objects, self.key(check_digest(digest)))
        except FileNotFoundError:
            return False
        return True

    def erase(self, digest: str) -> bool:
        if not self.exists(digest):
            return False
        obstore.delete(self._objects, self.key(digest))
        return True

    def digests(self) -> Iterator[str]:
        for page in obstore.list(self._objects):
            for held in page:
                yield str(held["path"]).rsplit("/", 1)[-1].removesuffix(".zst")

    def key(self, digest: str) -> str:
        """The name of the object."""
        return f"{digest[:2]}/{digest[2:4]}/{digest}.zst"
