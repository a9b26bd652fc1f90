"""Packages for an archive: cases of the register as an E-ARK SIP with ERMS (FGS Ärendehantering 2.0), and back.

Data in, files out; the caller brings the bytes of mails and the moment.
"""

from kommunpost.core.packages.containers import Container, FolderContainer, TarContainer, ZipContainer
from kommunpost.core.packages.model import (
    Case,
    Entry,
    Event,
    File,
    Mail,
    Marking,
    Note,
    OpenMail,
    Party,
    Person,
    Revision,
    Sender,
)
from kommunpost.core.packages.reading import PackageRefused, SipReader, open_package
from kommunpost.core.packages.sip import Sources, write_sip
from kommunpost.core.packages.words import Standard

__all__ = [
    "Case",
    "Container",
    "Entry",
    "Event",
    "File",
    "FolderContainer",
    "Mail",
    "Marking",
    "Note",
    "OpenMail",
    "PackageRefused",
    "Party",
    "Person",
    "Revision",
    "Sender",
    "SipReader",
    "Sources",
    "Standard",
    "TarContainer",
    "ZipContainer",
    "open_package",
    "write_sip",
]
