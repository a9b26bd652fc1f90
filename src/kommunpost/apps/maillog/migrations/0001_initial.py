"""The log's tables: their state for Django, and the tables themselves by hand (ADR 0007)."""

from datetime import UTC, datetime

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from kommunpost.apps.maillog import schema
from kommunpost.apps.maillog.rules.ids import row_id


def create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    oldest, latest = (row_id(datetime(*month, 1, tzinfo=UTC), 0) for month in (schema.FIRST_MONTH, schema.END_OF_MONTHS))
    schema.create(editor.connection, oldest=oldest, latest=latest)


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    schema.drop(editor.connection)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(create, drop)],
            state_operations=[
                migrations.CreateModel(
                    name='Correspondents',
                    fields=[
                        ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                        ('text', models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name='ErasurePass',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reason', models.CharField(max_length=80)),
                    ],
                ),
                migrations.CreateModel(
                    name='Pending',
                    fields=[
                        ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                    ],
                ),
                migrations.CreateModel(
                    name='Subject',
                    fields=[
                        ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                        ('text', models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name='LogRow',
                    fields=[
                        ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                        ('delivery_id', models.BigIntegerField()),
                        ('sender_id', models.BigIntegerField()),
                        ('recipients_id', models.BigIntegerField()),
                        ('subject_id', models.BigIntegerField()),
                        ('mailbox_id', models.IntegerField()),
                        ('direction', models.SmallIntegerField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['mailbox_id', 'id'], name='maillog_logrow_mailbox')],
                    },
                ),
                migrations.CreateModel(
                    name='Tally',
                    fields=[
                        ('pk', models.CompositePrimaryKey('mailbox_id', 'period', 'direction', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('mailbox_id', models.IntegerField()),
                        ('period', models.IntegerField()),
                        ('direction', models.SmallIntegerField()),
                        ('number', models.BigIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name='Word',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('word', models.CharField(max_length=64, unique=True)),
                        ('stem', models.CharField(max_length=64)),
                        ('senders', models.BigIntegerField(default=0)),
                        ('recipients', models.BigIntegerField(default=0)),
                        ('subjects', models.BigIntegerField(default=0)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['stem'], name='maillog_word_stem')],
                    },
                ),
            ],
        ),
    ]
