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
    b"x-auto-reply-from x-mail-autoreply precedence x-precedence list-id list-post list-unsubscribe feedback-id "
    b"return-path x-failed-recipients x-cron-env x-fc-machinegenerated x-post-messageclass x-list "
    b"x-mailing-list mailing-list".split()
)
_ANSWER_FIELDS = (
    *(b"x-autoreply", b"x-autorespond", b"x-autoresponse", b"x-auto-reply", b"x-autoreply-from", b"x-auto-reply-from"),
    b"x-mail-autoreply",
)
_MACHINE_FIELDS = frozenset(
    (b"x-auto-response-suppress", b"x-fc-machinegenerated", b"x-post-messageclass", b"x-cron-env")
)
_LIST_FIELDS = (b"list-id", b"list-post", b"x-mailing-list", b"mailing-list", b"x-list")
_MACHINES = re.compile(rb"(?i)<?(?:mailer-daemon|mail-daemon|postmaster|microsoftexchange[0-9a-f]{32})@")

# Beginnings that mail programs write, in lower case: Swedish and English, then what comes from abroad.
_ANSWERS = (
    *("autosvar", "auto-svar", "automatiskt svar", "automatiskt meddelande", "frånvaromeddelande", "frånvaroassistent"),
    *("frånvarosvar", "frånvarande:", "ej på kontoret", "inte på kontoret", "semestersvar", "semestermeddelande"),
    *("autoreply", "auto-reply", "auto reply", "automatic reply", "automatic response", "automated reply"),
    *("automated response", "out of office", "out of the office", "ooo:", "vacation reply", "vacation response"),
    *("vacation message", "automatisk svar", "automatische antwort", "abwesenheitsnotiz", "automaattinen vastaus"),
    *("poissaoloviesti", "réponse automatique", "respuesta automática", "fraværsmelding", "automatyczna odpowiedź"),
)
_PERHAPS_ANSWERS = ("frånvaro", "frånvarande", "auto:", "semester:", "ledig:", "on leave", "away from")
_RECEIPTS = (
    *("läst:", "ej läst:", "inte läst:", "oläst:", "read:", "not read:", "läskvitto", "leveranskvitto", "levererat:"),
    *("delivered:", "return receipt", "gelesen:", "lest:"),
)
_BOUNCES = (
    *("olevererat", "olevererbar", "ej levererat", "inte levererat", "kan inte levereras", "kunde inte levereras"),
    *(
        "leveransfel",
        "leveransstatus",
        "leveransen misslyckades",
        "undeliverable",
        "undelivered",
        "mail delivery failed",
    ),
    *("mail delivery failure", "mail delivery status", "delivery status notification", "delivery failed"),
    *("delivery has failed", "delivery failure", "delivery notification", "returned mail", "returned to sender"),
    *("failure notice", "warning: could not send", "unzustellbar"),
)


def _by_three_letters(kinds: dict[str, tuple[str, ...]]) -> dict[str, list[tuple[str, str]]]:
    """An index by the first three letters: nearly every subject is settled by one look-up."""
    index: dict[str, list[tuple[str, str]]] = {}
    for kind, beginnings in kinds.items():
        for beginning in beginnings:
            index.setdefault(beginning[:3], []).append((beginning, kind))
    return index


_BEGINNINGS = _by_three_letters(
    {"auto_reply": _ANSWERS, "perhaps": _PERHAPS_ANSWERS, "receipt": _RECEIPTS, "bounce": _BOUNCES}
)


def asks_silence(fields: Fields) -> bool:
    """The sender asks that no automatic answer be sent ([MS-OXCMAIL] 2.2.3.2.14)."""
    value = fields.get(b"x-auto-response-suppress", b"").lower()
    return bool(value) and any(word in value for word in (b"all", b"oof", b"autoreply"))


def kind_of(fields: Fields, *, subject: str, content_type: Parameters, replies: bool) -> AutomaticKind | None:
    """Header fields -> why the mail is held to be a machine's, or None for a person's. ``replies``: it answers a mail.

    Reports come first (their form is certain), then what the mail says of itself, then its subject, last lists.
    """
    report = _report_kind(content_type)
    if report is not None:
        return report
    if _FIELDS.isdisjoint(fields):
        return _by_subject(subject, sure=replies)
    sure = replies or b"x-auto-response-suppress" in fields
    return _said(fields, subject) or _by_subject(subject, sure=sure) or _by_list(fields)


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
        return AutomaticKind.RECEIPT if subject.lower().startswith(_RECEIPTS) else AutomaticKind.AUTO_REPLY
    if submitted not in {b"", b"no"} or _is_generated(fields):
        return _by_sender(fields, subject)
    if fields.get(b"return-path", b"none").strip() == b"<>":
        return _by_sender(fields, subject)
    if b"auto_reply" in fields.get(b"precedence", b"").lower():
        return AutomaticKind.AUTO_REPLY
    return None


def _is_generated(fields: Fields) -> bool:
    if _MACHINE_FIELDS.isdisjoint(fields):
        return False
    suppress = re.split(rb"[,;\s]+", fields.get(b"x-auto-response-suppress", b"").lower())
    machine = fields.get(b"x-fc-machinegenerated", b"").strip().lower() in {b"true", b"yes", b"1"}
    responder = b"autoresponder" in fields.get(b"x-post-messageclass", b"").lower()
    return b"all" in suppress or machine or responder or b"x-cron-env" in fields


def _by_sender(fields: Fields, subject: str) -> AutomaticKind:
    """Surely a machine; its subject and sender say which."""
    by_subject = _by_subject(subject, sure=True)
    if by_subject is not None:
        return by_subject
    return AutomaticKind.BOUNCE if _MACHINES.search(fields.get(b"from", b"")) else AutomaticKind.GENERATED


def _by_subject(subject: str, *, sure: bool) -> AutomaticKind | None:
    """``sure``: something else speaks for a machine as well."""
    candidates = _BEGINNINGS.get(subject[:3].lower())
    if candidates is None:
        return None
    lowered = subject[:100].lower()
    for beginning, kind in candidates:
        if lowered.startswith(beginning) and (kind != "perhaps" or sure):
            return AutomaticKind.AUTO_REPLY if kind == "perhaps" else AutomaticKind(kind)
    return None


def _by_list(fields: Fields) -> AutomaticKind | None:
    precedence = (fields.get(b"precedence") or fields.get(b"x-precedence") or b"").strip().lower()
    if any(name in fields for name in _LIST_FIELDS) or precedence == b"list":
        return AutomaticKind.LIST
    if precedence in {b"bulk", b"junk"} or b"list-unsubscribe" in fields or b"feedback-id" in fields:
        return AutomaticKind.BULK
    return None
