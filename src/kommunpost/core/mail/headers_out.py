"""Header fields as bytes for the wire: encoded words (RFC 2047), folding, addresses, parameters (RFC 2231).

The standard library's refolding is left aside: it breaks some quoted names and takes quadratic time on long ones.
Every value has passed ``draft.check_draft``: one line, no control characters.
"""

import re
import unicodedata
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Iterable, Sequence
from string import ascii_letters, digits
from urllib.parse import quote

from kommunpost.core.mail.model import Address

WIDTH = 76
LONGEST_ENCODED_WORD = 75
LONGEST_PHRASE = 38
FIELD_NAME = len("Reply-To: ")
LONGEST_FILE_NAME = 200
LONGEST_ENDING = 10
_BARE_IN_Q = frozenset((ascii_letters + digits + "!*+-/").encode())
_PARAMETER_PIECE = 60
_ATTRIBUTE_CHARACTERS = "!#$&+-.^_`|~"
_ATOM_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_ENCODED_WORD_LOOK = "=?"
_UNSAFE_IN_NAME = re.compile(r"[^A-Za-z0-9 !#$&()+,.=@^_{}~-]")


def text_field(name: str, value: str) -> str:
    """``Subject: …`` folded; what is not plain ASCII becomes encoded words."""
    if not value:
        return f"{name}:"
    words = value.split(" ")
    if _is_plain(value) and all(words) and max(map(len, words)) < WIDTH - len(name) - 2:
        return f"{name}: {_fold(words, used=len(name) + 2)}"
    return f"{name}: {_fold(encoded_words(value, used=len(name) + 2), used=len(name) + 2)}"


def encoded_words(value: str, *, used: int = 0) -> list[str]:
    """RFC 2047 words of at most 75 characters, never cut inside a character; Q or B, whichever is shorter.

    ``used`` characters of the first line are taken.
    """
    encode = _q_word if len(b2a_qp(value.encode(), header=True)) <= len(value.encode()) * 4 // 3 else _b_word
    words: list[str] = []
    piece = ""
    for character in value:
        room = LONGEST_ENCODED_WORD - (0 if words else used)
        if piece and len(encode(piece + character)) > room:
            words.append(encode(piece))
            piece = ""
        piece += character
    return [*words, encode(piece)]


def _q_word(text: str) -> str:
    return f"=?utf-8?q?{''.join(map(_q_byte, text.encode()))}?="


def _q_byte(byte: int) -> str:
    """RFC 2047 5 (3): inside a phrase only these may stand bare; the strict set is safe everywhere."""
    if byte in _BARE_IN_Q:
        return chr(byte)
    return "_" if byte == ord(" ") else f"={byte:02X}"


def _b_word(text: str) -> str:
    return f"=?utf-8?b?{b64encode(text.encode()).decode('ascii')}?="


def _is_plain(value: str) -> bool:
    return value.isascii() and _ENCODED_WORD_LOOK not in value


def _fold(words: Iterable[str], *, used: int) -> str:
    lines: list[str] = []
    line = ""
    width = WIDTH - used
    for word in words:
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line, width = word, WIDTH - 1
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join([*lines, line])


def address_field(name: str, addresses: Sequence[Address]) -> str:
    """``To: …``; an address that does not fit begins a line of its own."""
    written = [_address(address) for address in addresses]
    items = [f"{item}," for item in written[:-1]] + written[-1:]
    return f"{name}: {_fold(items, used=len(name) + 2)}"


def _address(address: Address) -> str:
    local, _, domain = address.address.rpartition("@")
    bare = f"{local}@{domain.encode('idna').decode('ascii')}"
    name = address.name.strip()
    if not name:
        return bare
    between = "\r\n " if len(name) > LONGEST_PHRASE else " "
    return f"{_phrase(name)}{between}<{bare}>"


def _phrase(name: str) -> str:
    if not _is_plain(name) or len(name) > LONGEST_PHRASE:
        return "\r\n ".join(encoded_words(name, used=FIELD_NAME))
    if _ATOM_PHRASE.fullmatch(name) and "  " not in name:
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def id_field(name: str, ids: Sequence[str]) -> str:
    """``References: …`` with angle brackets, one Message-ID a line where they do not fit."""
    return f"{name}: {_fold([f'<{message_id}>' for message_id in ids], used=len(name) + 2)}"


def file_name_parameters(name: str, *, parameter: str) -> str:
    """``; filename*=UTF-8''…; filename="…"``: RFC 2231 first, then an ASCII fallback for old readers.

    The order matters: readers that take the first of two equal names must meet the true one.
    """
    clean = clean_file_name(name)
    fallback = _ascii_name(clean)
    if fallback == clean:
        return f';\r\n {parameter}="{clean}"' if len(clean) <= WIDTH - 20 else _continued(clean, parameter=parameter)
    return f'{_continued(clean, parameter=parameter)};\r\n {parameter}="{fallback[-WIDTH + 20 :]}"'


def _continued(name: str, *, parameter: str) -> str:
    encoded = quote(name, safe=_ATTRIBUTE_CHARACTERS)
    if len(encoded) <= _PARAMETER_PIECE:
        return f";\r\n {parameter}*=UTF-8''{encoded}"
    pieces = _pieces(encoded)
    first = f";\r\n {parameter}*0*=UTF-8''{pieces[0]}"
    return first + "".join(f";\r\n {parameter}*{number}*={piece}" for number, piece in enumerate(pieces[1:], start=1))


def _pieces(encoded: str) -> list[str]:
    """Cut before a per cent sign, never inside ``%C3``; a character may span two pieces, which RFC 2231 4.1 allows."""
    pieces: list[str] = []
    start = 0
    while start < len(encoded):
        end = min(start + _PARAMETER_PIECE, len(encoded))
        cut = encoded.rfind("%", end - 2, end)
        end = cut if cut > start and end < len(encoded) else end
        pieces.append(encoded[start:end])
        start = end
    return pieces


def clean_file_name(name: str) -> str:
    """The last part of a path, at most 200 characters, the ending kept; ``bilaga`` when nothing is left."""
    last = name.replace("\\", "/").rpartition("/")[2].strip(" .")
    if len(last) > LONGEST_FILE_NAME:
        stem, dot, ending = last.rpartition(".")
        ending = dot + ending if dot and len(ending) <= LONGEST_ENDING else ""
        last = (stem or last)[: LONGEST_FILE_NAME - len(ending)] + ending
    return last or "bilaga"


def _ascii_name(name: str) -> str:
    """``Översikt.pdf`` -> ``Oversikt.pdf``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return _UNSAFE_IN_NAME.sub("_", plain) or "bilaga"
