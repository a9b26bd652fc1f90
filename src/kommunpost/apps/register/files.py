"""The files of a mail as an entry keeps account of them: the mail itself, and each attachment with its digest."""

import logging
from dataclasses import dataclass

from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.blobs.contract import BlobError
from kommunpost.apps.mailflow.models import Message
from kommunpost.apps.mailflow.reading import file_name
from kommunpost.core.mail import Attachment, ParsedMail, parse

MAIL_TYPE = "message/rfc822"
LONGEST_NAME = 255
LONGEST_TYPE = 120

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MailFile:
    """``place`` 0 is the mail as it came; 1 is the first attachment, which mailflow numbers 0. SHA-256 in hex."""

    place: int
    name: str
    media_type: str
    size: int
    digest: str


def files_of_message(message: Message) -> list[MailFile]:
    """The mail and its attachments. A mail whose bytes are gone has itself alone, with the digest that it had."""
    mail = read_mail(message)
    whole = MailFile(0, f"mejl-{message.pk}.eml", MAIL_TYPE, message.size, message.blob_id)
    return [whole, *(_file(number, one) for number, one in enumerate(mail.attachments if mail else ()))]


def read_mail(message: Message) -> ParsedMail | None:
    """The mail, read; None when its bytes are gone or cannot be read."""
    try:
        return parse(store().get(message.blob_id))
    except BlobError:
        return None
    except Exception as error:
        # A mail that breaks the reader is registered all the same: whole, as it came.
        log.error("message:%d could not be read: %s", message.pk, type(error).__name__)  # noqa: TRY400 -- text may be personal.
        return None


def file_bytes(message: Message, place: int) -> bytes:
    """The bytes of a file. Raises ``BlobError`` when the mail's are gone, IndexError for a place that there is not."""
    raw = store().get(message.blob_id)
    return raw if place == 0 else parse(raw).attachments[place - 1].content


def _file(number: int, attachment: Attachment) -> MailFile:
    name = file_name(attachment, number)[:LONGEST_NAME]
    return MailFile(number + 1, name, attachment.type[:LONGEST_TYPE], attachment.size, attachment.sha256)
