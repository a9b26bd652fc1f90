"""``no-internal-attachment``: files to colleagues only. Whoever writes to somebody outside may attach."""

from collections.abc import Iterator

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.fixes import Fix, FixKind, LinkFile
from kommunpost.core.advice.model import DraftKind, Field, File, Finding, Place
from kommunpost.core.advice.rules.finding import finding

NOT_FILES = (
    "text/calendar",
    "application/ics",
    "message/rfc822",
    "application/pkcs7-signature",
    "application/pgp-signature",
)
"""Invitations, mails and signatures belong to the mail itself."""


def check(anatomy: Anatomy) -> Iterator[Finding]:
    if anatomy.kind != DraftKind.INTERNAL:
        return
    files = [(index, one) for index, one in enumerate(anatomy.draft.attachments) if _is_file(one)]
    if not files:
        return
    names = [one.name for _, one in files]
    edits = tuple(LinkFile(name) for name in dict.fromkeys(names))
    one_file = len(files) == 1
    says = (
        f"Bara kolleger får mejlet. Lägg {names[0] if one_file else f'de {len(files)} filerna'} i samarbetsrummet "
        "och skicka länken."
    )
    label = "Spara filen i rummet och länka" if one_file else "Spara filerna i rummet och länka"
    place = Place(Field.ATTACHMENTS, files[0][0], files[-1][0] + 1)
    yield finding("no-internal-attachment", says, place, words=names[0], fix=Fix(FixKind.STORE, label, edits))


def _is_file(one: File) -> bool:
    return not one.type.lower().startswith(NOT_FILES)
