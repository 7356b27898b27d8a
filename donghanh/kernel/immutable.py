"""Rows that the database itself refuses to change or delete: sendings, logs."""

from __future__ import annotations

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION dh_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are immutable', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;
"""


def immutable(table: str) -> migrations.RunSQL:
    """Migration operation: from now on rows of `table` can only be added (TRUNCATE stays, for tests and demo)."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION dh_refuse_change()",
        f"DROP TRIGGER {table}_immutable ON {table}",
    )
