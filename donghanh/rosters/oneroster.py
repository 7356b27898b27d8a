"""OneRoster 1.2, CSV binding (1EdTech, 2022): a ZIP with manifest.csv, read as a stream of lines within limits.

Read: orgs, academicSessions, classes, users, roles, enrollments and the birth dates of demographics. Classes count if
they are homerooms; courses, other classes and everything else in the archive is left alone.
"""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
import zlib
from collections.abc import Iterator
from io import TextIOWrapper
from typing import BinaryIO

from django.utils.translation import gettext as _

from donghanh.kernel.text import nfc
from donghanh.rosters.choices import NO_CLASS, Part, Person
from donghanh.rosters.lines import USERNAME, Known, Line, Refusal, grade_of

MOST_FILES = 64
MOST_UNPACKED = 512 * 1024 * 1024  # bytes of all files together
MOST_RATIO, BIG = 200, 1024 * 1024  # a file over BIG that shrinks more than this is a bomb
MOST_ROWS = 500_000  # in one file
CHUNK = 1024 * 1024
NEEDED = {
    "orgs": ("sourcedId", "name", "type"),
    "academicSessions": ("sourcedId", "startDate", "endDate"),
    "classes": ("sourcedId", "title", "classType", "schoolSourcedId"),
    "users": ("sourcedId", "givenName", "familyName"),
    "roles": ("userSourcedId", "role", "orgSourcedId"),
    "enrollments": ("classSourcedId", "userSourcedId", "role"),
    "demographics": ("sourcedId", "birthDate"),
}
MUST_BE_THERE = ("users",)
BULK, DELTA, GONE = "bulk", "delta", "tobedeleted"
FIRST_ROLES = {"primary": 0, "secondary": 1}


class Archive:
    """An open roster; iterate over `lines()` once. `whole`: who is not in it has left."""

    def __init__(self, file: BinaryIO, known: Known) -> None:
        self.known = known
        self.schools: dict[str, int | None] = {}  # sourcedId → unit
        self.classes: dict[str, tuple[int | None, str, int | None] | None] = {}  # None: not a homeroom
        self.sessions: set[str] = set()
        try:
            self.zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, EOFError, OSError) as broken:
            raise Refusal(_("Tệp ZIP bị hỏng hoặc chưa tải lên hết. Hãy xuất và gửi lại.")) from broken
        self._check_sizes()
        self.modes = self._manifest()
        self.whole = self.modes["users"] == BULK

    def _check_sizes(self) -> None:
        parts = self.zip.infolist()
        too_big = len(parts) > MOST_FILES or sum(part.file_size for part in parts) > MOST_UNPACKED
        tight = any(p.file_size > BIG and p.file_size > MOST_RATIO * max(p.compress_size, 1) for p in parts)
        if too_big or tight:
            raise Refusal(_("Tệp ZIP khi mở ra lớn quá mức. Hãy chia danh sách theo trường hoặc theo khối."))
        self.names = {name.rpartition("/")[2]: name for name in self.zip.namelist()}

    def _manifest(self) -> dict[str, str]:
        """File → "bulk" or "delta", of those that we read."""
        if "manifest.csv" not in self.names:
            raise Refusal(_("Trong tệp ZIP không có manifest.csv: đây không phải là danh sách OneRoster."))
        said = {row.get("propertyName", ""): row.get("value", "") for _row, row in self._rows("manifest.csv", ())}
        if not said.get("oneroster.version", "").startswith("1.2"):
            raise Refusal(_("Phần mềm đọc OneRoster 1.2; manifest.csv khai phiên bản khác."))
        modes = {name: said.get(f"file.{name}", "absent").lower() for name in NEEDED}
        modes = {name: mode for name, mode in modes.items() if mode in (BULK, DELTA)}
        for name in dict.fromkeys((*MUST_BE_THERE, *modes)):
            if f"{name}.csv" not in self.names or name not in modes:
                raise Refusal(_("manifest.csv và các tệp không khớp: thiếu %(name)s.csv.") % {"name": name})
        persons = {modes[name] for name in ("users", "roles", "enrollments") if name in modes}
        if len(persons) > 1:
            raise Refusal(_("users.csv, roles.csv và enrollments.csv phải cùng kiểu: đều bulk hoặc đều delta."))
        return modes

    def lines(self) -> Iterator[Line]:
        """Lines of every file that we read, small files first; those of orgs and classes only where they are wrong."""
        readers = {
            "orgs": self._org, "academicSessions": self._session, "classes": self._class, "users": self._user,
            "roles": self._role, "enrollments": self._enrolment, "demographics": self._birth,
        }  # fmt: skip
        for name, read in readers.items():
            if name in self.modes:
                place = f"{name}.csv"
                for number, row in self._rows(place, NEEDED[name]):
                    if line := read(Line(place, number, gone=row.get("status", "") == GONE), row):
                        self._check_status(line, row, self.modes[name])
                        yield line

    def _check_status(self, line: Line, row: dict[str, str], mode: str) -> None:
        status = row.get("status", "")
        if status not in (("active", GONE) if mode == DELTA else ("", "active")):
            line.fault("status", "status", status)

    def _org(self, line: Line, row: dict[str, str]) -> Line | None:
        if row["type"] != "school":
            return None
        line.part = Part.OTHER
        unit = self.known.school_of(row.get("identifier", "")) or self.known.school_of(row["sourcedId"])
        if row["sourcedId"] in self.schools:
            line.fault("twice", "sourcedId", row["sourcedId"])
        self.schools[row["sourcedId"]] = unit
        if unit is None and not line.gone:
            line.fault("school", "identifier", row.get("identifier") or row["sourcedId"])
        return line if line.faults else None

    def _session(self, line: Line, row: dict[str, str]) -> Line | None:
        line.part = Part.OTHER
        self.sessions.add(row["sourcedId"])
        first, last = line.day("startDate", row["startDate"]), line.day("endDate", row["endDate"])
        if first and last and last <= first:
            line.fault("dates_turned", "endDate", row["endDate"])
        return line if line.faults else None

    def _class(self, line: Line, row: dict[str, str]) -> Line | None:
        line.part = Part.OTHER
        source = row["sourcedId"]
        if source in self.classes:
            line.fault("twice", "sourcedId", source)
        if row["classType"] != "homeroom":
            self.classes[source] = None
            return line if line.faults else None
        line.text("class_name", "title", row["title"], required=True)
        for term in filter(None, re.split(r"[,\s]+", row.get("termSourcedIds", ""))):
            if self.sessions and term not in self.sessions:
                line.fault("term_unknown", "termSourcedIds", term)
        school = self._school(line, "schoolSourcedId", row["schoolSourcedId"])
        grade = grade_of(row.get("grades", "")) or grade_of(line.class_name)
        self.classes[source] = (school, line.class_name, grade)
        return line if line.faults else None

    def _user(self, line: Line, row: dict[str, str]) -> Line:
        line.text("source_id", "sourcedId", row["sourcedId"], required=True)
        line.text("username", "username", row.get("username", "").lower())
        if line.gone:
            return line
        parts = (row["familyName"], row.get("middleName", ""), row["givenName"])
        line.name("givenName", " ".join(filter(None, map(nfc, parts))))
        line.text("number", "identifier", row.get("identifier", ""))
        return line

    def _role(self, line: Line, row: dict[str, str]) -> Line:
        line.part, line.source_id = Part.ROLE, row["userSourcedId"][:80]
        line.role = row["role"][:20]
        line.grade = FIRST_ROLES.get(row.get("roleType", ""), 1)  # of several roles the primary one counts
        if line.role in Person.values and not line.gone:
            line.school_id = self._school(line, "orgSourcedId", row["orgSourcedId"])
        return line

    def _enrolment(self, line: Line, row: dict[str, str]) -> Line | None:
        line.part = {Person.STUDENT: Part.ENROLMENT, Person.TEACHER: Part.TEACHING}.get(row["role"], "")  # type: ignore[call-overload]  # a line of neither part is kept as it came
        if not line.part:
            return None
        line.role, line.source_id = row["role"], row["userSourcedId"][:80]
        source = row["classSourcedId"]
        found = self.classes[source] if source in self.classes else self.known.classes.get(source)
        if found is None:
            if source not in self.classes:
                line.fault("class_unknown", "classSourcedId", source)
            return line if line.faults else None
        line.class_key = NO_CLASS if line.gone else source[:80]
        line.school_id, line.class_name, line.grade = found
        return line

    def _birth(self, line: Line, row: dict[str, str]) -> Line:
        line.part, line.source_id = Part.BIRTH, row["sourcedId"][:80]
        if not line.gone:
            line.born("birthDate", row["birthDate"], today=self.known.today)
        return line

    def _school(self, line: Line, where: str, source: str) -> int | None:
        if "orgs" in self.modes and source not in self.schools:
            line.fault("school_unknown", where, source)
            return None
        return self.schools[source] if source in self.schools else self.known.school_of(source)

    def _rows(self, place: str, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
        """(number as a spreadsheet counts, cells by heading) of one file, streamed."""
        try:
            with self.zip.open(self.names[place]) as raw:
                lines = csv.reader(TextIOWrapper(raw, encoding=self._encoding(place), errors="replace", newline=""))
                headings = [heading.strip() for heading in next(lines, [])]
                for heading in needed:
                    if heading not in headings:
                        raise Refusal(_("%(place)s thiếu cột %(heading)s.") % {"place": place, "heading": heading})
                for count, cells in enumerate(lines, 1):
                    if count > MOST_ROWS:
                        many = f"{MOST_ROWS:,}".replace(",", ".")
                        raise Refusal(
                            _("%(place)s có quá %(rows)s dòng. Hãy chia danh sách theo trường hoặc theo khối.")
                            % {"place": place, "rows": many}
                        )
                    if any(cells):
                        padded = cells + [""] * (len(headings) - len(cells))
                        yield count + 1, dict(zip(headings, map(str.strip, padded), strict=False))
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as broken:
            raise Refusal(_("Tệp ZIP bị hỏng, có mật khẩu hoặc chưa tải lên hết. Hãy xuất và gửi lại.")) from broken
        except csv.Error as broken:
            raise Refusal(_("%(place)s có ô dài quá mức hoặc thiếu dấu nháy đóng.") % {"place": place}) from broken

    def _encoding(self, place: str) -> str:
        """UTF-8 unless the bytes are none: then the code page in which `legacy_text` knows TCVN3 and VNI."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            with self.zip.open(self.names[place]) as raw:
                while chunk := raw.read(CHUNK):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
        return "utf-8-sig"


def username_of(line: Line) -> str:
    """The user name that a teacher's line asks for; empty: none that could be one."""
    asked = line.username or line.source_id.lower()
    return asked if USERNAME.fullmatch(asked) else ""
