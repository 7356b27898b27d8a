"""A page of its own for each way a questionnaire shows, so that a browser can drive it without the rooms above."""

from __future__ import annotations

import json
from pathlib import Path

from django.http import HttpResponse
from django.template import RequestContext, Template
from django.urls import path

from donghanh.kernel.access import public
from donghanh.questionnaires.definition import read_definition
from donghanh.questionnaires.rules import Answers, read_answers

HERE = Path(__file__).parent
PLAN = json.loads((HERE.parent / "data/plan3296.json").read_text())
DEFINITION = read_definition(PLAN)
REGISTER = {"staff": 30, "learners": 412}

FRAME = """{% load static i18n questionnaire %}{% get_current_language as language %}<!doctype html>
<html lang="{{ language }}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ definition.name }}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{% static 'questionnaires/fill.css' %}">
<link rel="stylesheet" href="{% url 'frame' %}">
<script type="module" src="{% static 'questionnaires/fill.js' %}"></script>
<main><h1>{{ definition.name }}</h1>CONTENT</main>
</html>"""
SHEET = (
    "{% questionnaire_sheet definition answers levels=levels register=register previous=previous remarks=remarks "
    "remark_fields=remark_fields attempted=attempted as sheet %}"
)
FILL = """<form method="post" novalidate>
{% csrf_token %}
{% include "questionnaires/fill.html" %}
<div class="bar">{% include "questionnaires/summary.html" %}<button class="send">{% translate "Gửi báo cáo" %}</button>
</div></form>"""
READ = """{% include "questionnaires/read.html" %}"""
COMPARE = "{% questionnaire_compare definition versions levels %}"


def numbers(**values):
    """A stored array from values by cell; `staff_trained__TH` is `staff_trained[TH]`."""
    by_cell = {code.replace("__", "[") + "]" * ("__" in code): value for code, value in values.items()}
    return [by_cell.get(cell.code) for cell in DEFINITION.cells]


PREVIOUS = numbers(
    schools_with_outreach=1, staff_in_scope__TH=12, staff_in_scope__THCS=9, staff_trained__TH=11, staff_trained__THCS=7,
    briefings_held=3, briefing_attendees=96, official_channels=2, content_published=1200, student_law_sessions__TH=2,
    student_law_sessions__THCS=4, student_law_attendees__TH=180, student_law_attendees__THCS=210, feedback_received=3,
)  # fmt: skip
REMARKS = {
    "staff_trained": "Lớp bồi dưỡng tháng 3 có 2 người của trường, xin kiểm tra lại số này.",
    "content_published": "Xin ghi cả các bài đăng trên trang của Đoàn trường.",
}
FIRST = {
    "title": "Lần gửi 1",
    "note": "12/06/2025, cô Bùi Thị Hoa",
    "numbers": numbers(
        schools_with_outreach=1, schools_with_collaborator_team=0, staff_in_scope__TH=12, staff_in_scope__THCS=10,
        staff_trained__TH=12, staff_trained__THCS=4, school_plan_issued=1, briefings_held=3, briefing_attendees=1234,
        official_channels=3, channels_with_named_admin=3, student_law_sessions__TH=2, student_law_sessions__THCS=3,
    ),
    "texts": {"difficulties": "Đường truyền yếu."},
    "remarks": REMARKS,
}  # fmt: skip
SECOND = {
    "title": "Lần gửi 2",
    "note": "14/06/2025, cô Bùi Thị Hoa",
    "numbers": [
        {"schools_with_collaborator_team": 1.0, "staff_trained[THCS]": 6.0, "content_published": 45.0}.get(c.code, n)
        for c, n in zip(DEFINITION.cells, FIRST["numbers"], strict=True)
    ],
    "texts": {"team_decision": "15/QĐ-THCS ngày 05/9/2024", "difficulties": "Đường truyền yếu.\nThiếu phòng máy."},
    "remarks": {},
}  # fmt: skip


def page(request, content, **context):
    html = Template(FRAME.replace("CONTENT", content))
    context = {"definition": DEFINITION, "register": REGISTER, **context}
    return HttpResponse(html.render(RequestContext(request, context)))


@public
def fill(request, levels):
    school, remarks = levels.split(","), REMARKS if "," in levels else {}
    answers, attempted = read_answers(DEFINITION, request.POST, school), request.method == "POST"
    return page(
        request, SHEET + FILL, levels=school, answers=answers, previous=PREVIOUS, remarks=remarks, remark_fields=None,
        attempted=attempted,
    )  # fmt: skip


@public
def read(request, levels):
    answers, typed = Answers(FIRST["numbers"], FIRST["texts"]), {"staff_trained": REMARKS["staff_trained"]}
    return page(
        request, SHEET + READ, levels=levels.split(","), answers=answers, previous=PREVIOUS, remarks={},
        remark_fields=typed, attempted=False,
    )  # fmt: skip


@public
def versions(request, levels):
    return page(request, COMPARE, levels=levels.split(","), versions=[FIRST, SECOND])


@public
def frame(request):
    return HttpResponse((HERE / "frame.css").read_text(), content_type="text/css")


urlpatterns = [
    path("fill/<str:levels>/", fill),
    path("read/<str:levels>/", read),
    path("compare/<str:levels>/", versions),
    path("frame.css", frame, name="frame"),
]
