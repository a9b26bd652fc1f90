"""What every blob store promises, and the one encoding they share."""

import hashlib
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import zstandard

COMPRESSION_LEVEL = 3
DIGEST = re.compile(r"[0-9a-f]{64}")


class BlobError(Exception):
    """A blob cannot be handed out. ``digest`` names it; ``code`` is stable."""

    code = "blob_error"

    def __init__(self, digest: str) -> None:
        super().__init__(f"{self.code}: {digest}")
        self.digest = digest


class BlobMissing(BlobError):  # noqa: N818 -- named by what it says.
    """No such blob is in the store."""

    code = "blob_missing"


class BlobDamaged(BlobError):  # noqa: N818 -- named by what it says.
    """The bytes in the store are not those that were put there."""

    code = "blob_damaged"


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """``digest``: SHA-256 (hex) of the raw bytes. ``size`` raw and ``stored_size`` compressed, in bytes."""

    digest: str
    size: int
    stored_size: int


@dataclass(frozen=True, slots=True)
class PackedBlob:
    """A blob as a store keeps it: ``packed`` is one zstd frame of the ``size`` bytes that have ``digest``."""

    digest: str
    size: int
    packed: bytes

    @classmethod
    def of(cls, raw: bytes) -> "PackedBlob":
        """``raw`` made ready for any store."""
        return cls(digest_of(raw), len(raw), pack(raw))

    @property
    def stored(self) -> StoredBlob:
        """What there is to say of it without its bytes."""
        return StoredBlob(self.digest, self.size, len(self.packed))


class BlobStore(Protocol):
    """Raw bytes by their SHA-256. Safe to use from many threads and processes at once."""

    def put(self, raw: bytes) -> StoredBlob:
        """Durable when this returns. Putting the same bytes again changes nothing."""

    def put_many(self, raws: Sequence[bytes]) -> list[StoredBlob]:
        """As ``put`` for a group, at the cost of about one; in the order given. All are durable when this returns."""

    def put_packed(self, blobs: Sequence[PackedBlob]) -> list[StoredBlob]:
        """As ``put_many`` for blobs that are packed already. Their digests are believed."""

    def get_packed(self, digest: str) -> bytes:
        """The bytes as they are kept, unchecked: for copies. Raises ``BlobMissing``."""

    def get(self, digest: str) -> bytes:
        """The raw bytes, checked against their digest. Raises ``BlobMissing`` or ``BlobDamaged``."""

    def exists(self, digest: str) -> bool:
        """Whether the blob is here (unchecked)."""

    def erase(self, digest: str) -> bool:
        """Removes the blob for good; False if it was not here. Durable when this returns."""

    def digests(self) -> Iterator[str]:
        """Every blob in the store, in no order."""


_codecs = threading.local()


def pack(raw: bytes) -> bytes:
    """``raw`` as the store keeps it: one zstd frame that holds its own size."""
    compressor = getattr(_codecs, "compressor", None)
    if compressor is None:
        compressor = _codecs.compressor = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL)
    packed: bytes = compressor.compress(raw)
    return packed


def unpack(packed: bytes, *, digest: str) -> bytes:
    """The raw bytes of a frame. Raises ``BlobDamaged`` unless they have ``digest``."""
    try:
        raw = zstandard.ZstdDecompressor().decompress(packed)
    except zstandard.ZstdError as error:
        raise BlobDamaged(digest) from error
    if digest_of(raw) != digest:
        raise BlobDamaged(digest)
    return raw


def raw_size(packed: bytes) -> int:
    """What the frame says of the raw bytes' number; 0 when it is damaged."""
    try:
        return max(0, zstandard.frame_content_size(packed))
    except zstandard.ZstdError:
        return 0


def digest_of(raw: bytes) -> str:
    """SHA-256 of the bytes, as 64 hexadecimal digits in lower case."""
    return hashlib.sha256(raw).hexdigest()


def check_digest(digest: str) -> str:
    """``digest`` itself. Raises ``BlobMissing`` for what is no digest, so that a name never becomes a path."""
    if not DIGEST.fullmatch(digest):
        raise BlobMissing(digest)
    return digest
