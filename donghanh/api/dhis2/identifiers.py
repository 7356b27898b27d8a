"""Who is who for another system: eleven characters that follow from kind and code, unless an import brought others."""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from donghanh.api.dhis2.choices import DEFAULT, DEFAULT_UIDS, Code, IdentityKind, Scheme
from donghanh.api.dhis2.faults import conflict
from donghanh.api.models import Identity
from donghanh.organisations.models import uid_of, unit_of_uid

UID: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{10}")
LETTERS: Final = string.ascii_letters
LETTERS_AND_DIGITS: Final = string.ascii_letters + string.digits


def derived(kind: str, ours: str) -> str:
    """The UID of a thing of ours: the same on every machine and every day."""
    number = int.from_bytes(hashlib.sha256(f"{kind}:{ours}".encode()).digest())
    number, first = divmod(number, len(LETTERS))
    found = LETTERS[first]
    for _place in range(10):
        number, digit = divmod(number, len(LETTERS_AND_DIGITS))
        found += LETTERS_AND_DIGITS[digit]
    return found


class Identities:
    """All that was imported, read once: one query."""

    def __init__(self) -> None:
        rows = list(Identity.objects.order_by("pk"))
        self.of_ours = {(row.kind, row.ours): row for row in rows}
        self.of_uid = {(row.kind, row.uid): row.ours for row in rows}

    def uid(self, kind: IdentityKind, ours: str) -> str:
        if row := self.of_ours.get((kind, ours)):
            return row.uid
        if ours == DEFAULT and kind in DEFAULT_UIDS:
            return DEFAULT_UIDS[kind]
        return derived(kind, ours)

    def code(self, kind: IdentityKind, ours: str) -> str:
        row = self.of_ours.get((kind, ours))
        return (row.code if row else "") or ours

    def name(self, kind: IdentityKind, ours: str, name: str) -> str:
        row = self.of_ours.get((kind, ours))
        return (row.name if row else "") or name

    def unit_uid(self, unit_id: int) -> str:
        row = self.of_ours.get((IdentityKind.UNIT, str(unit_id)))
        return row.uid if row else uid_of(unit_id)

    def unit_of(self, uid: str) -> int | None:
        """The unit of a UID, whether it exists or not is not asked here."""
        imported = self.of_uid.get((IdentityKind.UNIT, uid))
        return int(imported) if imported else unit_of_uid(uid)


@dataclass(frozen=True)
class Schemes:
    """By what each kind of thing is named in a request."""

    element: Scheme = Scheme.UID
    cell: Scheme = Scheme.UID
    unit: Scheme = Scheme.UID
    data_set: Scheme = Scheme.UID
    indicator: Scheme = Scheme.UID

    @classmethod
    def read(cls, given: Mapping[str, str], *, otherwise: Scheme = Scheme.UID) -> Schemes:
        """From `idScheme` and its more particular ones, in any case; conflict where one is not ours."""
        schemes = {name.lower(): (name, word) for name, word in given.items() if name.lower().endswith("idscheme")}
        words = {key: scheme_of(word, name) for key, (name, word) in schemes.items() if word}
        all_ = words.get("idscheme", otherwise)
        element = words.get("dataelementidscheme", all_)
        return cls(
            element=element,
            cell=words.get("categoryoptioncomboidscheme", all_),
            unit=words.get("orgunitidscheme", all_),
            data_set=words.get("datasetidscheme", all_),
            indicator=words.get("indicatoridscheme", all_),
        )


def scheme_of(word: str, name: str) -> Scheme:
    """The scheme that a parameter names; conflict where we have no such one."""
    try:
        return Scheme(word.lower())
    except ValueError:
        raise conflict(
            _("“%(word)s” của %(name)s không dùng được. Dịch vụ này nhận uid, code hoặc name.")
            % {"word": word[:40], "name": name},
            Code.NOT_READABLE,
        ) from None


class Index:
    """Things of one kind, found by any scheme. What two things share names neither."""

    def __init__(self, things: Iterable[tuple[str, str, str, str]]) -> None:
        """`things`: (ours, uid, code, name)."""
        self.uids: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self.names: dict[str, str] = {}
        shared: set[str] = set()
        for ours, uid, code, name in things:
            self.uids[uid] = ours
            self.codes[code] = ours
            self.codes.setdefault(ours, ours)
            if name in self.names:
                shared.add(name)
            self.names[name] = ours
        for name in shared:
            del self.names[name]

    def find(self, word: str, scheme: Scheme) -> str | None:
        by = {Scheme.UID: self.uids, Scheme.CODE: self.codes, Scheme.NAME: self.names}
        return by[scheme].get(word)
