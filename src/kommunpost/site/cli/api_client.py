"""``kommunpost api-client``: makes, lists and revokes the tokens of programs that call the HTTP API.

A token is told once, when it is made. Each change is in the audit trail.
"""

import argparse
import json
from datetime import UTC, datetime

from kommunpost.site.api.clients import ClientRefused, list_clients, make_client, revoke_client
from kommunpost.site.api.models import ApiScope
from kommunpost.site.cli.errors import CommandError

_BY = "system:cli"
_SAYS = {
    "name_missing": "give the client a name of at most 100 characters.",
    "name_taken": "there is a client of that name already. Choose another; revoked ones keep theirs.",
    "scope_unknown": f"give --scope, one or several of: {', '.join(ApiScope.values)}.",
    "no_such_client": "there is no such client. kommunpost api-client list shows them.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    make = verbs.add_parser("make", help="make a client and print its token, once")
    make.add_argument("name", help="what the program is called, as in Outlook")
    make.add_argument("--scope", action="append", default=[], metavar="SCOPE", help="what it may ask for: advice")
    revoke = verbs.add_parser("revoke", help="close a client; its token opens nothing any more")
    revoke.add_argument("id", type=int, help="the number that list shows")
    verbs.add_parser("list", help="print all clients, one a line")


def run(arguments: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    try:
        if arguments.verb == "make":
            print(make_client(name=arguments.name, scopes=arguments.scope, by=_BY, now=now))
        elif arguments.verb == "revoke":
            revoke_client(client_id=arguments.id, by=_BY, now=now)
        else:
            _print_list()
    except ClientRefused as refusal:
        raise CommandError(_SAYS[refusal.code]) from refusal
    return 0


def _print_list() -> None:
    for one in list_clients():
        revoked = one.revoked_at.isoformat() if one.revoked_at else None
        row = {"id": one.id, "name": one.name, "scopes": one.scopes, "made_at": one.made_at.isoformat()}
        print(json.dumps({**row, "revoked_at": revoked}, ensure_ascii=False))
