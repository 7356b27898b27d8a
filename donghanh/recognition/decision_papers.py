"""A decided round as the official paper: “Quyết định khen thưởng” with its list as an appendix, put down for signing.

Names stand in it as the public reads them on the day it is made: of a child only while child and guardian consent.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.kernel.verdict import Refused
from donghanh.papers.actions import Appendix, Column, Heading, OfficialDocument, Signer, Table, file_paper
from donghanh.papers.queries import NoLayout
from donghanh.people.models import Account
from donghanh.recognition import rules
from donghanh.recognition.actions_council import hold
from donghanh.recognition.choices import NomineeKind
from donghanh.recognition.models import Nomination, Round
from donghanh.recognition.queries import public_names

TYPE: Final = "QĐ"
NUMBERED: Final = re.compile(r"\s*(?P<number>\d{1,5}[a-zđ]?)\s*/\s*(?P<symbol>[^\s,;()]{1,40})")
MARK: Final = "DỮ LIỆU GIẢ LẬP – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
TEAMS: Final = (NomineeKind.UNIT, NomineeKind.GROUP)


@dataclass(frozen=True)
class Masthead:
    """What the paper says beside its list."""

    superior_body: str
    issuing_body: str
    number: str  # "" until the clerk gives one
    symbol: str  # "QĐ-SGDĐT"
    place: str
    enacted_by: str  # "Giám đốc Sở Giáo dục và Đào tạo"
    bases: tuple[str, ...]
    signer_authority: str
    signer_position: str
    signer_name: str
    recipients: tuple[str, ...] = ()


def numbered(decision: str) -> tuple[str, str]:
    """Number and symbol at the head of what was written of a decision; empty where they cannot be read."""
    found = NUMBERED.match(decision)
    return (found["number"], found["symbol"]) if found else ("", "")


@transaction.atomic
def issue_decision(*, round_: Round, masthead: Masthead, generated: bool, by: Account, at: datetime) -> Round:
    """Lay the decision out and put it down for signing, once a round; `generated`: of made-up data, and it says so."""
    round_ = hold(round_.pk)
    on = timezone.localdate(at)
    rules.may_issue(by, round_, on=on).enforce()
    document = laid_out(round_, public_names(round_, on=on), masthead, MARK if generated else "")
    number = f" số {masthead.number}/{masthead.symbol}" if masthead.number else ""
    try:
        paper = file_paper(
            document=document, unit_id=round_.office_id, title=f"Quyết định{number}: {round_.name}", by=by, at=at
        )
    except NoLayout as unknown:
        raise Refused(_("Chưa có thể thức văn bản cho ngày của quyết định này."), "number") from unknown
    round_.paper = paper
    round_.save(update_fields=["paper"])
    record(verb="recognition.paper_issued", on=round_, by=by.pk, at=at, unit=round_.office_id, paper=paper.pk)
    return round_


def laid_out(
    round_: Round, names: list[tuple[Nomination, str]], masthead: Masthead, mark: str = ""
) -> OfficialDocument:
    """The decision's articles and its list, in the order in which the public reads it."""
    many = Counter(row.kind in TEAMS for row, _name in names)
    teams = " và ".join(
        f"{count:02} {what}" for count, what in ((many[True], "tập thể"), (many[False], "cá nhân")) if count
    )
    with translation.override("vi"):
        rows = tuple(
            (str(place), name, row.get_form_display(), row.deed) for place, (row, name) in enumerate(names, start=1)
        )
    columns = (Column("TT", 1, "center"), Column("Tên", 6), Column("Hình thức", 3), Column("Thành tích", 8))
    return OfficialDocument(
        superior_body=masthead.superior_body, issuing_body=masthead.issuing_body, number=masthead.number or None,
        symbol=masthead.symbol, place=masthead.place, date=round_.decided_on if masthead.number else None,
        type_code=TYPE, abstract=f"Về việc {round_.name[:1].lower()}{round_.name[1:]}", enacted_by=masthead.enacted_by,
        bases=masthead.bases,
        body=(
            Heading(2, "Điều 1", f"Khen thưởng {teams} có thành tích (danh sách kèm theo)."),
            Heading(2, "Điều 2", "Quyết định này có hiệu lực kể từ ngày ký."),
            Heading(2, "Điều 3", "Các đơn vị, cá nhân có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này."),
        ),
        appendices=(Appendix("Danh sách được khen thưởng", (Table(columns, rows),)),),
        recipients=masthead.recipients, mark=mark,
        signer=Signer(masthead.signer_position, masthead.signer_name, masthead.signer_authority),
    )  # fmt: skip
