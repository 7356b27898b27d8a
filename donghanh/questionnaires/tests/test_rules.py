"""What was typed, what is missing, what does not hold. The same examples run in Chromium (test_browser.py)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.utils import translation

from donghanh.questionnaires.definition import read_definition
from donghanh.questionnaires.rules import (
    Answers,
    applicable,
    missing,
    read_answers,
    read_number,
    review,
    run_checks,
    tidy,
)

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text())
TRIAL = read_definition(VECTORS["form"])
PLAN = read_definition(json.loads((Path(__file__).parent.parent / "data/plan3296.json").read_text()))
REGISTER = {"staff": 30, "learners": 412}


def numbers(definition, by_cell):
    return [by_cell.get(cell.code) for cell in definition.cells]


def typed_in_plan(**typed):
    """The plan's answers of a TH&THCS school; `staff_trained__TH` is `staff_trained[TH]`."""
    by_code = {code.replace("__", "[") + "]" * ("__" in code): value for code, value in typed.items()}
    return read_answers(PLAN, by_code, ["TH", "THCS"])


def sentences(answers, previous=None):
    findings = run_checks(PLAN, answers.numbers, answers.texts, REGISTER, previous)
    return [(finding.severity, finding.cell, finding.sentence) for finding in findings]


@pytest.mark.parametrize("example", VECTORS["readings"], ids=lambda example: f"{example['item']} {example['typed']}")
def test_a_box_is_understood_or_answered_with_a_sentence(example):
    item = TRIAL.items[example["item"]]
    code = TRIAL.cells_of[item.code][0].code if item.kind != "text" else item.code
    answers = read_answers(TRIAL, {code: example["typed"]}, ["TH", "THCS"])
    if "sentence" in example:
        assert answers.faults == {code: example["sentence"]}
        assert answers.typed[code] == (tidy(example["typed"]) if item.kind == "text" else example["typed"])
        assert answers.numbers == [None] * len(TRIAL.cells)
        assert answers.texts == {}
    elif item.kind == "text":
        assert answers == Answers([None] * len(TRIAL.cells), {code: example["value"]})
    else:
        assert answers == Answers(numbers(TRIAL, {code: example["value"]}), {})


@pytest.mark.parametrize("example", VECTORS["checks"], ids=lambda example: example["why"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_check_speaks_where_it_does_not_hold(example, language):
    previous = numbers(TRIAL, example["previous"]) if "previous" in example else None
    with translation.override(language):
        findings = run_checks(
            TRIAL, numbers(TRIAL, example["numbers"]), example.get("texts", {}), example.get("register", {}), previous
        )
    spoken = 3 if language == "vi" else 4
    wanted = [(check[0], check[1], check[2], check[spoken]) for check in example["findings"]]
    assert [(f.check, f.severity, f.cell, f.sentence) for f in findings] == wanted


@pytest.mark.parametrize("example", VECTORS["missing"], ids=lambda example: str(example["levels"]))
def test_what_is_still_to_be_filled(example):
    stored = numbers(TRIAL, example["numbers"])
    assert missing(TRIAL, stored, example["texts"], example["levels"]) == example["missing"]


def test_a_school_answers_only_the_cells_of_its_levels():
    assert applicable(TRIAL, ["TH"]) == {"team", "scope[TH]", "trained[TH]", "channels", "posts", "visits"}
    answers = read_answers(TRIAL, {"scope[TH]": "5", "scope[THCS]": "7", "channels": "1"}, ["TH"])
    assert answers.numbers == numbers(TRIAL, {"scope[TH]": 5, "channels": 1})


def test_names_that_are_no_field_are_ignored():
    answers = read_answers(TRIAL, {"scope": "5", "scope[XX]": "7", "csrfmiddlewaretoken": "x", "posts": "1"}, ["TH"])
    assert answers == Answers(numbers(TRIAL, {"posts": 1}), {})


def test_one_wrong_box_leaves_the_others_as_they_are():
    answers = typed_in_plan(staff_in_scope__TH="12", staff_trained__TH="mười", briefings_held="2,5", collaborators="0")
    assert PLAN.by_cell(answers.numbers)["staff_in_scope[TH]"] == 12
    assert PLAN.by_cell(answers.numbers)["collaborators"] == 0
    assert answers.faults == {
        "staff_trained[TH]": "“mười” không phải là số. Chỉ nhập chữ số, ví dụ 1.234.",
        "briefings_held": "“2,5” có phần lẻ. Ô này nhận số nguyên.",
    }


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12 người", "“12 người” không phải là số. Chỉ nhập chữ số, ví dụ 1.234."),
        ("-12", "“-12” nhỏ hơn 0. Ô này nhận số từ 0 trở lên."),
        ("12,5", "“12,5” có phần lẻ. Ô này nhận số nguyên."),
        ("12.5", "“12.5” có phần lẻ. Ô này nhận số nguyên."),
        ("2000000000", "“2000000000” quá lớn. Ô này nhận số đến 1.000.000.000."),
    ],
)
def test_a_bad_count_is_refused_with_its_sentence(typed, sentence):
    with pytest.raises(ValueError) as refused:
        read_number(PLAN.items["briefing_attendees"], typed)
    assert str(refused.value) == sentence


def test_more_people_than_the_school_has_is_an_error_at_the_item():
    ((severity, cell, sentence),) = sentences(typed_in_plan(staff_in_scope__TH="20", staff_in_scope__THCS="11"))
    assert (severity, cell) == ("error", "staff_in_scope")
    assert sentence == (
        "Tổng 31 người lớn hơn số cán bộ, giáo viên, nhân viên của trường trong sổ đăng ký (30). "
        "Nhập lại, hoặc đề nghị sửa sổ đăng ký."
    )
    assert sentences(typed_in_plan(staff_in_scope__TH="20", staff_in_scope__THCS="10")) == []


@pytest.mark.parametrize(
    ("typed", "severity", "cell", "sentence"),
    [
        ({"staff_in_scope__THCS": "9", "staff_trained__THCS": "10"}, "error", "staff_trained[THCS]",
         "Số người đã bồi dưỡng (10) lớn hơn số người làm công tác này (9). Sửa một trong hai số."),
        ({"official_channels": "1", "channels_with_named_admin": "2"}, "error", "channels_with_named_admin",
         "Số kênh có người quản trị (2) lớn hơn số kênh chính thức (1). Sửa một trong hai số."),
        ({"schools_with_collaborator_team": "1"}, "error", "team_decision",
         "Trường có đội ngũ thì cần ghi số quyết định thành lập."),
        ({"student_law_attendees__TH": "1000", "student_law_attendees__THCS": "300"}, "warning",
         "student_law_attendees",
         "Tổng 1.300 lượt, nhiều hơn 3 lần số học sinh, sinh viên của trường trong sổ đăng ký (412). Xem lại giúp."),
        ({"schools_with_outreach": "0", "content_published": "7"}, "warning", "schools_with_outreach",
         "Mục III ghi 7 tin, bài đã đăng nhưng ở đây chọn “Không”. Xem lại giúp."),
        ({"schools_with_outreach": "0", "student_law_sessions__TH": "1"}, "warning", "schools_with_outreach",
         "Mục IV ghi 1 buổi bồi dưỡng nhưng ở đây chọn “Không”. Xem lại giúp."),
        ({"briefings_held": "0", "briefing_attendees": "50"}, "warning", "briefings_held",
         "Có 50 lượt người dự nhưng số hội nghị là 0. Xem lại giúp."),
        ({"student_law_sessions__TH": "0", "student_law_attendees__TH": "5"}, "warning", "student_law_sessions[TH]",
         "Có 5 lượt học sinh, sinh viên nhưng số buổi là 0. Xem lại giúp."),
    ],
)  # fmt: skip
def test_each_relation_of_the_plan_is_said_where_it_does_not_hold(typed, severity, cell, sentence):
    assert sentences(typed_in_plan(**typed)) == [(severity, cell, sentence)]


def test_a_figure_unlike_the_year_before_is_asked_about():
    before = typed_in_plan(content_published="1200").numbers
    sentence = "12, trong khi kỳ trước là 1.200. Nếu đúng thì giữ nguyên; nếu nhầm, xin sửa lại."
    assert sentences(typed_in_plan(content_published="12"), before) == [("warning", "content_published", sentence)]
    assert sentences(typed_in_plan(content_published="1100"), before) == []


def test_a_text_keeps_its_lines_and_loses_what_nobody_sees():
    answers = typed_in_plan(difficulties="  Thiếu  máy\u200b tính.\r\n\r\n\r\nĐường truye\u0302\u0300n yếu. ")
    assert answers.texts == {"difficulties": "Thiếu máy tính.\n\nĐường truyền yếu."}


def test_a_text_that_is_too_long_is_not_cut_but_refused():
    answers = typed_in_plan(difficulties="a" * 2001)
    assert answers.faults == {"difficulties": "Dài 2.001 ký tự. Ô này nhận nhiều nhất 2.000 ký tự."}
    assert answers.typed == {"difficulties": "a" * 2001}
    assert answers.texts == {}


def test_a_report_may_be_sent_once_nothing_is_empty_or_wrong():
    typed = {cell.code: "0" for cell in PLAN.cells} | {"schools_with_collaborator_team": "1", "briefings_held": "nhiều"}
    levels = ["TH", "THCS"]

    def stands(**change):
        return review(PLAN, read_answers(PLAN, typed | change, levels), levels, REGISTER)

    assert stands(collaborators="").verdict.reason == "Còn 2 ô trống · 1 lỗi"
    assert stands(collaborators="").empty == ["collaborators", "team_decision"]
    assert stands(briefings_held="1", team_decision="15/QĐ", channels_with_named_admin="1").verdict.reason == "1 lỗi"
    warned = {"briefings_held": "1", "team_decision": "15/QĐ", "content_published": "5"}
    assert stands(**warned).verdict.reason == "1 chỗ cần giải thích"
    why = {"why:content_means_outreach:schools_with_outreach": "Đoàn trường đăng, trường chưa tổ chức."}
    ready = stands(**warned, **why)
    assert ready.verdict.ok
    assert ready.summary == "Đã điền đủ, không có lỗi"
    assert stands(briefings_held="1", team_decision="15/QĐ").summary == "Đã điền đủ, không có lỗi"
