import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LINES = r"""
INSERT INTO recognition_criterion (round_id, position, text)
SELECT round.id, line.number - 1, btrim(line.text) FROM recognition_round AS round
CROSS JOIN regexp_split_to_table(round.criteria_text, E'\r?\n') WITH ORDINALITY AS line(text, number)
WHERE btrim(line.text) <> '';
SET CONSTRAINTS ALL IMMEDIATE
"""


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0001_initial"),
        ("recognition", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField(model_name="round", old_name="criteria", new_name="criteria_text"),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.TextField()),
                ("most", models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                "verbose_name": "tiêu chí khen thưởng",
            },
        ),
        migrations.CreateModel(
            name="CriterionScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("points", models.PositiveSmallIntegerField()),
            ],
            options={
                "verbose_name": "điểm của hội đồng",
            },
        ),
        migrations.AddField(
            model_name="councilmember",
            name="unseated_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="round",
            name="paper",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="papers.paper"
            ),
        ),
        migrations.AlterField(
            model_name="nomination",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Đang soạn"),
                    ("submitted", "Chờ hội đồng"),
                    ("returned", "Bị trả lại"),
                    ("commended", "Được khen"),
                    ("not_commended", "Không khen đợt này"),
                    ("withdrawn", "Đã rút"),
                    ("postponed", "Hoãn sang đợt sau"),
                ],
                default="draft",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="nominationmove",
            name="move",
            field=models.CharField(
                choices=[
                    ("submit", "gửi hội đồng"),
                    ("return", "trả lại"),
                    ("commend", "quyết định khen"),
                    ("decline", "không khen"),
                    ("withdraw", "rút"),
                    ("postpone", "hoãn sang đợt sau"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="councilmember",
            constraint=models.CheckConstraint(
                condition=models.Q(("chairs", False), ("unseated_at__isnull", True), _connector="OR"),
                name="chair_is_seated",
            ),
        ),
        migrations.AddField(
            model_name="criterion",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="criteria", to="recognition.round"
            ),
        ),
        migrations.AddField(
            model_name="criterionscore",
            name="criterion",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="recognition.criterion"
            ),
        ),
        migrations.AddField(
            model_name="criterionscore",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="scores", to="recognition.councilmember"
            ),
        ),
        migrations.AddField(
            model_name="criterionscore",
            name="nomination",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="scores", to="recognition.nomination"
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.UniqueConstraint(fields=("round", "position"), name="criterion_once"),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=models.Q(("most__isnull", True), ("most__range", (1, 100)), _connector="OR"),
                name="criterion_points",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterionscore",
            constraint=models.UniqueConstraint(
                fields=("nomination", "member", "criterion"), name="one_score_a_criterion"
            ),
        ),
        migrations.AddConstraint(
            model_name="criterionscore",
            constraint=models.CheckConstraint(condition=models.Q(("points__lte", 100)), name="score_within_points"),
        ),
        migrations.RunSQL(LINES, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="round", name="criteria_text"),
    ]
