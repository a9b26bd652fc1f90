"""What looking after the house writes in the audit trail."""

from enum import StrEnum


class OperationsVerb(StrEnum):
    VERIFICATION_ASKED = "operations:verification:ask"
    VERIFICATION_DONE = "operations:verification:finish"
    EXAMINATION_ASKED = "operations:doctor:ask"
    TASK_RERUN = "operations:task:rerun"
    TASK_SET_ASIDE = "operations:task:set_aside"
    TRAIL_READ = "audit:trail:read"
    TRAIL_EXPORTED = "audit:trail:export"
