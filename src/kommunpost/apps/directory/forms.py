"""Forms of the directory. They check what can be written; the actions decide what may be."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kommunpost.apps.directory.models import Committee, MailboxKind, Person, Unit
from kommunpost.apps.directory.rules import ROLE_TEXTS


class PersonField(forms.CharField):
    """Somebody by address, or by a name that only one has: a list of thousands would not do."""

    def clean(self, value: Any) -> int | None:
        words = super().clean(value)
        if not words:
            return None
        named = Person.objects.filter(Q(address=words.lower()) | Q(name__iexact=words), is_active=True)
        found = list(named.values_list("pk", flat=True)[:2])
        if len(found) == 1:
            return int(found[0])
        if found:
            raise forms.ValidationError(_("Flera heter så. Skriv e-postadressen i stället."))
        raise forms.ValidationError(_("Ingen i katalogen heter så. Kontrollera stavningen, eller lägg till personen."))


class ChosenField(forms.TypedChoiceField):
    """A unit or a committee by id; what is closed can only stay chosen, not be chosen anew."""

    def __init__(self, *, of: type[Unit] | type[Committee], **more: Any) -> None:
        super().__init__(coerce=int, empty_value=None, **more)
        self.of = of

    def offer(self, chosen: int | None) -> None:
        rows = self.of.objects.filter(Q(is_active=True) | Q(pk=chosen)).order_by("name")
        self.choices = [("", "–"), *((row.pk, row.name) for row in rows)]


class EntryForm(forms.Form):
    """``seen`` is the stamp of what was shown, so that nobody writes over what they have not seen."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, ChosenField):
                field.offer(self.initial.get(name))


class PersonForm(EntryForm):
    name = forms.CharField(label=gettext_lazy("Namn"), max_length=200)
    title = forms.CharField(label=gettext_lazy("Titel"), max_length=200, required=False)
    phone = forms.CharField(label=gettext_lazy("Telefon"), max_length=40, required=False)
    unit_id = ChosenField(of=Unit, label=gettext_lazy("Enhet"), required=False)
    committee_id = ChosenField(of=Committee, label=gettext_lazy("Förtroendevald i"), required=False)


class UnitForm(EntryForm):
    name = forms.CharField(label=gettext_lazy("Namn"), max_length=200)
    committee_id = ChosenField(of=Committee, label=gettext_lazy("Nämnd"))
    parent_id = ChosenField(of=Unit, label=gettext_lazy("Del av"), required=False)
    manager_id = PersonField(
        label=gettext_lazy("Chef"), help_text=gettext_lazy("Namn eller e-postadress."), required=False
    )
    phone = forms.CharField(label=gettext_lazy("Telefon"), max_length=40, required=False)
    phone_hours = forms.CharField(
        label=gettext_lazy("Telefontid"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Som mån–fre 09.00–12.00. Den står i signaturen, och bemanningen räknas efter den."),
    )
    handles = forms.CharField(label=gettext_lazy("Sköter"), max_length=5000, required=False)
    secrecy_by_default = forms.BooleanField(label=gettext_lazy("Sekretess som utgångsläge"), required=False)


class MailboxForm(EntryForm):
    name = forms.CharField(label=gettext_lazy("Namn"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Slag"), choices=MailboxKind.choices)
    unit_id = ChosenField(of=Unit, label=gettext_lazy("Enhet"), required=False)
    owner_id = PersonField(
        label=gettext_lazy("Svarar för den"), help_text=gettext_lazy("Namn eller e-postadress."), required=False
    )


class GroupForm(EntryForm):
    name = forms.CharField(label=gettext_lazy("Namn"), max_length=200)


class CommitteeForm(EntryForm):
    name = forms.CharField(label=gettext_lazy("Namn"), max_length=200)


class MemberForm(forms.Form):
    person = PersonField(label=gettext_lazy("Person"), help_text=gettext_lazy("Namn eller e-postadress."))


class RoleForm(EntryForm):
    role = forms.ChoiceField(
        label=gettext_lazy("Roll"), choices=[(str(role), text.name) for role, text in ROLE_TEXTS.items()]
    )
    unit_id = ChosenField(
        of=Unit,
        label=gettext_lazy("Enhet"),
        help_text=gettext_lazy("Utan enhet gäller rollen hela kommunen."),
        required=False,
    )
