"""Documents of the Department that schools are asked to read, who has, and what schools propose; all of it made up."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Final

from donghanh.documents import actions_proposals as proposals
from donghanh.documents.actions_reading import acknowledge, nudge, publish
from donghanh.documents.models import Document
from donghanh.documents.models_reading import Acknowledgement, Publication
from donghanh.documents.queries_reading import audience
from donghanh.documents.rules_reading import Wanted
from donghanh.kernel.rows import everything
from donghanh.organisations.choices import SCHOOL_KINDS, UnitKind
from donghanh.organisations.models import Unit
from donghanh.people.choices import DISTRICT_OFFICER, PRINCIPAL, TEACHER_IN_CHARGE
from donghanh.people.models import Account, Membership

KINDS: Final = (UnitKind.DISTRICT_OFFICE, *SCHOOL_KINDS)
ROLES: Final = (PRINCIPAL.code, TEACHER_IN_CHARGE.code, DISTRICT_OFFICER.code)
SHARE_READ: Final = 0.72
WORDS: Final = (  # clause, what does not work, what would; the first three are one question
    ("Điều 7, khoản 2", "Giáo viên chủ nhiệm dạy 24 tiết, không kịp trả lời nhóm lớp trong 2 giờ.",
     "Trả lời trong ngày làm việc; việc gấp thì gọi điện."),
    ("Điều 7, khoản 2", "Buổi tối giáo viên vùng cao không có sóng nên không giữ được hạn 2 giờ.",
     "Tính hạn theo giờ hành chính."),
    ("Điều 7", "Nhóm lớp của trường ghép có 60 phụ huynh, một người quản trị không xuể.",
     "Cho hai người cùng quản trị và trả lời trong ngày."),
    ("Điều 9, khoản 1", "Điểm trường lẻ không có máy tính để ký cam kết trên mạng.",
     "Cho ký trên giấy, nhà trường nhập thay."),
    ("Điều 12", "Mẫu biên bản nhắc nhở dài ba trang, ít khi dùng hết.", "Rút còn một trang."),
)  # fmt: skip


def ask_to_read(document: Document, office: Unit, *, by: Account, at: datetime, due_on: date) -> Publication:
    wanted = Wanted(branch_id=office.pk, kinds=KINDS, roles=ROLES, due_on=due_on)
    return publish(document=document, office=office, wanted=wanted, by=by, at=at)


def build_readings(rules: Document, guide: Document, *, by: Account, at: datetime) -> None:
    """The rules are late at some schools and have been reminded of; the guide is new."""
    office = rules.unit
    late = ask_to_read(rules, office, by=by, at=at - timedelta(days=28), due_on=(at - timedelta(days=3)).date())
    _have_read(late, {"gv.demo"}, at=at)
    nudge(publication=late, unit=office, by=by, at=at - timedelta(days=1))
    new = ask_to_read(guide, office, by=by, at=at - timedelta(days=6), due_on=(at + timedelta(days=9)).date())
    acknowledge(document=new.document, by=Account.objects.get(username="gv.demo"), at=at - timedelta(days=2))
    _propose(rules, by=by, at=at)


def _have_read(publication: Publication, but: set[str], *, at: datetime) -> None:
    draw = random.Random(3296)  # the same demo every time
    people = audience(publication, on=at.date()).exclude(account__username__in=but)
    with everything():
        Acknowledgement.objects.bulk_create(
            Acknowledgement(
                document=publication.document, account_id=account,
                at=publication.published_at + timedelta(hours=draw.randint(1, 26 * 24)),
            )
            for account in people.order_by("account").values_list("account", flat=True).distinct()
            if draw.random() < SHARE_READ
        )  # fmt: skip


def _propose(rules: Document, *, by: Account, at: datetime) -> None:
    """Three schools ask one thing and are answered; one waits in a head, one is not looked at yet."""
    posts = Membership.objects.filter(role=PRINCIPAL.code, valid__contains=at.date()).select_related("account", "unit")
    own = posts.get(account__username="ht.demo")
    schools = [*posts.exclude(pk=own.pk).order_by("unit")[: len(WORDS) - 1], own]
    made = [
        proposals.propose(
            document=rules, unit=post.unit, clause=clause, problem=problem, wish=wish, by=post.account,
            at=at - timedelta(days=10 - number),
        )
        for number, (post, (clause, problem, wish)) in enumerate(zip(schools, WORDS, strict=True))
    ]  # fmt: skip
    head = proposals.merge(
        document=rules, proposals=[row.pk for row in made[:3]], title="Hạn 2 giờ trả lời nhóm lớp không giữ được",
        by=by, at=at - timedelta(days=4),
    )  # fmt: skip
    proposals.answer(
        head=head, outcome="partly", by=by, at=at - timedelta(days=2),
        words="Từ năm học 2025-2026 hạn trả lời tính theo giờ hành chính, trong một ngày làm việc.\n"
        "Nhóm lớp đông được có hai người quản trị. Việc khẩn về an toàn của học sinh vẫn gọi điện ngay.",
    )  # fmt: skip
    proposals.merge(
        document=rules, proposals=[made[3].pk], title="Ký cam kết ở điểm trường không có máy tính", by=by,
        at=at - timedelta(days=1),
    )  # fmt: skip
