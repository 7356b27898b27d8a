import django.db.models.deletion
from django.db import migrations, models


OUTBOX = """
CREATE FUNCTION reporting_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reporting_factchange (collection_id, submission_id, at)
    SELECT e.collection_id, s.id, NEW.at
    FROM reporting_submission s JOIN reporting_expectedreport e ON e.id = s.expected_id
    WHERE s.id = NEW.submission_id AND (NEW.move <> 'accept' OR s.state = 'accepted');  -- between offices: nothing yet
    RETURN NULL;
END $$;
CREATE TRIGGER reporting_outbox AFTER INSERT ON reporting_transition FOR EACH ROW
WHEN (NEW.move <> 'lock') EXECUTE FUNCTION reporting_outbox()
"""
NO_OUTBOX = "DROP TRIGGER reporting_outbox ON reporting_transition; DROP FUNCTION reporting_outbox()"


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
        migrations.RunSQL(OUTBOX, NO_OUTBOX),
        migrations.RunSQL(
            "INSERT INTO reporting_factchange (collection_id, at) SELECT id, now() FROM reporting_collection",
            migrations.RunSQL.noop,
        ),
    ]
