"""``kommunpost restore DIR --into DATA``: never writes over anything.

Checks the checksums, copies, and runs ``verify`` against the heads in the backup: exit 0 means that the copy is whole.
"""

import argparse
from pathlib import Path

from kommunpost.site.backup.restoring import restore_backup, verify_restored


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("backup", type=Path, help="a folder that kommunpost backup wrote")
    parser.add_argument("--into", type=Path, required=True, metavar="DATA", help="the new, empty data folder")


def run(arguments: argparse.Namespace) -> int:
    blobs = restore_backup(arguments.backup, into=arguments.into)
    print(f"{blobs} blobs and the database are in {arguments.into}. Verifying …", flush=True)
    code = verify_restored(arguments.backup, into=arguments.into)
    if code == 0:
        print(f"Whole. Start on it with KOMMUNPOST_DATA={arguments.into}.")
    return code
