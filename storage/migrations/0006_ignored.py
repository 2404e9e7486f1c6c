"""What was ignored, for a while: an item that no term named when it came."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("storage", "0005_audit")]

    operations = [
        migrations.CreateModel(
            name="Ignored",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("external_id", models.TextField()),
                ("seen", models.DateTimeField()),
                ("title", models.TextField(null=True)),
                ("url", models.TextField(null=True)),
                ("why", models.TextField()),
                ("body", models.BinaryField(help_text="the whole item (storage/parcel.py)")),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ignored",
                        to="storage.source",
                    ),
                ),
            ],
            options={
                "db_table": "ignored",
                "indexes": [models.Index(fields=["source", "id"], name="ignored_of_source")],
                "constraints": [models.UniqueConstraint(fields=("source", "external_id"), name="ignored_once")],
            },
        ),
    ]
