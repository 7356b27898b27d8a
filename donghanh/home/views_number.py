"""Every number opens: one page that tells of any figure what it means, how it was made and what is behind it."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from donghanh.home import numbers, queries
from donghanh.home.tables import behind_table
from donghanh.home.views import reader
from donghanh.kernel.access import requires
from donghanh.kernel.clock import today
from donghanh.kernel.lists import list_page
from donghanh.kernel.numbers import format_number
from donghanh.kernel.parameters import parameters
from donghanh.organisations.choices import UnitKind
from donghanh.people.choices import Right
from donghanh.people.queries import rights_of
from donghanh.periods.queries import BadPeriod
from donghanh.reporting import queries as reporting
from donghanh.statistics import queries as statistics
from donghanh.statistics.choices import Aggregation, DatumKind, Direction, TreeMode

type Pairs = list[tuple[str, object]]


@requires(Right.READ_FIGURES)
def number(request: HttpRequest) -> HttpResponse:
    """The story of `?datum=indicator:staff_trained_rate&span=NH2024&unit=7`, perhaps `&group=TH&tree=as_is&form=…`.

    Without anything asked it leads to the reader's own figures.
    """
    asked = _asked(request)
    if asked is None:
        return redirect("home:newest_figures")
    account, day = reader(request), today()
    if not queries.may_read_figures(account, asked.unit, on=day):
        raise Http404
    try:
        story = numbers.story(asked, on=day)
    except statistics.UnknownDatum:
        raise Http404 from None
    except (statistics.FactsNotReady, statistics.FactsTooSlow) as wait:
        return render(request, "503.html", {"exception": str(wait)}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    counted = asked.datum.kind != DatumKind.RATE and bool(story.parts)  # a unit alone shows what it still owes
    rows = reporting.reports_behind(account, story.rounds, asked.unit, asked.group, counted=counted, on=day)
    return list_page(
        request, rows, behind_table(story.origin, states=not counted), "home/number.html",
        searched="unit_folded", name=f"{asked.datum.code}-{asked.span.code}", kept=asked.arguments,
        story=story,
        asked=asked.arguments,
        lede=_lede(story),
        decimals=numbers.decimals_of(story.origin, story.cell),
        **_around(request, story),
        meaning=_meaning(story),
        making=_making(story),
        trees=_trees(asked),
        reads_reports=Right.READ_REPORTS in rights_of(account, on=day),
        behind=rows.count(),
        counted=counted,
    )  # fmt: skip


def _asked(request: HttpRequest) -> numbers.Asked | None:
    """What the address names; None where it names nothing, 404 where it names what cannot be."""
    asked = parameters(
        request,
        datum=forms.CharField(required=False, max_length=200, initial=""),
        span=forms.CharField(required=False, max_length=40, initial=""),
        unit=forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1),
        group=forms.ChoiceField(required=False, choices=UnitKind, initial=""),
        tree=forms.ChoiceField(required=False, choices=TreeMode, initial=TreeMode.AS_WAS.value),
        form=forms.SlugField(required=False, max_length=40, initial=""),
    )
    if not (asked["datum"] or asked["span"] or asked["unit"]):
        return None
    try:
        datum, span = statistics.read_datum(asked["datum"]), numbers.span_named(asked["span"])
    except (statistics.UnknownDatum, BadPeriod):
        raise Http404 from None
    if asked["unit"] is None:
        raise Http404
    return numbers.Asked(**asked | {"datum": datum, "span": span})


def _lede(story: numbers.Story) -> str:
    """“Phòng GD&ĐT huyện Lạc Sơn · Năm học 2024–2025 · Trường tiểu học”."""
    group = UnitKind(story.asked.group).label if story.asked.group else ""
    form = story.forms[story.origin.datum.code] if story.origin.datum.kind == DatumKind.RATE else ""
    return " · ".join(filter(None, [story.unit_name, story.asked.span.label, str(group), form]))


def _around(request: HttpRequest, story: numbers.Story) -> dict[str, object]:
    """The way up to the figures of the round that it is taken from, and to the schools behind an indicator."""
    rounds = queries.rounds(reader(request), on=today())
    within = {(source.form, source.period.pk) for source in story.origin.sources}
    found = next((one for one in rounds if (one.form_version.form.code, one.period_id) in within), None)
    if found is None:
        return {"crumbs": [(_("Chỉ tiêu của kế hoạch"), reverse("home:newest_figures"))], "schools": ""}
    here = [found.pk, story.asked.unit]
    indicator = story.origin.indicator
    return {
        "crumbs": [(_("Chỉ tiêu của kế hoạch"), reverse("home:figures", args=here))],
        "schools": reverse("home:schools", args=[*here, indicator.code]) if indicator and story.parts else "",
    }


def _meaning(story: numbers.Story) -> Pairs:
    origin, found = story.origin, []
    if indicator := origin.indicator:
        numerator, denominator = statistics.in_words(indicator)
        found = [
            (_("Tên đầy đủ"), indicator.name),
            (_("Tử số"), numerator),
            (_("Mẫu số"), denominator),
            (_("Cách tính"), _("tử số chia mẫu số, nhân %(factor)s") % {"factor": format_number(indicator.factor)}),
            (_("Làm tròn"), _rounding(indicator.decimals)),
            (_("Chiều tốt lên"), Direction(indicator.direction).label),
            (_("Căn cứ"), indicator.basis),
        ]
    elif origin.elements:
        found = [
            (_("Đếm gì"), origin.name), (_("Đơn vị tính"), origin.unit), (_("Căn cứ"), origin.elements[0].basis),
        ]  # fmt: skip
    else:
        found = [
            (_("Đếm gì"), origin.name), (_("Biểu mẫu"), story.forms[origin.datum.code]),
            (_("Mẫu số"), _("mọi đơn vị phải nộp báo cáo trong kỳ, theo danh sách của đợt; không quá 100 phần trăm")),
        ]  # fmt: skip
    return _told(found)


def _told(found: Pairs) -> Pairs:
    """What there is to tell, each as a sentence begins."""
    return [(term, capfirst(str(told))) for term, told in found if told]


def _rounding(decimals: int) -> str:
    if not decimals:
        return _("đến số nguyên; so với mục tiêu bằng số chưa làm tròn")
    told = ngettext("đến %(count)s chữ số thập phân", "đến %(count)s chữ số thập phân", decimals) % {"count": decimals}
    return _("%(decimals)s; so với mục tiêu bằng số chưa làm tròn") % {"decimals": told}


def _making(story: numbers.Story) -> Pairs:
    span, cell, origin = story.asked.span, story.cell, story.origin
    days = {"first": date_format(span.start, "j/n/Y"), "last": date_format(span.end, "j/n/Y")}
    tree = {"tree": TreeMode(story.asked.tree).label, "day": date_format(story.day, "j/n/Y")}
    found: Pairs = [
        (_("Kỳ"), span.label),
        (_("Từ ngày đến ngày"), _("%(first)s – %(last)s") % days),
        (_("Cây đơn vị"), _("%(tree)s, ngày %(day)s") % tree),
        (_("Lấy từ"), "; ".join(_sources(story))),
        (_("Cách gộp"), _gathering(origin)),
        (_("Báo cáo đã duyệt"), _of(cell.reported, cell.expected)),
        (_("Bảo vệ người được đếm"), _gate(origin)),
    ]
    if story.written_at:
        found.append((_("Cộng lúc"), date_format(timezone.localtime(story.written_at), "H:i j/n/Y")))
    return _told(found)


def _of(part: int, whole: int) -> str:
    told = {"part": format_number(part), "whole": format_number(whole)}
    return _("%(part)s/%(whole)s đơn vị phải nộp") % told if whole else ""


def _sources(story: numbers.Story) -> list[str]:
    """“Báo cáo kế hoạch, phiên bản 1”, with the period where it is taken from several."""
    sources = story.origin.sources
    several = len({source.period for source in sources}) > 1
    found = []
    for one in sources:
        words = {"form": story.forms.get(one.form, one.form), "version": one.version, "period": one.period.short_label}
        told = _("%(form)s, phiên bản %(version)s") % words
        found.append(_("%(form)s (%(period)s)") % {**words, "form": told} if several else told)
    return list(dict.fromkeys(found))


def _gathering(origin: statistics.Origin) -> str:
    if origin.datum.kind == DatumKind.RATE:
        return _("đếm theo danh sách đơn vị phải nộp")
    ways = {origin.datum.aggregation or element.aggregation for element in origin.elements}
    told = ", ".join(sorted(str(Aggregation(way).label) for way in ways))
    if origin.indicator:
        return _("%(way)s của tử số chia cho %(way)s của mẫu số, không lấy trung bình các tỷ lệ") % {"way": told}
    return told


def _gate(origin: statistics.Origin) -> str:
    if origin.minimum is None:
        return ""
    return _("Nhóm dưới %(count)s người không được hiện, và số nào trừ ra lộ nhóm ấy cũng vậy.") % {
        "count": origin.minimum
    }


def _trees(asked: numbers.Asked) -> list[dict[str, object]]:
    """The same figure as it was and as it is."""
    return [
        {
            "label": mode.label,
            "href": numbers.Asked(**{**vars(asked), "tree": mode}).address,
            "current": asked.tree == mode,
        }
        for mode in TreeMode
    ]
