"""Mail in files: .eml, mbox, Maildir, folders, .zip, and .gz of the first two.

Streamed; nothing is unpacked to disk.
"""

from kommunpost.apps.mailflow.intake.files.model import FoundMail, Refused
from kommunpost.apps.mailflow.intake.files.walk import list_files, read_file

__all__ = ["FoundMail", "Refused", "list_files", "read_file"]
