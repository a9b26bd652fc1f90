"""Whoever follows a conversation hears of what others do in it, in the next digest (clause ``quiet-notifications``)."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.inbox.models import Conversation, Follower, Notice, NoticeKind
from kommunpost.apps.inbox.verbs import InboxVerb

TOLD: Mapping[InboxVerb, NoticeKind] = {
    InboxVerb.MAIL_CAME: NoticeKind.NEW_MAIL,
    InboxVerb.ANSWERED: NoticeKind.ANSWERED,
    InboxVerb.ACKNOWLEDGED: NoticeKind.ANSWERED,
    InboxVerb.CALLED: NoticeKind.ANSWERED,
    InboxVerb.PASSED_ON: NoticeKind.PASSED_ON,
    InboxVerb.DISPATCHED: NoticeKind.PASSED_ON,
    InboxVerb.SENT_ON: NoticeKind.PASSED_ON,
}


def tell_followers(
    conversation: Conversation, kind: NoticeKind, *, number: int, mailbox_id: int, by: Actor | None, now: datetime
) -> None:
    """A notice to each follower but ``by``, in the transaction of event ``number``. At most two queries.

    ``mailbox_id``: where the conversation lay when it happened. Only those who answer for it hear of it.
    """
    if number == 1:
        return  # Nobody follows what begins now.
    whose = Q(person__memberships__mailbox_id=mailbox_id) | Q(person__owned_mailboxes=mailbox_id)
    here = Q(conversation=conversation) | Q(conversation__merged_into=conversation)
    followers = Follower.objects.filter(whose, here, person__is_active=True)
    if by is not None:
        followers = followers.exclude(person_id=by.person_id)
    people = set(followers.values_list("person_id", flat=True))
    if people:
        once = f"{kind}:{conversation.pk}:{number}"
        Notice.objects.bulk_create(
            [
                Notice(person_id=pk, kind=kind, mailbox_id=mailbox_id, conversation=conversation, once=once, at=now)
                for pk in sorted(people)
            ],
            ignore_conflicts=True,
        )
