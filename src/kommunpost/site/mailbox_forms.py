"""Forms of the page of connected mailboxes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.mailflow.actions.connections import Reach
from kommunpost.apps.mailflow.models import ConnectionKind, Security
from kommunpost.apps.mailflow.queries.connections import ConnectionRow
from kommunpost.site.sealing import seal

_KEEP = _("Lämna tomt för att behålla det som gäller.")


class _ReachForm(forms.Form):
    """What both kinds have: which mailbox, the secret, and where mail is moved to."""

    kind: ConnectionKind
    mailbox = forms.ChoiceField(label=_("Brevlåda"), help_text=_("Adressen ur katalogen."))
    move_to = forms.CharField(
        label=_("Flytta intagen post till mappen"), required=False, max_length=200,
        help_text=_("Tomt: posten ligger kvar där den är. Utkast läses aldrig."),
    )  # fmt: skip

    def __init__(self, *args: Any, boxes: Sequence[tuple[int, str]], row: ConnectionRow | None = None, **more: Any):
        super().__init__(*args, **more)
        self.order_fields([name for name in self.fields if name != "move_to"])
        mailbox, secret = self.fields["mailbox"], self.fields["secret"]
        if isinstance(mailbox, forms.ChoiceField):
            mailbox.choices = [(str(pk), address) for pk, address in boxes]
        if row is not None:
            del self.fields["mailbox"]
            secret.required, secret.help_text = False, _KEEP

    def reach(self) -> Reach:
        """What was typed, the secret sealed."""
        told = {name: value for name, value in self.cleaned_data.items() if name not in {"mailbox", "secret"}}
        if "security" in told:
            told["security"] = Security(told["security"])
        secret = self.cleaned_data["secret"]
        return Reach(kind=self.kind, sealed=seal(secret) if secret else "", **told)


class ImapForm(_ReachForm):
    """A mailbox over IMAP."""

    kind = ConnectionKind.IMAP
    host = forms.CharField(label=_("Server"), max_length=253, help_text=_("Som imap.kommunen.example."))
    port = forms.IntegerField(
        label=_("Port"), min_value=1, max_value=65535, initial=993, help_text=_("993 för TLS, 143 för STARTTLS.")
    )
    security = forms.ChoiceField(label=_("Kryptering"), choices=Security.choices, initial=Security.TLS)
    login = forms.CharField(label=_("Användarnamn"), max_length=320)
    secret = forms.CharField(
        label=_("Lösenord"), max_length=1000, strip=False, help_text=_("Sparas förseglat och visas aldrig igen."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    stores_sent = forms.BooleanField(
        label=_("Lägg det vi skickar i mappen Skickat"), required=False, initial=True,
        help_text=_("Ett exemplar, även om e-postsystemet redan har lagt ett där."),
    )  # fmt: skip


class GraphForm(_ReachForm):
    """A mailbox over Microsoft Graph."""

    kind = ConnectionKind.GRAPH
    tenant = forms.CharField(label=_("Klientorganisationens id"), max_length=253)
    login = forms.CharField(label=_("Program-id"), max_length=320, help_text=_("Programmets id i Entra."))
    secret = forms.CharField(
        label=_("Klienthemlighet"), max_length=1000, strip=False,
        help_text=_("Sparas förseglat och visas aldrig igen."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    stores_sent = forms.BooleanField(
        label=_("Lägg det vi skickar i mappen Skickat"), required=False, initial=True,
        help_text=_("Programmet behöver behörigheten Mail.ReadWrite. Mejl som är större än 3 MB får ingen kopia."),
    )  # fmt: skip


FORMS: dict[str, type[_ReachForm]] = {"imap": ImapForm, "graph": GraphForm}
