"""``kommunpost manage …``: Django's own commands (makemigrations, shell, compilemessages), for developers."""

import argparse

from django.core.management import execute_from_command_line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, help="Django's command and its arguments")


def run(arguments: argparse.Namespace) -> int:
    execute_from_command_line(["kommunpost manage", *arguments.words])
    return 0
