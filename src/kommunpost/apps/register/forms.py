"""Forms of the register. They check what can be written; the actions decide what may be."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kommunpost.apps.directory.forms import PersonField
from kommunpost.apps.directory.models import Committee
from kommunpost.apps.register.kinds import EntryDirection, NoteKind, PartyRole, Secrecy
from kommunpost.apps.register.rules.entries import EntryFacts
from kommunpost.apps.register.rules.prefill import DOCUMENT_TYPES
from kommunpost.core.law import NoSuchEntry, provision

MOMENT = "%Y-%m-%d %H.%M"
LONGEST = 300
NEW_CASE, OTHER_CASE, NO_CASE = "new", "other", "none"
_PROVISION = re.compile(r"(?:OSL\s*)?(\d{1,2}:\d{1,2}(?:\s[a-z]\b)?(?:\sst\d)?(?:\sp\d{1,2})?)", re.IGNORECASE)
Choice = tuple[str, str]


class MomentField(forms.DateTimeField):
    """A moment as ``åååå-mm-dd tt.mm`` by the local clock; a day alone is its midnight."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            input_formats=[MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%d"],
            widget=forms.DateTimeInput(attrs={"autocomplete": "off"}, format=MOMENT),
            error_messages={
                "invalid": gettext_lazy("Skriv tiden som åååå-mm-dd tt.mm, till exempel 2026-11-18 10.02.")
            },
            **more,
        )


class DayField(forms.DateField):
    """A day as ``åååå-mm-dd``, in a text field."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            required=False,
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(
                attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "åååå-mm-dd"}, format="%Y-%m-%d"
            ),
            error_messages={"invalid": gettext_lazy("Skriv datumet som åååå-mm-dd, till exempel 2026-11-23.")},
            **more,
        )


class ProvisionsField(forms.CharField):
    """Provisions of OSL, parted by commas: ``OSL 26:1, 21:7``. Gives a tuple of ids of the law data."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, max_length=200, **more)

    def clean(self, value: Any) -> tuple[str, ...]:
        found = []
        for part in filter(None, (one.strip() for one in (super().clean(value) or "").split(","))):
            match = _PROVISION.fullmatch(part)
            name = f"OSL {match[1]}" if match else ""
            try:
                found.append(provision(name).id)
            except NoSuchEntry as absent:
                raise forms.ValidationError(
                    _("%(part)s finns inte bland lagrummen. Skriv det som OSL 26:1.") % {"part": part}
                ) from absent
        return tuple(dict.fromkeys(found))


class EntryForm(forms.Form):
    """The facts of an entry (OSL 5:2), and what everybody sees of them."""

    direction = forms.ChoiceField(label=gettext_lazy("Riktning"), choices=EntryDirection.choices)
    dated_at = MomentField(label=gettext_lazy("Kom in, skickades eller upprättades"))
    document_type = forms.ChoiceField(
        label=gettext_lazy("Handlingstyp"), required=False, choices=[("", "–"), *((one, one) for one in DOCUMENT_TYPES)]
    )
    counterpart = forms.CharField(label=gettext_lazy("Avsändare eller mottagare"), required=False, max_length=LONGEST)
    title = forms.CharField(label=gettext_lazy("Vad handlingen gäller"), max_length=LONGEST)
    public_title = forms.CharField(
        label=gettext_lazy("Offentlig text"),
        required=False,
        max_length=LONGEST,
        help_text=gettext_lazy(
            "Visas i det öppna diariet. Skriv inget känsligt. Lämna tomt för att utelämna (OSL 5:2)."
        ),
    )
    public_counterpart = forms.CharField(
        label=gettext_lazy("Offentlig avsändare eller mottagare"),
        required=False,
        max_length=LONGEST,
        help_text=gettext_lazy("Lämna tomt för privatpersoner."),
    )
    secrecy = forms.ChoiceField(
        label=gettext_lazy("Sekretess"), choices=Secrecy.choices, widget=forms.RadioSelect, initial=Secrecy.NONE
    )
    provisions = ProvisionsField(
        label=gettext_lazy("Lagrum"), help_text=gettext_lazy("Till exempel OSL 26:1. Flera skiljs åt med komma.")
    )
    handler = PersonField(label=gettext_lazy("Handläggare"), required=False, max_length=254)

    def facts(self) -> EntryFacts:
        """What was written, of a form that is valid."""
        asked = self.cleaned_data
        names = ("direction", "counterpart", "title", "public_title", "public_counterpart", "document_type", "secrecy")
        return EntryFacts(
            dated_at=asked["dated_at"], handler_id=asked["handler"], **{name: asked[name] for name in names}
        )


class RegisterForm(EntryForm):
    """Registration: the entry, its case, which files go along, and which mails of the thread."""

    case = forms.ChoiceField(label=gettext_lazy("Ärende"), widget=forms.RadioSelect)
    case_number = forms.CharField(label=gettext_lazy("Ärendets nummer"), required=False, max_length=60)
    case_title = forms.CharField(label=gettext_lazy("Det nya ärendets rubrik"), required=False, max_length=LONGEST)
    committee = forms.ChoiceField(label=gettext_lazy("Nämnd"), required=False)
    kept_files = forms.MultipleChoiceField(
        label=gettext_lazy("Bilagor som följer med"), required=False, widget=forms.CheckboxSelectMultiple
    )
    siblings = forms.MultipleChoiceField(
        label=gettext_lazy("Registrera också från samma tråd"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        cases: Sequence[Choice] = (),
        files: Sequence[Choice] = (),
        siblings: Sequence[Choice] = (),
        needs_committee: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer("case", [
            *cases, (NEW_CASE, _("Nytt ärende")), (OTHER_CASE, _("Annat ärende, skriv numret")),
            (NO_CASE, _("Utan ärende, eget nummer")),
        ])  # fmt: skip
        self._offer("kept_files", files)
        self._offer("siblings", siblings)
        if needs_committee:
            self._offer("committee", [(str(pk), name) for pk, name in _committees()])
        else:
            del self.fields["committee"]

    def _offer(self, name: str, choices: Sequence[Choice]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker; declared above
        field.choices = list(choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("case") == OTHER_CASE and not cleaned.get("case_number"):
            self.add_error("case_number", _("Skriv ärendets nummer."))
        return cleaned


class PrintedForm(forms.Form):
    """The printout lies in the file, and each attachment too: a box for each, so that none is forgotten."""

    readable = forms.BooleanField(label=gettext_lazy("Utskriften ligger i akten på papper och går att läsa"))

    def __init__(self, *args: Any, files: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in files:
            label = _("Bilaga %(number)d ligger i akten") % {"number": place}
            self.fields[f"file_{place}"] = forms.BooleanField(label=label)


class SecretEntryForm(forms.Form):
    """An entry for something secret: as little as OSL 5:2 asks for, in neutral words."""

    title = forms.CharField(
        label=gettext_lazy("Vad handlingen gäller"),
        max_length=LONGEST,
        help_text=gettext_lazy("Skriv neutralt. Texten får inte röja vad mejlet säger, och inte heller dess ämne."),
    )
    document_type = forms.ChoiceField(
        label=gettext_lazy("Handlingstyp"), required=False, choices=[("", "–"), *((one, one) for one in DOCUMENT_TYPES)]
    )
    counterpart = forms.CharField(label=gettext_lazy("Avsändare eller mottagare"), required=False, max_length=LONGEST)
    public_title = forms.CharField(
        label=gettext_lazy("Offentlig text"),
        required=False,
        max_length=LONGEST,
        help_text=gettext_lazy("Lämna tomt för att utelämna uppgiften (OSL 5:2)."),
    )
    secrecy = forms.ChoiceField(
        label=gettext_lazy("Sekretess"),
        choices=[one for one in Secrecy.choices if one[0] != Secrecy.NONE],
        widget=forms.RadioSelect,
    )
    provisions = ProvisionsField(
        label=gettext_lazy("Lagrum"), help_text=gettext_lazy("Till exempel OSL 26:1. Flera skiljs åt med komma.")
    )
    case_number = forms.CharField(
        label=gettext_lazy("Ärendets nummer"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Lämna tomt om handlingen ska ha ett eget nummer."),
    )

    def __init__(self, *args: Any, is_registered: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_registered:
            # It stands in the diary already: there is nothing to fill in.
            self.fields.clear()


class OrderForm(forms.Form):
    """The removal is ordered: on whose decision, and that one knows what it means."""

    decision = forms.CharField(
        label=gettext_lazy("Kommunens beslut om gallring"),
        max_length=200,
        help_text=gettext_lazy(
            "Det beslut som säger att mejlet får tas bort när det finns på papper, till exempel KS 2026/12 § 45."
        ),
    )
    understood = forms.BooleanField(label=gettext_lazy("Jag vet att det inte går att ångra"))


class CorrectForm(EntryForm):
    """An entry anew, with the reason for it."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = forms.CharField(
        label=gettext_lazy("Varför ändrar du?"), max_length=LONGEST, help_text=gettext_lazy("Syns i historiken.")
    )


class ReasonForm(forms.Form):
    """Why something is taken back."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    reason = forms.CharField(label=gettext_lazy("Varför?"), max_length=LONGEST)


class NotRegisterForm(forms.Form):
    """Why a record is not registered."""

    why = forms.ChoiceField(label=gettext_lazy("Varför registreras den inte?"), widget=forms.RadioSelect)
    reference = forms.CharField(
        label=gettext_lazy("Var den finns"),
        required=False,
        max_length=80,
        help_text=gettext_lazy(
            "Diarienummer eller akt, när den redan är registrerad eller ligger i en personakt. Ärendets nummer, när "
            "det är arbetsmaterial i ett ärende: då frågar vi vad som ska hända med det när ärendet avslutas."
        ),
    )
    reason = forms.CharField(label=gettext_lazy("Kommentar"), required=False, max_length=LONGEST)

    def __init__(self, *args: Any, choices: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["why"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker; declared above
        field.choices = list(choices)


class QuestionForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Din fråga"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))


class AnswerForm(forms.Form):
    """An answer; with a title and a text it becomes guidance too."""

    text = forms.CharField(label=gettext_lazy("Ditt svar"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    guidance_title = forms.CharField(
        label=gettext_lazy("Spara som vägledning: rubrik"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Visas nästa gång ett liknande mejl kommer. Lämna tomt om svaret bara gäller det här."),
    )
    guidance_text = forms.CharField(
        label=gettext_lazy("Vägledningens text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Skriv allmänt, utan namn."),
    )


class DiaryForm(forms.Form):
    """Which entries to show."""

    committee = forms.ChoiceField(label=gettext_lazy("Nämnd"), required=False)
    direction = forms.ChoiceField(
        label=gettext_lazy("Riktning"), required=False, choices=[("", gettext_lazy("Alla")), *EntryDirection.choices]
    )
    first = DayField(label=gettext_lazy("Från"))
    last = DayField(label=gettext_lazy("Till"))
    text = forms.CharField(
        label=gettext_lazy("Nummer, rubrik eller avsändare innehåller"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, committees: Sequence[Choice] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["committee"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker; declared above
        offered = [(str(pk), name) for pk, name in _committees()] if committees is None else list(committees)
        field.choices = [("", _("Alla nämnder")), *offered]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("Till-datum ligger före från-datum."))
        return cleaned


class CaseForm(forms.Form):
    """A case: what it is about, for those inside and for everybody."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    committee = forms.ChoiceField(label=gettext_lazy("Nämnd"))
    title = forms.CharField(label=gettext_lazy("Rubrik"), max_length=LONGEST)
    public_title = forms.CharField(
        label=gettext_lazy("Offentlig rubrik"),
        required=False,
        max_length=LONGEST,
        help_text=gettext_lazy(
            "Visas i det öppna diariet. Skriv inget känsligt. Lämna tomt för att utelämna (OSL 5:2)."
        ),
    )
    secrecy = forms.ChoiceField(
        label=gettext_lazy("Sekretess"), choices=Secrecy.choices, widget=forms.RadioSelect, initial=Secrecy.NONE
    )
    handler = PersonField(label=gettext_lazy("Handläggare"), required=False, max_length=254)

    def __init__(self, *args: Any, committees: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not committees:
            del self.fields["committee"]
            return
        field = self.fields["committee"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker; declared above
        field.choices = [(str(pk), name) for pk, name in committees]


class PartyForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Namn"), max_length=LONGEST)
    role = forms.ChoiceField(label=gettext_lazy("Roll"), choices=PartyRole.choices)


class NoteForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Slag"), choices=NoteKind.choices)
    text = forms.CharField(label=gettext_lazy("Anteckning"), widget=forms.Textarea(attrs={"rows": 4}))


class SettingsForm(forms.Form):
    number_format = forms.CharField(
        label=gettext_lazy("Numrens format"),
        max_length=60,
        help_text=gettext_lazy("Delar: {nämnd}, {år} eller {år2}, {nr} eller {nr:5}. Gamla nummer ändras inte."),
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("Diariet är öppet på webben"),
        required=False,
        help_text=gettext_lazy("Alla kan då söka i det. Bara offentliga texter visas."),
    )


class CollectionForm(forms.Form):
    committee = forms.ChoiceField(label=gettext_lazy("Nämnd"))
    name = forms.CharField(label=gettext_lazy("Samlingens namn"), max_length=120)
    sorted_by = forms.CharField(
        label=gettext_lazy("Hur den är ordnad"),
        max_length=200,
        help_text=gettext_lazy("Så att det är lätt att se vad som har kommit in, till exempel efter datum."),
    )
    responsible = PersonField(label=gettext_lazy("Ansvarig"), max_length=254)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["committee"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker; declared above
        field.choices = [(str(pk), name) for pk, name in _committees()]


def moment_text(moment: datetime) -> str:
    """A moment as the form shows it."""
    return f"{timezone.localtime(moment):{MOMENT}}"


def day_text(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def _committees() -> list[tuple[int, str]]:
    return list(Committee.objects.filter(is_active=True).order_by("name").values_list("pk", "name"))
