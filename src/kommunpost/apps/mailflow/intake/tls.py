"""TLS for STARTTLS."""

import ssl
from pathlib import Path


def tls_context(certificate: str, key: str = "") -> ssl.SSLContext:
    """TLS 1.2 or later, from files. Raises ``OSError`` or ``ssl.SSLError`` for files that cannot be used."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(Path(certificate), Path(key) if key else None)
    return context
