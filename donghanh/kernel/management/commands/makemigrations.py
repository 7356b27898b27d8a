"""`makemigrations` as the owner: it reads which migrations a database has, also one that has not been migrated yet."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.makemigrations import Command as MakeMigrations
from django.db import connection


class Command(MakeMigrations):
    def handle(self, *args: Any, **options: Any) -> None:
        if connection.in_atomic_block:  # a test asks whether models and migrations agree
            super().handle(*args, **options)
            return
        with connection.as_owner():  # type: ignore[attr-defined]  # our own backend
            super().handle(*args, **options)
