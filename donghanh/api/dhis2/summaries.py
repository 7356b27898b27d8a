"""What became of an import: DHIS2's import summary, built while it runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from django.utils.translation import gettext as _

from donghanh.api.dhis2.choices import Code
from donghanh.api.dhis2.faults import message

MOST_CONFLICTS: Final = 1000  # told one by one; the indexes of every rejected value are told whatever their number


@dataclass
class Conflict:
    """One reason, and all the values it holds for."""

    code: Code
    about: str  # DHIS2's “property”: the part of a value that it speaks of
    object: str
    sentence: str
    objects: Mapping[str, str]
    indexes: list[int] = field(default_factory=list)

    @property
    def body(self) -> dict[str, Any]:
        found = {
            "object": self.object, "objects": self.objects, "value": self.sentence, "errorCode": str(self.code),
            "property": self.about,
        }  # fmt: skip
        return found | ({"indexes": self.indexes} if self.indexes else {})


@dataclass
class Summary:
    """Counts and conflicts; `told` groups one reason over many values."""

    imported: int = 0
    updated: int = 0
    ignored: int = 0
    deleted: int = 0
    complete: str = "false"  # the day on which a set was completed by this very import
    dry_run: bool = False
    strategy: str = "CREATE_AND_UPDATE"
    conflicts: dict[tuple[str, ...], Conflict] = field(default_factory=dict)
    rejected: set[int] = field(default_factory=set)

    def reject(
        self, code: Code, sentence: str, property_: str, object_: str, indexes: Iterable[int], *, counts: bool = True
    ) -> None:
        """These values are not taken, for this reason. `counts`: they were not counted before."""
        self.say(code, sentence, property_, object_, indexes)
        fresh = set(indexes) - self.rejected
        self.rejected |= fresh
        self.ignored += len(fresh) if counts else 0

    def say(self, code: Code, sentence: str, property_: str, object_: str, indexes: Iterable[int] = ()) -> None:
        """A conflict about something that is no value: a set that could not be completed."""
        key = (code, property_, object_, sentence)
        if key not in self.conflicts and len(self.conflicts) < MOST_CONFLICTS:
            self.conflicts[key] = Conflict(code, property_, object_, sentence, {property_: object_})
        if key in self.conflicts:
            self.conflicts[key].indexes += indexes

    @property
    def word(self) -> str:
        if not self.conflicts:
            return "SUCCESS"
        return "WARNING" if self.imported + self.updated + self.deleted or self.complete != "false" else "ERROR"

    @property
    def status(self) -> HTTPStatus:
        return HTTPStatus.CONFLICT if self.conflicts else HTTPStatus.OK

    @property
    def response(self) -> dict[str, Any]:
        return {
            "responseType": "ImportSummary",
            "status": self.word,
            "importOptions": {"dryRun": self.dry_run, "async": False, "importStrategy": self.strategy},
            "description": _("Đã nhận xong dữ liệu.") if not self.conflicts else _("Có giá trị không nhận được."),
            "importCount": {
                "imported": self.imported, "updated": self.updated, "ignored": self.ignored, "deleted": self.deleted,
            },
            "conflicts": [one.body for one in self.conflicts.values()],
            "rejectedIndexes": sorted(self.rejected),
            "dataSetComplete": self.complete,
        }  # fmt: skip

    @property
    def body(self) -> dict[str, Any]:
        """With the frame around it; the sentence of the frame names the first conflict, which clients print."""
        if not self.conflicts:
            return message(self.status, "OK", _("Đã nhận xong dữ liệu.")) | {"response": self.response}
        first = next(iter(self.conflicts.values())).sentence
        sentence = _("Có giá trị không nhận được: %(first)s") % {"first": first}
        return message(self.status, self.word, sentence) | {"response": self.response}
