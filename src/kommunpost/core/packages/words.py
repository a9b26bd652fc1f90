"""The words of the register beside those of the standards."""

from enum import StrEnum


class Standard(StrEnum):
    """What a case is described by: FGS Ärendehantering 2.0, which is ERMS v3, or 1.0."""

    FGS2 = "fgs2"
    FGS1 = "fgs1"


# ERMS v3: agentType of a party; ``other`` needs its own word beside it (the Schematron's rule).
PARTY_AGENTS = {"applicant": ("other", "applicant"), "opponent": ("counterpart", None), "agent": ("agent", None),
                "other": ("other", "concerned")}  # fmt: skip
DIRECTIONS = {"in": ("incoming", None), "out": ("outgoing", None), "drawn_up": ("other", "drawn_up")}
COUNTERPARTS = {"in": "sender", "out": "receiver", "drawn_up": "counterpart"}
DATES = {"in": "received", "out": "sent", "drawn_up": "prepared"}
STATUSES = {"in": "received", "out": "expedited", "drawn_up": "prepared"}
CASE_STATUSES = {"open": "in_progress", "closed": "closed"}

PREMIS_EVENTS = {
    "mailflow:delivery:receive": "capture",
    "register:record:register": "registration",
    "register:entry:correct": "metadata modification",
    "register:entry:void": "deaccession",
    "register:entry:mark": "policy assignment",
    "register:entry:unmark": "policy assignment",
    "register:case:open": "creation",
    "register:case:change": "metadata modification",
    "register:case:close": "appraisal",
    "register:case:reopen": "metadata modification",
    "register:note:clear": "deletion",
}
"""eventType of PREMIS 3 (id.loc.gov/vocabulary/preservation/eventType) for what the audit trail has; others are
``metadata modification``."""
