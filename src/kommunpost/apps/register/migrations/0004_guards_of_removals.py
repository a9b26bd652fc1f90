from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from kommunpost.apps.register import guards


def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    # The guard that let no correction be emptied gives way to one that asks for a pass.
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER IF EXISTS register_entryrevision_no_update")
    guards.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("register", "0003_removals")]

    operations = [migrations.RunPython(install)]
