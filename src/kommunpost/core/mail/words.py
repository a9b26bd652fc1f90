"""Text of header fields: raw 8-bit bytes, encoded words (RFC 2047) and charsets, in the shapes they have in the wild.

Everything here is linear in its input and never raises: what cannot be read comes out as the reader would guess it.
"""

import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby, islice
from string import ascii_letters, digits

MAX_WORDS = 1_000
"""Encoded words decoded in one text; those that follow are left as they stand."""

_WORD_START = re.compile(r"=\?([^?\s=]{1,80})\?([bBqQ])\?")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+")
_SPACES = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]+|  +")
_NOT_BASE64 = bytes(set(range(256)) - set((ascii_letters + digits + "+/").encode("ascii")))
_UNDEFINED_CP1252 = bytes.maketrans(b"\x81\x8d\x8f\x90\x9d", b"?????")
REPLACEMENT = "\ufffd"
_MOST_MARKS = 30
_JOINER = "\u034f"

# What labels mean in practice (WHATWG Encoding): the wider set that the sender really used.
_MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "ascii",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "iso2022_jp": "iso2022_jp_ext",
    "big5": "cp950",
}
_SPELLINGS = {
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "iso-8859-8-i": "iso8859-8",
    "windows-874": "cp874",
    "dos-874": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "unicode": "utf-16",
}
# Python also has codecs that are no charsets (punycode, idna: quadratic; unicode_escape …): only these families.
_FAMILIES = re.compile(
    r"ascii|utf-(?:7|8(?:-sig)?|16(?:-[bl]e)?|32(?:-[bl]e)?)|iso8859-|cp\d|koi8|mac-|big5|gb|hz|euc_|shift_jis|johab|iso2022_|kz1048|ptcp154|hp-roman8"
)


@lru_cache(maxsize=256)
def codec_name(label: str) -> str | None:
    """The codec that a charset label stands for, or None when nobody knows it. Labels longer than 80 are unknown."""
    cleaned = label.strip(" \t\"';,").lower()[:80]
    cleaned = _SPELLINGS.get(cleaned, cleaned)
    if cleaned.startswith(("windows", "win-", "x-cp", "cp-")):
        cleaned = "cp" + "".join(char for char in cleaned if char.isdigit())
    try:
        name = codecs.lookup(cleaned).name
    except (LookupError, ValueError):
        return None
    if not _FAMILIES.match(name):
        return None
    return _MEANT.get(name, name)


def decode_text(data: bytes, label: str) -> tuple[str, str]:
    """Bytes and the charset they claim -> (text, defect code or ""). A wrong or unknown claim is seen through.

    UTF-8 is tried where Latin-1 or nothing is claimed: text in those charsets is never by chance valid UTF-8 with
    letters outside ASCII. Swedish text that is no UTF-8 is read as cp1252.
    """
    codec = codec_name(label) if label else "ascii"
    if codec in _ASCII_BASED and data.isascii():
        return data.decode("ascii"), ""
    if codec in _WESTERN:
        return _decode_western(data, codec)
    if codec == "utf-8":
        return _decode_claimed_utf8(data)
    if codec is None:
        return guess(data), "" if data.isascii() else "charset_unknown"
    return _decode_with(data, codec)


_WESTERN = frozenset({"ascii", "cp1252"})
GUESSED = frozenset({"ascii", "cp1252", "utf-8"})
"""Codecs whose text is found without being told."""
_ASCII_BASED = frozenset({"ascii", "cp1252", "utf-8"})


def is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def guess(data: bytes) -> str:
    """Bytes of unknown charset -> text: UTF-8 when it is that, else cp1252."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.translate(_UNDEFINED_CP1252).decode("cp1252")


def _decode_western(data: bytes, codec: str | None) -> tuple[str, str]:
    try:
        return data.decode("utf-8"), "charset_wrong"
    except UnicodeDecodeError:
        text = data.translate(_UNDEFINED_CP1252).decode("cp1252")
        return text, "" if codec == "cp1252" else "charset_wrong"


def _decode_claimed_utf8(data: bytes) -> tuple[str, str]:
    """A cut or damaged letter in real UTF-8 becomes U+FFFD; text with more broken than whole letters is cp1252."""
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    broken = text.count(REPLACEMENT)
    whole = len(data) - len(text.encode("ascii", "ignore")) - broken
    if whole >= 2 * broken:
        return text, "charset_broken"
    return data.translate(_UNDEFINED_CP1252).decode("cp1252"), "charset_wrong"


def _decode_with(data: bytes, codec: str) -> tuple[str, str]:
    try:
        text, defect = data.decode(codec), ""
    except (UnicodeError, ValueError):
        if codec.startswith("utf-16") and b"\x00" not in data:
            return guess(data), "charset_wrong"
        text, defect = data.decode(codec, "replace"), "charset_broken"
    if codec.startswith("utf"):  # UTF-7 and UTF-16 can spell half a surrogate pair, which no UTF-8 writer accepts.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.removeprefix("\ufeff"), defect


def decode_header(value: bytes) -> str:
    """An unfolded field's bytes -> clean text: encoded words and 8-bit read, NFC, no controls, single spaces."""
    text = value.decode("ascii") if value.isascii() else guess(value)
    if "=?" in text:
        text = decode_words(text)
    return clean(text)


def clean(text: str) -> str:
    """NFC, without control characters, white space folded to single spaces."""
    if text.isascii() and text.isprintable():
        return _SPACES.sub(" ", text).strip() if "  " in text else text.strip()
    return nfc(_SPACES.sub(" ", _CONTROLS.sub("", text))).strip()


def nfc(text: str) -> str:
    """NFC in linear time. Normalising sorts the marks on one letter, which takes the square of their number: where more
    than 30 stand together, a joiner is put between (Unicode UAX 15, section 13: stream-safe text)."""
    if len(text) > _MOST_MARKS * 10:
        text = "".join(_with_joiners(text))
    return unicodedata.normalize("NFC", text)


def _is_mark(one: str) -> bool:
    return unicodedata.combining(one) > 0


def _with_joiners(text: str) -> Iterator[str]:
    for is_mark, run in groupby(text, _is_mark):
        marks = "".join(run)
        if is_mark and len(marks) > _MOST_MARKS:
            yield _JOINER.join(marks[at : at + _MOST_MARKS] for at in range(0, len(marks), _MOST_MARKS))
        else:
            yield marks


def decode_words(text: str) -> str:
    """Replace the encoded words of a text. Neighbours of one charset are joined as bytes before they are decoded,
    for writers that split inside a letter; white space between neighbours is dropped (RFC 2047 section 6.2)."""
    out: list[str] = []
    run: list[bytes] = []
    run_label = ""
    position = 0
    for start, end, label, data in _words(text):
        between = text[position:start]
        joined = bool(run_label) and not between.strip()
        if not (joined and label == run_label):
            out.append(_flush(run, run_label))
            out.append("" if joined else between)
            run, run_label = [], label
        run.append(data)
        position = end
    out.extend((_flush(run, run_label), text[position:]))
    return "".join(out)


def _flush(run: list[bytes], label: str) -> str:
    return decode_text(b"".join(run), label)[0] if run else ""


def _words(text: str) -> list[tuple[int, int, str, bytes]]:
    """(start, end, charset, decoded bytes) of each encoded word. One pass: each search begins where the last ended."""
    starts = list(islice(_WORD_START.finditer(text), MAX_WORDS))
    words: list[tuple[int, int, str, bytes]] = []
    for index, match in enumerate(starts):
        begin = match.end()
        limit = starts[index + 1].start() if index + 1 < len(starts) else len(text)
        close = text.find("?=", begin, limit + 1)
        end = close + 2 if close >= 0 else limit
        payload = text[begin : close if close >= 0 else limit]
        if close < 0:  # The closing ?= is missing: the word ends with the first white space, or with the field.
            payload = payload.split(None, 1)[0] if payload.strip() else ""
            end = begin + len(payload)
        label = match[1].partition("*")[0].lower()  # RFC 2231 section 5: charset*language
        words.append((match.start(), end, label, _payload(payload, match[2])))
    return words


def _payload(payload: str, encoding: str) -> bytes:
    data = payload.encode("utf-8", "replace")
    if encoding in "bB":
        return lenient_base64(data)
    return binascii.a2b_qp(data, header=True)


def lenient_base64(data: bytes) -> bytes:
    """Base64 with junk, missing or early padding -> the bytes that can be had."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        kept = data.translate(None, _NOT_BASE64)
        if len(kept) % 4 == 1:
            kept = kept[:-1]
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))
