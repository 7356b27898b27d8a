from django.db import migrations

from donghanh.kernel.rows import CREATE_ROLE, FUNCTIONS


class Migration(migrations.Migration):
    """The role that the programme works as, and the functions that row policies ask who is reading."""

    dependencies = [("kernel", "0001_ground")]
    operations = [
        migrations.RunSQL(CREATE_ROLE, migrations.RunSQL.noop),  # other databases of the server may use the role
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION dh_reader(); DROP FUNCTION dh_offices(); DROP FUNCTION dh_day(); DROP FUNCTION dh_everything()",
        ),
    ]
