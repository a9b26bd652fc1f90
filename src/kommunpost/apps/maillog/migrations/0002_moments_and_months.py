"""Lists of moments in place of the databases' own word indexes, and tallies by the month (ADR 0007)."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from kommunpost.apps.maillog import reshaping


def reshape(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    reshaping.reshape(editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('maillog', '0001_initial'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(reshape)],
            state_operations=[
                migrations.RemoveIndex(model_name='logrow', name='maillog_logrow_mailbox'),
                migrations.DeleteModel(name='Tally'),
                migrations.CreateModel(
                    name='Tally',
                    fields=[
                        ('pk', models.CompositePrimaryKey('month', 'mailbox_id', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('month', models.IntegerField()),
                        ('mailbox_id', models.IntegerField()),
                        ('incoming', models.BigIntegerField()),
                        ('outgoing', models.BigIntegerField()),
                        ('days', models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name='Posting',
                    fields=[
                        ('pk', models.CompositePrimaryKey('key', 'since', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('key', models.BigIntegerField()),
                        ('since', models.BigIntegerField()),
                        ('until', models.BigIntegerField()),
                        ('data', models.BinaryField()),
                    ],
                ),
            ],
        ),
    ]
