"""The database's own refusal to change the trail: triggers, for SQLite and PostgreSQL.

Whoever owns the database can drop them; they stop slips and injected SQL, and the chain (ADR 0004) finds the rest. A
later migration that alters one of the tables on SQLite rebuilds it and loses its triggers: end it with ``install``.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

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


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers. Does nothing on a database that is neither SQLite nor PostgreSQL."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for function in _POSTGRESQL_FUNCTIONS:
                cursor.execute(function)
        for name, body in _triggers(connection).items():
            cursor.execute(f"CREATE TRIGGER {name} {body}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that are not in force."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return [name for name in _triggers(connection) if name not in present]


def _triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    return {"postgresql": _POSTGRESQL, "sqlite": _SQLITE}.get(connection.vendor, {})
