"""What can be done in the register. Each action is one transaction with its audit event."""

from kommunpost.apps.register.actions.asking import (
    answer,
    ask,
    get_question_to_answer,
    note_seen,
    retire_guidance,
    withdraw,
)
from kommunpost.apps.register.actions.casework import (
    add_note,
    add_party,
    change_case,
    close_case,
    get_case_to_change,
    open_case,
    remove_party,
    reopen_case,
)
from kommunpost.apps.register.actions.deciding import decide_not_record, exempt, keep_in_order, reopen, settle_older
from kommunpost.apps.register.actions.editing import correct_entry, void_entry
from kommunpost.apps.register.actions.looking import look_at_new
from kommunpost.apps.register.actions.packaging import (
    ask_package,
    note_fetched,
    remove_package,
    try_again,
)
from kommunpost.apps.register.actions.registering import NewCase, NewEntry, Registered, register
from kommunpost.apps.register.actions.setting_up import add_collection, close_collection, set_diary
from kommunpost.apps.register.actions.taking import note_deliveries
from kommunpost.apps.register.actions.unpacking import Unpacked, import_package

__all__ = [
    "NewCase",
    "NewEntry",
    "Registered",
    "Unpacked",
    "add_collection",
    "add_note",
    "add_party",
    "answer",
    "ask",
    "ask_package",
    "change_case",
    "close_case",
    "close_collection",
    "correct_entry",
    "decide_not_record",
    "exempt",
    "get_case_to_change",
    "get_question_to_answer",
    "import_package",
    "keep_in_order",
    "look_at_new",
    "note_deliveries",
    "note_fetched",
    "note_seen",
    "open_case",
    "register",
    "remove_package",
    "remove_party",
    "reopen",
    "reopen_case",
    "retire_guidance",
    "set_diary",
    "settle_older",
    "try_again",
    "void_entry",
    "withdraw",
]
