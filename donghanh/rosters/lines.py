"""What one line of a roster says, whatever file it came in: cleaned, checked by itself, ready to be laid down."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from donghanh.kernel.legacy_text import legacy_text
from donghanh.kernel.text import fold, nfc
from donghanh.rosters.choices import Part

LONGEST = {"source_id": 80, "full_name": 120, "number": 40, "class_name": 40, "username": 40, "class_key": 80}
DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
GRADE = re.compile(r"\d{1,2}")
GRADES = range(1, 13)
EARLIEST_YEAR = 1900


class Refusal(Exception):
    """The file as a whole is refused; `str()` is the sentence for the person."""


@dataclass(slots=True)
class Line:
    """Field names are columns of `RosterLine`. `faults`: [code of FAULTS, field as the file names it, value]."""

    place: str
    row: int
    part: str = Part.PERSON
    role: str = ""
    gone: bool = False
    source_id: str = ""
    username: str = ""
    full_name: str = ""
    full_name_folded: str = ""
    typed: str = ""
    birth_date: date | None = None
    number: str = ""
    school_id: int | None = None
    class_key: str = ""
    class_name: str = ""
    grade: int | None = None
    faults: list[list[str]] = field(default_factory=list)

    def fault(self, code: str, where: str, value: str = "") -> None:
        self.faults.append([code, where, value[:120]])

    def text(self, column: str, where: str, value: str, *, required: bool = False) -> None:
        """Keep `value` in `column`, in one form; a fault if it is too long, a formula, or missing though required."""
        clean = nfc(value)
        if clean.startswith("="):
            self.fault("formula", where, clean)
        elif len(clean) > LONGEST[column]:
            self.fault("long", where, clean)
        elif not clean and required:
            self.fault("missing", where)
        else:
            setattr(self, column, clean)

    def name(self, where: str, value: str, *, legacy_font: bool = False) -> None:
        """A person's name; one typed for an old font is read as it looked, and what was typed is kept beside."""
        old = legacy_text(value, legacy_font=legacy_font)
        self.text("full_name", where, old.text if old else value, required=True)
        self.full_name_folded = fold(self.full_name)
        self.typed = nfc(value)[:120] if old else ""

    def born(self, where: str, value: str, *, today: date) -> None:
        day = self.day(where, value)
        if (day and not EARLIEST_YEAR < day.year <= today.year) or (day and day >= today):
            self.fault("date_odd", where, value)
        else:
            self.birth_date = day

    def day(self, where: str, value: str) -> date | None:
        """A day written 2012-09-05 or 5/9/2012; None where it is empty or none (then with a fault)."""
        text = value.strip()
        if not text:
            return None
        found = DAY.fullmatch(text)
        try:
            if found:
                return date(int(found[3]), int(found[2]), int(found[1]))
            return datetime.fromisoformat(text).date()
        except ValueError:
            self.fault("date", where, text)
            return None

    def as_row(self) -> tuple[Any, ...]:
        """Values in the order of COLUMNS, for COPY."""
        return (*(getattr(self, name) for name in COLUMNS[:-1]), json.dumps(self.faults))


COLUMNS = tuple(one.name for one in fields(Line))


@dataclass(frozen=True)
class Known:
    """What a reader of files may ask about: schools by code, classes by their source, the day."""

    school_of: Callable[[str], int | None]  # a code in any scheme → the unit, if within reach
    classes: Mapping[str, tuple[int, str, int | None]]  # source id of a class there is → school, name, grade
    today: date


def grade_of(class_name: str) -> int | None:
    """6 of “6A”; None where the name begins with none."""
    found = GRADE.match(class_name.strip())
    return int(found[0]) if found and int(found[0]) in GRADES else None
