"""How fast mail is parsed, beside the standard library in the same run: headers, text, attachments with their digests.

``python -m bench.parse [FOLDER]``. Ratios, not seconds: the machine is the same for all three.
"""

import argparse
import email
import email.message
import email.policy
import hashlib
import statistics
import time
from collections.abc import Callable, Sequence
from email.header import decode_header as stdlib_decode_header
from pathlib import Path

from kommunpost.core.mail import parse, read_headers

ROUNDS = 5
HEADERS = ("subject", "from", "to", "cc", "date", "message-id")


def run(*, material: Path | None = None, rounds: int = ROUNDS, limit: int = 2_000) -> dict[str, float]:
    """Measure and print. ``material``: a folder of .eml files, or None for generated mails. Returns the figures."""
    mails = load(material, limit=limit)
    size = sum(map(len, mails)) / 1e6
    print(f"{len(mails)} mails, {size:.1f} MB, median of {rounds}")
    figures = {name: measure(work, mails, rounds=rounds) for name, work in WORK.items()}
    for name, seconds in figures.items():
        each = seconds / len(mails) * 1e6
        print(f"{name:<16}{len(mails) / seconds:>9.0f} mails/s{size / seconds:>8.1f} MB/s{each:>9.1f} µs a mail")
    ours = figures["ours"]
    print(
        f"ratio to policy.default {figures['policy.default'] / ours:.1f}, to compat32 {figures['compat32'] / ours:.1f}"
    )
    return figures


def measure(work: Callable[[bytes], object], mails: Sequence[bytes], *, rounds: int) -> float:
    """Median seconds for all mails."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        for mail in mails:
            work(mail)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def load(material: Path | None, *, limit: int) -> list[bytes]:
    """Every k-th file of the folder so that ``limit`` are read, or generated mails."""
    if material is None or not material.is_dir():
        return generated(limit)
    paths = sorted(material.rglob("*.eml"))
    step = max(1, len(paths) // limit)
    return [path.read_bytes() for path in paths[::step]]


def generated(count: int) -> list[bytes]:
    """Mails of the common shapes: plain, HTML with plain, and with an attachment."""
    return [_generated(number) for number in range(count)]


def _generated(number: int) -> bytes:
    mail = email.message.EmailMessage()
    mail["From"] = f"Åsa Öberg {number} <asa.oberg{number}@mejl.example>"
    mail["To"] = "Kontaktcenter <kontaktcenter@botkyrka.example>, registrator@botkyrka.example"
    mail["Subject"] = f"Fråga {number} om bygglov för en altan på Tallvägen"
    mail["Date"] = "Thu, 12 Mar 2026 08:41:00 +0100"
    mail["Message-ID"] = f"<{number}.abc@mejl.example>"
    for hop in range(5):
        mail["Received"] = f"from a{hop}.mejl.example by b{hop}.mejl.example with ESMTPS id {number}{hop}"
    words = "Hej, jag undrar hur lång tid det tar att få bygglov för en altan. " * (4 + number % 20)
    mail.set_content(words)
    if number % 2:
        mail.add_alternative(f"<html><body><p>{words}</p></body></html>", subtype="html")
    if number % 5 == 0:
        mail.add_attachment(bytes(range(256)) * 40, maintype="application", subtype="pdf", filename="ritning.pdf")
    return mail.as_bytes()


def stdlib_default(raw: bytes) -> tuple[object, ...]:
    """email with policy.default: the same facts, with the exceptions that it raises on ordinary mail let by."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    return _facts(mail, lambda part: part.get_content(), str)


def stdlib_compat32(raw: bytes) -> tuple[object, ...]:
    """email with policy.compat32 and lenient decoding of our own round it."""
    return _facts(email.message_from_bytes(raw), _lenient_text, _lenient_header)


def _facts(
    mail: email.message.Message, read: Callable[[email.message.Message], object], header: Callable[[object], str]
) -> tuple[object, ...]:
    found: list[object] = []
    for name in HEADERS:
        try:
            found.append(header(mail[name]))
        except (LookupError, ValueError, AttributeError, TypeError):
            found.append("")
    for part in mail.walk():
        if part.is_multipart():
            continue
        if part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment":
            try:
                found.append(read(part))
            except (LookupError, ValueError, AttributeError, TypeError):
                found.append("")
        else:
            content = part.get_payload(decode=True) or b""
            found.append((part.get_filename(), len(content), hashlib.sha256(content).hexdigest()))
    return tuple(found)


def _lenient_text(part: email.message.Message) -> str:
    content = part.get_payload(decode=True) or b""
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return content.decode("cp1252", "replace")


def _lenient_header(value: object) -> str:
    if value is None:
        return ""
    pieces = []
    for text, charset in stdlib_decode_header(value):
        pieces.append(text if isinstance(text, str) else text.decode(charset or "ascii", "replace"))
    return "".join(pieces)


def ours(raw: bytes) -> object:
    """Everything the others give (HTML as it came), and threads, automatic mail and defects as well."""
    return parse(raw)


def ours_as_text(raw: bytes) -> str:
    """The same and the text that a reader sees, for which HTML must be read: the others do not give that."""
    return parse(raw).text


WORK: dict[str, Callable[[bytes], object]] = {
    "ours": ours,
    "ours, as text": ours_as_text,
    "ours, headers": read_headers,
    "compat32": stdlib_compat32,
    "policy.default": stdlib_default,
}


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("material", nargs="?", type=Path)
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = arguments.parse_args()
    run(material=chosen.material, rounds=chosen.rounds)
