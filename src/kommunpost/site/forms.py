"""Forms of the front door and of the own account."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    address = forms.CharField(
        label=_("E-postadress"),
        max_length=254,
        widget=forms.TextInput(
            attrs={
                "class": "ds-input",
                "type": "email",
                "autocomplete": "username",
                "autofocus": True,
                "spellcheck": "false",
            }
        ),
    )
    password = forms.CharField(
        label=_("Lösenord"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "ds-input", "autocomplete": "current-password"}),
    )


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Språk"), choices=settings.LANGUAGES, widget=forms.Select(attrs={"class": "ds-input"})
    )
    colour_scheme = forms.ChoiceField(
        label=_("Färger"),
        choices=[("auto", _("Som datorn")), ("light", _("Ljust")), ("dark", _("Mörkt"))],
        widget=forms.Select(attrs={"class": "ds-input"}),
    )
    single_keys = forms.BooleanField(
        label=_("Kortkommandon med en bokstav"),
        help_text=_("Till exempel J och K i listor. Stäng av om du talar in text."),
        required=False,
    )
