"""What happens to a conversation, by one name in its history and in the audit trail."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class InboxVerb(StrEnum):
    MAIL_CAME = "inbox:conversation:mail_came"
    MAIL_WENT = "inbox:conversation:mail_went"
    MACHINE_WROTE = "inbox:conversation:machine_wrote"
    IMPORTED = "inbox:conversation:import"
    CLOCK_STARTED = "inbox:conversation:start_clock"
    START_UNDONE = "inbox:conversation:undo_clock_start"
    NOTED = "inbox:conversation:note_contact"
    TAKEN = "inbox:conversation:take"
    GIVEN = "inbox:conversation:give"
    RELEASED = "inbox:conversation:release"
    NOTE_WRITTEN = "inbox:conversation:write_note"
    FOLLOWED = "inbox:conversation:follow"
    UNFOLLOWED = "inbox:conversation:unfollow"
    ANSWERED = "inbox:conversation:answer"
    ANSWER_UNDONE = "inbox:conversation:undo_answer"
    ANSWER_FAILED = "inbox:conversation:answer_failed"
    ACKNOWLEDGED = "inbox:conversation:acknowledge"
    RECEIPT_SENT = "inbox:conversation:send_receipt"
    CALLED = "inbox:conversation:call"
    WAITS = "inbox:conversation:wait"
    CLOSED = "inbox:conversation:close"
    REOPENED = "inbox:conversation:reopen"
    MERGED = "inbox:conversation:merge"
    MERGED_HERE = "inbox:conversation:take_in_merged"
    UNMERGED = "inbox:conversation:unmerge"
    UNMERGED_HERE = "inbox:conversation:let_go_merged"
    SPLIT = "inbox:conversation:split"
    SPLIT_OFF = "inbox:conversation:split_off"
    UNSPLIT = "inbox:conversation:unsplit"
    PASSED_ON = "inbox:conversation:pass_on"
    DISPATCHED = "inbox:conversation:dispatch"
    SENT_ON = "inbox:conversation:send_on"
    SUGGESTION_DISMISSED = "inbox:conversation:dismiss_suggestion"
    MAIL_REMOVED = "inbox:conversation:remove_mail"

    @property
    def kind(self) -> str:
        """The last part: what the history keeps."""
        return self.rpartition(":")[2]


EVENT_TEXTS: Mapping[InboxVerb, str | Promise] = {
    InboxVerb.MAIL_CAME: _("Mejl kom in"),
    InboxVerb.MAIL_WENT: _("Mejl skickat"),
    InboxVerb.MACHINE_WROTE: _("Automatiskt mejl kom in"),
    InboxVerb.IMPORTED: _("Äldre mejl hämtat in"),
    InboxVerb.CLOCK_STARTED: _("Klockan startad"),
    InboxVerb.START_UNDONE: _("Starten av klockan ångrad"),
    InboxVerb.NOTED: _("Tjänsteanteckning skriven"),
    InboxVerb.TAKEN: _("Tog konversationen"),
    InboxVerb.GIVEN: _("Ny ansvarig"),
    InboxVerb.RELEASED: _("Lämnade tillbaka till kön"),
    InboxVerb.NOTE_WRITTEN: _("Intern anteckning skriven"),
    InboxVerb.FOLLOWED: _("Följer konversationen"),
    InboxVerb.UNFOLLOWED: _("Följer inte längre"),
    InboxVerb.ANSWERED: _("Svar skickat"),
    InboxVerb.ANSWER_UNDONE: _("Svar ångrat, klockan går igen"),
    InboxVerb.ANSWER_FAILED: _("Svaret kom inte fram, klockan går igen"),
    InboxVerb.ACKNOWLEDGED: _("Bekräftelse med kontaktperson och datum skickad"),
    InboxVerb.RECEIPT_SENT: _("Automatiskt mottagningsbevis skickat"),
    InboxVerb.CALLED: _("Besvarat i samtal eller besök"),
    InboxVerb.WAITS: _("Väntar på avsändaren"),
    InboxVerb.CLOSED: _("Avslutad"),
    InboxVerb.REOPENED: _("Öppnad igen"),
    InboxVerb.MERGED: _("Sammanförd med en annan konversation"),
    InboxVerb.MERGED_HERE: _("En konversation fördes hit"),
    InboxVerb.UNMERGED: _("Tagen tillbaka ur den andra konversationen"),
    InboxVerb.UNMERGED_HERE: _("En konversation togs tillbaka härifrån"),
    InboxVerb.SPLIT: _("Ett mejl blev en egen konversation"),
    InboxVerb.SPLIT_OFF: _("Började som en del av en annan konversation"),
    InboxVerb.UNSPLIT: _("Mejlet fördes tillbaka"),
    InboxVerb.PASSED_ON: _("Lämnad vidare"),
    InboxVerb.DISPATCHED: _("Expedierad till en annan nämnd"),
    InboxVerb.SENT_ON: _("Skickad vidare till en annan myndighet"),
    InboxVerb.SUGGESTION_DISMISSED: _("Förslag avfärdat"),
    InboxVerb.MAIL_REMOVED: _("Ett mejl togs bort, eftersom det kan vara hemligt"),
}

_BY_KIND = {verb.kind: text for verb, text in EVENT_TEXTS.items()}


def event_text(kind: str) -> str | Promise:
    """What the history says of an event."""
    return _BY_KIND[kind]
