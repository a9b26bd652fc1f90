"""Each word of the search index once, for SQLite to find beginnings by."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from kommunpost.apps.inbox.search_index.storing import note_all_words


def note_words(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    note_all_words(editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('inbox', '0005_clock_starts'),
    ]

    operations = [
        migrations.RunPython(note_words, migrations.RunPython.noop),
    ]
