"""The one door to a conversation."""

from kommunpost.apps.directory.rules import Actor
from kommunpost.apps.inbox.models import Conversation
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.mailflow.queries import may_read


def get_visible(actor: Actor, conversation_id: int) -> Conversation:
    """The conversation, if its mailbox is one that ``actor`` may read. Raises ``InboxRefused("not_visible")`` alike for
    what there is not and what is not for the actor.
    """
    found = Conversation.objects.select_related("mailbox", "owner", "contact").filter(pk=conversation_id).first()
    if found is None or not may_read(actor, found.mailbox_id):
        raise InboxRefused("not_visible")
    return found
