"""The second wall: PostgreSQL itself shows rows of minors' data only to the reader that the transaction names.

Queries filter first; a query that forgot to finds nothing here (docs/adr/0009). The settings are local to one
transaction, so a pooled connection keeps none, and an empty one opens nothing: see `FUNCTIONS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import wraps
from typing import Any

from django.db import connection, migrations, transaction
from django.http import HttpRequest, HttpResponse

APP_ROLE = "donghanh_app"

CREATE_ROLE = f"""
DO $$ BEGIN
  CREATE ROLE {APP_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- one role for all databases of the server
END $$;
DO $$ BEGIN
  IF NOT pg_has_role(current_user, '{APP_ROLE}', 'MEMBER') THEN GRANT {APP_ROLE} TO CURRENT_USER; END IF;
END $$;
"""

# A setting that was local once stays behind on its connection as '': nullif makes that nobody again.
FUNCTIONS = """
CREATE FUNCTION dh_reader() RETURNS bigint STABLE PARALLEL SAFE LANGUAGE sql AS
  $$ SELECT nullif(current_setting('dh.reader', true), '')::bigint $$;
CREATE FUNCTION dh_offices() RETURNS bigint[] STABLE PARALLEL SAFE LANGUAGE sql AS
  $$ SELECT string_to_array(nullif(current_setting('dh.offices', true), ''), ',')::bigint[] $$;
CREATE FUNCTION dh_day() RETURNS date STABLE PARALLEL SAFE LANGUAGE sql AS
  $$ SELECT nullif(current_setting('dh.day', true), '')::date $$;
CREATE FUNCTION dh_everything() RETURNS boolean STABLE PARALLEL SAFE LANGUAGE sql AS
  $$ SELECT coalesce(current_setting('dh.everything', true) = 'on', false) $$;
"""

# What the role may do: all that pages and jobs do, and no more. Rows that are immutable may only be added.
GRANTS = f"""
GRANT USAGE ON SCHEMA public TO {APP_ROLE};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {APP_ROLE};
DO $$ DECLARE logged regclass; BEGIN
  FOR logged IN SELECT tgrelid FROM pg_trigger WHERE tgfoid = 'dh_refuse_change'::regproc LOOP
    EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM {APP_ROLE}', logged);
  END LOOP;
  IF current_setting('server_version_num')::int >= 170000 THEN
    GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {APP_ROLE};  -- ANALYZE after a bulk load
  END IF;
END $$;
"""

IN_AN_OFFICE = (
    "{unit} IN (SELECT descendant_id FROM organisations_lineage"
    " WHERE ancestor_id = ANY((SELECT dh_offices())::bigint[]) AND valid @> (SELECT dh_day()))"
)


def secured(table: str, *conditions: str) -> migrations.RunSQL:
    """Migration operation: rows of `table` are there for a reader who meets one of the SQL `conditions`.

    A condition asks `(SELECT dh_reader())`, an account's id, or is `IN_AN_OFFICE.format(unit="column")`: the unit is,
    on the reader's day, one of the reader's offices or below it. It holds for reading and for writing.
    """
    seen = " OR ".join(f"({condition})" for condition in ("(SELECT dh_everything())", *conditions))
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY {table}_readers ON {table} USING ({seen})",
        f"DROP POLICY {table}_readers ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    )


@contextmanager
def reader(*, account: int | None, offices: Iterable[int] = (), day: date) -> Iterator[None]:
    """A transaction in which the database shows what this account may see from these offices on this day."""
    settings = {"dh.reader": str(account or ""), "dh.offices": ",".join(map(str, offices)), "dh.day": day.isoformat()}
    with _told(settings | {"dh.everything": ""}):
        yield


@contextmanager
def everything() -> Iterator[None]:
    """A transaction in which the database shows every row: for jobs and commands, and what an action checks for all."""
    with _told({"dh.everything": "on"}):
        yield


@contextmanager
def _told(settings: dict[str, str]) -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        columns = ", ".join("current_setting(%s, true)" for _ in settings)
        cursor.execute(f"SELECT {columns}", list(settings))
        before = dict(zip(settings, cursor.fetchone(), strict=True))
        _set(settings)
        yield
        _set(before)  # the caller's transaction goes on; a savepoint that fails takes the settings back by itself


def _set(settings: Mapping[str, str | None]) -> None:
    columns = ", ".join("set_config(%s, %s, true)" for _ in settings)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [part for name, value in settings.items() for part in (name, value or "")])


def walled(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view runs in one transaction whose reader is the person who asks; without it such rows stay unseen."""

    @wraps(view)
    def behind_the_wall(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with request.wall():  # type: ignore[attr-defined]  # people.middleware gives it to every request
            return view(request, *args, **kwargs)

    return behind_the_wall
