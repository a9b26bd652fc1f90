"""The database's own refusal to change the log: triggers, for SQLite and PostgreSQL.

An UPDATE is always refused. A DELETE is refused but while an ``ErasurePass`` stands in the same transaction: disposal
opens one,
erases, and closes it. A later migration that alters a guarded table on SQLite rebuilds it and loses its triggers: end
it with
``install``.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

GUARDED = ("maillog_logrow", "maillog_correspondents", "maillog_subject")

_SQLITE = {
    "update": "BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'the e-mail log is append-only'); END",
    "delete": """BEFORE DELETE ON {table} WHEN NOT EXISTS (SELECT 1 FROM maillog_erasurepass)
        BEGIN SELECT RAISE(ABORT, 'the e-mail log is append-only'); END""",
    # INSERT OR REPLACE would remove the old row without asking the DELETE trigger: what stands, stands.
    "replace": """BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)
        BEGIN SELECT RAISE(IGNORE); END""",
}
_POSTGRESQL = {
    "change": "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION maillog_refuse()",
    "truncate": "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION maillog_refuse()",
}
_POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION maillog_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM maillog_erasurepass) THEN
        RETURN OLD;
      END IF;
      RAISE EXCEPTION 'the e-mail log is append-only' USING ERRCODE = 'restrict_violation';
    END $$"""


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers. Does nothing on a database that is neither SQLite nor PostgreSQL."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
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
    kinds = {"postgresql": _POSTGRESQL, "sqlite": _SQLITE}.get(connection.vendor, {})
    return {f"{table}_no_{kind}": body.format(table=table) for table in GUARDED for kind, body in kinds.items()}
