"""What is personal in the tables of the register."""

from collections.abc import Mapping

from kommunpost.site.table_text import TableText

_ALWAYS = "always: the diary is kept"
_REGISTRAR = "whoever registers"
_AS_MAIL = "as long as the mail; removed only by disposal"

REGISTER_TABLES: Mapping[str, TableText] = {
    "register_archivepackage": TableText(
        "always: what was handed over, and when; its file 14 days",
        "whoever takes out a package",
        personal={"asked_by_id": "which account asked for it"},
        plain=("state", "name", "digest"),
    ),
    "register_casefile": TableText(
        _ALWAYS,
        _REGISTRAR,
        personal={"title": "what the case is about; may name somebody", "handler_id": "who handles the case"},
        plain=("designation", "public_title", "secrecy", "state"),
    ),
    "register_casesystem": TableText(
        "as long as the committee hands over to it",
        "the IT unit",
        personal={"mailbox_id": "which mailbox registration mail goes from"},
        plain=("kind", "name", "url", "secret", "address"),
    ),
    "register_handover": TableText(
        "always: where the record lies; what was to be sent until the case system has it",
        "whoever registers, and the worker",
        personal={
            "data": "what the register says of the entry: counterpart and title; emptied when it has been received",
            "numbered_by_id": "which account typed in the number",
        },
        plain=("kind", "state", "leased_by", "trouble", "number", "other_number"),
    ),
    "register_casenote": TableText(
        "the text until it is cleared at the end of the case; what is archived always",
        "whoever handles the case",
        personal={"text": "any text, sensitive data included", "written_by_id": "which account wrote it"},
        plain=("kind", "state"),
    ),
    "register_caseparty": TableText(
        _ALWAYS, _REGISTRAR, personal={"name": "who is a party", "role": "what they are in the case"}
    ),
    "register_collection": TableText(
        _ALWAYS,
        "the register's settings",
        personal={"responsible_id": "who answers for it"},
        plain=("name", "sorted_by"),
    ),
    "register_diarynumber": TableText(_ALWAYS, _REGISTRAR, plain=("designation",)),
    "register_diaryseries": TableText(_ALWAYS, _REGISTRAR),
    "register_diarysettings": TableText(_ALWAYS, "the register's settings", plain=("number_format",)),
    "register_entryfile": TableText(
        _ALWAYS,
        _REGISTRAR,
        personal={"name": "what the sender called the file; may name somebody"},
        plain=("media_type", "digest"),
    ),
    "register_entryrecord": TableText(_ALWAYS, _REGISTRAR),
    "register_entryrevision": TableText(
        _ALWAYS,
        _REGISTRAR,
        personal={
            "before": "the entry as it stood: counterpart and title",
            "reason": "why it was corrected, in a person's words",
            "by_id": "which account corrected it",
        },
    ),
    "register_entryword": TableText(
        _ALWAYS, _REGISTRAR, personal={"word": "a word of an entry; may be a name"}, plain=("audience",)
    ),
    "register_guidance": TableText(
        "until it is retired, and then as a trace",
        "a registrar",
        personal={"made_by_id": "which account made it"},
        plain=("title", "text", "words"),
    ),
    "register_erasurepass": TableText(
        "not at all: never committed with a row in it", "a removal, while it empties", plain=("reason",)
    ),
    "register_removal": TableText(
        _ALWAYS,
        "a registrar; the worker",
        personal={
            "header": "who wrote to whom, when, by which way",
            "began_by_id": "which account began",
            "printed_by_id": "which account printed",
            "ordered_by_id": "which account ordered",
        },
        plain=("state", "raw_digest", "print_digest", "decision", "trouble"),
    ),
    "register_removalstep": TableText(
        _ALWAYS,
        "the worker",
        personal={
            "found": "until it is removed: mailboxes and links that a person must see to by hand",
            "settled_by_id": "which account removed by hand",
        },
        plain=("place", "state", "left", "trouble"),
    ),
    "register_judgement": TableText(
        _AS_MAIL,
        "the worker, once a mail",
        personal={"values": "what the mail seems to be: also that it may hold sensitive data"},
        plain=("model", "confidence", "reasons"),
    ),
    "register_packagecase": TableText(_ALWAYS, "whoever takes out a package"),
    "register_packageentry": TableText(_ALWAYS, "the worker, when a package is made"),
    "register_question": TableText(
        _AS_MAIL,
        "whoever asks, and a registrar",
        personal={
            "text": "any text about a mail",
            "answer": "any text about a mail",
            "asked_by_id": "which account asked",
            "answered_by_id": "which account answered",
        },
        plain=("state",),
    ),
    "register_record": TableText(
        _AS_MAIL,
        f"{_REGISTRAR}; intake and the worker",
        personal={"mailbox_id": "whose mailbox", "decided_by_id": "which account decided"},
        plain=("direction", "state", "ground", "exemption", "reference", "secrecy", "origin"),
    ),
    "register_recorddecision": TableText(
        _AS_MAIL,
        "whoever decides",
        personal={"reason": "why, in a person's words", "by_id": "which account decided"},
        plain=("question", "suggested", "chosen", "provision", "model"),
    ),
    "register_registerentry": TableText(
        _ALWAYS,
        _REGISTRAR,
        personal={
            "counterpart": "sender or recipient",
            "title": "what it is about in brief; may name somebody",
            "public_counterpart": "sender or recipient, where everybody may see it",
            "handler_id": "who handles it",
            "registered_by_id": "which account registered it",
        },
        plain=("designation", "direction", "public_title", "document_type", "secrecy"),
    ),
    "register_secrecymarking": TableText(
        _ALWAYS, _REGISTRAR, personal={"by_id": "which account marked it"}, plain=("provision", "authority")
    ),
}
"""By the name of the table in the database."""
