"""Publications and proposals in sentences."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from donghanh.documents import actions_proposals, actions_reading
from donghanh.documents.models import Document
from donghanh.documents.models_reading import Proposal, Publication
from donghanh.documents.rules_reading import Wanted
from donghanh.organisations.choices import SCHOOL_KINDS
from donghanh.organisations.models import Unit
from donghanh.organisations.tests.factories import AT
from donghanh.people.models import Account

DUE = date(2025, 6, 20)
READERS = ("principal", "teacher_in_charge", "class_teacher")


def a_publication(
    document: Document, office: Unit, *, by: Account, at: datetime = AT, branch: Unit | None = None, **more: Any
) -> Publication:
    said = {"kinds": SCHOOL_KINDS, "roles": READERS, "due_on": DUE, **more}
    wanted = Wanted(branch_id=(branch or office).pk, **said)
    return actions_reading.publish(document=document, office=office, wanted=wanted, by=by, at=at)


def a_proposal(document: Document, unit: Unit, *, by: Account, at: datetime = AT, **more: Any) -> Proposal:
    said = {
        "clause": "Điều 5, khoản 2", "problem": "Trường không có người quản trị mạng riêng.",
        "wish": "Cho các trường trong xã dùng chung một người.", **more,
    }  # fmt: skip
    return actions_proposals.propose(document=document, unit=unit, by=by, at=at, **said)
