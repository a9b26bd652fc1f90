"""The database's own refusal to change the log. How it is done stands with the audit trail's guards.

An UPDATE is always refused. A DELETE is refused but while an ``ErasurePass`` stands in the same transaction: disposal
opens one, erases, and closes it. On PostgreSQL each month is a table of its own, to be emptied by none.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from kommunpost.apps.audit.guards import Guards

GUARDED = ("maillog_logrow", "maillog_correspondents", "maillog_subject")

_SQLITE = {
    "update": "BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'the e-mail log is append-only'); END",
    "delete": """BEFORE DELETE ON {table} WHEN NOT EXISTS (SELECT 1 FROM maillog_erasurepass)
        BEGIN SELECT RAISE(ABORT, 'the e-mail log is append-only'); END""",
    # INSERT OR REPLACE would remove the old row without asking the DELETE trigger: what stands, stands.
    "replace": """BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)
        BEGIN SELECT RAISE(IGNORE); END""",
}
_CHANGE = "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION maillog_refuse()"
_TRUNCATE = "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION maillog_refuse()"
_FUNCTION = """CREATE OR REPLACE FUNCTION maillog_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM maillog_erasurepass) THEN
        RETURN OLD;
      END IF;
      RAISE EXCEPTION 'the e-mail log is append-only' USING ERRCODE = 'restrict_violation';
    END $$"""


def install(connection: BaseDatabaseWrapper) -> None:
    """Guard the tables of the log, and the months that there are."""
    _guards(connection).install(connection)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the guards that are not in force."""
    return _guards(connection).missing(connection)


def guard_month(connection: BaseDatabaseWrapper, table: str) -> None:
    """Guard a new month: its parent's guard of rows holds for it too, that of the whole table does not."""
    name = f"{table}_no_truncate"
    Guards(sqlite={}, postgresql={name: _TRUNCATE.format(table=table)}, functions=()).install(connection)


def tables(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """All guarded tables, with those of the months."""
    return (*GUARDED, *_months(connection))


def _guards(connection: BaseDatabaseWrapper) -> Guards:
    truncate = {f"{table}_no_truncate": _TRUNCATE.format(table=table) for table in tables(connection)}
    change = {f"{table}_no_change": _CHANGE.format(table=table) for table in GUARDED}
    sqlite = {f"{table}_no_{kind}": body.format(table=table) for table in GUARDED for kind, body in _SQLITE.items()}
    return Guards(sqlite=sqlite, postgresql=change | truncate, functions=(_FUNCTION,))


def _months(connection: BaseDatabaseWrapper) -> list[str]:
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
               WHERE inhparent = to_regclass('maillog_logrow') ORDER BY relname"""
        )
        return [row[0] for row in cursor.fetchall()]
