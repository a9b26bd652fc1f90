"""Blobs in an S3-compatible store, by obstore.

The bucket must not keep old versions: they outlive erasure (ADR 0006).
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import from_url

from kommunpost.apps.mailflow.blobs.contract import BlobMissing, StoredBlob, check_digest, digest_of, pack, unpack

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
        digest, packed = digest_of(raw), pack(raw)
        try:
            obstore.put(self._objects, self.key(digest), packed, mode="create")
        except AlreadyExistsError:
            held = obstore.head(self._objects, self.key(digest))
            return StoredBlob(digest, len(raw), held["size"])
        return StoredBlob(digest, len(raw), len(packed))

    def put_many(self, raws: Sequence[bytes]) -> list[StoredBlob]:
        if len(raws) <= 1:
            return [self.put(raw) for raw in raws]
        with ThreadPoolExecutor(min(AT_ONCE, len(raws))) as pool:
            return list(pool.map(self.put, raws))

    def get(self, digest: str) -> bytes:
        try:
            packed = bytes(obstore.get(self._objects, self.key(check_digest(digest))).bytes())
        except FileNotFoundError as error:
            raise BlobMissing(digest) from error
        return unpack(packed, digest=digest)

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
