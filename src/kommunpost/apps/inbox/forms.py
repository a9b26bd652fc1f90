"""The forms of the inbox."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.inbox.models import ArticleState, Channel
from kommunpost.apps.inbox.queries.page import Member

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


class AcknowledgeForm(forms.Form):
    """Who answers a matter that takes longer, and when."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    contact = forms.ChoiceField(label=_("Kontaktperson"))
    promised = forms.DateField(
        label=_("Svar senast"), input_formats=["%Y-%m-%d"], help_text=_("åååå-mm-dd"),
        widget=forms.DateInput(attrs={"class": "kp-w-date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Egna ord"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kontaktperson och dag skrivs i mejlet av sig själva."),
    )  # fmt: skip

    def __init__(self, *args: Any, members: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contact = self.fields["contact"]
        if isinstance(contact, forms.ChoiceField):
            contact.choices = [(str(member.id), member.name) for member in members]


class ArticleForm(forms.Form):
    """An article of the knowledge base."""

    seen_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)
    question = forms.CharField(label=_("Fråga"), max_length=300)
    answer = forms.CharField(
        label=_("Svar"), max_length=LONG, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Så som det kan stå i ett svar. Signaturen läggs till av sig själv."),
    )  # fmt: skip
    keywords = forms.CharField(
        label=_("Sökord"), max_length=500, required=False, help_text=_("Ord som folk använder, med komma emellan.")
    )
    unit = forms.ChoiceField(label=_("Enhet som svarar för frågan"), required=False)
    owner = forms.ChoiceField(label=_("Ansvarig för artikeln"))
    review_on = forms.DateField(
        label=_("Granskas senast"), input_formats=["%Y-%m-%d"], help_text=_("åååå-mm-dd"),
        widget=forms.DateInput(attrs={"class": "kp-w-date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    state = forms.ChoiceField(label=_("Läge"), choices=ArticleState.choices, widget=forms.RadioSelect)

    def fill(self, *, people: Sequence[tuple[int, str]], units: Sequence[tuple[int, str]]) -> None:
        """The choices that the directory gives."""
        for name, choices in (("owner", people), ("unit", [("", _("Ingen")), *units])):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [(str(key), label) for key, label in choices]

    def facts(self) -> dict[str, Any]:
        """What ``save_article`` takes."""
        told = dict(self.cleaned_data)
        return {
            **{name: told[name] for name in ("question", "answer", "keywords", "review_on", "state")},
            "unit_id": int(told["unit"]) if told["unit"] else None,
            "owner_id": int(told["owner"]),
            "seen_version": told["seen_version"] or 0,
        }


class PassOnForm(forms.Form):
    """To whom a conversation is passed on, with a word to them."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    to = forms.ChoiceField(label=_("Till"))
    word = forms.CharField(
        label=_("Ett ord på vägen"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, boxes: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        if isinstance(to, forms.ChoiceField):
            to.choices = [(str(pk), name) for pk, name in boxes]


class SendOnForm(forms.Form):
    """Nothing to fill in: what was shown is what goes, as of that event."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class MailboxForm(forms.Form):
    """What the owner of a shared mailbox chooses."""

    receipt_on = forms.BooleanField(
        label=_("Skicka automatiskt mottagningsbevis"), required=False,
        help_text=_("Det stoppar inte klockan. Listor, autosvar och våra egna adresser får inget."),
    )  # fmt: skip
    receipt_text = forms.CharField(
        label=_("Mottagningsbevisets text"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 6})
    )
    watch_on = forms.BooleanField(
        label=_("Bevaka telefontiderna"), required=False,
        help_text=_("Ägaren får veta om ett pass är obemannat eller om ett mejl ligger oläst i en timme."),
    )  # fmt: skip


class ShiftForm(forms.Form):
    """A shift of the rota."""

    person = forms.ChoiceField(label=_("Vem"))
    day = forms.DateField(
        label=_("Dag"), input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"class": "kp-w-date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    start = forms.TimeField(label=_("Från"), input_formats=["%H:%M", "%H.%M"])
    end = forms.TimeField(label=_("Till"), input_formats=["%H:%M", "%H.%M"])

    def __init__(self, *args: Any, members: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.fields["person"]
        if isinstance(person, forms.ChoiceField):
            person.choices = [(str(member.id), member.name) for member in members]


class StartForm(forms.Form):
    """From which day on imported mail awaits an answer."""

    since = forms.DateField(
        label=_("Mejl som kom den här dagen eller senare"), input_formats=["%Y-%m-%d"], help_text=_("åååå-mm-dd"),
        widget=forms.DateInput(attrs={"class": "kp-w-date"}, format="%Y-%m-%d"),
    )  # fmt: skip


class DigestForm(forms.Form):
    """The times of the day for digests."""

    times = forms.CharField(
        label=_("Klockslag"), required=False, max_length=60,
        help_text=_("Som 08:00, 13:00. Tomt: inga sammandrag. Försenade svar hör du om ändå, på arbetstid."),
    )  # fmt: skip

    def chosen(self) -> list[str]:
        """The times as they were typed, one by one."""
        return [one.strip().replace(".", ":") for one in self.cleaned_data["times"].split(",") if one.strip()]
