"""Addresses of the writing room."""

from django.urls import path

from kommunpost.apps.composing.views import canned, lists, writing

urlpatterns = [
    path("", lists.drafts, name="drafts"),
    path("utkorg/", lists.outbox, name="outbox"),
    path("kastat/", lists.discarded, name="compose-discarded"),
    path("bevakningar/", lists.reminders, name="reminders"),
    path("bevakningar/<int:reminder_id>/avsluta/", lists.close, name="reminder-close"),
    path("signatur/", lists.signature, name="signature"),
    path("texter/", canned.canned, name="canned"),
    path("texter/ny/<int:mailbox_id>/", canned.add, name="canned-add"),
    path("texter/<int:canned_id>/", canned.change, name="canned-change"),
    path("texter/<int:canned_id>/ta-bort/", canned.remove, name="canned-remove"),
    path("nytt/", writing.begin, name="compose-new"),
    path("mottagare/", writing.recipients, name="compose-recipients"),
    path("svara/<int:mailbox_id>/<int:delivery_id>/", writing.answer, name="compose-answer"),
    path("<int:draft_id>/", writing.compose, name="compose"),
    path("<int:draft_id>/autospara/", writing.autosave, name="compose-autosave"),
    path("<int:draft_id>/skicka/", writing.send, name="compose-send"),
    path("<int:draft_id>/skickat/", writing.sent, name="compose-sent"),
    path("<int:draft_id>/kasta/", writing.discard, name="compose-discard"),
    path("<int:draft_id>/bilaga/<int:attachment_id>/", writing.file, name="compose-file"),
    path("<int:draft_id>/intranat/", lists.intranet, name="compose-intranet"),
]
