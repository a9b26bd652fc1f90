"""Forms of handovers: a case system's number, and one's own or the other's to look for."""

from django import forms
from django.utils.translation import gettext_lazy

from kommunpost.apps.register.rules.handing_over import LONGEST_NUMBER


class NumberForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Ärendesystemets nummer"),
        max_length=LONGEST_NUMBER,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class WhereForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Vårt nummer eller ärendesystemets"),
        max_length=LONGEST_NUMBER,
        help_text=gettext_lazy("Hela numret eller dess början."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
