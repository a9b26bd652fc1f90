"""Forms of the front door and of the own account."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    address = forms.CharField(
        label=_("E-postadress"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"type": "email", "autocomplete": "username", "autofocus": True, "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Lösenord"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """A one-time code, or a recovery code instead of it."""

    code = forms.CharField(
        label=_("Kod"),
        help_text=_("Sex siffror från din app, eller en av dina reservkoder."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false", "class": "kp-code"}
        ),
    )


class EnrolForm(forms.Form):
    """The first code of a new app: digits and nothing else."""

    code = forms.CharField(
        label=_("Kod från appen"),
        help_text=_("Sex siffror."),
        max_length=10,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false", "class": "kp-code"}
        ),
    )


class NewPasswordForm(forms.Form):
    """A password twice. Length does more than odd signs."""

    new = forms.CharField(
        label=_("Nytt lösenord"),
        help_text=_("Minst 12 tecken. Några ord i rad är lätta att minnas och svåra att gissa."),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Nytt lösenord en gång till"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("new") and cleaned.get("again") and cleaned["new"] != cleaned["again"]:
            self.add_error("again", _("Det är inte samma som i rutan ovanför."))
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    present = forms.CharField(
        label=_("Ditt lösenord nu"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["present", "new", "again"]


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(label=_("Språk"), choices=settings.LANGUAGES)
    colour_scheme = forms.ChoiceField(
        label=_("Färger"), choices=[("auto", _("Som datorn")), ("light", _("Ljust")), ("dark", _("Mörkt"))]
    )
    single_keys = forms.BooleanField(
        label=_("Kortkommandon med en bokstav"),
        help_text=_("Till exempel J och K i listor. Stäng av om du talar in text."),
        required=False,
    )
