"""Facts that this room states, for `flows`; and what it asks of the rooms above, which answer from `apps.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from django.apps import apps
from django.db.models import ForeignObjectRel, Model
from django.dispatch import Signal

units_reformed = Signal()  # event_ids: list[int] of UnitEvent, recorded or undone; sent on commit

type Counted = list[tuple[str, int]]  # ("báo cáo đang mở", 12)

_asked: list[Callable[[Collection[int], date], Counted]] = []
_following: set[tuple[str, str]] = set()


def tell_what_is_touched(answer: Callable[[Collection[int], date], Counted]) -> None:
    """Register what a room has going on in units on a day: shown before an event is recorded. 0 is left out."""
    _asked.append(answer)


def touched_by(unit_ids: Collection[int], on: date) -> Counted:
    """What the rooms above have going on in these units on that day, in their order of registration."""
    return [(label, count) for answer in _asked for label, count in answer(unit_ids, on) if count]


def follows_the_tree(model: type[Model], column: str) -> None:
    """Register a foreign key to Unit that its room writes anew after each event: such rows hinder no undoing."""
    _following.add((model._meta.label_lower, column))


def rows_standing_on(unit_ids: Collection[int]) -> Counted:
    """Rows of any room above that point to these units, by the models' names; those that follow the tree left out."""
    unit = apps.get_model("organisations", "Unit")
    found: Counted = []
    for relation in unit._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel):
            continue
        model, column = relation.field.model, relation.field.name
        if model._meta.app_label == "organisations" or (model._meta.label_lower, column) in _following:
            continue
        if count := model._base_manager.filter(**{f"{column}__in": list(unit_ids)}).count():  # noqa: SLF001  # documented
            found.append((str(model._meta.verbose_name), count))
    return found
