"""Tables of who may read and post what: the same set-up for whoever is let in and whoever is turned away.

A row of a table is an address. Every reader meets every row, first by GET and then by POST, each in a transaction that
is rolled back, so that the last reader finds what the first one found.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver
from tests import factories

from kommunpost.apps.directory.models import Account, Mailbox, Membership, Person
from kommunpost.apps.directory.rules import Role

Who = tuple[Role, bool]
"""A role, and whether its holder is a member of the mailbox that the table is about."""
Audience = frozenset[Who]

INSIDE: Mapping[Role, Who] = {role: (role, True) for role in Role}
OUTSIDE: Mapping[Role, Who] = {role: (role, False) for role in Role}
ALL: Audience = frozenset([*INSIDE.values(), *OUTSIDE.values()])
NOBODY: Audience = frozenset()
# Whoever has mail of their own; administrators and auditors have none, whatever mailbox they are members of.
MAIL_ROLES = frozenset(Role) - {Role.ADMIN, Role.AUDITOR}
MAIL: Audience = frozenset(who for who in ALL if who[0] in MAIL_ROLES)
MEMBERS: Audience = frozenset(INSIDE[role] for role in MAIL_ROLES)
# Registrars and lawyers read the mail of all mailboxes.
READERS: Audience = MEMBERS | {OUTSIDE[Role.REGISTRAR], OUTSIDE[Role.LAWYER]}

# Reading leaves these traces; they are no change to anything that the address is about.
_TRACES = ("django_session", "audit_", "inbox_presence")
_WRITES = ("INSERT INTO", "UPDATE", "DELETE FROM")


def having(*roles: Role) -> Audience:
    """Whoever holds one of ``roles``, members and others alike."""
    return frozenset(who for who in ALL if who[0] in roles)


@dataclass(frozen=True)
class Row:
    """Who is let in by GET, and by POST of ``data``. Left out: the address does not know that method.

    ``changes``: the post leaves something behind when it is let in. What is refused never does.
    """

    name: str
    args: tuple[Any, ...] = ()
    get: Audience | None = None
    post: Audience | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    changes: bool = True


def accounts(mailbox: Mailbox) -> dict[Who, Account]:
    """Sixteen people: each role, once as a member of ``mailbox`` and once as a stranger to it."""
    made = {}
    for role, is_member in sorted(ALL):
        where = "Innan" if is_member else "Utan"
        person = Person.objects.create(name=f"{role.title()} {where}", address=f"{role}.{where.lower()}@kommun.example")
        if is_member:
            Membership.objects.create(mailbox=mailbox, person=person)
        made[role, is_member] = factories.account(person, role)
    return made


def client_of(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@contextmanager
def undone() -> Iterator[set[str]]:
    """What is done inside is undone; gives the tables that it wrote to, traces of reading left out."""
    written: set[str] = set()

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        start = next((word for word in _WRITES if sql.lstrip().startswith(word)), "")
        table = sql.lstrip()[len(start) :].split()[0].strip('"') if start else ""
        # A guarded UPDATE that hits nothing changes nothing. SQLite counts no rows of an INSERT that returns its key.
        has_hit = start == "INSERT INTO" or context["cursor"].rowcount > 0
        if table and not table.startswith(_TRACES) and has_hit:
            written.add(table)
        return result

    with transaction.atomic():
        with connection.execute_wrapper(note):
            yield written
        transaction.set_rollback(True)


def faults(rows: Mapping[str, Row], urls: Mapping[str, str], who: Who, account: Account) -> dict[str, str]:
    """Every row that treats ``who`` otherwise than the table says, with what it did."""
    client, found = client_of(account), {}
    key = client.cookies.output()
    for title, row in rows.items():
        if client.cookies.output() != key:
            # Signing out is undone like all else.
            client = client_of(account)
            key = client.cookies.output()
        with undone():
            said = _read_fault(client.get(urls[title]), row, who)
        if said:
            found[f"GET {title}"] = said
        with undone() as written:
            answer = client.post(urls[title], row.data)
            tables = set(written)
        said = _post_fault(answer, row, who, tables)
        if said:
            found[f"POST {title}"] = said
    return found


def _read_fault(answer: HttpResponse, row: Row, who: Who) -> str:
    if row.get is None:
        return "" if answer.status_code in {403, 404, 405} else f"is read: {answer.status_code}"
    is_let_in = answer.status_code in {200, 302}
    if is_let_in == (who in row.get) and answer.status_code in {200, 302, 403, 404}:
        return ""
    return f"{answer.status_code}, and should be {'let in' if who in row.get else 'refused'}"


def _post_fault(answer: HttpResponse, row: Row, who: Who, written: set[str]) -> str:
    if row.post is None:
        return "" if answer.status_code in {403, 404, 405} and not written else f"is taken: {answer.status_code}"
    if who in row.post:
        is_done = answer.status_code in {200, 302} if row.changes else answer.status_code in {200, 302, 422}
        if not is_done or (row.changes and not written):
            return f"{answer.status_code}, wrote {sorted(written)}, and should be let in"
        return ""
    if answer.status_code in {403, 404} or (row.changes and not written and answer.status_code < 500):
        return ""
    return f"{answer.status_code}, wrote {sorted(written)}, and should be refused"


def names_in(patterns: list[URLPattern | URLResolver]) -> set[str]:
    """The names of all addresses, those of a namespace as ``space:name``."""
    found: set[str] = set()
    for one in patterns:
        if isinstance(one, URLResolver):
            space = f"{one.namespace}:" if one.namespace else ""
            found |= {space + name for name in names_in(one.url_patterns)}
        else:
            found.add(str(one.name))
    return found
