from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.tables import NumberColumn
from donghanh.rosters.choices import FAULTS, NO_CLASS, Outcome
from donghanh.rosters.models import RosterLine


class ClassTable(tables.Table):
    name = tables.Column(verbose_name=gettext_lazy("Lớp"), order_by=("grade", "name_sort"))
    school_year = tables.Column(
        verbose_name=gettext_lazy("Năm học"), accessor="school_year__short_label", order_by="school_year__days"
    )
    school = tables.Column(verbose_name=gettext_lazy("Trường"), accessor="school_name", default="")
    teacher = tables.Column(verbose_name=gettext_lazy("Giáo viên chủ nhiệm"), default="", orderable=False)
    size = NumberColumn(verbose_name=gettext_lazy("Sĩ số"))
    leads_to = "rosters:school_class"  # where a class's name leads

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.empty_text: str | Promise = _("Chưa có lớp nào")
        self.empty_hint: str | Promise = _("Lớp có ở đây sau khi danh sách lớp được nhập và ghi.")

    def render_name(self, value: str, record: Any) -> Any:
        return linked(value, self.leads_to, record.pk)

    def value_name(self, value: str) -> str:
        return value


class TaughtClassTable(ClassTable):
    leads_to = "rosters:my_class"

    class Meta:
        exclude = ("teacher",)


class LearnerTable(tables.Table):
    full_name = tables.Column(verbose_name=gettext_lazy("Họ và tên"), order_by="full_name_sort")
    class_name = tables.Column(verbose_name=gettext_lazy("Lớp"), order_by=("class_sort", "full_name_sort"), default="")
    birth_date = tables.DateColumn(verbose_name=gettext_lazy("Ngày sinh"), format="j/n/Y", default="")
    username = tables.Column(verbose_name=gettext_lazy("Tên đăng nhập"))
    leads_to = "rosters:learner"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.empty_text: str | Promise = _("Chưa có học sinh nào")
        self.empty_hint: str | Promise = ""

    def render_full_name(self, value: str, record: Any) -> Any:
        return linked(value, self.leads_to, record.pk)

    def value_full_name(self, value: str) -> str:
        return value

    def value_birth_date(self, value: Any) -> str:
        return f"{value:%d/%m/%Y}"


class TaughtLearnerTable(LearnerTable):
    leads_to = "rosters:my_learner"

    class Meta:
        exclude = ("class_name",)


class SchoolLearnerTable(LearnerTable):
    school = tables.Column(verbose_name=gettext_lazy("Trường"), accessor="school_name", default="", orderable=False)


def linked(text: str, route: str, pk: int) -> Any:
    from django.urls import reverse
    from django.utils.html import format_html

    return format_html('<a href="{}">{}</a>', reverse(route, args=[pk]), text)


def sentences(line: RosterLine) -> list[str]:
    """What is wrong in a line, a sentence a fault with its field in front."""
    return [f"{where}: {FAULTS[code] % {'value': value}}" for code, where, value in line.faults]


class LineTable(tables.Table):
    """Lines of a roster that was checked; the file that is exported has the same rows and columns."""

    where = tables.Column(verbose_name=gettext_lazy("Dòng"), accessor="row", orderable=False)
    outcome = tables.Column(verbose_name=gettext_lazy("Kết quả"), accessor="get_outcome_display", orderable=False)
    full_name = tables.Column(verbose_name=gettext_lazy("Họ và tên"), orderable=False, default="")
    class_name = tables.Column(verbose_name=gettext_lazy("Lớp"), orderable=False, default="")
    says = tables.Column(
        verbose_name=gettext_lazy("Điều phần mềm thấy"), accessor="faults", empty_values=(), orderable=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.empty_text: str | Promise = _("Không có dòng nào")
        self.empty_hint: str | Promise = ""

    def render_where(self, record: RosterLine) -> str:
        if not record.row:
            return _("không có trong tệp")
        return f"{record.place}, {record.row}" if record.place else str(record.row)

    def render_class_name(self, record: RosterLine) -> str:
        return _("không còn lớp") if record.class_key == NO_CLASS else record.class_name

    def render_says(self, record: RosterLine) -> str:
        if record.faults:
            return " ".join(sentences(record))
        if record.typed:
            return _("Tên gõ bằng phông cũ: “%(typed)s” được đọc là “%(name)s”.") % {
                "typed": record.typed,
                "name": record.full_name,
            }
        return ""


SHOWN_OUTCOMES = (Outcome.BAD, Outcome.NEW, Outcome.CHANGED, Outcome.MOVED, Outcome.LEFT, Outcome.SAME)
