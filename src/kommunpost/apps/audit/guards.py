"""The database's own refusal to change what is append-only: triggers, for SQLite and PostgreSQL.

Whoever owns the database can drop them; they stop slips and injected SQL, and the chain (ADR 0004) finds the rest. A
later migration that alters a guarded table on SQLite rebuilds it and loses its triggers: end it with ``install``.
Other offices guard their tables with ``Guards`` too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class Guards:
    """Triggers by name, each with what follows ``CREATE TRIGGER name``; and the functions that PostgreSQL's call."""

    sqlite: Mapping[str, str]
    postgresql: Mapping[str, str]
    functions: Sequence[str]

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Create the triggers, those that stand already once more. Does nothing on any other database."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                for function in self.functions:
                    cursor.execute(function)
                for name, body in self.postgresql.items():
                    cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {body}")
            elif connection.vendor == "sqlite":
                for name, body in self.sqlite.items():
                    cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")

    def missing(self, connection: BaseDatabaseWrapper) -> list[str]:
        """Names of the triggers that are not in force."""
        wanted = {"postgresql": self.postgresql, "sqlite": self.sqlite}.get(connection.vendor, {})
        query = (
            "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND tgparentid = 0"
            if connection.vendor == "postgresql"
            else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        )
        with connection.cursor() as cursor:
            cursor.execute(query)
            present = {row[0] for row in cursor.fetchall()}
        return [name for name in wanted if name not in present]


EVENT_TABLE = "audit_event"
HEAD_TABLE = "audit_chainhead"

_SQLITE = {
    "audit_event_no_update": f"""BEFORE UPDATE ON {EVENT_TABLE}
        BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END""",
    "audit_event_no_delete": f"""BEFORE DELETE ON {EVENT_TABLE}
        BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END""",
    # INSERT OR REPLACE removes the old row without asking the DELETE trigger.
    "audit_event_no_replace": f"""BEFORE INSERT ON {EVENT_TABLE}
        WHEN EXISTS (SELECT 1 FROM {EVENT_TABLE} WHERE chain = NEW.chain AND number = NEW.number)
          OR EXISTS (SELECT 1 FROM {EVENT_TABLE} WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END""",  # noqa: S608 - our own table names
    "audit_chainhead_forward": f"""BEFORE UPDATE ON {HEAD_TABLE}
        WHEN NEW.number <= OLD.number OR NEW.chain <> OLD.chain
        BEGIN SELECT RAISE(ABORT, 'an audit chain only grows'); END""",
    "audit_chainhead_no_delete": f"""BEFORE DELETE ON {HEAD_TABLE}
        BEGIN SELECT RAISE(ABORT, 'an audit chain only grows'); END""",
    "audit_chainhead_no_replace": f"""BEFORE INSERT ON {HEAD_TABLE}
        WHEN EXISTS (SELECT 1 FROM {HEAD_TABLE} WHERE chain = NEW.chain)
        BEGIN SELECT RAISE(ABORT, 'an audit chain only grows'); END""",  # noqa: S608 - our own table names
}
_POSTGRESQL_FUNCTIONS = (
    """CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE OR REPLACE FUNCTION audit_head_forward() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.number <= OLD.number OR NEW.chain <> OLD.chain THEN
           RAISE EXCEPTION 'an audit chain only grows' USING ERRCODE = 'restrict_violation';
         END IF;
         RETURN NEW;
       END $$""",
)
_POSTGRESQL = {
    "audit_event_no_change": f"BEFORE UPDATE OR DELETE ON {EVENT_TABLE} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    "audit_event_no_truncate": f"BEFORE TRUNCATE ON {EVENT_TABLE} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    "audit_chainhead_forward": f"BEFORE UPDATE ON {HEAD_TABLE} FOR EACH ROW EXECUTE FUNCTION audit_head_forward()",
    "audit_chainhead_no_delete": f"BEFORE DELETE ON {HEAD_TABLE} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    "audit_chainhead_no_truncate": f"BEFORE TRUNCATE ON {HEAD_TABLE} EXECUTE FUNCTION audit_refuse()",
}


TRAIL = Guards(sqlite=_SQLITE, postgresql=_POSTGRESQL, functions=_POSTGRESQL_FUNCTIONS)


def install(connection: BaseDatabaseWrapper) -> None:
    """Guard the trail."""
    TRAIL.install(connection)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the trail's guards that are not in force."""
    return TRAIL.missing(connection)
