"""The form over the log."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.maillog.schema import END_OF_MONTHS, FIRST_MONTH

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

EARLIEST = date(FIRST_MONTH[0], FIRST_MONTH[1], 1)
LATEST = date(END_OF_MONTHS[0] - 1, 12, 31)
PEN = "0"
Choice = tuple[str, str | Promise]

_DATE = {
    "class": "ds-input",
    "inputmode": "numeric",
    "autocomplete": "off",
    "placeholder": "åååå-mm-dd",
    "maxlength": "10",
}


class DayField(forms.DateField):
    """A day as ``åååå-mm-dd``, in a text field: the browser's own picker shows other orders."""

    def __init__(self, *, label: "str | _StrPromise") -> None:
        super().__init__(
            label=label,
            required=False,
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
            error_messages={"invalid": _("Skriv datumet som åååå-mm-dd, till exempel 2026-11-23.")},
        )

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("Välj ett datum mellan 1990 och 2099."))
        return day


class LogForm(forms.Form):
    """Which rows to show. Empty dates leave that end of the period open."""

    mailbox = forms.ChoiceField(label=_("Brevlåda"), required=False, widget=forms.Select(attrs={"class": "ds-input"}))
    direction = forms.ChoiceField(
        label=_("Riktning"),
        required=False,
        choices=[("", _("In och ut")), ("in", _("Bara in")), ("out", _("Bara ut"))],
        widget=forms.Select(attrs={"class": "ds-input"}),
    )
    first = DayField(label=_("Från"))
    last = DayField(label=_("Till"))
    text = forms.CharField(
        label=_("Avsändare, mottagare eller ämne innehåller"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "ds-input", "type": "search", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, mailboxes: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mailboxes = tuple(mailboxes)
        field = self.fields["mailbox"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker; declared above
        field.choices = list(self.mailboxes)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("Till-datum ligger före från-datum."))
        return cleaned
