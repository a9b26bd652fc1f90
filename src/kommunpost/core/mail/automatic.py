"""Is a mail sent by a machine? RFC 3834 section 2 and 5, and what mail programs really send.

The answer decides whether people wait for us, so a sign that people's mail can carry too counts only together with
another: "Frånvaro" alone is also what a parent writes to a school. X-Auto-Response-Suppress asks for silence; only
``All`` is a machine's habit.
"""

import re

from kommunpost.core.mail.headers import Fields
from kommunpost.core.mail.model import AutomaticKind
from kommunpost.core.mail.parameters import Parameters

_FIELDS = frozenset(
    b"auto-submitted x-auto-response-suppress x-autoreply x-autorespond x-autoresponse x-auto-reply x-autoreply-from "
    b"x-auto-reply-from x-mail-autoreply precedence x-precedence list-id list-post list-unsubscribe feedback-id return-path "
    b"x-failed-recipients x-cron-env x-fc-machinegenerated x-post-messageclass x-list x-mailing-list mailing-list "
    b"delivered-to".split()
)
_ANSWER_FIELDS = (
    *(b"x-autoreply", b"x-autorespond", b"x-autoresponse", b"x-auto-reply", b"x-autoreply-from", b"x-auto-reply-from"),
    b"x-mail-autoreply",
)
_LIST_FIELDS = (b"list-id", b"list-post", b"x-mailing-list", b"mailing-list", b"x-list")
_MACHINES = re.compile(rb"(?i)<?(?:mailer-daemon|mail-daemon|postmaster|microsoftexchange[0-9a-f]{32})@")

# Prefixes that mail programs write, Swedish and English first, then what reaches a Swedish municipality from abroad.
_ANSWERS = re.compile(
    r"(?i)(?:autosvar|autoreply|auto-reply|auto reply|auto-svar|automatiskt (?:svar|meddelande)|automatic (?:reply|response)"
    r"|automated (?:reply|response)|out of (?:the )?office|ooo:|frånvaro(?:meddelande|assistent|svar)|frånvarande\s*:"
    r"|ej på kontoret|inte på kontoret|semestersvar|vacation (?:reply|response|message)|automatisk svar|automatische antwort"
    r"|abwesenheitsnotiz|automaattinen vastaus|poissaoloviesti|réponse automatique|respuesta automática|fraværsmelding"
    r"|fravær:|automatyczna odpowiedź)"
)
_PERHAPS_ANSWER = re.compile(r"(?i)(?:frånvaro|frånvarande|auto:|semester\s*:|ledig\s*:|on leave|away from)")
_RECEIPTS = re.compile(
    r"(?i)(?:läst|ej läst|inte läst|oläst|read|not read|läskvitto|leveranskvitto|levererat|delivered|return receipt(?: \(\w+\))?"
    r"|gelesen|lest|lu)\s*:|läskvitto\b|leveranskvitto\b|return receipt\b"
)
_BOUNCES = re.compile(
    r"(?i)(?:olevererat|olevererbart|ej levererat|inte levererat|kan inte levereras|kunde inte levereras|undeliverable|undelivered"
    r"|undeliver(?:able|ed) mail|mail delivery (?:failed|failure|status)|delivery status notification|delivery (?:has )?failed"
    r"|delivery failure|delivery notification|returned mail|returned to sender|failure notice|warning: could not send"
    r"|fördröjt|unzustellbar|leveransfel|leveransstatus)"
)
_FORWARDED = re.compile(r"(?i)\s*(?:re|sv|fw|fwd|vb|vs)\s*:")


def asks_silence(fields: Fields) -> bool:
    """The sender asks that no automatic answer be sent ([MS-OXCMAIL] 2.2.3.2.14)."""
    value = fields.get(b"x-auto-response-suppress", b"").lower()
    return any(word in value for word in (b"all", b"oof", b"autoreply"))


def kind_of(fields: Fields, *, subject: str, content_type: Parameters, replies: bool) -> AutomaticKind | None:
    """Header fields -> why the mail is held to be a machine's, or None for a person's. ``replies``: it answers a mail.

    Reports come first (their form is certain), then what the mail says of itself, then its subject, last lists.
    """
    report = _report_kind(content_type)
    if report is not None:
        return report
    said = None if _FIELDS.isdisjoint(fields) else _said(fields, subject)
    if said is not None:
        return said
    by_subject = _by_subject(subject, replies=replies, suppressed=b"x-auto-response-suppress" in fields)
    if by_subject is AutomaticKind.BOUNCE and not _MACHINES.search(fields.get(b"from", b"")):
        by_subject = by_subject if replies is False and not _FORWARDED.match(subject) else None
    return by_subject or _by_list(fields)


def _report_kind(content_type: Parameters) -> AutomaticKind | None:
    if content_type.value == "multipart/report":
        kinds = {"disposition-notification": AutomaticKind.RECEIPT, "feedback-report": AutomaticKind.GENERATED}
        return kinds.get(content_type.items.get("report-type", "").lower(), AutomaticKind.BOUNCE)
    if content_type.value == "text/calendar" and content_type.items.get("method", "").lower() == "reply":
        return AutomaticKind.CALENDAR_REPLY
    return None


def _said(fields: Fields, subject: str) -> AutomaticKind | None:
    """What the mail's own fields say, apart from lists."""
    if b"x-failed-recipients" in fields:
        return AutomaticKind.BOUNCE
    submitted = fields.get(b"auto-submitted", b"").strip().lower().partition(b";")[0].strip()
    if submitted.startswith(b"auto-replied") or any(name in fields for name in _ANSWER_FIELDS):
        return AutomaticKind.RECEIPT if _RECEIPTS.match(subject) else AutomaticKind.AUTO_REPLY
    if submitted not in {b"", b"no"} or _is_generated(fields):
        return _by_sender(fields, subject)
    if fields.get(b"return-path", b"none").strip() == b"<>":
        return _by_sender(fields, subject)
    if b"auto_reply" in fields.get(b"precedence", b"").lower():
        return AutomaticKind.AUTO_REPLY
    return None


def _is_generated(fields: Fields) -> bool:
    suppress = re.split(rb"[,;\s]+", fields.get(b"x-auto-response-suppress", b"").lower())
    machine = fields.get(b"x-fc-machinegenerated", b"").strip().lower() in {b"true", b"yes", b"1"}
    responder = b"autoresponder" in fields.get(b"x-post-messageclass", b"").lower()
    return b"all" in suppress or machine or responder or b"x-cron-env" in fields


def _by_sender(fields: Fields, subject: str) -> AutomaticKind:
    """Surely a machine; its subject and sender say which."""
    by_subject = _by_subject(subject, replies=True, suppressed=True)
    if by_subject is not None:
        return by_subject
    return AutomaticKind.BOUNCE if _MACHINES.search(fields.get(b"from", b"")) else AutomaticKind.GENERATED


def _by_subject(subject: str, *, replies: bool, suppressed: bool) -> AutomaticKind | None:
    if _ANSWERS.match(subject):
        return AutomaticKind.AUTO_REPLY
    if (replies or suppressed) and _PERHAPS_ANSWER.match(subject):
        return AutomaticKind.AUTO_REPLY
    if _RECEIPTS.match(subject):
        return AutomaticKind.RECEIPT
    return AutomaticKind.BOUNCE if _BOUNCES.match(subject) else None


def _by_list(fields: Fields) -> AutomaticKind | None:
    if _FIELDS.isdisjoint(fields):
        return None
    precedence = (fields.get(b"precedence") or fields.get(b"x-precedence") or b"").strip().lower()
    if any(name in fields for name in _LIST_FIELDS) or precedence == b"list":
        return AutomaticKind.LIST
    if precedence in {b"bulk", b"junk"} or b"list-unsubscribe" in fields or b"feedback-id" in fields:
        return AutomaticKind.BULK
    return None
