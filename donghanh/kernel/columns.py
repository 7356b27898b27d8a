"""Generated columns: the database keeps them, so no writer can forget them."""

from __future__ import annotations

from django.db.models import F, Func, GeneratedField, TextField


def sort_key_of(column: str) -> GeneratedField:
    """Column that sorts `column` by the Vietnamese alphabet."""
    return GeneratedField(expression=Func(F(column), function="dh_sort_key"), output_field=TextField(), db_persist=True)


def folded(column: str) -> GeneratedField:
    """Column that search without tone marks compares."""
    return GeneratedField(expression=Func(F(column), function="dh_fold"), output_field=TextField(), db_persist=True)
