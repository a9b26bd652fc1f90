"""Settings come from the environment, or from a file named by ``<NAME>_FILE`` (secrets). Nonsense is refused."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

POSTGRES_SCHEMES = ("postgres", "postgresql")
SQLITE_SCHEME = "sqlite"


class SettingError(Exception):
    """A setting that cannot be used. The text names the setting and says what to do."""


def text(name: str, *, default: str = "") -> str:
    """The setting ``name``, or the content of the file that ``<name>_FILE`` points at, or ``default``."""
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return os.environ.get(name, default)
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingError(f"{name}_FILE points at {file}, which cannot be read: {error.strerror}.") from error


def boolean(name: str, *, default: bool) -> bool:
    """``1``, ``true``, ``yes`` or ``0``, ``false``, ``no``."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes"}:
        return True
    if value in {"0", "false", "no"}:
        return False
    raise SettingError(f"{name} is {value!r}. Write 1 or 0.")


def number(name: str, *, default: int) -> int:
    """A whole number of at least 0."""
    value = text(name)
    if not value:
        return default
    if not value.isdecimal():
        raise SettingError(f"{name} is {value!r}. Write a whole number.")
    return int(value)


def words(name: str, *, default: str = "") -> list[str]:
    """A list separated by commas; blanks around the words do not count."""
    return [word.strip() for word in text(name, default=default).split(",") if word.strip()]


def choices(name: str, *, allowed: Sequence[str], default: str) -> list[str]:
    """A list separated by commas, of nothing but ``allowed`` words."""
    chosen = words(name, default=default)
    unknown = [word for word in chosen if word not in allowed]
    if unknown:
        raise SettingError(f"{name} has {unknown[0]!r} in it. Write one or more of: {', '.join(allowed)}.")
    return chosen


def data_folder() -> Path:
    """The one folder that holds what this installation must not lose (``KOMMUNPOST_DATA``, default ``./var``)."""
    return Path(text("KOMMUNPOST_DATA", default="var")).absolute()


def secret_key(folder: Path) -> str:
    """The signing key: ``KOMMUNPOST_SECRET_KEY``, or one made once and kept in ``secret.key`` (for the owner only)."""
    given = text("KOMMUNPOST_SECRET_KEY")
    if given:
        return given
    path = folder / "secret.key"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii")


def database(folder: Path) -> dict[str, object]:
    """Django's ``DATABASES["default"]`` from ``DATABASE_URL``; without it SQLite in the data folder."""
    url = text("DATABASE_URL")
    if not url:
        return _sqlite(folder / "kommunpost.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == SQLITE_SCHEME:
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme not in POSTGRES_SCHEMES:
        raise SettingError(
            "DATABASE_URL must begin with postgresql:// or sqlite://, as in postgresql://user:password@host:5432/name."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # Compiling takes longer than any of our statements, and is begun on the planner's worst guess (ADR 0007).
        "OPTIONS": {"options": "-c jit=off", **dict(parse_qsl(parts.query))},
    }


def _sqlite(path: Path) -> dict[str, object]:
    # WAL: readers do not wait for the writer. IMMEDIATE: a read-then-write transaction waits for its turn, and
    # does not fail at once with "database is locked". FULL: 250 OK may only follow a commit that survives a power cut.
    # secure_delete: what disposal removes must not linger in free pages. wal_autocheckpoint (pages): what every group
    # of mails changes is carried home once for four times as many groups as by default.
    path.parent.mkdir(parents=True, exist_ok=True)
    pragmas = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; "
        "PRAGMA wal_autocheckpoint=4000;"
    )
    return {
        "ENGINE": "kommunpost.site.sqlite",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        # cached_statements: intake's differ with the size of the group, and Python keeps no more than 128 prepared.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": pragmas,
            "cached_statements": 512,
        },
        "TEST": {"NAME": str(path.parent / "test.sqlite3")},
    }
