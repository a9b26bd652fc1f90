"""What the mails of one conversation have in common. Mail read before this keeps an empty thread."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("mailflow", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="message",
            name="thread",
            field=models.CharField(blank=True, db_default="", max_length=32),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("thread", ""), _negated=True), fields=["thread"], name="mailflow_message_thread"
            ),
        ),
    ]
