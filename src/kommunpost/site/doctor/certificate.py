"""When a certificate runs out: enough of DER (ITU-T X.690) to reach ``validity`` in RFC 5280 section 4.1, no more."""

import re
from base64 import b64decode
from binascii import Error as BadBase64
from datetime import UTC, datetime

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
_SEQUENCE, _VERSION, _UTC_TIME, _GENERAL_TIME = 0x30, 0xA0, 0x17, 0x18
_LONG_FORM = 0x80
_BEFORE_VALIDITY = 3  # serial number, signature algorithm, issuer


class NotACertificateError(ValueError):
    """The text holds no certificate that can be read. ``code``: ``not_a_certificate``."""

    code = "not_a_certificate"


def valid_until(pem: str) -> datetime:
    """``notAfter`` (UTC) of the first certificate in ``pem``: the server's own stands before its chain.

    Raises NotACertificateError.
    """
    found = _PEM.search(pem)
    if found is None:
        raise NotACertificateError("no certificate")
    try:
        return _not_after(b64decode("".join(found.group(1).split()), validate=True))
    except (IndexError, ValueError, BadBase64) as error:
        raise NotACertificateError("not DER") from error


def _not_after(der: bytes) -> datetime:
    _tag, certificate, _rest = _take(der)
    _tag, fields, _rest = _take(certificate)
    tag, _value, rest = _take(fields)
    if tag == _VERSION:
        _tag, _value, rest = _take(rest)
    for _field in range(_BEFORE_VALIDITY - 1):
        _tag, _value, rest = _take(rest)
    tag, validity, _rest = _take(rest)
    if tag != _SEQUENCE:
        raise NotACertificateError("no validity")
    _tag, _begins, after_begin = _take(validity)
    tag, ends, _rest = _take(after_begin)
    return _moment(tag, ends.decode("ascii"))


def _take(data: bytes) -> tuple[int, bytes, bytes]:
    """Tag, value, and what follows."""
    tag, length, start = data[0], data[1], 2
    if length & _LONG_FORM:
        start += length & ~_LONG_FORM
        length = int.from_bytes(data[2:start], "big")
    if start + length > len(data):
        raise NotACertificateError("cut off")
    return tag, data[start : start + length], data[start + length :]


def _moment(tag: int, text: str) -> datetime:
    if tag not in {_UTC_TIME, _GENERAL_TIME}:
        raise NotACertificateError("no time")
    # RFC 5280 section 4.1.2.5.1: two digits of year from 50 on are of the last century; strptime parts at 69.
    century = ("19" if int(text[:2]) >= 50 else "20") if tag == _UTC_TIME else ""  # noqa: PLR2004
    return datetime.strptime(century + text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
