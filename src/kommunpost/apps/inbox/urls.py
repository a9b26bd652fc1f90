"""Addresses of the inbox: the way in, queues, conversations and what is done with them."""

from django.urls import path

from kommunpost.apps.inbox.views import (
    answering,
    conversation,
    deeds,
    passing,
    queue,
    search,
    sending_on,
    settings,
    starts,
)

ONE = "konversation/<int:conversation_id>/"
MAIL = f"{ONE}mejl/<int:entry_id>/"

urlpatterns = [
    path("", queue.overview, name="inbox"),
    path("ko/<int:mailbox_id>/", queue.queue, name="queue"),
    path("ko/<int:mailbox_id>/samtal/", deeds.note_contact, name="note-contact"),
    path("ko/<int:mailbox_id>/val/", settings.settings, name="mailbox-settings"),
    path("ko/<int:mailbox_id>/val/sakring/", settings.reset, name="receipts-reset"),
    path("ko/<int:mailbox_id>/val/pass/", settings.add_shift, name="shift-add"),
    path("ko/<int:mailbox_id>/val/pass/<int:shift_id>/", settings.remove_shift, name="shift-remove"),
    path("ko/<int:mailbox_id>/val/klockor/", starts.starts, name="clock-starts"),
    path("ko/<int:mailbox_id>/val/klockor/<int:start_id>/angra/", starts.undo, name="clock-start-undo"),
    path("ko/<int:mailbox_id>/statistik/", settings.statistics, name="mailbox-statistics"),
    path("sok/", search.ask, name="inbox-ask"),
    path("sok/<slug:key>/", search.found, name="inbox-search"),
    path("sammandrag/", settings.digests, name="digests"),
    path(ONE, conversation.conversation, name="conversation"),
    path(f"{ONE}svara/", answering.begin, name="conversation-answer"),
    path(f"{ONE}svara/<int:draft_id>/", answering.send, name="conversation-send"),
    path(f"{ONE}bekrafta/", answering.confirm, name="conversation-acknowledge"),
    path(f"{ONE}lamna-over/", passing.pass_conversation, name="conversation-pass-on"),
    path(f"{ONE}kunskap/", passing.insert_article, name="conversation-article"),
    path(f"{ONE}annan-myndighet/", passing.other_authority, name="conversation-authority"),
    path(f"{ONE}skicka-vidare/<slug:authority_id>/", sending_on.send_conversation_on, name="conversation-send-on"),
    path(f"{ONE}gor/<slug:deed>/", deeds.deed, name="conversation-deed"),
    path(f"{MAIL}formaterad/", conversation.body, name="conversation-body"),
    path(f"{MAIL}bilaga/<int:number>/", conversation.attachment, name="conversation-attachment"),
    path(f"{MAIL}mejl.eml", conversation.source, name="conversation-source"),
]
