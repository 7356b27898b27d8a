"""`migrate` as the owner of the tables; everything else runs as a role that owns none."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        with connections[options["database"]].as_owner():  # type: ignore[attr-defined]  # our own backend
            super().handle(*args, **options)
