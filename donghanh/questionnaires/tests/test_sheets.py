"""Every kind of item, logic, checks: one list of sheets for the server and (test_browser.py) for the browser."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path

import pytest

from donghanh.questionnaires.definition import FaultyDefinition, read_definition
from donghanh.questionnaires.rules import Answers, Offered, read_answers, read_date, review
from donghanh.questionnaires.sheets import compare, lay_out

SHEETS = json.loads(Path(__file__).with_name("sheets.json").read_text())
LOGIC = read_definition(SHEETS["form"])
LEVELS, ON = ["TH", "THCS"], date(2025, 6, 16)


def offered(example):
    return {code: Offered(value, "sổ mẫu") for code, value in example.get("offered", {}).items()}


@pytest.mark.parametrize("example", SHEETS["examples"], ids=lambda example: example["why"])
def test_a_sheet_is_read_settled_and_checked(example):
    answers = read_answers(LOGIC, example["typed"], LEVELS, on=ON)
    assert {code: n for code, n in LOGIC.by_cell(answers.numbers).items() if n is not None} == example["numbers"]
    assert (answers.texts, answers.faults) == (example["texts"], example["faults"])
    found = review(LOGIC, answers, LEVELS, {}, peers=example.get("peers"), offered=offered(example), on=ON)
    assert found.empty == example["empty"]
    assert [[f.check, f.severity, f.cell, f.sentence] for f in found.findings] == example["findings"]


def test_a_warning_wants_a_word_and_takes_it():
    typed = {**SHEETS["examples"][2]["typed"], "people": "7"}

    def stands(**words):
        answers = read_answers(LOGIC, typed | words, LEVELS, on=ON)
        return review(LOGIC, answers, LEVELS, {}, offered={"people": Offered(3, "sổ mẫu")}, on=ON)

    assert stands().verdict.reason == "1 chỗ cần giải thích"
    assert not stands(**{"why:differs:people": "ừ"}).verdict.ok
    assert stands(**{"why:differs:people": "Thêm 4 người mới."}).verdict.ok


def test_words_beside_answers_are_kept_for_known_places_only():
    typed = {"held": "1", "note:people": "  đếm  tay ", "note:nowhere": "x", "why:differs:people": "vì thế"}
    assert read_answers(LOGIC, typed, LEVELS).notes == {"note:people": "đếm tay", "why:differs:people": "vì thế"}


@pytest.mark.parametrize("typed", ["5/9/2024", "05.09.2024", "5-9-2024", "2024-09-05"])
def test_a_day_is_read_as_people_write_it(typed):
    assert read_date(typed) == date(2024, 9, 5)


@pytest.mark.parametrize("typed", ["31/2/2024", "5/9/24", "hôm qua", "1/1/1850", "5/9"])
def test_what_is_no_day_is_said(typed):
    with pytest.raises(ValueError, match="không phải là ngày"):
        read_date(typed)


FAULTS = [
    (["sections", 0, "items", 1, "choices"], "nowhere", "sections[0].items[1].choices"),
    (["sections", 0, "items", 1, "kind"], "text", "sections[0].items[1].choices"),
    (["sections", 1, "items", 0, "rows"], "nowhere", "sections[1].items[0].rows"),
    (["sections", 1, "items", 0, "breakdown"], "", "sections[1].items[0].rows"),
    (["sections", 1, "items", 0, "closed"], ["warned,XX"], "sections[1].items[0].closed"),
    (["sections", 1, "items", 0, "calculation"], "1", "sections[1].items[0].calculation"),
    (["sections", 0, "items", 1, "relevant"], "${nowhere} = 1", "sections[0].items[1].relevant"),
    (["sections", 0, "items", 1, "relevant"], "${held} =", "sections[0].items[1].relevant"),
    (["sections", 0, "items", 0, "relevant"], "${kind} = 'law'", "sections"),
    (["sections", 0, "items", 6, "decimals"], 9, "sections[0].items[6].decimals"),
    (["sections", 0, "items", 6, "at_most"], 0, "sections[0].items[6].at_most"),
    (["checks", 0, "holds"], "", "checks[0].holds"),
    (["checks", 1, "holds"], "1 = 1", "checks[1].holds"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "value", "path"), FAULTS, ids=str)
def test_a_faulty_form_is_refused_at_its_place(place, value, path):
    document = copy.deepcopy(SHEETS["form"])
    *way, name = place
    target = document
    for step in way:
        target = target[step]
    target[name] = value
    with pytest.raises(FaultyDefinition) as fault:
        read_definition(document)
    assert fault.value.path == path


def test_a_table_is_laid_out_in_rows_and_columns_with_grey_cells_and_totals():
    answers = read_answers(LOGIC, SHEETS["examples"][2]["typed"], LEVELS, on=ON)
    sheet = lay_out(LOGIC, answers, levels=LEVELS, on=ON)
    table = next(block for part in sheet.parts for block in part.blocks if block.table)
    shown = [[row.name, *(box.value if box else None for box in row.boxes), row.total] for row in table.rows]
    assert shown == [["Khiển trách", None, "1", "1"], ["Nhắc nhở", "2", "4", "6"]]
    assert (table.totals, table.table.total) == ((("TH", "2"), ("THCS", "5")), "7")


def test_a_school_of_one_level_fills_a_table_of_one_column():
    sheet = lay_out(LOGIC, read_answers(LOGIC, {"held": "1"}, ["TH"]), levels=["TH"])
    table = next(block for part in sheet.parts for block in part.blocks if block.rows[0].item.code == "cases")
    assert [box.code for row in table.rows for box in row.boxes if box] == ["cases[told,TH]"]


def test_versions_of_two_versions_of_a_form_meet_by_their_cells():
    older = copy.deepcopy(SHEETS["form"])
    del older["sections"][0]["items"][4]  # the money was asked later
    before, after = read_definition(older), LOGIC
    typed = SHEETS["examples"][2]["typed"]
    versions = [
        {"title": title, "definition": form, "numbers": read_answers(form, typed, LEVELS).numbers, "texts": {}}
        for title, form in (("cũ", before), ("mới", after))
    ]
    lines = {line.item.code: line for _section, lines in compare(after, versions, LEVELS) for line in lines}
    assert [entry.shown for entry in lines["money"].entries] == ["", "12.500.000"]
    assert [entry.shown for entry in lines["people"].entries] == ["3", "3"]


def test_an_answer_that_is_stored_reads_back_the_same():
    answers = read_answers(LOGIC, SHEETS["examples"][2]["typed"], LEVELS, on=ON)
    sheet = lay_out(LOGIC, Answers(answers.numbers, answers.texts), levels=LEVELS, on=ON)
    rows = {row.item.code: row for part in sheet.parts for block in part.blocks for row in block.rows}
    assert rows["share"].box.shown == "33,3"
    assert rows["day"].box.shown == "1/6/2025"
    assert rows["topics"].box.shown == "Pháp luật; An toàn"
    assert [chosen for _name, _code, _words, chosen in rows["topics"].choices] == [True, True]
