"""The demo's own data folder: marked as such, so that the demo never writes to, or throws away, anything real."""

import os
import shutil
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from urllib.parse import quote

MARK = "demo-folder.txt"
FILLED = "demo-filled.txt"
_TEXT = "Kommunpost demo. Everything here is invented; kommunpost demo --fresh throws it away.\n"
_KEPT_SETTINGS = frozenset({"KOMMUNPOST_DATA", "KOMMUNPOST_DEBUG"})


class NotADemoFolderError(Exception):
    """The folder holds something that the demo did not make."""


def default_folder(environment: Mapping[str, str]) -> Path:
    """``demo`` in the data folder."""
    return Path(environment.get("KOMMUNPOST_DATA") or "var").absolute() / "demo"


def open_folder(folder: Path, *, fresh: bool) -> bool:
    """Make ``folder`` ready; True if it is filled already. ``fresh``, or a filling broken off, empties it first.

    Raises NotADemoFolderError when ``folder`` holds anything and lacks the demo's mark.
    """
    if not folder.is_dir() and folder.exists():
        raise NotADemoFolderError(f"{folder} is a file.")
    holds_something = folder.is_dir() and any(folder.iterdir())
    if holds_something and not (folder / MARK).is_file():
        raise NotADemoFolderError(
            f"{folder} holds data that the demo did not make. Name another folder: kommunpost demo --folder FOLDER"
        )
    if (folder / FILLED).is_file() and not fresh:
        return True
    if holds_something:
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).write_text(_TEXT, encoding="utf-8")
    return False


def mark_filled(folder: Path, *, says: str) -> None:
    """Remember that the filling came to its end."""
    (folder / FILLED).write_text(says + "\n", encoding="utf-8")


def use_folder(folder: Path, environment: MutableMapping[str, str], *, web: str, smtp: str) -> None:
    """Point the settings at the demo, and away from whatever real installation the environment speaks of.

    ``web`` and ``smtp`` are ``host:port``. To be called before Django reads its settings. The relay is the demo's own
    door: what is sent comes back in to colleagues, and nothing leaves the demo.
    """
    for name in [name for name in environment if name.startswith(("KOMMUNPOST_", "DATABASE_URL"))]:
        if name not in _KEPT_SETTINGS:
            del environment[name]
    environment.update(
        {
            "KOMMUNPOST_DATA": os.fspath(folder),
            "KOMMUNPOST_DEMO": "1",
            "KOMMUNPOST_WEB": web,
            "KOMMUNPOST_SMTP": smtp,
            "KOMMUNPOST_RELAY": f"smtp://{smtp}",
            "KOMMUNPOST_ROOM": f"file://{quote(os.fspath(folder / 'samarbetsrum'))}",
            "KOMMUNPOST_ROOM_LINK": "https://samarbete.botkyrka.example/mejl/",
        }
    )
