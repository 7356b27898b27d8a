import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Partitions without an owner are dropped: they are a cache, `reporting.0006_changed_units` has all laid out anew."""

    dependencies = [
        ("organisations", "0003_groups_imports_boundaries"),
        ("periods", "0001_initial"),
        ("statistics", "0001_initial"),
    ]

    operations = [
        # not DELETE: its deferred triggers would stand in the way of the changes below
        migrations.RunSQL("TRUNCATE statistics_rollup, statistics_partition", migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="partition", name="partition_once"),
        migrations.AddField(
            model_name="partition",
            name="owner",
            field=models.ForeignKey(
                default=0, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.unit"
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="partition",
            constraint=models.UniqueConstraint(fields=("layout", "period", "owner"), name="partition_once"),
        ),
        migrations.AddField(
            model_name="rollup",
            name="sent",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="rollup",
            name="on_time",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
    ]
