"""Rounds, nominations and practices in sentences; other rooms' tests may use them too."""

from __future__ import annotations

from datetime import date
from typing import Any

from donghanh.collaborators.rules import Somebody
from donghanh.collaborators.tests.factories import a_collaborator
from donghanh.organisations.tests.factories import AT
from donghanh.people.models import Account
from donghanh.recognition import actions, actions_practice
from donghanh.recognition.choices import Form, NomineeKind, Topic
from donghanh.recognition.models import Nomination, Practice, Round

WORDS = {
    "title": "Hộp thư hỏi đáp của lớp", "topic": Topic.SAFETY, "problem": "Học sinh ngại hỏi.",
    "done": "Mỗi lớp một hộp thư, trả lời trong ngày.", "result": "120 câu hỏi một học kỳ.",
    "contact": "Tổng phụ trách",
}  # fmt: skip


def a_round(cast: Any, **changes: Any) -> Round:
    usual: dict[str, Any] = {
        "office_id": cast.department.pk, "name": "Khen thưởng năm học 2024–2025",
        "forms": [Form.CERTIFICATE, Form.LETTER], "criteria": "Có việc làm cụ thể\nCó minh chứng",
        "opens_on": date(2025, 6, 1), "closes_on": date(2025, 6, 30), "quorum": 1,
        "by": cast.department_officer, "at": AT,
    }  # fmt: skip
    return actions.open_round(**usual | changes)


def named(cast: Any, account: Account) -> None:
    """The Department names somebody of below as its collaborator, and may seat them from then on."""
    a_collaborator(cast.department, Somebody(account), by=cast.administrator)


def a_nomination(cast: Any, round_: Round, **changes: Any) -> Nomination:
    usual: dict[str, Any] = {
        "round_": round_, "unit_id": cast.school.pk, "kind": NomineeKind.UNIT, "group": "", "nominee": None,
        "form": Form.CERTIFICATE, "deed": "Dạy 20 buổi an toàn mạng.", "files": [], "by": cast.principal, "at": AT,
    }  # fmt: skip
    return actions.nominate(**usual | changes)


def a_commendation(cast: Any) -> Round:
    """A round in which the school was commended, published; a file lies beside the nomination."""
    round_ = a_round(cast)
    nomination = a_nomination(cast, round_, files=[("minh-chung.pdf", b"%PDF-1.7 x")])
    seat = actions.seat(round_=round_, account=cast.leader, chairs=True, by=cast.department_officer, at=AT)
    actions.submit(nomination=nomination, by=cast.principal, at=AT)
    actions.vote(nomination=nomination, member=seat, yes=True, by=cast.leader, at=AT)
    actions.decide(round_=round_, decision="45/QĐ-SGDĐT", decided_on=AT.date(), by=cast.leader, at=AT)
    round_.refresh_from_db()
    actions.publish(round_=round_, by=cast.leader, at=AT)
    return round_


def a_practice(cast: Any, *, send: bool = True, file: tuple[str, bytes] | None = None) -> Practice:
    practice = Practice(unit=cast.school, written_by=cast.teacher)
    return actions_practice.write_practice(practice=practice, words=WORDS, file=file, send=send, by=cast.teacher, at=AT)
