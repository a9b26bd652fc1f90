"""The blob store: raw mail by the SHA-256 of its bytes, compressed, write-once, and truly erasable (ADR 0006)."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from kommunpost.apps.mailflow.blobs.contract import BlobDamaged, BlobMissing, BlobStore, PackedBlob, StoredBlob
from kommunpost.apps.mailflow.blobs.folder import FolderStore
from kommunpost.apps.mailflow.blobs.objects import ObjectStore

__all__ = [
    "BlobDamaged",
    "BlobMissing",
    "BlobStore",
    "FolderStore",
    "ObjectStore",
    "PackedBlob",
    "StoredBlob",
    "open_store",
    "store",
]


def open_store(place: str) -> BlobStore:
    """The store at ``place``: a folder, or ``s3://bucket/prefix`` (keys from the ``AWS_…`` variables)."""
    if place.startswith("s3://"):
        return ObjectStore.at(place)
    return FolderStore(Path(place))


@lru_cache(maxsize=4)
def _opened(place: str) -> BlobStore:
    return open_store(place)


def store() -> BlobStore:
    """The store that this installation is set to use (``KOMMUNPOST_BLOBS``)."""
    return _opened(settings.BLOB_STORE)
