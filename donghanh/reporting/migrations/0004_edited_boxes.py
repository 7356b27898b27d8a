from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reporting", "0003_going_up")]

    operations = [
        migrations.AddField("submission", "edited", models.JSONField(default=dict)),
    ]
