"""Two papers of the Department, one signed and sealed; the made-up authority whose certificates the demo signs with."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from demo.sign_ins import PASSWORD
from donghanh.organisations.models import Unit
from donghanh.papers.actions import (
    Block,
    Heading,
    OfficialDocument,
    Paragraph,
    Signer,
    Source,
    bring_certificate,
    file_paper,
    seal_paper,
    sign_paper,
)
from donghanh.papers.authority import Authority
from donghanh.papers.queries import Masthead, masthead_on
from donghanh.people.models import Account
from donghanh.periods.models import Period
from donghanh.programmes.models import Programme
from donghanh.programmes.queries_reviews import targets_in_words

MARK: Final = "DỮ LIỆU GIẢ LẬP – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
ADDRESS: Final = ("Trụ sở và số điện thoại: giả lập", "E-Mail: vanthu@so.example, Website: so.example")


def build_papers(department: Unit, *, at: datetime) -> None:
    """The leader's certificate and the Department's seal are in the demo, under the demo's password."""
    folder = Path(settings.TRUST_FOLDER)
    authority = Authority(at)
    authority.trusted_in(folder)
    leader, clerk = (Account.objects.get(username=name) for name in ("lanhdao.so", "vanthu.so"))
    keys = {
        who.pk: bring_certificate(
            content=authority.issue(name, PASSWORD), passphrase=PASSWORD, unit_id=unit, picture=None, by=who, at=at
        )
        for who, name, unit in ((leader, leader.full_name, None), (clerk, "Sở GD&ĐT Hòa Bình (giả lập)", department.pk))
    }
    said: dict[str, Any] = {"passphrase": PASSWORD, "at": at}
    head = masthead_on(department.pk, on=at.date())
    for number, signed, body in (("08", True, ()), ("09", False, _last_year(department.pk))):
        paper = file_paper(
            document=_letter(number, leader.full_name, body, head, at), unit_id=department.pk, by=clerk, at=at,
            title=f"Kế hoạch số {number}/KH-SGDĐT (giả lập)",
        )  # fmt: skip
        if signed:
            sign_paper(paper=paper, certificate=keys[leader.pk], by=leader, **said)
            seal_paper(paper=paper, certificate=keys[clerk.pk], by=clerk, **said)


def _last_year(department: int) -> tuple[Block, ...]:
    """Figures of the last finished year; each carries the code of its source."""
    plan, year = Programme.objects.get(code="plan-hoa-binh-2020"), Period.objects.get(code="NH2023")
    figures = targets_in_words(plan, department, year)
    return (
        Heading(1, "", "Tình hình năm học 2023-2024"),
        *(Paragraph(sentence, (Source(href),)) for sentence, href in figures),
    )


def _letter(number: str, signer: str, before: tuple[Block, ...], head: Masthead, at: datetime) -> OfficialDocument:
    return OfficialDocument(
        superior_body=head.superior_body, issuing_body=head.issuing_body, number=number,
        symbol="KH-SGDĐT", place=head.place, date=at.date(), type_code="KH",
        abstract="Tập huấn cộng tác viên về giáo dục học sinh trên môi trường mạng",
        body=(
            *before,
            Heading(1, "I", "Mục đích"),
            Paragraph("Giúp cộng tác viên trả lời câu hỏi của học sinh và viết bài hướng dẫn đúng quy định."),
            Heading(1, "II", "Thời gian, địa điểm"),
            Paragraph("Hai buổi trong tháng 8, tại các cụm trường; lịch cụ thể gửi sau."),
        ),
        signer=Signer("PHÓ GIÁM ĐỐC", signer, "KT. GIÁM ĐỐC"), recipients=("Các đơn vị trực thuộc",), mark=MARK,
        urgency="" if number == "08" else "urgent", drafter="HTT", copies=65, address=ADDRESS,
    )  # fmt: skip
