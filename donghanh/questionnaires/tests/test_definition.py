"""A document becomes a form, or the author reads where it is wrong."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from django.utils import translation

from donghanh.questionnaires.definition import FaultyDefinition, read_definition

PLAN = json.loads((Path(__file__).parent.parent / "data/plan3296.json").read_text())
ELEMENTS = [
    "schools_with_outreach", "schools_with_collaborator_team", "staff_in_scope", "staff_trained",
    "school_plan_issued", "briefings_held", "briefing_attendees", "collaborators",
    "official_channels", "channels_with_named_admin", "content_published",
    "student_law_sessions", "student_law_attendees", "feedback_received",
]  # fmt: skip
LEVELS = ["MN", "TH", "THCS", "THPT", "GDTX", "CĐ"]


def test_the_plan_asks_for_its_data_elements_and_two_texts():
    definition = read_definition(PLAN)
    assert [code for code, item in definition.items.items() if item.kind != "text"] == ELEMENTS
    assert [item.code for item in definition.texts] == ["team_decision", "difficulties"]
    assert [len(section.items) for section in definition.sections] == [5, 4, 3, 2, 2]


def test_cells_stand_in_the_order_of_the_form_and_a_breakdown_gives_one_a_level():
    cells = [cell.code for cell in read_definition(PLAN).cells]
    assert cells[:2] == ["schools_with_outreach", "schools_with_collaborator_team"]
    assert cells[2:8] == [f"staff_in_scope[{level}]" for level in LEVELS]
    assert cells[8:14] == [f"staff_trained[{level}]" for level in LEVELS]
    assert len(cells) == 4 * 6 + 10


def test_every_wording_of_the_plan_is_there_in_both_languages():
    definition = read_definition(PLAN)
    for item in definition.items.values():
        for wording in ("unit", "help", "note"):
            vi, en = getattr(item, f"{wording}_vi"), getattr(item, f"{wording}_en")
            assert bool(vi) == bool(en), f"{item.code}.{wording}"
        assert item.basis, item.code
        assert item.basis_en, item.code


def test_a_name_is_in_the_readers_language():
    level = read_definition(PLAN).breakdowns["level"][0]
    with translation.override("vi"):
        assert level.name == "Mầm non"
    with translation.override("en"):
        assert level.name == "Preschool"


def test_an_array_of_another_form_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        read_definition(PLAN).by_cell([None] * 10)


def at(document, path):
    """The place that `path` names: "sections.0.items.1"."""
    for step in path.split("."):
        document = document[int(step) if step.isdigit() else step]
    return document


@pytest.mark.parametrize(
    ("place", "change", "where", "sentence"),
    [
        ("sections.0.items.0", {"kind": "integr"}, "sections[0].items[0].kind", "“integr” không đúng kiểu."),
        ("sections.0.items.0", {"vi": ""}, "sections[0].items[0].vi", "không được để trống."),
        ("sections.0.items.0", {"required": "yes"}, "sections[0].items[0].required", "“yes” không đúng kiểu."),
        ("sections.0.items.0", {"at_most": True}, "sections[0].items[0].at_most", "“True” không đúng kiểu."),
        ("sections.0.items.0", {"color": "red"}, "sections[0].items[0].color", "tên này không có trong biểu mẫu."),
        ("sections.0.items.0", {"code": "Số lớp"}, "sections[0].items[0].code", "“Số lớp” không dùng làm mã được."),
        ("sections.0.items.1", {"code": "schools_with_outreach"}, "sections[0].items[1].code",
         "mã “schools_with_outreach” đã dùng ở sections[0].items[0]."),
        ("sections.1.items.0", {"code": "staff_trained"}, "sections[1].items[0].code",
         "mã “staff_trained” đã dùng ở sections[0].items[4]."),
        ("sections.0.items.3", {"breakdown": "sex"}, "sections[0].items[3].breakdown", "không có phân tổ “sex”."),
        ("sections.0.items.0", {"breakdown": "level"}, "sections[0].items[0].breakdown",
         "chỉ số đếm mới phân tổ được."),
        ("sections.0.items.3", {"at_most": 0}, "sections[0].items[3].at_most", "cần lớn hơn 0."),
        ("sections.0", {"items": {}}, "sections[0].items", "cần một danh sách."),
        ("breakdowns.level.1", {"code": "MN"}, "breakdowns.level[1].code", "mã “MN” đã dùng ở breakdowns.level[0]."),
        ("checks.0", {"kind": "less_than"}, "checks[0].kind", "“less_than” không đúng kiểu."),
        ("checks.0", {"severity": "fatal"}, "checks[0].severity", "“fatal” không đúng kiểu."),
        ("checks.0", {"left": "staff"}, "checks[0].left", "“staff” không so sánh được ở đây."),
        ("checks.0", {"right": "register.rooms"}, "checks[0].right", "“register.rooms” không so sánh được ở đây."),
        ("checks.0", {"right": "difficulties"}, "checks[0].right", "“difficulties” không so sánh được ở đây."),
        ("checks.0", {"factor": -1}, "checks[0].factor", "cần lớn hơn 0."),
        ("checks.0", {"vi": "%(staff)s người"}, "checks[0].vi", "câu này chỉ được dùng hai giá trị left và right."),
        ("checks.0", {"en": "100 % of %(left)s"}, "checks[0].en", "câu này chỉ được dùng hai giá trị left và right."),
        ("checks.1", {"code": "trained_within_scope"}, "checks[1].code",
         "mã “trained_within_scope” đã dùng ở checks[0]."),
    ],
)  # fmt: skip
def test_a_fault_names_its_place(place, change, where, sentence):
    document = copy.deepcopy(PLAN)
    at(document, place).update(change)
    with pytest.raises(FaultyDefinition) as refused:
        read_definition(document)
    assert str(refused.value) == f"{where}: {sentence}"
    assert refused.value.path == where


@pytest.mark.parametrize(
    ("place", "name", "where"),
    [
        ("sections.0.items.0", "en", "sections[0].items[0].en"),
        ("checks.0", "severity", "checks[0].severity"),
        ("breakdowns.level.0", "vi", "breakdowns.level[0].vi"),
    ],
)
def test_what_is_missing_is_named(place, name, where):
    document = copy.deepcopy(PLAN)
    del at(document, place)[name]
    with pytest.raises(FaultyDefinition) as refused:
        read_definition(document)
    assert str(refused.value) == f"{where}: còn thiếu."


@pytest.mark.parametrize("document", [None, [], "plan", {}, {"sections": None}, {"sections": [1]}])
def test_what_is_no_form_at_all_is_refused(document):
    with pytest.raises(FaultyDefinition):
        read_definition(document)
