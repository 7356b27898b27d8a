from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

from donghanh.kernel.immutable import FUNCTION
from donghanh.kernel.text import FOLD_SQL, SORT_KEY_SQL


class Migration(migrations.Migration):
    """Extensions and the functions that columns and triggers of other rooms stand on."""

    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.RunSQL(SORT_KEY_SQL, "DROP FUNCTION dh_sort_key(text)"),
        migrations.RunSQL(FOLD_SQL, "DROP FUNCTION dh_fold(text)"),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION dh_refuse_change()"),
    ]
