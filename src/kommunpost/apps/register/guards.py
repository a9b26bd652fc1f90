"""The database's own refusal to change what the diary has written: numbers and corrections stand, entries stay.

What a correction kept may turn out to be secret: it is emptied while an ``ErasurePass`` stands in the same transaction
(ADR 0053), and never removed. How guards are made stands with the audit trail's. A later migration that alters one of
these tables on SQLite rebuilds it and loses its triggers: end it with ``install``.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from kommunpost.apps.audit.guards import Guards

UNCHANGED = ("register_diarynumber", "register_entryrevision")
UNREMOVED = ("register_registerentry", "register_casefile", "register_secrecymarking", "register_diaryseries")

TABLES = (*UNCHANGED, *UNREMOVED)

_SQLITE = {
    "register_diarynumber_no_update": """BEFORE UPDATE ON register_diarynumber
        BEGIN SELECT RAISE(ABORT, 'the diary stands'); END""",
    "register_entryrevision_no_change": """BEFORE UPDATE ON register_entryrevision
        WHEN NOT EXISTS (SELECT 1 FROM register_erasurepass)
        BEGIN SELECT RAISE(ABORT, 'the diary stands'); END""",
    **{
        f"{table}_no_delete": f"BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'the diary stands'); END"
        for table in TABLES
    },
    # A counter that went back would give a number twice; one that leapt would leave a gap.
    "register_series_by_one": """BEFORE UPDATE ON register_diaryseries WHEN NEW.latest <> OLD.latest + 1
        BEGIN SELECT RAISE(ABORT, 'a diary series grows by one'); END""",
}
_FUNCTIONS = (
    """CREATE OR REPLACE FUNCTION register_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the diary stands' USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE OR REPLACE FUNCTION register_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM register_erasurepass) THEN
           RETURN NEW;
         END IF;
         RAISE EXCEPTION 'the diary stands' USING ERRCODE = 'restrict_violation';
       END $$""",
    """CREATE OR REPLACE FUNCTION register_series_by_one() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.latest <> OLD.latest + 1 THEN
           RAISE EXCEPTION 'a diary series grows by one' USING ERRCODE = 'restrict_violation';
         END IF;
         RETURN NEW;
       END $$""",
)
_ROW = "FOR EACH ROW EXECUTE FUNCTION register_refuse()"
_POSTGRESQL = {
    "register_diarynumber_no_change": f"BEFORE UPDATE OR DELETE ON register_diarynumber {_ROW}",
    "register_entryrevision_no_change": """BEFORE UPDATE OR DELETE ON register_entryrevision
        FOR EACH ROW EXECUTE FUNCTION register_refuse_change()""",
    **{f"{table}_no_delete": f"BEFORE DELETE ON {table} {_ROW}" for table in UNREMOVED},
    **{
        f"{table}_no_truncate": f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION register_refuse()"
        for table in TABLES
    },
    "register_series_by_one": "BEFORE UPDATE ON register_diaryseries FOR EACH ROW EXECUTE FUNCTION "
    "register_series_by_one()",
}

DIARY = Guards(sqlite=_SQLITE, postgresql=_POSTGRESQL, functions=_FUNCTIONS)


def install(connection: BaseDatabaseWrapper) -> None:
    """Guard the diary."""
    DIARY.install(connection)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the diary's guards that are not in force."""
    return DIARY.missing(connection)
