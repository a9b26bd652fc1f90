"""``kommunpost register``: the queue and the diary for scripts. JSON lines out; an account acts, with what it may."""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from pathlib import Path

from tqdm import tqdm

from kommunpost.apps.directory.models import Account, Committee
from kommunpost.apps.directory.queries import NoSuchEntry, actor_for
from kommunpost.apps.directory.rules import Actor, NotAllowed, Permission, check_may
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register import actions
from kommunpost.apps.register.actions import NewCase
from kommunpost.apps.register.actions.handing_over.settling import retry, retry_all
from kommunpost.apps.register.actions.packaging import export_package
from kommunpost.apps.register.kinds import Exemption, Ground, PackageStandard
from kommunpost.apps.register.models import CaseFile, RegisterEntry
from kommunpost.apps.register.queries.entries import get_entry
from kommunpost.apps.register.queries.handovers import GROUPS, NEEDS, list_handovers
from kommunpost.apps.register.queries.queue import QueueRow, queue_page
from kommunpost.apps.register.queries.records import prefill_of_sibling
from kommunpost.apps.register.queries.scope import get_visible_record
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.core.swedish.working_days import STOCKHOLM
from kommunpost.site.cli.errors import CommandError
from kommunpost.site.subscriptions import DELIVERY_LISTENERS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    waiting = verbs.add_parser("list", help="what waits to be registered, the latest day first")
    waiting.add_argument("--late", action="store_true", help="only what has passed its last day")
    enter = verbs.add_parser("register", help="register records, filled in from the mail")
    enter.add_argument("record", type=int, nargs="+", metavar="RECORD", help="the number that list gives")
    enter.add_argument("--case", default="", metavar="NUMBER", help="in this case; else each under a number of its own")
    enter.add_argument("--new-case", default="", metavar="TITLE", help="in a new case with this title")
    enter.add_argument("--committee", default="", metavar="CODE", help="for mail that no mailbox answers for")
    exempt = verbs.add_parser("exempt", help="say why a record is not registered")
    exempt.add_argument("record", type=int, metavar="RECORD")
    exempt.add_argument("--ground", required=True, choices=[*Exemption.values, *Ground.values])
    exempt.add_argument("--reference", default="", metavar="WHERE", help="where it is instead")
    exempt.add_argument("--reason", default="", metavar="WORDS")
    settle = verbs.add_parser("settle", help="exempt what came before a day and is registered elsewhere already")
    settle.add_argument("--before", required=True, type=date.fromisoformat, metavar="DAY", help="as in 2026-11-01")
    settle.add_argument("--reference", required=True, metavar="WHERE", help="where it is registered")
    show = verbs.add_parser("show", help="one entry, with files, markings and corrections")
    show.add_argument("designation", metavar="NUMBER", help="as in SBN/2026:00934-3")
    out = verbs.add_parser("export-package", help="closed cases as FGS Ärendehantering in an E-ARK SIP")
    out.add_argument("case", nargs="+", metavar="NUMBER", help="as in SBN/2026:00934; all of one committee")
    out.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help=".zip, .tar, or a new folder")
    out.add_argument(
        "--standard",
        choices=PackageStandard.values,
        default=PackageStandard.FGS2.value,
        help="fgs2: FGS Ärendehantering 2.0 (ERMS); fgs1: 1.0, for archives that do not take 2.0 yet",
    )
    back = verbs.add_parser("import-package", help="brings cases back from a package that Kommunpost made")
    back.add_argument("path", type=Path, metavar="FILE", help=".zip, .tar or a folder")
    handed = verbs.add_parser("handovers", help="entries on their way to case systems")
    handed.add_argument("--group", default=NEEDS, choices=list(GROUPS), help="atgard: those that need a person")
    again = verbs.add_parser("retry-handover", help="try handovers again")
    again.add_argument("handover", type=int, nargs="*", metavar="HANDOVER", help="the number that handovers gives")
    again.add_argument("--all", action="store_true", help="all that were given up or refused")
    for one in (waiting, enter, exempt, settle, show, out, back, handed, again):
        one.add_argument("--as", dest="account", required=True, metavar="ADDRESS", help="the account that acts")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; 2 with one line on stderr when it is refused."""
    verbs = {"list": _list, "register": _register, "exempt": _exempt, "settle": _settle, "show": _show,
             "export-package": _export_package, "import-package": _import_package,
             "handovers": _handovers, "retry-handover": _retry_handover}  # fmt: skip
    try:
        verbs[arguments.verb](acting(arguments.account), arguments, datetime.now(UTC))
    except NotVisible:
        raise CommandError("there is no such thing, or the account may not see it.") from None
    except (RegisterRefused, NotAllowed) as refusal:
        raise CommandError(f"refused: {refusal.code}. Nothing was changed.") from refusal
    return 0


def _list(actor: Actor, arguments: argparse.Namespace, now: datetime) -> None:
    after = ""
    while True:
        page = queue_page(actor, after=after, now=now)
        for row in (row for group in page.groups for row in group.rows):
            if row.clock.when == "late" or not arguments.late:
                write_row(_row(row))
        after = page.after
        if not after:
            return


def _register(actor: Actor, arguments: argparse.Namespace, now: datetime) -> None:
    first = get_visible_record(actor, arguments.record[0])
    committee_id = first.committee_id or _committee(arguments.committee)
    entries = [prefill_of_sibling(actor, record_id) for record_id in arguments.record]
    new_case = NewCase(title=arguments.new_case) if arguments.new_case else None
    done = actions.register(
        actor=actor, committee_id=committee_id, entries=entries, now=now, new_case=new_case,
        case_id=_case(arguments.case, committee_id) if arguments.case else None,
    )  # fmt: skip
    for record_id, made in zip(arguments.record, done, strict=True):
        write_row({"record": record_id, "entry": made.entry_id, "designation": made.designation})


def _exempt(actor: Actor, arguments: argparse.Namespace, now: datetime) -> None:
    if arguments.ground in Ground.values:
        actions.decide_not_record(
            actor=actor, record_id=arguments.record, ground=arguments.ground, reason=arguments.reason, now=now
        )
    else:
        actions.exempt(
            actor=actor, record_id=arguments.record, exemption=arguments.ground, reference=arguments.reference,
            reason=arguments.reason, now=now,
        )  # fmt: skip
    write_row({"record": arguments.record, "ground": arguments.ground})


def _settle(actor: Actor, arguments: argparse.Namespace, now: datetime) -> None:
    before = datetime.combine(arguments.before, time(), STOCKHOLM)
    settled = actions.settle_older(actor=actor, before=before, reference=arguments.reference, now=now)
    write_row({"settled": settled, "before": arguments.before, "reference": arguments.reference})


def _show(actor: Actor, arguments: argparse.Namespace, now: datetime) -> None:
    found = RegisterEntry.objects.filter(designation=arguments.designation).values_list("pk", flat=True).first()
    write_row(asdict(get_entry(actor, found or 0, now=now)))


def _export_package(actor: Actor, arguments: argparse.Namespace, now: datetime) -> None:
    found = dict(CaseFile.objects.filter(designation__in=arguments.case).values_list("designation", "pk"))
    case_ids = [found.get(one, 0) for one in dict.fromkeys(arguments.case)]
    if arguments.output.exists():
        raise CommandError(f"{arguments.output} is there already. Nothing was written.")
    with tqdm(unit="entry", disable=not sys.stderr.isatty()) as bar:
        written = export_package(
            actor=actor, case_ids=case_ids, path=arguments.output, done=lambda: bar.update(1), now=now,
            standard=arguments.standard,
        )  # fmt: skip
    write_row({"file": str(arguments.output), "cases": len(case_ids), "entries": written.entries, "size": written.size})


def _import_package(actor: Actor, arguments: argparse.Namespace, now: datetime) -> None:
    if not arguments.path.exists():
        raise CommandError(f"{arguments.path}: no such file or folder. Nothing was imported.")
    write_row(asdict(actions.import_package(
        actor=actor, path=arguments.path, listeners=DELIVERY_LISTENERS, now=now
    )))  # fmt: skip


def _handovers(actor: Actor, arguments: argparse.Namespace, now: datetime) -> None:  # noqa: ARG001
    check_may(actor, Permission.REGISTER_HANDOVER)
    before = ""
    while True:
        rows, before = list_handovers(group=arguments.group, before=before)
        for row in rows:
            write_row(asdict(row))
        if not before:
            return


def _retry_handover(actor: Actor, arguments: argparse.Namespace, now: datetime) -> None:
    if not arguments.handover and not arguments.all:
        raise CommandError("name the handovers, or write --all.")
    if arguments.all:
        done, of = retry_all(actor=actor, now=now)
        write_row({"retried": done, "of": of})
        return
    for handover_id in arguments.handover:
        retry(actor=actor, handover_id=handover_id, now=now)
        write_row({"handover": handover_id, "retried": True})


def acting(address: str) -> Actor:
    """The account of ``--as``. Raises CommandError."""
    account = Account.objects.filter(address=address.lower()).values_list("pk", flat=True).first()
    try:
        return actor_for(account or 0)
    except NoSuchEntry:
        raise CommandError("--as: no open account has that address.") from None


def _committee(code: str) -> int:
    found = Committee.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise CommandError("--committee: write the code of the committee whose diary it goes into.")
    return int(found)


def _case(designation: str, committee_id: int) -> int:
    found = CaseFile.objects.filter(designation=designation, committee_id=committee_id)
    return int(found.values_list("pk", flat=True).first() or 0)


def _row(row: QueueRow) -> Mapping[str, object]:
    fields = asdict(row)
    clock = fields.pop("clock")
    return {**fields, "due_on": clock["last"], "working_days_left": clock["working_days"]}


def write_row(row: Mapping[str, object]) -> None:
    """One line of JSON; moments in UTC."""
    sys.stdout.write(json.dumps(row, ensure_ascii=False, default=_text) + "\n")


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)
