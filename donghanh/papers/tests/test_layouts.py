"""Layouts are files with a validity; a value outside what the law allows, or two at once, is refused by its name."""

from __future__ import annotations

import ast
import datetime as dt
import json
from pathlib import Path

import pytest

from donghanh.papers import choices
from donghanh.papers.layouts import FOLDER, LayoutFaulty, layout_on, layouts, read
from donghanh.papers.queries import NoLayout

DECREE = FOLDER / "decree-30-2020.json"


@pytest.fixture
def told():
    return json.loads(DECREE.read_text(encoding="utf-8"))


def written(folder: Path, told: dict, name: str = "one.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


def faults(folder: Path, told: dict) -> str:
    with pytest.raises(LayoutFaulty) as refused:
        read(written(folder, told))
    return str(refused.value)


def test_the_decree_holds_from_its_day_on():
    assert [layout.source for layout in layouts()] == [
        "Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ"
    ]
    found = layout_on(dt.date(2020, 3, 5))
    assert (found.valid_until, found.font, found.margin_left, found.styles["motto"].sizes) == (
        None, "Times New Roman", 30, (13, 14),
    )  # fmt: skip


def test_a_later_layout_takes_over_on_its_day(told, tmp_path, monkeypatch):
    written(tmp_path, told | {"valid_until": "2027-01-01"}, "b.json")
    later = told | {"valid_from": "2027-01-01", "valid_until": "2028-01-01", "source": "Nghị định sau"}
    later["page"] |= {"margin_left": {"clause": "I", "value": 25}}
    written(tmp_path, later, "a.json")
    both = layouts(tmp_path)
    assert [layout.source for layout in both] == [told["source"], "Nghị định sau"]
    monkeypatch.setattr("donghanh.papers.layouts.layouts", lambda: both)
    margins = [layout_on(dt.date(*day)).margin_left for day in ((2026, 12, 31), (2027, 1, 1), (2027, 12, 31))]
    assert margins == [30, 25, 25]
    for day in (dt.date(2020, 3, 4), dt.date(2028, 1, 1)):
        with pytest.raises(NoLayout, match=f"{day:%d/%m/%Y}"):
            layout_on(day)


@pytest.mark.parametrize("until", [None, "2027-01-02"])
def test_two_layouts_at_once_are_refused(told, tmp_path, until):
    written(tmp_path, told | {"valid_until": until}, "a.json")
    written(tmp_path, told | {"valid_from": "2027-01-01", "source": "Nghị định sau"}, "b.json")
    with pytest.raises(LayoutFaulty, match="Nghị định sau: begins on 2027-01-01 while"):
        layouts(tmp_path)


@pytest.mark.parametrize(
    ("part", "key", "change", "said"),
    [
        ("page", "margin_left", {"value": 29}, "margin_left is 29, not 30 to 35 (I.I.3)"),
        ("styles", "motto", {"size": 12}, "motto: size 12, not 13 to 14 (I.II.1b)"),
        ("styles", "text", {"first_line": 11}, "text: first line 11, none of [10, 12.7] (I.II.6e)"),
        ("styles", "text", {"before": 5}, "text: 5 pt above, less than 6 (I.II.6e)"),
        ("styles", "text", {"lines": 1.6}, "text: 1.6 lines, not 1 to 1.5 (I.II.6e)"),
        ("styles", "text", {"colour": "red"}, "text: unknown ['colour']"),
        ("styles", "other", {"clause": "", "name": "Khác", "size": 14}, "styles: missing or unknown ['other']"),
        ("stamps", "flash", {"depth": 1}, "depth"),
        ("page", "gutter", {"clause": "", "value": 3}, "gutter"),
    ],
)
def test_a_faulty_value_is_named(told, tmp_path, part, key, change, said):
    told[part][key] = told[part].get(key, {}) | change
    assert said in faults(tmp_path, told)


@pytest.mark.parametrize(("part", "key"), [("page", "height"), ("styles", "address"), ("stamps", "urgent")])
def test_a_missing_value_is_named(told, tmp_path, part, key):
    del told[part][key]
    assert key in faults(tmp_path, told)


def test_a_file_that_is_none_is_named(tmp_path, told):
    (tmp_path / "one.json").write_text("{", encoding="utf-8")
    with pytest.raises(LayoutFaulty, match=r"one\.json"):
        layouts(tmp_path)
    assert "ends on 2020-03-05, before it begins" in faults(tmp_path, told | {"valid_until": "2020-03-05"})


def test_every_value_of_the_law_says_its_clause(told):
    limited = [row for part in ("page", "styles") for row in told[part].values() if {"allowed", "sizes"} & row.keys()]
    assert len(limited) > 35
    assert [row for row in limited if not row["clause"]] == []


def test_the_code_keeps_no_measure():
    tree = ast.parse(Path(choices.__file__).read_text(encoding="utf-8"))
    numbers = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is not str}
    assert numbers <= {0, 1, None}
