"""The form of a committee's case system: one for all kinds, so that it works without scripts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.register.actions.handing_over.systems import LONGEST_NAME, Way
from kommunpost.apps.register.kinds import SystemKind
from kommunpost.site.sealing import seal

SHORTEST_KEY = 32


class CaseSystemForm(forms.Form):
    """Which kind, and what that kind needs. What is missing the action says."""

    groups = (
        (_("Webbanrop med signatur"), ("url", "secret")),
        (_("Mejl till registreringsadressen"), ("address", "mailbox", "is_protected")),
    )
    kind = forms.ChoiceField(label=_("Nya handlingar"), choices=SystemKind.choices, widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Ärendesystemets namn"), required=False, max_length=LONGEST_NAME,
        help_text=_("Så som ni kallar det, till exempel Lex."),
    )  # fmt: skip
    url = forms.CharField(
        label=_("Adress"), required=False, max_length=500,
        help_text=_("Börjar med https://. Hänvisningar till andra adresser följs inte."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )  # fmt: skip
    secret = forms.CharField(
        label=_("Nyckel"), required=False, max_length=1000, strip=False,
        help_text=_("Minst 32 tecken, samma hos mottagaren. Sparas förseglad. Tomt: den som finns gäller."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    address = forms.CharField(
        label=_("Registreringsadress"), required=False, max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )  # fmt: skip
    mailbox = forms.ChoiceField(
        label=_("Skickas från"), required=False, help_text=_("Svar med numret läses ur samma brevlåda.")
    )
    is_protected = forms.BooleanField(
        label=_("Vägen går bara i kommunens eget skyddade nät"), required=False,
        help_text=_("Bara då går det som kan vara hemligt med mejl. Annars lämnas det över för hand."),
    )  # fmt: skip

    def __init__(self, *args: Any, mailboxes: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["mailbox"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker; declared above
        field.choices = [("", "–"), *((str(pk), address) for pk, address in mailboxes)]

    def clean_secret(self) -> str:
        secret = str(self.cleaned_data["secret"])
        if secret and len(secret) < SHORTEST_KEY:
            raise forms.ValidationError(_("Nyckeln är för kort. Använd minst 32 tecken."))
        return secret

    def way(self) -> Way:
        """What was typed, the key sealed."""
        told = self.cleaned_data
        return Way(
            kind=SystemKind(told["kind"]), name=told["name"], url=told["url"], address=told["address"],
            sealed=seal(told["secret"]) if told["secret"] else "",
            mailbox_id=int(told["mailbox"]) if told["mailbox"] else None, is_protected=told["is_protected"],
        )  # fmt: skip
