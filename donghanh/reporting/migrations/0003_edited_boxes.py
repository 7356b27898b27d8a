from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reporting", "0002_in_full")]

    operations = [
        migrations.AddField("submission", "edited", models.JSONField(default=dict)),
    ]
