"""Data values as clients write them: JSON, DXF 2 XML, CSV and ADX, read into one shape. Nothing is looked up here."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO, StringIO
from typing import Any, Final
from xml.etree.ElementTree import Element as Tag
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _

from donghanh.api.dhis2.bodies import MOST_VALUES, too_big
from donghanh.api.dhis2.choices import Code
from donghanh.api.dhis2.faults import Fault

LONGEST_IDENTIFIER: Final = 230  # characters; a name of DHIS2 has up to so many
LONGEST_VALUE: Final = 50_000
ADX: Final = "{urn:ihe:qrph:adx:2015}"
COLUMNS: Final = (
    "dataelement", "period", "orgunit", "catoptcombo", "attroptcombo", "value", "storedby", "lastupdated", "comment",
    "flwup", "deleted",
)  # fmt: skip
OF_ADX: Final = frozenset({"dataElement", "value", "categoryOptionCombo", "attributeOptionCombo"})


@dataclass(frozen=True)
class Group:
    """What holds for several values together; a value's own word comes before it."""

    data_set: str = ""
    period: str = ""
    unit: str = ""
    attributes: str = ""  # attribute option combo
    complete: str = ""  # the day from which the set is complete; "" leaves it open


@dataclass(slots=True)
class Entry:
    """One value as it was written, with its place in the body (from 0)."""

    index: int
    group: Group
    element: str
    value: str
    period: str = ""
    unit: str = ""
    cell: str = ""  # category option combo
    attributes: str = ""
    comment: str | None = None
    deleted: bool = False
    last_updated: str = ""
    options: Mapping[str, str] = field(default_factory=dict)  # ADX: category → its option


@dataclass(frozen=True)
class Values:
    """A whole body: values, and groups that are to be completed though they bring none."""

    entries: list[Entry]
    groups: list[Group]
    schemes: Mapping[str, str] = field(default_factory=dict)  # parameter → word, where the body itself says


def unreadable(sentence: str) -> Fault:
    return Fault(HTTPStatus.BAD_REQUEST, sentence, Code.NOT_READABLE)


def read_json(content: bytes) -> Values:
    """`{"dataSet", "period", "orgUnit", "completeDate", "dataValues": […]}`."""
    count = 0

    def made(found: dict[str, Any]) -> Any:
        """A value becomes an Entry while it is read: half a million dictionaries are never there at once."""
        nonlocal count
        if "dataElement" not in found:
            return found
        if (count := count + 1) > MOST_VALUES:
            raise too_big()
        return _entry(found, count - 1)

    document = as_json(content, made)
    if not isinstance(document, dict):
        raise unreadable(_("Cần một đối tượng JSON có “dataValues”."))
    group = Group(*(_word(document, name) for name in ("dataSet", "period", "orgUnit", "attributeOptionCombo")))
    group = Group(group.data_set, group.period, group.unit, group.attributes, _word(document, "completeDate"))
    entries = document.get("dataValues", [])
    if not isinstance(entries, list):
        raise unreadable(_("“dataValues” phải là một danh sách."))
    for place, entry in enumerate(entries):
        if not isinstance(entry, Entry):
            raise unreadable(_("Giá trị thứ %(place)s không có “dataElement”.") % {"place": place + 1})
        entry.index, entry.group = place, group
    schemes = {name: _word(document, name) for name in document if name.endswith("IdScheme") or name == "idScheme"}
    return Values(entries, [group], schemes)


def as_json(content: bytes, made: Callable[[dict[str, Any]], Any] | None = None) -> Any:
    """The document; Fault where it is none."""
    try:
        return json.loads(content.decode("utf-8-sig"), object_hook=made)
    except UnicodeDecodeError:
        raise unreadable(_("Dữ liệu không phải UTF-8.")) from None
    except RecursionError:
        raise unreadable(_("JSON lồng nhau quá sâu.")) from None
    except json.JSONDecodeError as fault:
        where = {"line": fault.lineno, "column": fault.colno}
        raise unreadable(_("JSON sai ở dòng %(line)s, cột %(column)s.") % where) from None
    except ValueError:  # a number of more digits than Python reads
        raise unreadable(_("JSON có một số quá dài.")) from None


def _entry(found: Mapping[str, Any], place: int, group: Group = Group()) -> Entry:  # it is frozen
    comment = found.get("comment")
    return Entry(
        index=place,
        group=group,
        element=_word(found, "dataElement"),
        value=_word(found, "value", longest=LONGEST_VALUE),
        period=_word(found, "period"),
        unit=_word(found, "orgUnit"),
        cell=_word(found, "categoryOptionCombo"),
        attributes=_word(found, "attributeOptionCombo"),
        comment=None if comment is None else _word(found, "comment", longest=LONGEST_VALUE),
        deleted=_word(found, "deleted").lower() == "true",
        last_updated=_word(found, "lastUpdated"),
    )


def _word(found: Mapping[str, Any], name: str, *, longest: int = LONGEST_IDENTIFIER) -> str:
    """One field as text: numbers and truths as DHIS2 writes them, nothing as ""."""
    said = found.get(name)
    if said is None:
        return ""
    if isinstance(said, bool):
        return "true" if said else "false"
    if isinstance(said, (int, float)):
        said = str(said)
    if not isinstance(said, str):
        raise unreadable(_("“%(name)s” phải là chữ hoặc số.") % {"name": name})
    if len(said) > longest:
        raise unreadable(_("“%(name)s” dài quá %(longest)s ký tự.") % {"name": name, "longest": longest})
    return said.strip()


def read_xml(content: bytes) -> Values:
    """DXF 2: `<dataValueSet dataSet="…"><dataValue dataElement="…" value="…"/></dataValueSet>`."""
    group, entries, schemes = Group(), list[Entry](), dict[str, str]()
    for event, tag in tags_of(content):
        name = _local(tag)
        if event == "start" and name == "dataValueSet":
            head = {key: _word(tag.attrib, key) for key in tag.attrib}
            group = Group(
                head.get("dataSet", ""), head.get("period", ""), head.get("orgUnit", ""),
                head.get("attributeOptionCombo", ""), head.get("completeDate", ""),
            )  # fmt: skip
            schemes = {key: word for key, word in head.items() if key.lower().endswith("idscheme")}
        elif event == "end" and name == "dataValue":
            _count(entries)
            entries.append(_entry(tag.attrib, len(entries), group))
            tag.clear()
    return Values(entries, [group], schemes)


def read_adx(content: bytes) -> Values:
    """ADX: groups of one set, period and unit; categories are attributes of a value."""
    entries, groups, schemes = list[Entry](), list[Group](), dict[str, str]()
    for event, tag in tags_of(content):
        if event == "start" and _local(tag) == "adx" and not tag.tag.startswith(ADX):
            raise unreadable(_("Thiếu không gian tên urn:ihe:qrph:adx:2015 của ADX."))
        if event == "start" and _local(tag) == "group":
            head = {key: _word(tag.attrib, key) for key in tag.attrib}
            names = ("dataSet", "period", "orgUnit", "attributeOptionCombo", "completeDate")
            groups.append(Group(*(head.get(name, "") for name in names)))
        elif event == "end" and _local(tag) == "dataValue" and groups:
            _count(entries)
            note = tag.find(f"{ADX}annotation")
            found = {**tag.attrib, "value": note.text or ""} if note is not None else tag.attrib
            entry = _entry(found, len(entries), groups[-1])
            entry.options = {key: _word(tag.attrib, key) for key in tag.attrib if key not in OF_ADX}
            entries.append(entry)
            tag.clear()
        elif event == "end" and _local(tag) == "group":
            tag.clear()
    return Values(entries, groups, schemes)


def tags_of(content: bytes) -> Iterator[tuple[str, Tag]]:
    """Tags as they open and close. A document with entities or a type of its own is refused, not read."""
    try:
        yield from iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True)
    except DefusedXmlException:
        raise unreadable(_("XML có DTD hoặc thực thể (entity); dịch vụ này không nhận.")) from None
    except ParseError as fault:
        line, column = fault.position
        raise unreadable(_("XML sai ở dòng %(line)s, cột %(column)s.") % {"line": line, "column": column + 1}) from None
    except (ValueError, LookupError):  # an encoding that is none
        raise unreadable(_("XML khai báo bảng mã không đọc được.")) from None


def _local(tag: Tag) -> str:
    return tag.tag.rpartition("}")[2]


def read_csv(content: bytes, *, group: Group, header: bool = True) -> Values:
    """DHIS2's columns; by their names where the first line has names, else in its order. `group`: from the address."""
    try:
        lines = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""))
        return Values(list(_rows(lines, group, header=header)), [group])
    except UnicodeDecodeError:
        raise unreadable(_("Dữ liệu không phải UTF-8.")) from None
    except csv.Error:
        raise unreadable(_("CSV có một ô không đọc được.")) from None


def _rows(lines: Iterable[list[str]], group: Group, *, header: bool) -> Iterator[Entry]:
    columns, place = list(COLUMNS), 0
    for number, line in enumerate(lines):
        if number == 0 and header:
            columns = [name.strip().lower() for name in line]
            if "dataelement" not in columns:
                raise unreadable(_("Dòng đầu của CSV không có cột “dataelement”."))
            continue
        if not any(line):
            continue
        if place >= MOST_VALUES:
            raise too_big()
        cells = dict(zip(columns, line, strict=False))
        named = {
            "dataElement": "dataelement", "period": "period", "orgUnit": "orgunit", "value": "value",
            "categoryOptionCombo": "catoptcombo", "attributeOptionCombo": "attroptcombo", "comment": "comment",
            "lastUpdated": "lastupdated", "deleted": "deleted",
        }  # fmt: skip
        found = {name: cells[column] for name, column in named.items() if column in cells}
        if not found.get("comment"):
            found.pop("comment", None)  # a column says nothing where it is empty
        yield _entry(found, place, group)
        place += 1


def _count(entries: list[Entry]) -> None:
    if len(entries) >= MOST_VALUES:
        raise too_big()
