"""Secrets at rest: sealed with a key made of SECRET_KEY, and still opened by those that were rotated out.

Fernet is AES-128-CBC with HMAC-SHA256 (github.com/fernet/spec). A stolen database opens nothing; a stolen data folder
does, for the key lies in it unless it is given from outside (see docs/reference/settings.md).
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

_SALT = "kommunpost.sealing"


class SealBrokenError(Exception):
    """No key of ours opens it: SECRET_KEY was changed and the old one is not among the fallbacks."""


def seal(text: str) -> str:
    """``text`` under the present key, as ASCII."""
    return _box().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """What was sealed under the present key or a fallback. Raises SealBrokenError."""
    try:
        return _box().decrypt(sealed.encode("ascii")).decode()
    except InvalidToken as error:
        raise SealBrokenError from error


def digests(text: str, *, salt: str) -> list[str]:
    """HMACs of ``text``, hex: under the present key first, then under each fallback."""
    return [salted_hmac(salt, text, secret=key, algorithm="sha256").hexdigest() for key in _keys()]


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]


def _box() -> MultiFernet:
    made = (salted_hmac(_SALT, "fernet", secret=key, algorithm="sha256").digest() for key in _keys())
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in made])
