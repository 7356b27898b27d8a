from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

KEYS = """
UPDATE programmes_programmetask task SET key = task.clause || '-' || numbered.place
FROM (SELECT id, row_number() OVER (PARTITION BY programme_id, clause ORDER BY position) AS place
      FROM programmes_programmetask) numbered
WHERE numbered.id = task.id
"""
FINISHES = """
INSERT INTO programmes_taskfinish (task_id, year, "on")
SELECT id, extract(year FROM done_on), done_on FROM programmes_plantask WHERE done_on IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = (("programmes", "0005_to_review"),)
    operations = (
        migrations.AddField("plantask", "added_on", models.DateField(null=True)),
        migrations.AddField("programmetask", "withdrawn_on", models.DateField(null=True)),
        migrations.AddField(
            "programmetask", "key", models.CharField(max_length=40, default=""), preserve_default=False
        ),
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
        migrations.RemoveConstraint("programmetask", "programme_task_once"),
        migrations.AddConstraint(
            "programmetask",
            models.UniqueConstraint(
                fields=["programme", "position"], name="programme_task_once", deferrable=models.Deferrable.DEFERRED
            ),
        ),
        migrations.AddConstraint(
            "programmetask", models.UniqueConstraint(fields=["programme", "key"], name="programme_task_key")
        ),
        migrations.CreateModel(
            "TaskFinish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("on", models.DateField()),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="finishes", to="programmes.plantask"
                    ),
                ),
            ],
            options={"verbose_name": "lần hoàn thành nhiệm vụ"},
        ),
        migrations.AddConstraint(
            "taskfinish", models.UniqueConstraint(fields=["task", "year"], name="task_finished_once_a_year")
        ),
        migrations.RunSQL(FINISHES, migrations.RunSQL.noop),
    )
