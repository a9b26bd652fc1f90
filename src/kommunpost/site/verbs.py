"""What the door writes in the audit trail. Subject is always the account."""

from enum import StrEnum


class DoorVerb(StrEnum):
    SIGN_IN_REFUSED = "directory:account:sign_in_refused"
    PASSWORD_CHANGED = "directory:account:change_password"  # noqa: S105 - a verb
    PASSWORD_SET_BY_LINK = "directory:account:set_password_by_link"  # noqa: S105 - a verb
    SIGNED_OUT_EVERYWHERE = "directory:account:sign_out_everywhere"
    SECOND_FACTOR_ENROLLED = "directory:second_factor:enrol"
    SECOND_FACTOR_REMOVED = "directory:second_factor:remove"
    SECOND_FACTOR_RESET = "directory:second_factor:reset"
    RECOVERY_CODES_MADE = "directory:second_factor:make_recovery_codes"
    RECOVERY_CODE_USED = "directory:second_factor:use_recovery_code"
