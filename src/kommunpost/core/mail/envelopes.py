"""Which cryptography wraps a content that we do not open (RFC 1847, RFC 3156, RFC 8551)."""

from kommunpost.core.mail.model import Envelope
from kommunpost.core.mail.parameters import Parameters

_OPAQUE_SIGNED = frozenset({"signed-data", "certs-only"})


def envelope_of(kind: str, content_type: Parameters) -> Envelope:
    """A part's type and parameters -> the envelope it is."""
    if kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        signed = content_type.items.get("smime-type", "").lower() in _OPAQUE_SIGNED
        return Envelope.SMIME_SIGNED if signed else Envelope.SMIME_ENCRYPTED
    if kind == "multipart/signed":
        pgp = "pgp" in content_type.items.get("protocol", "").lower()
        return Envelope.PGP_SIGNED if pgp else Envelope.SMIME_SIGNED
    return Envelope.PGP_ENCRYPTED if kind == "multipart/encrypted" else Envelope.NONE


def envelope_of_text(text: str) -> Envelope:
    """Inline PGP: armour at the beginning of a line of the text."""
    lines = f"\n{text}"
    if "\n-----BEGIN PGP MESSAGE-----" in lines:
        return Envelope.PGP_ENCRYPTED
    if "\n-----BEGIN PGP SIGNED MESSAGE-----" in lines:
        return Envelope.PGP_SIGNED
    return Envelope.NONE
