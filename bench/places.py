"""Where a measurement fills its tables: SQLite or a PostgreSQL of its own, thrown away or kept for the next run."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import postgres

ROOT = Path(__file__).resolve().parent.parent
_SERVER = "-c shared_buffers=2GB -c max_wal_size=8GB -c maintenance_work_mem=1GB -c checkpoint_timeout=30min"
"""A server for measuring: a quarter of a small machine's memory, as its own handbook has it."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of files and the environment for whoever measures there."""

    folder: Path
    environment: dict[str, str]


@contextmanager
def place(name: str, *, rows: int, keep: str, postgresql: bool) -> Iterator[Place]:
    """A place for ``rows`` rows. With ``keep`` it is ``KEEP/NAME-sqlite-ROWS`` or ``KEEP/NAME-pg-ROWS``, and stays.

    ``KOMMUNPOST_BENCH_DATABASE`` names a PostgreSQL database of somebody else's to measure in instead.
    """
    with ExitStack() as stack:
        address = os.environ.get("KOMMUNPOST_BENCH_DATABASE", "")
        kind = "pg" if postgresql or address else "sqlite"
        if keep:
            folder = Path(keep).resolve() / f"{name}-{kind}-{rows}"
            folder.mkdir(parents=True, exist_ok=True)
        else:
            folder = Path(tempfile.mkdtemp(prefix=f"kommunpost-{name}-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        if postgresql and not address:
            address = stack.enter_context(postgres(folder / "server" if keep else None, options=_SERVER))
        yield Place(
            folder,
            os.environ
            | {
                "KOMMUNPOST_DATA": str(folder),
                "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
                "DJANGO_SETTINGS_MODULE": "kommunpost.site.settings",
                "DATABASE_URL": address,
            },
        )
