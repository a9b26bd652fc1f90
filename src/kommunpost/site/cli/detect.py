"""``kommunpost detect``: personal and sensitive data in texts and mails, as JSON. Needs no database and no network."""

import argparse
import functools
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kommunpost.core.sensitivity import Context, Setting, Span, find_in_mail, find_spans
from kommunpost.site.cli.errors import CommandError
from kommunpost.site.cli.parse import check_readable
from kommunpost.site.cli.streaming import Line, cores, run_lines

_MAIL_FIELD = re.compile(rb"(?:From|Received|Return-Path|Message-ID|MIME-Version|Delivered-To):", re.IGNORECASE)
_FIELD = re.compile(rb"[!-9;-~]+:|[ \t]")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", type=Path, help="a text, or a mail as it came (.eml)")
    parser.add_argument(
        "--jsonl",
        action="store_true",
        help='each line of FILE (or of standard input) is {"id","text"}, or a mail {"id","from","to","subject","body"}',
    )
    parser.add_argument(
        "--setting",
        choices=[setting.value for setting in Setting],
        default=Setting.BALANCED.value,
        help="review: misses next to nothing and marks too much",
    )
    parser.add_argument(
        "--domain", action="append", default=[], metavar="DOMAIN", help="the municipality's own; may be given again"
    )
    parser.add_argument("--jobs", type=int, default=0, metavar="N", help="processes (--jsonl); else one a core")


def run(arguments: argparse.Namespace) -> int:
    """Print the spans of each file or line. Files are opened before anything is written."""
    named = [path for path in arguments.files if str(path) != "-"]
    check_readable(named)
    if not arguments.files and not arguments.jsonl:
        raise CommandError("detect needs a FILE, or --jsonl with lines on standard input.")
    if arguments.jobs < 0:
        raise CommandError("--jobs is a number of processes, 1 or more.")
    setting = Setting(arguments.setting)
    context = Context(own_domains=frozenset(domain.lower() for domain in arguments.domain))
    if arguments.jsonl:
        work = functools.partial(spans_of_line, setting=setting, context=context)
        run_lines(arguments.files or [Path("-")], work, jobs=arguments.jobs or cores())
        return 0
    for path in arguments.files:
        print(_dump(spans_of_file(path, setting=setting, context=context)))
    return 0


def spans_of_line(line: Line, *, setting: Setting, context: Context) -> str:
    """One line of JSON in, one out. Raises CommandError that names the line."""
    record = _record(line)
    if isinstance(record.get("text"), str):
        spans = find_spans(record["text"], setting=setting, context=context)
        return _dump({"id": record.get("id"), "spans": [_span(span, record["text"]) for span in spans]})
    subject, body = _text(record, "subject", line), _text(record, "body", line)
    spans = find_in_mail(
        subject=subject, body=body, addresses=_addresses(record, line), setting=setting, beside=context
    )
    return _dump({"id": record.get("id"), "spans": _parted(spans, subject=subject, body=body, body_name="body")})


def spans_of_file(path: Path, *, setting: Setting, context: Context) -> dict[str, object]:
    """The spans of a text, or of a mail's subject and text. Raises CommandError for what is neither."""
    raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    if _is_mail(path, raw):
        return {"file": str(path), "spans": _spans_of_mail(raw, setting=setting, context=context)}
    text = _decoded(path, raw)
    spans = find_spans(text, setting=setting, context=context)
    return {"file": str(path), "spans": [_span(span, text) for span in spans]}


def _spans_of_mail(raw: bytes, *, setting: Setting, context: Context) -> list[dict[str, object]]:
    from kommunpost.core.mail import parse  # noqa: PLC0415 - texts need not wait for the mail parser

    mail = parse(raw)
    headers = mail.headers
    addresses = [f"{one.name} <{one.address}>" for one in (headers.sender, *headers.to, *headers.cc)]
    spans = find_in_mail(subject=headers.subject, body=mail.text, addresses=addresses, setting=setting, beside=context)
    return _parted(spans, subject=headers.subject, body=mail.text, body_name="text")


def _is_mail(path: Path, raw: bytes) -> bool:
    """By its name, or by a head of fields with one that mail has."""
    if path.suffix.lower() == ".eml":
        return True
    head = raw[:4000].replace(b"\r\n", b"\n").partition(b"\n\n")[0].split(b"\n")
    return all(map(_FIELD.match, head)) and any(map(_MAIL_FIELD.match, head))


def _decoded(path: Path, raw: bytes) -> str:
    """UTF-8, or what Windows wrote before it. Offsets count characters of the decoded text."""
    if b"\0" in raw[:4000]:
        raise CommandError(f"{path}: is neither a text nor a mail.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _record(line: Line) -> dict[str, Any]:
    try:
        record = json.loads(line.octets)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise CommandError(f"{line.where}: is no JSON ({error}).") from error
    except RecursionError as error:
        raise CommandError(f"{line.where}: is nested too deep.") from error
    if not isinstance(record, dict) or not ({"text", "body"} & record.keys()):
        raise CommandError(f'{line.where}: must be an object with "text", or a mail with "body".')
    if not isinstance(record.get("text", ""), str):
        raise CommandError(f'{line.where}: "text" must be a string.')
    return record


def _text(record: dict[str, Any], key: str, line: Line) -> str:
    value = record.get(key) or ""
    if not isinstance(value, str):
        raise CommandError(f'{line.where}: "{key}" must be a string.')
    return value


def _addresses(record: dict[str, Any], line: Line) -> list[str]:
    found: list[str] = []
    for key in ("from", "to", "cc"):
        value = record.get(key) or []
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            raise CommandError(f'{line.where}: "{key}" must be addresses, as in "Anna Ek <anna.ek@mejl.example>".')
        found += listed
    return found


def _span(span: Span, text: str) -> dict[str, object]:
    return {"start": span.start, "end": span.end, "label": span.label.value, "text": text[span.start : span.end]}


def _parted(spans: Iterable[Span], *, subject: str, body: str, body_name: str) -> list[dict[str, object]]:
    """Offsets into the subject or the body, and which of them it is. A span over both is cut at the line end."""
    shift = len(subject) + 1
    parted: list[dict[str, object]] = []
    for span in spans:
        if span.start < shift - 1:
            within = Span(span.start, min(span.end, len(subject)), span.label, span.confidence, span.rule)
            parted.append({**_span(within, subject), "in": "subject"})
        else:
            within = Span(span.start - shift, span.end - shift, span.label, span.confidence, span.rule)
            parted.append({**_span(within, body), "in": body_name})
    return parted


def _dump(said: dict[str, object]) -> str:
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
