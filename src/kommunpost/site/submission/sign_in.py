"""Who may submit: people of ours with their account, or a mail server with an API client's token."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import authenticate

from kommunpost.apps.directory.models import Account, Mailbox
from kommunpost.apps.directory.queries import actor_for
from kommunpost.site.api.clients import client_of
from kommunpost.site.api.models import ApiScope
from kommunpost.site.second_factor import is_enrolled
from kommunpost.site.tries import TooManyTriesError, count_try, forget


@dataclass(frozen=True, slots=True)
class Writer:
    """``addresses`` that mail may come from; None for a server that may send for everybody of ours."""

    name: str
    addresses: frozenset[str] | None

    def may_send_as(self, address: str) -> bool:
        return self.addresses is None or address.lower() in self.addresses


def writer_of(*, user: str, password: str, client: str, now: datetime) -> Writer | None:
    """Who signs in with these; None for nobody. Tries are counted like those of the web.

    A token counts as the password of any user. An account with a second step cannot sign in here: a mail program can
    not ask for the code, and the password alone must not open what it protects.
    """
    program = client_of(password)
    if program is not None:
        return Writer(program.name, None) if ApiScope.SUBMISSION in program.scopes else None
    try:
        counted = count_try(kind="submission", target=user.lower(), client=client, now=now)
    except TooManyTriesError:
        return None
    account = authenticate(username=user.lower(), password=password)
    if not isinstance(account, Account) or is_enrolled(account.pk):
        return None
    forget(counted)
    return Writer(account.address, _addresses(account))


def _addresses(account: Account) -> frozenset[str]:
    actor = actor_for(account.pk)
    boxes = Mailbox.objects.filter(pk__in=actor.mailbox_ids, is_active=True)
    return frozenset({account.address.lower(), *boxes.values_list("address", flat=True)})
