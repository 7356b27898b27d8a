import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from donghanh.kernel.immutable import immutable

FILES = """
INSERT INTO inspections_prooffile (move_id, file_id)
SELECT id, file_id FROM inspections_findingmove WHERE file_id IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE
"""


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_initial"),
        ("inspections", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProofFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "verbose_name": "tệp minh chứng của kiến nghị",
            },
        ),
        migrations.AddField(
            model_name="findingmove",
            name="due_after",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="findingmove",
            name="due_before",
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name="findingmove",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_after__isnull", True), ("due_before__isnull", True)),
                    models.Q(
                        ("due_after__gt", models.F("due_before")),
                        ("due_after__isnull", False),
                        ("due_before__isnull", False),
                        ("move", "extend"),
                    ),
                    _connector="OR",
                ),
                name="finding_move_days",
            ),
        ),
        migrations.AddField(
            model_name="prooffile",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="prooffile",
            name="move",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="files", to="inspections.findingmove"
            ),
        ),
        migrations.RunSQL(FILES, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="findingmove", name="file"),
        immutable("inspections_prooffile"),
    ]
