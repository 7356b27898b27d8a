"""The map: areas coloured by how many schools of a kind stand in them, with the same figures in a table."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.access import requires
from donghanh.kernel.clock import today
from donghanh.kernel.lists import paged
from donghanh.kernel.parameters import parameters
from donghanh.kernel.tables import NumberColumn
from donghanh.kernel.text import sort_key
from donghanh.organisations import queries
from donghanh.organisations.choices import KINDS_OF_LEVEL, SCHOOL_KINDS, UnitKind, UnitLevel
from donghanh.organisations.models import UnitBoundary
from donghanh.organisations.views import READ_UNITS

AREAS = [(UnitLevel.COMMUNE, UnitLevel.COMMUNE.label), (UnitLevel.DISTRICT, UnitLevel.DISTRICT.label)]
KINDS = [(kind.value, kind.label) for kind in SCHOOL_KINDS]
ROWS_A_PAGE = 50


class AreaTable(tables.Table):
    """Areas with how many schools of the chosen kind they hold, and how many schools."""

    name = tables.TemplateColumn(
        '<a href="{% url "organisations:unit" record.unit %}?day={{ day|date:"Y-m-d" }}">{{ record.name }}</a>',
        verbose_name=gettext_lazy("Địa bàn"), order_by="name_sort",
    )  # fmt: skip
    count = NumberColumn(verbose_name=gettext_lazy("Số đơn vị"))
    schools = NumberColumn(verbose_name=gettext_lazy("Mọi cơ sở giáo dục"))


def _asked(request: HttpRequest) -> dict[str, Any]:
    return parameters(
        request,
        day=forms.DateField(required=False, initial=today()),
        level=forms.ChoiceField(required=False, choices=AREAS, initial=UnitLevel.COMMUNE.value),
        kind=forms.ChoiceField(required=False, choices=KINDS, initial=""),
    )


@requires(READ_UNITS)
def unit_map(request: HttpRequest) -> HttpResponse:
    """“Bản đồ”: `?day=2025-06-30&level=commune&kind=MN`."""
    asked = _asked(request)
    day, kind = asked["day"], asked["kind"]
    areas = list(queries.drawn(KINDS_OF_LEVEL[asked["level"]], on=day))
    below = queries.count_below([area.pk for area in areas], SCHOOL_KINDS, on=day)
    rows = []
    for area in areas:
        counts = below.get(area.pk, {})
        schools = sum(counts.values())
        count = counts.get(kind, 0) if kind else schools
        rows.append(
            {"unit": area.pk, "name": area.name, "name_sort": sort_key(area.name), "count": count, "schools": schools}
        )
    table = AreaTable(rows, exclude=() if kind else ("schools",))
    what = UnitKind(kind).label if kind else _("Cơ sở giáo dục")
    table.caption = _("%(what)s theo địa bàn, ngày %(day)s") % {"what": what, "day": f"{day:%d/%m/%Y}"}
    paged(request, table, ROWS_A_PAGE)
    place = f"{reverse('organisations:boundaries')}?{urlencode({'day': day, 'level': asked['level']})}"
    context = asked | {
        "areas": AREAS, "kinds": KINDS, "table": table, "crumbs": [(_("Đơn vị"), reverse("organisations:units"))],
        "drawing": {
            "boundaries": place, "name": str(what),
            "values": [{"unit": str(row["unit"]), "name": row["name"], "value": row["count"]} for row in rows],
        },
    }  # fmt: skip
    return render(request, "organisations/map.html", context)


@requires(READ_UNITS)
def boundaries(request: HttpRequest) -> JsonResponse:
    """The boundaries of the units of one level on a day, as GeoJSON; `unit` names the unit of each feature."""
    asked = _asked(request)
    units = queries.drawn(KINDS_OF_LEVEL[asked["level"]], on=asked["day"]).order_by().values("pk")
    rows = UnitBoundary.objects.filter(unit__in=units).order_by("unit")
    features = [{"type": "Feature", "properties": {"unit": str(row.unit_id)}, "geometry": row.geometry} for row in rows]
    return JsonResponse({"type": "FeatureCollection", "features": features})
