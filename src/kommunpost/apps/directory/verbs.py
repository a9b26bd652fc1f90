"""What the directory writes in the audit trail."""

from enum import StrEnum

from django.db import models


class DirectoryVerb(StrEnum):
    FILE_LOADED = "directory:file:load"
    FILE_FETCHED = "directory:file:fetch"
    LIST_EXPORTED = "directory:list:export"
    COMMITTEE_ADDED = "directory:committee:add"
    COMMITTEE_CHANGED = "directory:committee:change"
    UNIT_ADDED = "directory:unit:add"
    UNIT_CHANGED = "directory:unit:change"
    PERSON_ADDED = "directory:person:add"
    PERSON_CHANGED = "directory:person:change"
    MAILBOX_ADDED = "directory:mailbox:add"
    MAILBOX_CHANGED = "directory:mailbox:change"
    ALIAS_ADDED = "directory:alias:add"
    ALIAS_REMOVED = "directory:alias:remove"
    MEMBER_ADDED = "directory:member:add"
    MEMBER_REMOVED = "directory:member:remove"
    GROUP_ADDED = "directory:addressgroup:add"
    GROUP_CHANGED = "directory:addressgroup:change"
    GROUP_MEMBERS_SET = "directory:addressgroup:set_members"
    GROUP_MEMBER_ADDED = "directory:addressgroup:add_member"
    GROUP_MEMBER_REMOVED = "directory:addressgroup:remove_member"
    ACCOUNT_ADDED = "directory:account:add"
    ACCOUNT_CHANGED = "directory:account:change"
    PASSWORD_SET = "directory:account:set_password"  # noqa: S105 - a verb
    PASSWORD_LINK_MADE = "directory:account:make_link"  # noqa: S105 - a verb
    ROLE_GRANTED = "directory:role:grant"
    ROLE_REVOKED = "directory:role:revoke"


def kind_of(row: models.Model) -> str:
    """``person``, ``mailbox`` …: the first half of an audit subject."""
    return str(row._meta.model_name)  # noqa: SLF001 - documented API of Django in spite of its name


def subject_of(row: models.Model) -> str:
    """``person:12``, as the audit trail names a row."""
    return f"{kind_of(row)}:{row.pk}"


def add_verb(row: models.Model) -> DirectoryVerb:
    """The verb for a new row of this kind."""
    return DirectoryVerb(f"directory:{kind_of(row)}:add")


def change_verb(row: models.Model) -> DirectoryVerb:
    """The verb for a changed row of this kind."""
    return DirectoryVerb(f"directory:{kind_of(row)}:change")
