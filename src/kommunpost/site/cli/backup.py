"""``kommunpost backup DIR``: may be taken while mail flows.

A snapshot of the database, then every mail that it names, last a manifest with checksums and the heads of the audit
chains.
"""

import argparse
from pathlib import Path

from django.utils import timezone

from kommunpost.site.backup.making import make_backup


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="a folder that does not exist yet, or is empty")


def run(arguments: argparse.Namespace) -> int:
    backup = make_backup(arguments.folder, now=timezone.now())
    print(f"{arguments.folder}: database and {backup.blobs} blobs ({backup.blob_bytes / 1e6:.1f} MB).")
    if backup.erased_meanwhile:
        print(f"{backup.erased_meanwhile} blobs were erased meanwhile and are not in it.")
    return 0
