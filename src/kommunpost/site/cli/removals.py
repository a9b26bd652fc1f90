"""``kommunpost removals``: what is being removed as secret: ``list``, ``show`` one, ``resume`` one now.

JSON, one object a line. Nothing of what a mail said is told: ids, digests, places and moments. To begin, print,
register and order is done on screen, where a person sees what they decide.
"""

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime

from kommunpost.apps.directory.rules import Actor, NotAllowed
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.actions import removing
from kommunpost.apps.register.kinds import RemovalState
from kommunpost.apps.register.queries.removals import RemovalPage, StepLine, list_removals, removal_page
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.site.cli.errors import CommandError
from kommunpost.site.cli.register import acting, write_row
from kommunpost.site.places import PLACES

_SHOWN = (
    "id", "state", "committee", "designation", "raw_digest", "raw_size", "print_digest", "decision", "began_at",
    "began_by", "printed_at", "printed_by", "registered_at", "ordered_at", "ordered_by", "done_at", "backups_until",
    "next_try_at", "trouble", "in_exchange",
)  # fmt: skip
_STEP = ("turn", "title", "state", "what", "digests", "left", "removed_at", "proven_at", "settled_by", "trouble")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    listed = verbs.add_parser("list", help="all that the account may see, the newest first")
    shown = verbs.add_parser("show", help="one, with what was removed where and when it was looked at anew")
    resumed = verbs.add_parser("resume", help="go on with one now; exit 1 while something is left")
    for one in (shown, resumed):
        one.add_argument("removal", type=int, metavar="NUMBER", help="the number that list gives")
    for one in (listed, shown, resumed):
        one.add_argument("--as", dest="account", required=True, metavar="ADDRESS", help="the account that acts")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; 1 while something is left; 2 with one line on stderr when it is refused."""
    actor = acting(arguments.account)
    try:
        if arguments.verb == "list":
            return _list(actor)
        return _resume(actor, arguments.removal) if arguments.verb == "resume" else _show(actor, arguments.removal)
    except NotVisible:
        raise CommandError("there is no such thing, or the account may not see it.") from None
    except (RegisterRefused, NotAllowed) as refusal:
        raise CommandError(f"refused: {refusal.code}. Nothing was changed.") from refusal


def _list(actor: Actor) -> int:
    for row in list_removals(actor):
        write_row({name: value for name, value in asdict(row).items() if name != "state_words"})
    return 0


def _show(actor: Actor, removal_id: int) -> int:
    write_row(_page(removal_page(actor, removal_id, places=PLACES, now=datetime.now(UTC))))
    return 0


def _resume(actor: Actor, removal_id: int) -> int:
    state = removing.resume(actor=actor, removal_id=removal_id, places=PLACES, clock=lambda: datetime.now(UTC))
    page = removal_page(actor, removal_id, places=PLACES, now=datetime.now(UTC))
    left = [_step(one) for one in page.steps if one.proven_at is None]
    write_row({"id": removal_id, "state": state, "trouble": page.trouble, "left": left})
    return 0 if state == RemovalState.DONE else 1


def _page(page: RemovalPage) -> Mapping[str, object]:
    return {name: getattr(page, name) for name in _SHOWN} | {"places": [_step(one) for one in page.steps]}


def _step(step: StepLine) -> Mapping[str, object]:
    return {name: getattr(step, name) for name in _STEP}
