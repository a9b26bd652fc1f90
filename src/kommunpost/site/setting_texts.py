"""What each setting is for. ``docs/reference/settings.md`` is made of this and of the calls that read them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SettingText:
    """``meaning`` in Markdown; ``default`` in words, only where the code works the default out."""

    meaning: str
    default: str = ""


GROUPS: Mapping[str, Mapping[str, SettingText]] = {
    "Where things are": {
        "KOMMUNPOST_DATA": SettingText(
            "The one folder that holds what must not be lost: database (SQLite), mail, signing key."
        ),
        "DATABASE_URL": SettingText(
            "Without it SQLite in the data folder. `postgresql://user:password@host:5432/name` for PostgreSQL 15 or "
            "newer."
        ),
        "KOMMUNPOST_BLOBS": SettingText(
            "Where raw mail is kept: a folder, or `s3://bucket/prefix` (keys from the usual AWS variables).",
            default="`blobs` in the data folder",
        ),
        "KOMMUNPOST_PACKAGES": SettingText(
            "Folder for packages to the archive until they are fetched, 14 days at most. On several machines: one that "
            "web and worker share.",
            default="`packages` in the data folder",
        ),
        "KOMMUNPOST_HANDOVERS": SettingText(
            "Folder for packages to committees' case systems, one folder below it a committee. Shared with whatever "
            "reads them, and with all workers.",
            default="`handovers` in the data folder",
        ),
        "KOMMUNPOST_SCHEMAS": SettingText(
            "Folder with schemas (`*.xsd`) that are to lie in each package to the archive, as E-ARK CSIP113 asks. They "
            "are other people's, so none come with Kommunpost: fetch those of METS, xlink, the DILCIS Board and FGS. "
            "Empty: METS names them by their addresses."
        ),
        "KOMMUNPOST_SECRET_KEY": SettingText(
            "Signs sessions and seals the audit trail. The same for all processes of an installation.",
            default="made once, kept in `secret.key`",
        ),
        "KOMMUNPOST_SECRET_KEY_FALLBACKS": SettingText(
            "Signing keys that were used before: what they signed and sealed still counts."
        ),
        "KOMMUNPOST_BACKUP_DAYS": SettingText(
            "How many days a backup is kept. The protocol of a removal says until when backups can still hold the mail."
        ),
        "KOMMUNPOST_PROFILE": SettingText(
            "The municipality's own guidelines: the name of a profile, or the path of a TOML file."
        ),
    },
    "Web": {
        "KOMMUNPOST_WEB": SettingText(
            "Where the web listens. Put a proxy with TLS in front before it leaves the machine."
        ),
        "KOMMUNPOST_HOSTS": SettingText("Names under which people reach it."),
        "KOMMUNPOST_ORIGINS": SettingText(
            "Whole addresses that may post forms when a proxy ends TLS: `https://kommunpost.example`."
        ),
        "KOMMUNPOST_HTTPS": SettingText("`1` when people come by https: cookies are then sent by https only."),
        "KOMMUNPOST_PROXIES": SettingText("Addresses of the proxies in front, whose `X-Forwarded-For` is believed."),
        "KOMMUNPOST_REQUIRE_TOTP": SettingText(
            "Who must sign in with a one-time code too: `off`, `all`, or roles separated by commas."
        ),
        "KOMMUNPOST_METRICS_TOKEN": SettingText(
            "Lets others than this machine itself read `/metrics`, with `Authorization: Bearer …`."
        ),
    },
    "Mail in": {
        "KOMMUNPOST_SMTP": SettingText("Where SMTP intake listens. Empty: not at all."),
        "KOMMUNPOST_LMTP": SettingText("The same for LMTP."),
        "KOMMUNPOST_TRUSTED": SettingText(
            "Networks of the mail servers that may bring journal reports, mail from our own mailboxes, and mail to any "
            "address."
        ),
        "KOMMUNPOST_DOMAINS": SettingText(
            "Domains that others may bring mail for. Read at the start.", default="those of the directory"
        ),
        "KOMMUNPOST_GRAPH": SettingText(
            "Where Microsoft Graph is. Only sovereign clouds have another address. Tried against a double of our own, "
            "not against Microsoft."
        ),
        "KOMMUNPOST_GRAPH_SIGN_IN": SettingText("Where applications sign in to it."),
        "KOMMUNPOST_AUTHSERV": SettingText(
            "Names (`authserv-id`) that our border servers write in `Authentication-Results`. Only a field with one of "
            "them is heeded, and only to warn. Empty: none."
        ),
        "KOMMUNPOST_SMTP_CONNECTIONS_PER_MINUTE": SettingText(
            "How many connections one client may open in a minute, trusted networks apart; then `421`. 0: any number."
        ),
        "KOMMUNPOST_SMTP_MAILS_PER_MINUTE": SettingText(
            "How many mails it may begin in a minute; then `451`. 0: any number."
        ),
        "KOMMUNPOST_SMTP_CERTIFICATE": SettingText("PEM file; STARTTLS is offered with it."),
        "KOMMUNPOST_SMTP_CERTIFICATE_KEY": SettingText("Its key.", default="in the same file"),
    },
    "Viruses": {
        "KOMMUNPOST_CLAMD": SettingText(
            "The clamd that looks at attachments: `unix:///run/clamav/clamd.ctl` or `tcp://127.0.0.1:3310`. Empty: "
            "none. What is sent to it is not encrypted on the way."
        ),
    },
    "Mail out": {
        "KOMMUNPOST_OUTLOOK_ADVICE": SettingText(
            "`0` switches the Outlook add-in off for everybody at once, without a new manifest: all mail goes."
        ),
        "KOMMUNPOST_SPELLING": SettingText(
            "`0`: the composer does not look at spelling. Else it does where the machine has hunspell and its Swedish "
            "dictionary (Debian: `hunspell`, `hunspell-sv`)."
        ),
        "KOMMUNPOST_SUBMISSION": SettingText(
            "Where mail programs hand in mail to be sent, as in `0.0.0.0:587`; empty for not at all. Needs the relay, "
            "and a certificate unless it listens on this machine alone."
        ),
        "KOMMUNPOST_DELIVERY_REPORTS": SettingText(
            "`0`: a relay that offers delivery reports (DSN) is asked to tell of mail that did not arrive or is late, "
            "not of mail that did. Else of all three: the outbox then knows what was delivered, for one report a mail."
        ),
        "KOMMUNPOST_RELAY": SettingText("The mail server that sends for us: `smtp://host:25`. Without it mail waits."),
        "KOMMUNPOST_ROOM": SettingText(
            "Where files for colleagues are put in place of attachments: `file:///srv/room` (a folder), "
            "`webdav+https://user:password@cloud.example/remote.php/dav/files/user/Mail` (Nextcloud), or "
            "`graph+https://client:secret@graph.microsoft.com/v1.0/drives/ID/root:/Mail?tenant=ID` (SharePoint, tried "
            "against a double of our own only). Empty: none."
        ),
        "KOMMUNPOST_ROOM_LINK": SettingText(
            "How people reach those files: what stands before a folder's path, or for WebDAV a pattern with `{id}`."
        ),
    },
    "Running": {
        "KOMMUNPOST_PROCESS": SettingText(
            "The name of this intake among several: each writes an audit chain of its own. Keep it from start to start."
        ),
        "KOMMUNPOST_LOG_LEVEL": SettingText("`DEBUG`, `INFO`, `WARNING` or `ERROR`. No level writes personal data."),
        "KOMMUNPOST_DEBUG": SettingText("For developers only: error pages show what went wrong, and with it mail."),
        "KOMMUNPOST_DEMO": SettingText(
            "Sign-in as anybody with one click. `kommunpost demo` sets it; nobody else should."
        ),
    },
}
"""By the headings of the page, in its order."""
