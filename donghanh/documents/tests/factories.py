"""Documents in sentences; other rooms' tests may use them too."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from donghanh.documents import actions
from donghanh.documents.models import Document
from donghanh.documents.rules import Arrival, Receiver, Told
from donghanh.organisations.models import Unit
from donghanh.organisations.tests.factories import AT
from donghanh.people.models import Account

DAY = date(2025, 6, 12)
PDF = b"%PDF-1.7\nmot van ban\n%%EOF"


def told(**more: Any) -> Told:
    said = {
        "type": "QĐ", "symbol": "QĐ-SGDĐT", "date": DAY, "abstract": "Ban hành Quy tắc ứng xử trên môi trường mạng",
        "issuer_name": "Sở GD&ĐT Hòa Bình", "signer_name": "Đinh Thị Hương", "signer_position": "Phó Giám đốc",
        "signer_authority": "KT.",
    }  # fmt: skip
    return Told(**{**said, **more})


def a_draft(unit: Unit, *, by: Account, to: tuple[Receiver, ...] = (), at: datetime = AT, **more: Any) -> Document:
    return actions.draft(unit=unit, told=told(**more), receivers=to, by=by, at=at)


def an_issued(
    unit: Unit, *, by: Account, to: tuple[Receiver, ...] = (), at: datetime = AT, council: str = "", **more: Any
) -> Document:
    row = a_draft(unit, by=by, to=to, at=at, **more)
    return actions.assign_number(document=row, council=council, by=by, at=at)


def an_arrival(
    unit: Unit, *, by: Account, number_text: str = "3296", on: date = DAY, at: datetime = AT, known_twin: bool = False,
    **more: Any,
) -> Document:  # fmt: skip
    said = {"symbol": "QĐ-BGDĐT", "issuer_name": "Bộ Giáo dục và Đào tạo", "date": date(2025, 6, 2)}
    arrival = Arrival(date=on, number_text=number_text, known_twin=known_twin)
    return actions.register_incoming(unit=unit, told=told(**{**said, **more}), arrival=arrival, by=by, at=at)
