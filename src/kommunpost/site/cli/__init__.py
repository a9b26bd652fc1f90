"""The command line: ``kommunpost <command>``. JSON and tables on stdout, everything else on stderr.

Exit codes: 0 done, 1 something is wrong with what was looked at, 2 bad input or settings, 130 interrupted by Ctrl-C.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol

from kommunpost import __version__
from kommunpost.site.cli.errors import CommandError


@dataclass(frozen=True, slots=True)
class Command:
    """A row of the table: where the command lives, what it does in a line, whether Django must be set up for it."""

    module: str
    does: str
    django: bool = True


_HERE = "kommunpost.site.cli"

# Module names, not modules: `kommunpost parse` must not pay for what `kommunpost serve` imports.
COMMANDS: dict[str, Command] = {
    "serve": Command(f"{_HERE}.serve", "web, SMTP intake, reading of mailboxes and worker in one process"),
    "demo": Command(
        f"{_HERE}.demo", "serve on an invented municipality, sign-in as any role with one click", django=False
    ),
    "doctor": Command(f"{_HERE}.doctor", "looks at settings, connections, clocks and mailboxes; says what to do"),
    "backup": Command(f"{_HERE}.backup", "writes a consistent copy of database and mail to a folder, while running"),
    "restore": Command(f"{_HERE}.restore", "fills an empty data folder from a backup and proves it", django=False),
    "import": Command(f"{_HERE}.import_", "takes in .eml, mbox, Maildir, folders and .zip; sends nothing"),
    "migrate": Command(f"{_HERE}.migrate", "brings the database to this version"),
    "bench": Command(f"{_HERE}.bench", "measures speed, beside peers where they are installed"),
    "advise": Command(f"{_HERE}.advise", "says what the guidelines say of mails, as JSON", django=False),
    "api-client": Command(f"{_HERE}.api_client", "makes, lists and revokes the tokens of programs"),
    "parse": Command(f"{_HERE}.parse", "says what mail files hold, as JSON", django=False),
    "detect": Command(f"{_HERE}.detect", "finds personal and sensitive data in texts and mails, as JSON", django=False),
    "judge": Command(f"{_HERE}.judge", "suggests what mails are, with reasons, as JSON", django=False),
    "train": Command(f"{_HERE}.train", "makes a model for judge from mails with people's decisions", django=False),
    "clocks": Command(
        f"{_HERE}.clocks", "starts the two-day clock for imported mail from a day on, and undoes a start"
    ),
    "directory": Command(f"{_HERE}.directory", "loads, or writes, who is who as one readable file"),
    "log": Command(f"{_HERE}.log", "writes an extract of the e-mail log: CSV, PDF or JSON"),
    "register": Command(f"{_HERE}.register", "the queue of registration and the diary, for scripts"),
    "removals": Command(f"{_HERE}.removals", "shows removals of mail that is secret, and goes on with one"),
    "sync": Command(f"{_HERE}.sync", "shows, tries and reads the real mailboxes that are connected"),
    "verify": Command(f"{_HERE}.verify", "proves audit trail, mail and log against each other"),
    "scan": Command(f"{_HERE}.scan", "lets clamd look at the attachments of mail that came before it"),
    "sweep": Command(f"{_HERE}.sweep", "finds, and erases, bytes of mail that was never acknowledged"),
    "manage": Command(f"{_HERE}.manage", "Django's own commands, for developers"),
}


class CommandModule(Protocol):
    """What each module in the table offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; argparse's own would print the whole usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code; never raises for what the caller did wrong."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _dispatch(words)
        sys.stdout.flush()
    except SystemExit as stop:
        return _exit_code(stop)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader (head, less) has gone. Python would complain once more when it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        return _report(error)
    return code


def overview() -> str:
    """The text of ``kommunpost --help``."""
    width = max(map(len, COMMANDS)) + 2
    rows = "\n".join(f"  {name:<{width}}{command.does}" for name, command in sorted(COMMANDS.items()))
    return f"usage: kommunpost <command> [arguments]\n\n{rows}\n\nkommunpost <command> --help says more.\n"


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in {"-h", "--help", "help"}:
        sys.stdout.write(overview())
        return 0 if words else 2
    if words[0] in {"-V", "--version"}:
        sys.stdout.write(f"kommunpost {__version__}\n")
        return 0
    name, rest = words[0], words[1:]
    command = COMMANDS.get(name)
    if command is None:
        raise CommandError(f"no command is called {name!r}. kommunpost --help lists them.")
    return _run(name, command, rest)


def _run(name: str, command: Command, rest: list[str]) -> int:
    if command.django:
        set_up_django()
    module: CommandModule = importlib.import_module(command.module)
    parser = Parser(prog=f"kommunpost {name}", description=command.does[0].upper() + command.does[1:] + ".")
    module.add_arguments(parser)
    return module.run(parser.parse_args(rest))


def set_up_django() -> None:
    """Read the settings and load the offices. Raises SettingError with a remedy when a setting is nonsense."""
    import django  # noqa: PLC0415 - half a second that commands without tables need not wait for

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kommunpost.site.settings")
    django.setup()


def _exit_code(stop: SystemExit) -> int:
    if stop.code is None or isinstance(stop.code, int):
        return stop.code or 0
    sys.stderr.write(f"{stop.code}\n")
    return 2


def _report(error: Exception) -> int:
    """One line for what the caller can mend; everything else is our fault and keeps its traceback."""
    explain = next(filter(None, (_EXPLANATIONS.get(kind.__name__) for kind in type(error).__mro__)), None)
    if explain is None and isinstance(error, OSError) and error.filename is not None:
        explain = _file_trouble
    if explain is None:
        raise error
    message, code = explain(error)
    sys.stderr.write(f"kommunpost: {message}\n")
    return code


def _command_error(error: Exception) -> tuple[str, int]:
    return str(error), getattr(error, "exit_code", 2)


def _file_trouble(error: Exception) -> tuple[str, int]:
    return f"{getattr(error, 'filename', '')}: {getattr(error, 'strerror', error)}", 2


def _database_trouble(error: Exception) -> tuple[str, int]:
    first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return f"the database did not answer as expected: {first_line}. Try: kommunpost migrate, then kommunpost doctor.", 1


# By name: to compare with Django's own classes would import Django for commands that do without it.
_EXPLANATIONS: dict[str, Callable[[Exception], tuple[str, int]]] = {
    "CommandError": _command_error,
    "SettingError": _command_error,
    "OperationalError": _database_trouble,
    "ProgrammingError": _database_trouble,
}
