"""Something secret was received: one way through paper and register out of the system (clause ``secret-received``)."""

from kommunpost.apps.register.actions.removing.carrying import carry_on, carry_on_due, look_for_come_again, resume
from kommunpost.apps.register.actions.removing.ordering import (
    begin,
    break_off,
    confirm_printed,
    find_everywhere,
    link_entry,
    note_print,
    order,
    settle_by_hand,
)

__all__ = [
    "begin",
    "break_off",
    "carry_on",
    "carry_on_due",
    "confirm_printed",
    "find_everywhere",
    "link_entry",
    "look_for_come_again",
    "note_print",
    "order",
    "resume",
    "settle_by_hand",
]
