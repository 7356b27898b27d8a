"""An XLSForm as a definition's document. What a definition cannot hold is refused, one sentence a row; never half."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, get_args

from django.utils.translation import gettext as _

from donghanh.kernel.sheets_in import Table, read_sheets
from donghanh.kernel.text import fold, nfc
from donghanh.questionnaires.definition import NAME, OPTION_NAME, FaultyDefinition, ItemKind, read_definition
from donghanh.questionnaires.outline import (
    CHECK_DEFAULTS,
    DEFAULTS,
    Document,
    place_in_words,
    place_of,
    sentence_of,
    slim,
)
from donghanh.questionnaires.xlsform_words import (
    ALIASES,
    EXPRESSIONS,
    HARMLESS,
    METADATA,
    NUMBER_FIELDS,
    OURS,
    SHEETS,
    TEXT_FIELDS,
    TRANSLATED,
    TYPES,
    YES_NO,
)

MOST_ROWS = 5_000
YES = {"yes", "true", "true()", "1"}
NO = {"", "no", "false", "false()", "0"}
REFERENCE = re.compile(r"\$\{\s*([^}\s\[]+)\s*(\[[^\]]*\])?\s*\}")
SURVEY_COLUMNS = {
    "type", "name", "required", "relevant", "constraint", "calculation", "appearance", "disabled", "parameters",
}  # fmt: skip
WORDY = re.compile(r"^\s*(['\"]|(concat|string|jr:choice-name)\s*\()")  # a calculation that gives words
REMARKS = {"comment", "comments", "note", "notes", "remark"}  # columns that authors write to themselves


class NotHeld(Exception):
    """The file asks for what a definition cannot hold; nothing of it is taken."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class Understood:
    document: Document
    lines: list[str]  # what was read, and what was left out without harm


@dataclass(frozen=True)
class Entry:
    """One row of a sheet: its number and what its cells say, by column."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def understand(file: BinaryIO, *, max_bytes: int) -> Understood:
    """The document an .xlsx of XLSForm states. Unreadable: no such file; NotHeld: a sentence for each row."""
    tables = read_sheets(file, SHEETS, max_rows=MOST_ROWS, max_bytes=max_bytes)
    return understand_sheets({name: entries(table) for name, table in tables.items()})


def entries(table: Table) -> list[Entry]:
    """Rows under the first one, which names the columns."""
    if not table.rows:
        return []
    headings = [_heading(cell) for cell in table.rows[0].cells]
    return [
        Entry(row.number, {name: nfc(cell.strip()) for name, cell in zip(headings, row.cells, strict=False) if name})
        for row in table.rows[1:]
    ]


def _heading(cell: str) -> str:
    """“Label : English (en)” → "label::English (en)"; names as XLSForm writes them today."""
    cell = nfc(cell.strip())
    head, mark, language = cell.partition("::")
    if not mark and (old := cell.partition(":"))[1] and old[0].strip().lower() in TRANSLATED:
        head, mark, language = old[0], "::", old[2]
    head = head.strip().lower()
    head = ALIASES.get(head, head).replace(" ", "_") if head != "dh" else head
    return f"{head}::{language.strip()}" if mark else head


def understand_sheets(sheets: Mapping[str, list[Entry]]) -> Understood:
    """The same from rows that were read already."""
    if not sheets.get("survey"):
        raise NotHeld([_("Tệp không có trang “survey” với ít nhất một câu hỏi.")])
    reading = _Reading(sheets)
    document = reading.document()
    if reading.faults:
        raise NotHeld(reading.faults)
    _ask_pyxform(sheets)
    try:
        read_definition(document)
    except FaultyDefinition as fault:
        kind, code = place_of(document, fault.path)
        row = reading.rows.get(code) if kind in ("item", "section") else None
        place = _("Trang survey, dòng %(row)s") % {"row": row} if row else place_in_words(fault.path)
        raise NotHeld([f"{place}: {sentence_of(fault)}"]) from fault
    return Understood(document, [*reading.lines, *_counted(document)])


def _counted(document: Document) -> Iterator[str]:
    items = [item for section in document["sections"] for item in section["items"]]
    counts = {"sections": len(document["sections"]), "items": len(items), "lists": len(document["breakdowns"])}
    yield _("Đã đọc %(sections)s mục, %(items)s câu hỏi, %(lists)s danh mục.") % counts


def _ask_pyxform(sheets: Mapping[str, list[Entry]]) -> None:
    """The reference reader of XLSForm has the last word on the file; it is given rows, never the file."""
    from pyxform.errors import PyXFormError  # slow to import, and only files from outside need it
    from pyxform.xls2xform import convert

    given: dict[str, Any] = {name: [row.cells for row in sheets.get(name, [])] for name in SHEETS[:3]}
    given["survey"] = [{k: v for k, v in row.items() if v} for row in given["survey"]]
    given["choices"] = [{k: v for k, v in row.items() if v} for row in given["choices"]]
    try:
        convert({name: rows for name, rows in given.items() if rows}, form_name="data")
    except PyXFormError as fault:
        raise NotHeld([_("Tệp chưa đúng chuẩn XLSForm. Bộ kiểm tra nói: %(fault)s") % {"fault": fault}]) from fault


def language_of(column: str) -> str:
    """ "vi", "en", "" for no language, or the language's own name: `language_of("label::English (en)") == "en"`."""
    name = column.partition("::")[2].strip()
    code = re.search(r"\(([a-z]{2,3})(?:-[\w]+)?\)\s*$", name.lower())
    folded = fold(name)
    if (code and code[1] == "vi") or "viet" in folded or folded == "vi":
        return "vi"
    if (code and code[1] == "en") or folded in ("english", "en") or folded.startswith("english"):
        return "en"
    return name


@dataclass
class _Reading:
    """One file being read: what became of names, and everything that cannot be held."""

    sheets: Mapping[str, list[Entry]]
    faults: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)  # code → row of the survey
    renamed: dict[str, str] = field(default_factory=dict)

    def refuse(self, row: Entry, column: str, why: str, sheet: str = "survey") -> None:
        place = {"sheet": sheet, "row": row.number, "column": column, "why": why}
        self.faults.append(_("Trang %(sheet)s, dòng %(row)s, cột %(column)s: %(why)s") % place)

    def document(self) -> Document:
        settings = (self.sheets.get("settings") or [Entry(2, {})])[0]
        for column in ("public_key", "submission_url"):
            if settings[column]:
                self.refuse(settings, column, _("phần mềm không gửi hay mã hóa theo cách này."), "settings")
        title = settings["form_title"] or _("Biểu mẫu nhập từ XLSForm")
        code = self.code_for(settings["form_id"] or title)[:40]
        self.name_all()
        lists = self.lists()
        sections = self.sections(lists)
        return {
            "code": code, "vi": title, "en": settings[f"{OURS}en"] or title,
            "breakdowns": {name: options for name, options in lists.items() if name != YES_NO},
            "sections": sections,
            "checks": [self.check(row) for row in self.sheets.get("dh_checks", [])],
        }  # fmt: skip

    @staticmethod
    def code_for(name: str) -> str:
        if NAME.fullmatch(name):
            return name
        made = re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")[:56]
        return made if made[:1].isalpha() else f"q_{made}"

    def name_all(self) -> None:
        """Every question's name as a code of ours; expressions follow."""
        taken: set[str] = set()
        for row in self.questions():
            name, wish = row["name"], self.code_for(row["name"])
            code, number = wish, 2
            while code in taken:
                code, number = f"{wish}_{number}", number + 1
            taken.add(code)
            self.renamed[name] = self.renamed.get(name, code)
            self.rows[code] = row.number
            if code != name:
                self.lines.append(_("Tên “%(name)s” ghi thành mã “%(code)s”.") % {"name": name, "code": code})

    def questions(self) -> Iterator[Entry]:
        for row in self.sheets["survey"]:
            if row["name"] and self.type_of(row)[0] in TYPES and row["disabled"].lower() not in YES:
                yield row

    @staticmethod
    def type_of(row: Entry) -> tuple[str, str]:
        """(type, the list's name): ("select_one", "yes_no"); old spellings are read too."""
        words = row["type"].replace("select one", "select_one").replace("select multiple", "select_multiple")
        words = re.sub(r"^(begin|end)[ _](group|repeat)$", r"\1_\2", words.strip(), flags=re.IGNORECASE)
        words = re.sub(r"\bselect1\b|\bselect_one from\b", "select_one", words)
        head, _space, rest = words.partition(" ")
        return head.lower(), rest.strip()

    def lists(self) -> dict[str, list[dict[str, str]]]:
        found: dict[str, list[dict[str, str]]] = {}
        for row in self.sheets.get("choices", []):
            if not row["list_name"]:
                continue
            for column in row.cells:
                if row[column] and column.startswith(("media", "image", "audio", "video", "big-image")):
                    self.refuse(row, column, _("danh mục của phần mềm chỉ giữ chữ."), "choices")
            if not OPTION_NAME.fullmatch(row["name"]):
                why = _("mã lựa chọn gồm chữ, số, gạch, dài nhất 16 ký tự; “%(name)s” không dùng được.")
                self.refuse(row, "name", why % {"name": row["name"]}, "choices")
            vi, en = self.words(row, "label", "choices")
            option = {"code": row["name"], "vi": vi or row["name"], "en": en or vi or row["name"]}
            found.setdefault(row["list_name"], []).append(option)
        return found

    def words(self, row: Entry, column: str, sheet: str = "survey") -> tuple[str, str]:
        """Vietnamese and English of a translated column; one language serves as both."""
        said: dict[str, str] = {}
        for name, text in row.cells.items():
            if text and name.partition("::")[0] == column:
                language = language_of(name)
                said[language] = text
                if language not in ("", "vi", "en"):
                    self.refuse(row, name, _("phần mềm giữ tiếng Việt và tiếng Anh, không giữ thêm tiếng khác."), sheet)
                if "${" in text:
                    self.refuse(row, name, _("lời của câu không chèn được câu trả lời khác."), sheet)
        vi = said.get("vi") or said.get("") or said.get("en", "")
        return vi, said.get("en") or vi

    def sections(self, lists: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Groups as sections; a group within one lends its condition to its questions and its label to a note."""
        made: list[dict[str, Any]] = []
        conditions: list[str] = []  # of the open groups, outermost first; empty: outside of every group
        inside = False  # the last section is one that still takes questions
        for row in self.sheets["survey"]:
            kind, _rest = self.type_of(row)
            if row["disabled"].lower() in YES or not (kind or row["name"]):
                continue
            if kind == "end_group":
                conditions = conditions[:-1]
                inside = bool(conditions)
            elif kind == "begin_group" and not conditions:
                made.append(self.section(row, len(made) + 1))
                conditions, inside = [""], True
            elif not inside:
                made.append(self.implied(len(made) + 1))
                inside = True
            if kind == "begin_group" and conditions and made[-1].get("row") != row.number:
                conditions = [*conditions, self.expression(row, "relevant")]
                made[-1]["items"] += self.heading(row, conditions)
            elif kind not in ("begin_group", "end_group") and (item := self.item(row, lists)) is not None:
                made[-1]["items"].append(self.within(item, conditions))
        return [
            {name: value for name, value in section.items() if name not in ("row", "implied")}
            for section in made
            if section["items"] or "implied" not in section
        ]

    @staticmethod
    def implied(number: int) -> dict[str, Any]:
        """The section of questions that stand in no group."""
        words = {"vi": _("Phần %(number)s") % {"number": number}, "en": f"Part {number}"}
        return {"code": f"s{number}", **words, "items": [], "implied": True}

    def heading(self, row: Entry, conditions: list[str]) -> list[dict[str, Any]]:
        """A note with the label of a group within a group."""
        self.refuse_columns(row, group=True)
        vi, en = self.words(row, "label")
        code = f"{self.code_for(row['name'])[:50]}_note"
        note = {"code": code, "kind": "note", "vi": vi, "en": en, "required": False}
        return [self.within(note, conditions)] if vi else []

    @staticmethod
    def within(item: dict[str, Any], conditions: list[str]) -> dict[str, Any]:
        parts = [part for part in (*conditions, item.get("relevant", "")) if part]
        together = " and ".join(f"({part})" for part in parts) if len(parts) > 1 else "".join(parts)
        return {**item, "relevant": together} if together else item

    def section(self, row: Entry, count: int) -> dict[str, Any]:
        self.refuse_columns(row, group=True)
        vi, en = self.words(row, "label")
        code = row[f"{OURS}code"] or row["name"]
        code = code if OPTION_NAME.fullmatch(code) else f"s{count}"
        self.rows.setdefault(code, row.number)
        named = {"code": code, "vi": vi or row["name"], "en": en or row["name"]}
        relevant = self.expression(row, "relevant")
        return {**named, **({"relevant": relevant} if relevant else {}), "items": [], "row": row.number}

    def item(self, row: Entry, lists: Mapping[str, Any]) -> dict[str, Any] | None:
        kind, rest = self.type_of(row)
        if kind in METADATA:
            self.lines.append(
                _("Dòng %(row)s (%(type)s) để ra ngoài: phần mềm tự ghi ai gửi, lúc nào.")
                % {"row": row.number, "type": kind}
            )
            return None
        if kind not in TYPES or " or_other" in f" {rest}" or "specify_other" in rest:
            why = _("biểu mẫu không giữ được loại “%(type)s”.") % {"type": row["type"]}
            self.refuse(row, "type", why)
            return None
        self.refuse_columns(row)
        values = self.plain(row, kind)
        if kind in ("select_one", "select_multiple") and values["kind"] != "flag":
            values["choices"] = rest
            if rest not in lists:
                self.refuse(row, "type", _("trang choices không có danh mục “%(name)s”.") % {"name": rest})
        if kind == "range":
            self.bounds(row, values)
        return slim(values, DEFAULTS)

    def plain(self, row: Entry, kind: str) -> dict[str, Any]:
        vi, en = self.words(row, "label")
        help_vi, help_en = self.words(row, "hint")
        says_vi, says_en = self.words(row, "constraint_message")
        ours = row[f"{OURS}kind"]
        mapped = ours if ours in get_args(ItemKind.__value__) else TYPES[kind]
        if kind == "calculate" and not ours and WORDY.search(row["calculation"]):
            mapped = "text"
        required = row[f"{OURS}required"] or row["required"]
        if row["required"].lower() not in YES | NO:
            self.refuse(row, "required", _("chỉ nhận yes hoặc no, không nhận biểu thức."))
        values: dict[str, Any] = {
            "code": self.renamed.get(row["name"], row["name"]), "kind": mapped, "vi": vi or row["name"],
            "en": en or row["name"], "help_vi": help_vi, "help_en": help_en, "constraint_vi": says_vi,
            "constraint_en": says_en, "required": required.lower() in YES,
        }  # fmt: skip
        values |= {name: self.expression(row, name) for name in EXPRESSIONS}
        values |= {name: row[f"{OURS}{name}"] for name in (*TEXT_FIELDS, "choices")}
        values["closed"] = [part.strip() for part in row[f"{OURS}closed"].split(";") if part.strip()] or ()
        for name in NUMBER_FIELDS:
            if text := row[f"{OURS}{name}"]:
                if re.fullmatch(r"-?\d{1,12}", text):
                    values[name] = int(text)
                else:
                    self.refuse(row, f"{OURS}{name}", _("cần một số nguyên."))
        if values["calculation"] and kind != "calculate" and not row[f"{OURS}calculation"]:
            self.refuse(
                row, "calculation", _("chỉ câu loại calculate mới có công thức; giá trị gợi sẵn không giữ được.")
            )
        return values

    def bounds(self, row: Entry, values: dict[str, Any]) -> None:
        given = dict(re.findall(r"(start|end|step)\s*=\s*(-?[\d.]+)", row["parameters"]))
        low, high, step = given.get("start", "1"), given.get("end", "10"), given.get("step", "1")
        if not all(re.fullmatch(r"-?\d+", number) for number in (low, high, step)):
            self.refuse(row, "parameters", _("khoảng giá trị chỉ nhận số nguyên."))
            return
        values |= {"kind": "integer", "at_least": int(low), "at_most": int(high)}

    def expression(self, row: Entry, column: str) -> str:
        """An expression with the names of our codes."""
        text = row[f"{OURS}{column}"].replace("#{", "${") or row[column]
        return REFERENCE.sub(lambda m: f"${{{self.renamed.get(m[1], m[1])}{m[2] or ''}}}", text)

    def refuse_columns(self, row: Entry, *, group: bool = False) -> None:
        """Each filled column that means something we cannot hold."""
        for column, text in row.cells.items():
            head = column.partition("::")[0]
            if not text or column in SURVEY_COLUMNS - {"appearance", "parameters"} or head == "dh" or head in REMARKS:
                continue
            if head in ("label", "hint", "constraint_message"):
                continue
            if head == "required_message":
                self.lines.append(
                    _("Dòng %(row)s: câu báo khi bỏ trống là câu chung của phần mềm.") % {"row": row.number}
                )
            elif column == "appearance":
                self.looks(row, text, group=group)
            elif column != "parameters" or self.type_of(row)[0] != "range":
                self.refuse(row, column, _("biểu mẫu không giữ được cột này."))

    def looks(self, row: Entry, text: str, *, group: bool) -> None:
        if not group and not set(text.split()) <= HARMLESS:
            self.refuse(
                row, "appearance", _("kiểu hiện “%(look)s” đổi cách trả lời, phần mềm không có.") % {"look": text}
            )
        else:
            self.lines.append(_("Dòng %(row)s: kiểu hiện “%(look)s” để ra ngoài.") % {"row": row.number, "look": text})

    def check(self, row: Entry) -> dict[str, Any]:
        values: dict[str, Any] = {name: text for name, text in row.cells.items() if text}
        for name in ("factor", "difference"):
            try:
                number = float(values.get(name, CHECK_DEFAULTS[name]))
            except ValueError:
                self.refuse(row, name, _("cần một số."), "dh_checks")
                continue
            values[name] = int(number) if number.is_integer() else number
        return slim(values, CHECK_DEFAULTS)
