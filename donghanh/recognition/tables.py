from __future__ import annotations

from collections.abc import Mapping

import django_tables2 as tables
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.tables import NumberColumn
from donghanh.recognition.council import Points
from donghanh.recognition.models import Nomination, Practice, Round


class RoundTable(tables.Table):
    name = tables.Column(verbose_name=_("Đợt"), linkify=("recognition:round", {"pk": tables.A("pk")}), orderable=False)
    unit_name = tables.Column(verbose_name=_("Cơ quan"), order_by="unit_sort")
    opens_on = tables.DateColumn(verbose_name=_("Từ ngày"), format="d/m/Y")
    closes_on = tables.DateColumn(verbose_name=_("Đến hết ngày"), format="d/m/Y")
    sent = NumberColumn(verbose_name=_("Đề nghị"))
    decision = tables.Column(verbose_name=_("Quyết định"), default="", orderable=False)

    class Meta:
        model = Round
        fields = ("name", "unit_name", "opens_on", "closes_on", "sent", "decision")


class NominationTable(tables.Table):
    """`names`: how each nominee is called to this reader; `points`: averages of those that have some."""

    who = tables.Column(
        verbose_name=_("Ai"), accessor="pk", orderable=False, linkify=("recognition:nomination", {"pk": tables.A("pk")})
    )
    unit_name = tables.Column(verbose_name=_("Đơn vị đề nghị"), order_by="unit_sort")
    kind = tables.Column(verbose_name=_("Loại"))
    form = tables.Column(verbose_name=_("Hình thức"))
    points = tables.Column(verbose_name=_("Điểm"), accessor="pk", orderable=False)
    state = tables.Column(verbose_name=_("Tình trạng"))
    names: Mapping[int, str]
    scores: Mapping[int, Points]

    class Meta:
        model = Nomination
        fields = ("who", "unit_name", "kind", "form", "points", "state")

    def render_who(self, value: int) -> str:
        return self.names[value]

    def render_points(self, value: int) -> str:
        found = self.scores.get(value)
        return "–" if found is None else floatformat(found.total, -1)


class PracticeTable(tables.Table):
    title = tables.Column(
        verbose_name=_("Kinh nghiệm"), order_by="title_sort", linkify=("recognition:practice", {"pk": tables.A("pk")})
    )
    topic = tables.Column(verbose_name=_("Chủ đề"))
    unit_name = tables.Column(verbose_name=_("Đơn vị"), order_by="unit_sort")
    trials_made = NumberColumn(verbose_name=_("Đơn vị đã làm thử"))
    works = NumberColumn(verbose_name=_("Làm được"))
    published_at = tables.DateColumn(verbose_name=_("Chia sẻ ngày"), format="d/m/Y", default="")
    state = tables.Column(verbose_name=_("Tình trạng"))

    class Meta:
        model = Practice
        fields = ("title", "topic", "unit_name", "trials_made", "works", "published_at", "state")
