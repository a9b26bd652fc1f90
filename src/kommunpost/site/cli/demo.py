"""``kommunpost demo``: ``serve`` on an invented municipality, in a data folder of its own, on this machine only."""

import argparse
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from kommunpost.site.cli.errors import CommandError
from kommunpost.site.demo.folder import NotADemoFolderError, default_folder, mark_filled, open_folder, use_folder
from kommunpost.site.demo.ports import HOST, NoFreePortError, free_port
from kommunpost.site.demo.welcome import Doors, welcome

WEB_PORT = 8025
SMTP_PORT = 2525
LOG_ROWS = 50_000
EVERY = 60.0
HIGHEST_PORT = 65_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fresh", action="store_true", help="throw the demo's data away and make it anew, of today")
    parser.add_argument("--quiet", action="store_true", help="let no new mail come by itself")
    parser.add_argument("--every", type=float, default=EVERY, metavar="SECONDS", help="between new mails (60)")
    parser.add_argument(
        "--rows", type=int, default=LOG_ROWS, metavar="N", help="rows of older traffic in the log (50000)"
    )
    parser.add_argument(
        "--folder", type=Path, metavar="FOLDER", help="the demo's data folder (demo in KOMMUNPOST_DATA)"
    )
    parser.add_argument("--web-port", type=int, default=WEB_PORT, metavar="PORT", help="8025, or the next that is free")
    parser.add_argument(
        "--smtp-port", type=int, default=SMTP_PORT, metavar="PORT", help="2525, or the next that is free"
    )


def run(arguments: argparse.Namespace) -> int:
    _check(arguments)
    folder = (arguments.folder or default_folder(os.environ)).absolute()
    try:
        filled = open_folder(folder, fresh=arguments.fresh)
        doors = _doors(arguments)
    except (NotADemoFolderError, NoFreePortError) as error:
        raise CommandError(str(error)) from error
    use_folder(folder, os.environ, web=f"{HOST}:{doors.web_port}", smtp=f"{HOST}:{doors.smtp_port}")
    return _serve(arguments, folder=folder, doors=doors, filled=filled)


def _check(arguments: argparse.Namespace) -> None:
    if arguments.every <= 0:
        raise CommandError("--every takes a number of seconds above 0.")
    if arguments.rows < 0:
        raise CommandError("--rows takes a whole number of at least 0.")
    if not all(0 <= port <= HIGHEST_PORT for port in (arguments.web_port, arguments.smtp_port)):
        raise CommandError(f"a port is a number from 0 (any that is free) to {HIGHEST_PORT}.")


def _doors(arguments: argparse.Namespace) -> Doors:
    web = free_port(arguments.web_port)
    smtp = free_port(arguments.smtp_port, taken=frozenset({web}))
    moved = (arguments.web_port not in {0, web}) or (arguments.smtp_port not in {0, smtp})
    return Doors(HOST, web, smtp, moved=moved)


def _serve(arguments: argparse.Namespace, *, folder: Path, doors: Doors, filled: bool) -> int:
    from kommunpost.site.cli import set_up_django  # noqa: PLC0415 - the settings must name the demo's folder before

    set_up_django()
    # These import models, which need Django set up.
    from kommunpost.site.demo.people import one_for_each_role  # noqa: PLC0415
    from kommunpost.site.demo.trickle import Trickle  # noqa: PLC0415
    from kommunpost.site.serving.prepare import prepare  # noqa: PLC0415
    from kommunpost.site.serving.process import PARTS, serve  # noqa: PLC0415

    prepare(migrate=True)
    if not filled:
        _fill(folder, rows=arguments.rows)
    trickle = None if arguments.quiet else Trickle(host=doors.host, port=doors.smtp_port, every=arguments.every)
    every = None if arguments.quiet else arguments.every
    text = welcome(doors=doors, people=one_for_each_role(), folder=str(folder), every=every)

    def on_ready(_listening: object) -> None:
        if trickle:
            trickle.start()
        sys.stdout.write(f"{text}READY\n")
        sys.stdout.flush()

    try:
        return serve(parts=frozenset(PARTS), on_ready=on_ready)
    finally:
        if trickle:
            trickle.stop()


def _fill(folder: Path, *, rows: int) -> None:
    from kommunpost.site.demo.fill import fill  # noqa: PLC0415 - models, as above

    began = time.monotonic()
    done = fill(now=datetime.now(UTC), log_rows=rows, say=lambda words: print(words, file=sys.stderr))
    says = f"{done.mails} mails, {done.deliveries} deliveries, {done.log_rows} rows in the log"
    mark_filled(folder, says=says)
    print(f"Filled in {time.monotonic() - began:.0f} s: {says}.", file=sys.stderr)
