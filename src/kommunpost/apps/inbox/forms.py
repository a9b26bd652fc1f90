"""The forms of the inbox."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.inbox.models import Channel

LONG = 20_000


class ContactForm(forms.Form):
    """A call or a visit, written down (tjänsteanteckning, förvaltningslagen 27 §)."""

    channel = forms.ChoiceField(
        label=_("Hur"),
        choices=[(one.value, one.label) for one in (Channel.PHONE, Channel.VISIT)],
        initial=Channel.PHONE,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("Vem"), max_length=200, required=False, help_text=_("Den som frågar behöver inte säga sitt namn.")
    )
    reach = forms.CharField(label=_("Telefon eller e-post"), max_length=200, required=False)
    subject = forms.CharField(label=_("Vad det gällde"), max_length=200)
    text = forms.CharField(
        label=_("Tjänsteanteckning"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Vad som kom fram, och vad du svarade. Uppgifter som kan ha betydelse för beslut ska antecknas."),
    )
    is_settled = forms.BooleanField(label=_("Frågan är besvarad"), required=False)
