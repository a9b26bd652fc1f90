"""What is personal in each table, how long it stays, and who writes it: the record of processing, column by column.

``docs/reference/data-model.md`` is made of this, and every new column of text must be decided on here (GDPR art. 30).
"""

from collections.abc import Mapping

from kommunpost.site.personal_data_register import REGISTER_TABLES
from kommunpost.site.table_text import TableText

_AS_MAIL = "as long as the mail; removed only by disposal"
_AS_LOG = "as long as the log; the municipality decides"
_WORKS_HERE = "as long as the person or mailbox is in the directory, and then for what refers to it"
_DIRECTORY = "the directory's page or file"
_INTAKE = "intake, import, outbox"
_AS_CONVERSATION = "as long as the mail of the conversation; removed only by disposal"
_INDEX = "the worker, from the log"

TABLES: Mapping[str, TableText] = {
    "submission_submissionnote": TableText(
        "until the daily digest, a week at most",
        "the submission gateway",
        personal={"writer": "who wrote the mail", "subject": "the subject of the mail"},
        plain=("says",),
    ),
    "api_apiclient": TableText(
        "always: a revoked client stays listed",
        "kommunpost api-client",
        personal={"made_by": "which account made the client, by number"},
        plain=("name", "digest", "scopes"),
    ),
    "audit_chainhead": TableText("always", "every audited action", plain=("chain", "digest", "seal")),
    "audit_event": TableText(
        "always: no code removes an event",
        "every audited action",
        personal={
            "actor": "which account did or read something, by number",
            "subject": "which account, person or mail it was about, by number",
        },
        plain=("chain", "verb", "details", "previous", "digest"),
    ),
    "composing_adviceoutcome": TableText(
        "always: numbers for a month and a unit",
        "composing, when a mail is sent",
        plain=("clause", "fate", "reason"),
    ),
    "composing_cannedtext": TableText(
        "until a member of the mailbox removes it", "the mailbox's members", plain=("name", "subject", "body")
    ),
    "composing_draft": TableText(
        "until it is thrown away, and a week more; of a sent one the text until a day after it left",
        "composing",
        personal={
            "author_id": "who writes",
            "mailbox_id": "whose mailbox it is written from",
            "to": "recipients as typed",
            "cc": "recipients as typed",
            "bcc": "hidden recipients as typed",
            "subject": "any text, sensitive data included",
            "body": "any text, sensitive data included",
            "meeting_place": "where a meeting is",
            "advice": "what became of the advice it got; emptied when it is sent",
        },
        plain=("origin", "state", "quote_scope", "belongs_to", "place", "hold"),
    ),
    "composing_draftattachment": TableText(
        "as the draft's text",
        "composing",
        personal={"name": "a file's name: any text", "link": "where the file lies"},
        plain=("media_type",),
    ),
    "composing_reminder": TableText("as the draft", "composing, when a mail is sent", plain=("state",)),
    "composing_senttext": TableText(
        "a day is enough; until the same is sent again", "composing, when a mail is sent", plain=("digest",)
    ),
    "directory_account": TableText(
        _WORKS_HERE,
        _DIRECTORY,
        personal={
            "address": "the sign-in address",
            "password": "scrypt digest",
            "person_id": "whose account",
            "last_login": "the latest sign-in",
        },
        plain=("colour_scheme", "language"),
    ),
    "directory_addressgroup": TableText(_WORKS_HERE, _DIRECTORY, plain=("address", "name")),
    "directory_addressgroup_members": TableText(
        _WORKS_HERE, _DIRECTORY, personal={"person_id": "who is on the list"}, purpose="Who a list address reaches."
    ),
    "directory_committee": TableText(_WORKS_HERE, _DIRECTORY, plain=("code", "name")),
    "directory_mailbox": TableText(
        _WORKS_HERE,
        _DIRECTORY,
        personal={
            "address": "of a personal mailbox: somebody's address",
            "name": "of a personal mailbox: somebody's name",
            "owner_id": "who owns it",
        },
    ),
    "directory_mailboxalias": TableText(
        _WORKS_HERE, _DIRECTORY, personal={"address": "of a personal mailbox: somebody's other address"}
    ),
    "directory_membership": TableText(
        "as long as the person is a member", _DIRECTORY, personal={"person_id": "who reads and answers the mailbox"}
    ),
    "directory_person": TableText(
        _WORKS_HERE,
        _DIRECTORY,
        personal={
            "name": "name",
            "address": "work address",
            "title": "title",
            "phone": "work telephone",
            "unit_id": "where somebody works",
            "committee_id": "where somebody is elected",
        },
    ),
    "directory_roleassignment": TableText(
        "as long as the role is held", _DIRECTORY, personal={"account_id": "whose role"}, plain=("role",)
    ),
    "directory_unit": TableText(
        _WORKS_HERE,
        _DIRECTORY,
        personal={"manager_id": "who leads the unit"},
        plain=("slug", "name", "phone", "phone_hours", "handles"),
    ),
    "inbox_answer": TableText(
        _AS_CONVERSATION,
        "answering",
        personal={"person_id": "who pressed send", "text_digest": "SHA-256 of the text; says nothing by itself"},
        plain=("kind", "state", "was_state"),
    ),
    "inbox_article": TableText(
        "until retired, and then as a version of what was answered",
        "the knowledge base",
        personal={"owner_id": "who answers for the article"},
        plain=("question", "answer", "keywords", "state"),
    ),
    "inbox_articleuse": TableText(_AS_CONVERSATION, "the knowledge base"),
    "inbox_articleversion": TableText(
        "as the article",
        "the knowledge base",
        personal={"author_id": "who wrote the version"},
        plain=("question", "answer", "keywords"),
    ),
    "inbox_clockstart": TableText(
        "as long as the mailbox",
        "its owner, when it goes live",
        personal={"asked_by_id": "who asked"},
        plain=("state",),
    ),
    "inbox_conversation": TableText(
        _AS_CONVERSATION,
        "the worker, from mail; the conversation's page",
        personal={
            "subject": "any text, sensitive data included",
            "party_name": "who wrote",
            "party_address": "their address or telephone number",
            "preview": "the first 200 characters: any text, sensitive data included",
            "owner_id": "who answers",
            "contact_id": "who was named as contact person",
        },
        plain=("state", "channel", "ending"),
    ),
    "inbox_digestchoice": TableText(
        "until changed", "the account's page", personal={"person_id": "whose digests"}, plain=("times",)
    ),
    "inbox_fuse": TableText("until reset", "automatic receipts", plain=("name",)),
    "inbox_mailboxsettings": TableText("as long as the mailbox", "its owner", plain=("receipt_text",)),
    "inbox_notice": TableText(
        _AS_CONVERSATION,
        "the watch over deadlines",
        personal={"person_id": "who is told"},
        plain=("kind", "once"),
    ),
    "inbox_receipt": TableText(
        _AS_CONVERSATION, "automatic receipts", personal={"recipient": "HMAC of an address; for counting alone"}
    ),
    "inbox_shift": TableText("as long as the mailbox", "its owner", personal={"person_id": "who watches when"}),
    "inbox_entry": TableText(_AS_CONVERSATION, "the worker", plain=("direction", "placed", "automatic")),
    "inbox_event": TableText(
        _AS_CONVERSATION,
        "every change of a conversation",
        personal={"person_id": "who did it"},
        plain=("kind", "details"),
    ),
    "inbox_follower": TableText(
        "as long as somebody follows",
        "the conversation's page",
        personal={"person_id": "who follows"},
    ),
    "inbox_note": TableText(
        _AS_CONVERSATION,
        "the conversation's page",
        personal={"author_id": "who wrote it", "text": "any text, sensitive data included"},
    ),
    "inbox_participant": TableText(
        _AS_CONVERSATION,
        "the worker",
        personal={"address": "who has written in a conversation, or been written to"},
    ),
    "inbox_pending": TableText("seconds", _INTAKE),
    "inbox_presence": TableText(
        "ten minutes", "the conversation's page", personal={"person_id": "who has a conversation open just now"}
    ),
    "inbox_suggestion": TableText(_AS_CONVERSATION, "the worker", plain=("kind", "reason", "settled")),
    "inbox_wait": TableText(_AS_CONVERSATION, "the conversation's clock", plain=("ended_by",)),
    "kommunpost_site_signintry": TableText(
        "15 minutes",
        "the sign-in",
        personal={"key": "HMAC of an address or a network address; names nobody without the secret key"},
    ),
    "kommunpost_site_secondfactor": TableText(
        "until the account turns it off, or an administrator does",
        "the account's page",
        personal={"account_id": "who has a second factor", "sealed_secret": "the shared secret, sealed"},
    ),
    "kommunpost_site_recoverycode": TableText(
        "until new codes are made, or the second factor is turned off",
        "the account's page",
        personal={"account_id": "whose code", "digest": "HMAC of a code"},
    ),
    "kommunpost_site_opensession": TableText(
        "until the session ends",
        "the sign-in",
        personal={
            "account_id": "who is signed in",
            "device": "browser and system",
            "since": "when somebody signed in",
            "session_key": "stands in the cookie",
        },
    ),
    "mailflow_arrival": TableText(_AS_MAIL, _INTAKE),
    "mailflow_blob": TableText("the row always; the bytes until erased", _INTAKE, plain=("digest",)),
    "mailflow_connection": TableText(
        "until the IT unit takes the connection away",
        "the IT unit; the reading of mailboxes",
        personal={"mailbox_id": "whose mailbox", "login": "an account of the mail system; may name somebody"},
        plain=("kind", "host", "security", "tenant", "secret", "move_to", "state", "trouble", "holder"),
    ),
    "mailflow_pendingmove": TableText("until the mail is moved", "the reading of mailboxes"),
    "mailflow_sentcopy": TableText(_AS_MAIL, "the reading of mailboxes", plain=("trouble",)),
    "mailflow_remoteremoval": TableText(_AS_MAIL, "removal of what is secret", plain=("kind",)),
    "mailflow_remotefind": TableText(
        _AS_MAIL,
        "removal of what is secret",
        personal={"folder": "what people called the folder"},
        plain=("generation", "remote_id", "digest"),
    ),
    "mailflow_syncedmail": TableText(
        "until the mail or folder is gone on the server, or the connection is taken away",
        "the reading of mailboxes",
        plain=("remote_id", "trouble"),
    ),
    "mailflow_syncfolder": TableText(
        "until the folder is gone on the server, or the connection is taken away",
        "the reading of mailboxes",
        personal={"name": "what people called the folder", "remote_id": "the same, for IMAP"},
        plain=("role", "generation", "position"),
    ),
    "mailflow_looseblob": TableText("until the bytes are erased, a week later", _INTAKE, plain=("digest",)),
    "mailflow_filescan": TableText(
        _AS_MAIL, "the worker when it has read the body; clamd's answer", plain=("state", "signature")
    ),
    "mailflow_delivery": TableText(
        _AS_MAIL,
        _INTAKE,
        personal={
            "address": "the recipient, or the sender of outgoing mail",
            "envelope_sender": "the sender",
            "mailbox_id": "whose mailbox",
        },
    ),
    "mailflow_message": TableText(
        _AS_MAIL,
        f"{_INTAKE}; the worker when it has read the body",
        personal={
            "message_id": "may hold the sender's machine or name",
            "thread": "the Message-ID that its thread began with",
            "subject": "any text, sensitive data included",
            "sender_name": "the sender's name",
            "sender_address": "the sender's address",
            "preview": "the first 200 characters: any text, sensitive data included",
        },
        plain=("content_digest", "automatic", "defects"),
    ),
    "mailflow_outgoingmail": TableText(
        _AS_MAIL,
        "the outbox",
        personal={
            "recipients": "addresses",
            "outcomes": "the relay's answer for each address",
            "mailbox_id": "whose mailbox sends",
        },
        plain=("message_id", "claimed_by", "last_answer"),
    ),
    "maillog_correspondents": TableText(
        _AS_LOG, _INTAKE, personal={"text": "the sender, or the recipients: addresses and names"}
    ),
    "maillog_withheld": TableText(_AS_LOG, "a removal of something secret"),
    "maillog_erasurepass": TableText("not at all: never committed with a row in it", "nothing yet", plain=("reason",)),
    "maillog_logrow": TableText(
        _AS_LOG,
        _INTAKE,
        personal={
            "sender_id": "points at the sender",
            "recipients_id": "points at the recipients",
            "subject_id": "points at the subject",
            "mailbox_id": "whose mailbox",
        },
    ),
    "maillog_pending": TableText("seconds", _INTAKE),
    "maillog_posting": TableText(
        _AS_LOG, _INDEX, personal={"key": "a word of the log or a mailbox", "data": "when rows with it came"}
    ),
    "maillog_subject": TableText(
        _AS_LOG, _INTAKE, personal={"text": "a subject line: any text, sensitive data included"}
    ),
    "maillog_tally": TableText(
        _AS_LOG,
        _INDEX,
        personal={"mailbox_id": "how much mail a mailbox has in a month", "days": "and on each of its days"},
    ),
    "maillog_word": TableText(
        _AS_LOG,
        _INDEX,
        personal={"word": "a word of the log; may be a name", "stem": "its stem"},
    ),
    **REGISTER_TABLES,
    "worker_heartbeat": TableText("a day after the process died", "the worker", plain=("worker_id", "host")),
    "worker_lastrun": TableText("always, one row a job", "the worker", plain=("name",)),
    "worker_lease": TableText("always, one row", "the worker", plain=("name", "holder")),
    "auth_group": TableText("empty", "nothing", plain=("name",), purpose="Django's own; not used."),
    "auth_group_permissions": TableText("empty", "nothing", purpose="Django's own; not used."),
    "auth_permission": TableText(
        "always", "migrations", plain=("name", "codename"), purpose="Django's own; filled by migrations, not used."
    ),
    "django_content_type": TableText(
        "always", "migrations", plain=("app_label", "model"), purpose="Django's own list of tables."
    ),
    "django_session": TableText(
        "12 hours after sign-in; removed within 6 hours more, or at sign-out",
        "the sign-in, searches in the log, the directory and the audit trail",
        personal={
            "session_key": "stands in the cookie of somebody signed in",
            "session_data": "which account, and the words of its latest searches",
        },
        purpose="Who is signed in.",
    ),
    "operations_examination": TableText(
        "the latest rounds",
        "the doctor, by schedule or by a button",
        personal={"asked_by": "which account asked for the round, by number"},
        plain=("state", "findings"),
    ),
    "operations_setaside": TableText(
        "always",
        "the page of operations",
        personal={"by": "which account set the task aside, by number", "reason": "what that person wrote about it"},
        plain=("task_id", "name", "error"),
    ),
    "operations_verification": TableText(
        "always",
        "the worker, by schedule or by a button",
        personal={"asked_by": "which account asked for it, by number"},
        plain=("scope", "state", "breaks", "heads"),
    ),
    "django_tasks_database_dbtaskresult": TableText(
        "a day when done, 30 days when given up",
        "the worker",
        plain=(
            "status",
            "args_kwargs",
            "task_path",
            "worker_ids",
            "queue_name",
            "backend_name",
            "return_value",
            "exception_class_path",
            "traceback",
        ),
        purpose="The queue of tasks. Arguments are ids only; of an error its type and place.",
    ),
}
"""By the name of the table in the database."""
