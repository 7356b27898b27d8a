import django.contrib.postgres.fields
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    """What was sent stays as it lies, under a new name; new sendings of whole numbers take half the room."""

    dependencies = [("reporting", "0006_changed_submissions")]

    operations = [
        migrations.RenameField(model_name="submissionversion", old_name="numbers", new_name="exact"),
        migrations.AlterField(
            model_name="submissionversion",
            name="exact",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), null=True),
        ),
        migrations.AddField(
            model_name="submissionversion",
            name="counts",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(null=True), null=True),
        ),
        migrations.AddField(
            model_name="submissionversion",
            name="numbers",
            field=models.GeneratedField(
                db_persist=False,
                expression=django.db.models.functions.comparison.Coalesce(
                    django.db.models.functions.comparison.Cast(
                        "counts",
                        django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True)),
                    ),
                    "exact",
                ),
                output_field=django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True)),
            ),
        ),
        migrations.AddConstraint(
            model_name="submissionversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("counts", None), ("exact__isnull", False))
                | models.Q(("counts__isnull", False), ("exact", None)),
                name="version_numbers_kept_once",
            ),
        ),
    ]
