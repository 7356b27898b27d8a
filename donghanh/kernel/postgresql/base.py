"""Django's PostgreSQL backend, working as a role that owns nothing: no row policy passes it by (docs/adr/0009)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def _configure_role(self, connection: Any) -> bool:
        """Whoever makes and drops whole databases stays who signed in.

        Django's own way composes the statement on a second connection, for which a pool that is just opening has none.
        """
        role = self.settings_dict["OPTIONS"].get("assume_role")
        if role is None or self.alias == NO_DB_ALIAS:
            return False
        with connection.cursor() as cursor:  # before the first `migrate` there is neither role nor row to guard
            cursor.execute("SELECT set_config('role', rolname, false) FROM pg_roles WHERE rolname = %s", [role])
        return True

    @contextmanager
    def as_owner(self) -> Iterator[None]:
        """Within: the owner of the tables, for migrations and for building them anew. Not within a transaction."""
        options = self.settings_dict["OPTIONS"]
        role = options.pop("assume_role", None)
        self._forget_connections()
        try:
            yield
        finally:
            if role:
                options["assume_role"] = role
            self._forget_connections()

    def _forget_connections(self) -> None:
        self.close()
        self.close_pool()
