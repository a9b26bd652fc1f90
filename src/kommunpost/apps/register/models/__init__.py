"""The tables of the register, by what they speak of."""

from kommunpost.apps.register.models.cases import CaseFile, CaseNote, CaseParty
from kommunpost.apps.register.models.diary import (
    DiaryNumber,
    DiarySeries,
    DiarySettings,
    EntryFile,
    EntryRecord,
    EntryRevision,
    EntryWord,
    RegisterEntry,
    SecrecyMarking,
)
from kommunpost.apps.register.models.handovers import CaseSystem, Handover
from kommunpost.apps.register.models.packages import ArchivePackage, PackageCase, PackageEntry
from kommunpost.apps.register.models.questions import Guidance, Question
from kommunpost.apps.register.models.records import Collection, Judgement, Record, RecordDecision
from kommunpost.apps.register.models.removals import ErasurePass, Removal, RemovalStep

__all__ = [
    "ArchivePackage",
    "CaseFile",
    "CaseNote",
    "CaseParty",
    "CaseSystem",
    "Collection",
    "DiaryNumber",
    "DiarySeries",
    "DiarySettings",
    "EntryFile",
    "EntryRecord",
    "EntryRevision",
    "EntryWord",
    "ErasurePass",
    "Guidance",
    "Handover",
    "Judgement",
    "PackageCase",
    "PackageEntry",
    "Question",
    "Record",
    "RecordDecision",
    "RegisterEntry",
    "Removal",
    "RemovalStep",
    "SecrecyMarking",
]
