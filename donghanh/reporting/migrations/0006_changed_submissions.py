import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Every round is laid out anew: its partitions had no owner yet (`statistics.0002_owner_and_rates`)."""

    dependencies = [("reporting", "0005_workbook_batches"), ("statistics", "0002_owner_and_rates")]

    operations = [
        migrations.AddField(
            model_name="factchange",
            name="submission",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reporting.submission"
            ),
        ),
        migrations.CreateModel(
            name="FigureFault",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("found", models.PositiveIntegerField()),
                ("example", models.TextField()),
                ("at", models.DateTimeField()),
                ("mended_at", models.DateTimeField(null=True)),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="figure_faults",
                        to="reporting.collection",
                    ),
                ),
            ],
            options={"verbose_name": "số liệu sai lệch"},
        ),
        migrations.RunSQL(
            "INSERT INTO reporting_factchange (collection_id, at) SELECT id, now() FROM reporting_collection",
            migrations.RunSQL.noop,
        ),
    ]
