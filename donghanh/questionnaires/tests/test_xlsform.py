"""XLSForm in and out: what both can say keeps its meaning, what we cannot hold is refused by row, nothing half."""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
import xlsxwriter

from donghanh.questionnaires.definition import read_definition
from donghanh.questionnaires.outline import items_of
from donghanh.questionnaires.tests.test_data import FORMS
from donghanh.questionnaires.xlsform_in import Entry, NotHeld, understand, understand_sheets
from donghanh.questionnaires.xlsform_out import sheets, workbook

MOST = 5 * 1024 * 1024
XF, H = "{http://www.w3.org/2002/xforms}", "{http://www.w3.org/1999/xhtml}"


def table(text):
    """`| a | b |` lines under `| sheet |` headings, as pyxform's own tests write their samples."""
    found, name, headings = {}, "", []
    for line in text.strip().splitlines():
        first, *cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if first:
            name, headings = first, []
            found[name] = []
        elif not headings:
            headings = cells
        else:
            found[name].append(dict(zip(headings, cells, strict=False)))
    return found


def filed(sheets_):
    """The same as an .xlsx."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, rows in sheets_.items():
            sheet = book.add_worksheet(name)
            columns = list(dict.fromkeys(key for row in rows for key in row))
            for line, values in enumerate([columns, *([row.get(column, "") for column in columns] for row in rows)]):
                for column, value in enumerate(values):
                    sheet.write_string(line, column, str(value))
    out.seek(0)
    return out


def read(text):
    return understand(filed(table(text)), max_bytes=MOST)


def xform(rows):
    from pyxform.xls2xform import convert

    given = {name: [{k: str(v) for k, v in row.items() if v != ""} for row in rows[name]] for name in rows}
    given.pop("dh_checks", None)
    return ET.fromstring(convert({k: v for k, v in given.items() if v}, form_name="data").xform)  # noqa: S314  # just made


def leaf(path):
    return path.rstrip("/").rpartition("/")[2]


def meaning(xml):
    """What a form asks: question → type, required, conditions with those of its groups, sentences, choices, words."""
    binds = {bind.get("nodeset"): bind for bind in xml.iter(f"{XF}bind")}
    texts = {
        (translation.get("lang"), text.get("id")): " ".join("".join(text.itertext()).split())
        for translation in xml.iter(f"{XF}translation")
        for text in translation.iter(f"{XF}text")
    }
    languages = sorted({language for language, _id in texts})
    names = lambda text: re.sub(r"\s*/data/(?:[\w.-]+/)*([\w.-]+)\s*", r"${\1}", text or "")  # noqa: E731  # a name reads better than the pattern twice
    found = {}
    controls = {
        one.get("ref"): one for one in xml.find(f"{H}body").iter() if one.get("ref") and one.tag != f"{XF}label"
    }
    for place, bind in binds.items():
        if leaf(place) in ("instanceID", "instanceName") or "/meta" in place:
            continue
        above = [binds[up] for up in binds if place.startswith(f"{up}/")]
        relevant = [names(one.get("relevant")) for one in (*above, bind) if one.get("relevant")]
        control = controls.get(place)
        lists = (
            [re.sub(r"\[.*", "", one.get("nodeset")) for one in control.iter(f"{XF}itemset")]
            if control is not None
            else []
        )
        said = {
            language: [texts.get((language, f"{place}:{kind}"), "") for kind in ("label", "hint", "jr:constraintMsg")]
            for language in languages
        }
        plain = [
            " ".join("".join(one.itertext()).split())
            for kind in ("label", "hint")
            if control is not None
            for one in control.findall(f"{XF}{kind}")
            if not one.get("ref")
        ]
        if bind.get("type") is None and control is not None and control.tag == f"{XF}group":
            continue
        found[leaf(place)] = {
            "type": bind.get("type"), "required": bind.get("required") == "true()",
            "relevant": sorted(part.strip("() ") for whole in relevant for part in whole.split(" and ")),
            "constraint": names(bind.get("constraint")), "calculate": names(bind.get("calculate")),
            "control": control.tag.rpartition("}")[2] if control is not None else "",
            "list": [leaf(re.sub(r"instance\('([^']+)'\).*", r"\1", one)) for one in lists],
            "said": said or plain,
        }  # fmt: skip
    choices = {
        instance.get("id"): [item.find(f"{XF}name").text for item in instance.iter(f"{XF}item")]
        for instance in xml.iter(f"{XF}instance")
        if instance.get("id")
    }
    return found, choices


BOTH = "label::Tiếng Việt (vi) | label::English (en)"
SAID = "constraint_message::Tiếng Việt (vi) | constraint_message::English (en)"
SAMPLES = {
    "numbers and words": f"""
        | survey |
        |        | type    | name | {BOTH} | required | hint::Tiếng Việt (vi) | hint::English (en) |
        |        | integer | lop  | Số lớp | Classes | yes | Cuối kỳ | At the end |
        |        | decimal | dien_tich | Diện tích | Area | | | |
        |        | text    | loi  | Nhận xét | Remarks | no | | |
        |        | date    | ngay | Ngày | Day | yes | | |
        |        | note    | dan  | Đọc kỹ | Read well | | | |
        """,
    "choices": f"""
        | survey |
        |        | type | name | {BOTH} |
        |        | select_one muc | lam | Làm ở mức nào? | How far? |
        |        | select_multiple ben | cung | Với ai? | With whom? |
        | choices |
        |        | list_name | name | {BOTH} |
        |        | muc | khong | Chưa | Not yet |
        |        | muc | co | Đã làm | Done |
        |        | ben | ca | Công an | Police |
        |        | ben | doan | Đoàn | Youth Union |
        """,
    "logic": f"""
        | survey |
        |        | type | name | {BOTH} | relevant | constraint | {SAID} | calculation |
        |        | integer | tong | Tổng | Total | | . >= 0 and . < 1000 | Từ 0 đến 999 | From 0 to 999 | |
        |        | integer | nu | Nữ | Female | ${{tong}} > 0 | . <= ${{tong}} | Nhiều hơn tổng | More than all | |
        |        | calculate | nam | Nam | Male | | | | | ${{tong}} - ${{nu}} |
        """,
    "groups": f"""
        | survey |
        |        | type | name | {BOTH} | relevant |
        |        | begin_group | chung | I. Chung | I. General | |
        |        | integer | a | A | A | |
        |        | end_group | | | | |
        |        | begin_group | rieng | II. Riêng | II. Own | ${{a}} > 1 |
        |        | integer | b | B | B | |
        |        | integer | c | C | C | ${{b}} > 2 |
        |        | end_group | | | | |
        """,
    "groups in groups": f"""
        | survey |
        |        | type | name | {BOTH} | relevant |
        |        | begin group | ngoai | Ngoài | Outer | |
        |        | integer | a | A | A | |
        |        | begin group | trong | | | ${{a}} > 1 |
        |        | integer | b | B | B | ${{a}} < 9 |
        |        | end group | | | | |
        |        | integer | c | C | C | |
        |        | end group | | | | |
        """,
    "selected": f"""
        | survey |
        |        | type | name | {BOTH} | relevant |
        |        | select_multiple ben | cung | Với ai? | With whom? | |
        |        | text | vi_sao | Vì sao? | Why? | selected(${{cung}}, 'khac') and string-length(.) >= 0 |
        | choices |
        |        | list_name | name | {BOTH} |
        |        | ben | ca | Công an | Police |
        |        | ben | khac | Khác | Other |
        """,
    "evidence": f"""
        | survey |
        |        | type | name | {BOTH} |
        |        | file | minh_chung | Tệp | File |
        """,
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_form_from_outside_goes_out_meaning_the_same(name):
    given = table(SAMPLES[name])
    ours = sheets(understand(filed(given), max_bytes=MOST).document)
    assert meaning(xform(ours)) == meaning(xform({**given, "settings": [{"default_language": "Tiếng Việt (vi)"}]}))


@pytest.mark.parametrize("name", FORMS)
def test_our_own_forms_come_back_the_very_same_document(name):
    assert understand(BytesIO(workbook(FORMS[name])), max_bytes=MOST).document == FORMS[name]


@pytest.mark.parametrize("name", FORMS)
def test_what_goes_out_is_xlsform_for_others_too(name):
    """pyxform takes it, and asks every question of ours."""
    found, _choices = meaning(xform(sheets(FORMS[name])))
    assert {item["code"] for item in items_of(FORMS[name])} <= set(found)


def test_every_field_of_an_item_and_a_check_survives():
    said = {"vi": "x", "en": "x"}
    item = {
        "code": "a", "kind": "integer", "vi": "A", "en": "A", "unit_vi": "lớp", "unit_en": "classes", "help_vi": "h",
        "help_en": "h", "note_vi": "n", "note_en": "n", "basis": "b", "basis_en": "b", "breakdown": "level",
        "rows": "sex", "closed": ["f,TH"], "required": False, "at_least": 1, "at_most": 9, "relevant": "${n} > 1",
        "constraint": ". < ${n}", "constraint_vi": "sai", "constraint_en": "wrong", "measure": "m.x",
    }  # fmt: skip
    document = {
        "code": "f", "vi": "F", "en": "F",
        "breakdowns": {
            "level": [{"code": "TH", "vi": "TH", "en": "P"}, {"code": "MN", "vi": "MN", "en": "K"}],
            "sex": [{"code": "f", "vi": "Nữ", "en": "F"}],
        },
        "sections": [
            {"code": "1", "vi": "I", "en": "I", "relevant": "today() > 0", "items": [
                {"code": "n", "kind": "money", "vi": "N", "en": "N"},
                {"code": "p", "kind": "percentage", "vi": "P", "en": "P", "decimals": 1},
                {"code": "y", "kind": "flag", "vi": "Y", "en": "Y"},
                {"code": "k", "kind": "money", "vi": "K", "en": "K", "calculation": "${n} * 2"},
                {"code": "l", "kind": "decimal", "vi": "L", "en": "L", "calculation": "${a[f,MN]} * 2"},
                {"code": "w", "kind": "note", "vi": "W", "en": "W"},
            ]},
            {"code": "s2", "vi": "II", "en": "II", "items": [item]},
        ],
        "checks": [
            {"code": "c", "kind": "usual_range", "severity": "warning", "left": "*", "factor": 1.5, **said},
            {"code": "d", "kind": "holds", "severity": "error", "left": "a", "holds": "${n} > 1", "basis": "b", **said},
        ],
    }  # fmt: skip
    read_definition(document)
    assert understand(BytesIO(workbook(document)), max_bytes=MOST).document == document


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("begin_repeat | r | R | | | ", "Trang survey, dòng 2, cột type: biểu mẫu không giữ được loại “begin_repeat”"),
        ("geopoint | g | G | | | ", "dòng 2, cột type"),
        ("image | g | G | | | ", "dòng 2, cột type"),
        ("audio | g | G | | | ", "dòng 2, cột type"),
        ("acknowledge | g | G | | | ", "dòng 2, cột type"),
        ("rank x | g | G | | | ", "dòng 2, cột type"),
        ("select_one_from_file a.csv | g | G | | | ", "dòng 2, cột type"),
        ("select_one x or_other | g | G | | | ", "dòng 2, cột type"),
        ("select_one x | g | G | | | ", "trang choices không có danh mục “x”"),
        ("integer | g | G | 7 | | ", "dòng 2, cột default"),
        ("integer | g | G | | ${g} = 1 | ", "cột required: chỉ nhận yes hoặc no"),
        ("date | g | G | | | month-year", "cột appearance"),
        ("integer | g | Số ${k} | | | ", "cột label: lời của câu không chèn được"),
    ],
)
def test_what_cannot_be_held_is_refused_with_row_column_and_reason(row, said):
    with pytest.raises(NotHeld) as refused:
        read(f"| survey |\n| | type | name | label | default | required | appearance |\n| | {row} |")
    assert any(said in sentence for sentence in refused.value.sentences), refused.value.sentences


def test_every_row_that_cannot_be_held_has_its_sentence():
    with pytest.raises(NotHeld) as refused:
        read("| survey |\n| | type | name | label |\n| | image | a | A |\n| | integer | b | B |\n| | audio | c | C |")
    assert [re.findall(r"dòng (\d)", sentence) for sentence in refused.value.sentences] == [["2"], ["4"]]


def test_an_expression_we_do_not_speak_is_refused_at_its_row():
    with pytest.raises(NotHeld, match="Trang survey, dòng 3"):
        read(
            "| survey |\n| | type | name | label | relevant |\n| | integer | a | A | |\n"
            "| | integer | b | B | pulldata('x', 'y', 'z', ${a}) = 1 |"
        )


def test_what_pyxform_refuses_is_refused_in_its_words():
    with pytest.raises(NotHeld, match="chưa đúng chuẩn XLSForm"):
        read("| survey |\n| | type | name | label |\n| | begin_group | a | A |\n| | integer | b | B |")


def test_a_third_language_is_refused():
    with pytest.raises(NotHeld, match="không giữ thêm tiếng khác"):
        read("| survey |\n| | type | name | label::Français (fr) | label::English (en) |\n| | integer | a | A | B |")


def test_a_workbook_without_survey_is_refused():
    with pytest.raises(NotHeld, match="không có trang “survey”"):
        understand(filed({"khac": [{"a": "1"}]}), max_bytes=MOST)


def test_one_language_serves_as_both_and_names_become_codes():
    found = read(
        "| survey |\n| | type | name | label | relevant |\n| | integer | SoLop | Số lớp | |\n"
        "| | integer | b | B | ${SoLop} > 1 |"
    )
    first, second = items_of(found.document)
    assert (first["code"], first["vi"], first["en"]) == ("solop", "Số lớp", "Số lớp")
    assert second["relevant"] == "${solop} > 1"
    assert "Tên “SoLop” ghi thành mã “solop”." in found.lines


def test_who_sent_and_when_is_left_out_with_a_word():
    found = read("| survey |\n| | type | name | label |\n| | start | start | |\n| | integer | a | A |")
    assert [item["code"] for item in items_of(found.document)] == ["a"]
    assert any("để ra ngoài" in line for line in found.lines)


def test_a_range_is_a_number_with_bounds():
    found = read("| survey |\n| | type | name | label | parameters |\n| | range | a | A | start=1 end=5 step=1 |")
    assert {"kind": "integer", "at_least": 1, "at_most": 5}.items() <= items_of(found.document)[0].items()


def test_codes_of_digits_are_read():
    rows = {"survey": [Entry(2, {"type": "select_one x", "name": "a", "label": "A"})]}
    rows["choices"] = [Entry(n, {"list_name": "x", "name": str(n), "label": str(n)}) for n in (1, 2)]
    assert [o["code"] for o in understand_sheets(rows).document["breakdowns"]["x"]] == ["1", "2"]
