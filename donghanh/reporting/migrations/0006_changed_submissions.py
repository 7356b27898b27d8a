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
        migrations.RunSQL(
            "INSERT INTO reporting_factchange (collection_id, at) SELECT id, now() FROM reporting_collection",
            migrations.RunSQL.noop,
        ),
    ]
