"""The composer's form. Checks syntax alone; what may be sent is decided by the actions."""

import re
from datetime import date, datetime, time
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.composing.actions.drafts import DraftFields
from kommunpost.apps.composing.models import CannedText, Draft, QuoteScope

LONGEST_SUBJECT = 900
LONGEST_BODY = 200_000
LONGEST_RECIPIENTS = 40_000
_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:[.:](?P<minute>\d{2}))?")
_DAY_ATTRIBUTES = {"inputmode": "numeric", "autocomplete": "off", "placeholder": "åååå-mm-dd", "maxlength": "10"}
_CLOCK_ATTRIBUTES = {"inputmode": "numeric", "autocomplete": "off", "placeholder": "tt.mm", "maxlength": "5"}
_RECIPIENTS = {"data-recipients": True, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


class DayField(forms.DateField):
    """A day as ``åååå-mm-dd`` in a text field: the browser's own picker shows other orders."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            required=False,
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(attrs=_DAY_ATTRIBUTES, format="%Y-%m-%d"),
            error_messages={"invalid": _("Skriv datumet som åååå-mm-dd, till exempel 2026-11-23.")},
        )


class ClockField(forms.CharField):
    """A time of day as Swedes write it: ``9``, ``9.30``, ``09:30``."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, max_length=5, widget=forms.TextInput(attrs=_CLOCK_ATTRIBUTES))

    def clean(self, value: Any) -> time | None:
        text = super().clean(value)
        if not text:
            return None
        found = _CLOCK.fullmatch(text)
        try:
            return time(int(found["hour"]), int(found["minute"] or 0)) if found else self._refuse()
        except ValueError:
            return self._refuse()

    def _refuse(self) -> time:
        raise forms.ValidationError(_("Skriv klockslaget som tt.mm, till exempel 09.30."))

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H.%M}" if isinstance(value, time) else value


def _recipients(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=LONGEST_RECIPIENTS, widget=forms.TextInput(attrs=_RECIPIENTS)
    )


class DraftForm(forms.Form):
    """Every field of the composer. ``revision`` says what the writer saw; ``seen`` and ``asked`` which advice."""

    mailbox = forms.TypedChoiceField(label=_("Från"), required=False, coerce=int, empty_value=None)
    to = _recipients(_("Till"))
    cc = _recipients(_("Kopia"))
    bcc = _recipients(_("Dold kopia"))
    subject = forms.CharField(label=_("Ämne"), required=False, max_length=LONGEST_SUBJECT, strip=False)
    body = forms.CharField(
        label=_("Text"), required=False, max_length=LONGEST_BODY, strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "data-key": "s"}),
    )  # fmt: skip
    quote_scope = forms.ChoiceField(
        label=_("Citat"), required=False, choices=QuoteScope.choices,
        help_text=_("Den du svarar ska se vad du svarar på."),
    )  # fmt: skip
    reply_by = DayField(_("Svar senast"))
    reply_by_time = ClockField(_("Klockan"))
    send_day = DayField(_("Skicka senare, dag"))
    send_clock = ClockField(_("Klockan"))
    meeting_day = DayField(_("Mötesdag"))
    meeting_from = ClockField(_("Från klockan"))
    meeting_to = ClockField(_("Till klockan"))
    meeting_place = forms.CharField(label=_("Plats eller länk"), required=False, max_length=200)
    revision = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=4_000, widget=forms.HiddenInput)
    asked = forms.CharField(required=False, max_length=4_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, mailboxes: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "skriv_%s", **kwargs})
        chosen = self.fields["mailbox"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - for the type checker; declared above
        chosen.choices = mailboxes

    def clean_body(self) -> str:
        text: str = self.cleaned_data["body"]
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("reply_by_time") and not cleaned.get("reply_by") and "reply_by" not in self.errors:
            self.add_error("reply_by", _("Skriv vilken dag också."))
        if cleaned.get("send_clock") and not cleaned.get("send_day") and "send_day" not in self.errors:
            self.add_error("send_day", _("Skriv vilken dag också."))
        start, end = self.meeting()
        if cleaned.get("meeting_day") and not self.errors and (start is None or end is None or end <= start):
            self.add_error("meeting_to", _("Skriv när mötet börjar och slutar."))
        return cleaned

    def meeting(self) -> tuple[datetime | None, datetime | None]:
        """When the meeting begins and ends, if the fields say so."""
        get = self.cleaned_data.get
        return _moment(get("meeting_day"), get("meeting_from")), _moment(get("meeting_day"), get("meeting_to"))

    def draft_fields(self) -> DraftFields:
        """What can be saved: the fields that are right. Those that are wrong stay as they were saved before."""
        cleaned = self.cleaned_data
        names = ("to", "cc", "bcc", "subject", "body", "reply_by", "reply_by_time", "meeting_place")
        fields: dict[str, Any] = {name: cleaned[name] for name in names if name in cleaned}
        if cleaned.get("reply_by") is None and "reply_by_time" in fields:
            fields["reply_by_time"] = None
        if cleaned.get("mailbox"):
            fields["mailbox_id"] = cleaned["mailbox"]
        if cleaned.get("quote_scope"):
            fields["quote_scope"] = cleaned["quote_scope"]
        if not {"send_day", "send_clock"} & set(self.errors):
            fields["send_at"] = _moment(cleaned.get("send_day"), cleaned.get("send_clock") or time(8))
        if not {"meeting_day", "meeting_from", "meeting_to"} & set(self.errors):
            fields["meeting_start"], fields["meeting_end"] = self.meeting()
        return cast("DraftFields", fields)


def initial_of(draft: Draft) -> dict[str, Any]:
    """The form's values for a draft."""
    send_at = timezone.localtime(draft.send_at) if draft.send_at else None
    start = timezone.localtime(draft.meeting_start) if draft.meeting_start else None
    end = timezone.localtime(draft.meeting_end) if draft.meeting_end else None
    return {
        "mailbox": draft.mailbox_id,
        "to": draft.to,
        "cc": draft.cc,
        "bcc": draft.bcc,
        "subject": draft.subject,
        "body": draft.body,
        "quote_scope": draft.quote_scope,
        "reply_by": draft.reply_by,
        "reply_by_time": draft.reply_by_time,
        "send_day": send_at.date() if send_at else None,
        "send_clock": send_at.time() if send_at else None,
        "meeting_day": start.date() if start else None,
        "meeting_from": start.time() if start else None,
        "meeting_to": end.time() if end else None,
        "meeting_place": draft.meeting_place,
        "revision": draft.revision,
    }


def _moment(day: date | None, clock: time | None) -> datetime | None:
    if day is None or clock is None:
        return None
    return timezone.make_aware(datetime.combine(day, clock))


class CannedTextForm(forms.ModelForm[CannedText]):
    """A text that the mailbox uses often."""

    class Meta:
        model = CannedText
        fields = ("name", "subject", "body")
        labels = {"name": _("Namn"), "subject": _("Ämne"), "body": _("Text")}
        help_texts = {
            "name": _("Så hittar ni texten i listan."),
            "subject": _("Används när mejlet inte har något ämne."),
            "body": _(
                "Orden {mottagare}, {avsändare}, {enhet}, {telefon} och {telefontid} byts ut när texten används. "
                "Signaturen läggs till av sig själv."
            ),
        }
        widgets = {"body": forms.Textarea(attrs={"rows": 10})}
