from django.db import migrations, models

CACHE = """
  CREATE UNLOGGED TABLE people_shortlived (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
  );
  CREATE INDEX people_shortlived_expires ON people_shortlived (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0003_roles")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="must_change_password",
            field=models.BooleanField(default=False),
        ),
        migrations.RunSQL(CACHE, "DROP TABLE people_shortlived"),
    ]
