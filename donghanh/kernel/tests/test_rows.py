"""The second wall on a table of its own: nobody named, a stale setting, a reader, an office, a job."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import ProgrammingError

from donghanh.kernel import rows

DAY = date(2025, 6, 16)
pytestmark = pytest.mark.django_db


def seen() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT owner FROM secret ORDER BY owner")
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture(autouse=True)
def secret(db):
    """A table of the owner's with two rows, 1 and 2; tests read it as the working role."""
    made = rows.secured("secret", "owner = (SELECT dh_reader())", "owner = ANY((SELECT dh_offices())::bigint[])")
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; CREATE TABLE secret (owner bigint); INSERT INTO secret VALUES (1), (2)")
        cursor.execute(f"GRANT SELECT, INSERT ON secret TO {rows.APP_ROLE}; {made.sql}; SET ROLE {rows.APP_ROLE}")


def test_nobody_named_sees_nothing():
    assert seen() == []


def test_a_reader_sees_only_rows_of_their_own():
    with rows.reader(account=1, day=DAY):
        assert seen() == [1]
    with rows.reader(account=None, offices=[2], day=DAY):
        assert seen() == [2]


def test_what_a_finished_transaction_left_on_the_connection_opens_nothing():
    with rows.reader(account=1, day=DAY):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('dh.reader', true)")
        assert cursor.fetchone() == ("",)
    assert seen() == []


def test_a_reader_within_a_job_and_after_a_mistake_is_the_job_again():
    with rows.everything():
        assert seen() == [1, 2]
        with rows.reader(account=1, day=DAY):
            assert seen() == [1]
        with pytest.raises(ValueError, match="inside"), rows.reader(account=2, day=DAY):
            raise ValueError("inside")
        assert seen() == [1, 2]


def test_a_row_for_somebody_else_cannot_be_written():
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        rows.reader(account=1, day=DAY),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("INSERT INTO secret VALUES (2)")


def test_the_working_role_is_no_owner_and_no_superuser():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")
        assert cursor.fetchone() == (0,)


def test_not_even_the_owner_changes_the_log():
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; INSERT INTO audit_entry (at, verb, object_type, object_id, reason, details)"
                       " VALUES (now(), 'x', 'x', 1, '', '{}')")  # fmt: skip
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            cursor.execute("UPDATE audit_entry SET verb = ''")
        cursor.execute(f"SET ROLE {rows.APP_ROLE}")
