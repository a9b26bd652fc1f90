"""Whose mail an actor may read."""

from kommunpost.apps.directory import queries as directory
from kommunpost.apps.directory.rules import Actor, Permission


class NotVisible(Exception):  # noqa: N818 - an answer, not a fault
    """No such thing, or not for this actor: never told apart. ``code`` is ``not_visible``."""

    code = "not_visible"


def readable_mailbox_ids(actor: Actor) -> frozenset[int] | None:
    """Ids of the mailboxes whose mail ``actor`` may read; None means all."""
    if not actor.may(Permission.MESSAGE_READ):
        return frozenset()
    return directory.visible_mailbox_ids(actor, whole=Permission.MESSAGE_READ_ALL)


def may_read(actor: Actor, mailbox_id: int | None) -> bool:
    """Whether ``actor`` may read mail in the mailbox; None is the holding pen."""
    if mailbox_id is None:
        return actor.may(Permission.PEN_READ)
    readable = readable_mailbox_ids(actor)
    return readable is None or mailbox_id in readable
