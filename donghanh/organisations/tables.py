from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import django_tables2 as tables
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.templatetags.dh import number
from donghanh.organisations import queries
from donghanh.organisations.models import Unit


class UnitTable(tables.Table):
    """Lines of `queries.register`; the page's `day` goes along with every link."""

    name = tables.TemplateColumn(
        template_name="organisations/name.html", verbose_name=gettext_lazy("Tên đơn vị"), order_by="name_sort"
    )
    kind = tables.Column(
        accessor="kind_label", verbose_name=gettext_lazy("Loại hình"), order_by=("kind", "name_sort"), default=""
    )
    parent = tables.TemplateColumn(
        template_name="organisations/parent.html", verbose_name=gettext_lazy("Trực thuộc"), orderable=False, default=""
    )
    code = tables.Column(verbose_name=gettext_lazy("Mã"), orderable=False, default="")

    def __init__(self, *args: Any, empty_text: str, empty_hint: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.caption, self.empty_text, self.empty_hint, self.export_url = "", empty_text, empty_hint, ""

    def value_name(self, record: Unit) -> str:
        """In a file the name alone."""
        return record.name

    def value_parent(self, record: Any) -> str:
        return record.parent_name or ""


@dataclass(frozen=True)
class Said:
    """One thing that the register says of a unit, and from when until when; no last day: until further notice."""

    what: str
    value: str
    first_day: date
    last_day: date | None

    def holds(self, day: date) -> bool:
        return self.first_day <= day <= (self.last_day or day)


def said_of(unit: Unit, names: dict[int, str]) -> list[Said]:
    """Every dated row of `queries.unit_with_rows` in words, by subject, oldest first. `names`: of its parents."""

    def said(what: str, value: str, valid: DateRange) -> Said:
        return Said(what, value, valid.lower, valid.upper - timedelta(days=1) if valid.upper else None)

    return [
        *(said(_("Tên"), row.name, row.valid) for row in unit.names.all()),
        *(said(_("Loại hình"), row.get_kind_display(), row.valid) for row in unit.types.all()),
        *(said(_("Trực thuộc"), names[row.parent_id], row.valid) for row in unit.parents.all()),
        *(said(row.get_scheme_display(), row.code, row.valid) for row in unit.codes.all()),
        *(said(_("Nhóm"), row.label, row.valid) for row in unit.groups.all()),
        *(
            said(
                _("Quy mô"),
                _("%(staff)s cán bộ, giáo viên, nhân viên; %(learners)s người học")
                % {"staff": number(row.staff), "learners": number(row.learners)},
                row.valid,
            )
            for row in unit.headcounts.all()
        ),
    ]


@dataclass
class Branch:
    """A unit of the tree as drawn: `below` is empty unless it is open. `toggled`: what is open after a click on it."""

    unit: Unit
    children: int
    below: list[Branch]
    toggled: str
    opened: bool


def branches(opened: Sequence[int], *, on: date) -> list[Branch]:
    """The tops of the tree, with what hangs below the opened ones, in a few queries whatever is open."""
    units = list(queries.below_or_top(opened, on=on))
    counts = queries.count_children([unit.pk for unit in units], on=on)
    found: dict[int | None, list[Branch]] = defaultdict(list)
    for unit in units:
        others = [one for one in opened if one != unit.pk]
        is_open = len(others) < len(opened)
        toggled = ",".join(map(str, others if is_open else [*opened, unit.pk]))
        found[unit.parent_id_on].append(Branch(unit, counts.get(unit.pk, 0), [], toggled, is_open))
    for of_parent in list(found.values()):
        for branch in of_parent:
            branch.below = found.get(branch.unit.pk, [])
    return found.get(None, [])
