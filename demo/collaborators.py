"""Generated collaborators of a few schools and one working group with its meetings; seeded."""

from __future__ import annotations

import random
from datetime import date, datetime
from typing import Any

from demo.accounts import FAMILY, GIVEN, MIDDLE
from donghanh.collaborators.actions import add_member, enrol, record_meeting, set_up_group
from donghanh.collaborators.choices import Agency, Category, Duty, GroupRole
from donghanh.collaborators.models import GroupMember
from donghanh.collaborators.rules import Service, Somebody, Term
from donghanh.organisations.models import Unit
from donghanh.people.models import Account, Membership

SEED = 3296
SCHOOLS = 12  # that keep a roster, the demo's own among them
TERM = Term(date(2024, 9, 5), date(2026, 5, 31))
LAST_TERM = Term(date(2022, 9, 5), date(2024, 5, 31))
OUTSIDE = (  # category, agency of the working group, what the agency is called
    (Category.LOCAL_AGENCY, Agency.POLICE, "Công an xã"),
    (Category.YOUTH, Agency.YOUTH_UNION, "Đoàn TNCS Hồ Chí Minh xã"),
    (Category.ASSOCIATION, Agency.WOMENS_UNION, "Hội Liên hiệp Phụ nữ xã"),
    (Category.OFFICE, Agency.LOCAL_GOVERNMENT, "Ủy ban nhân dân xã"),
)
MEETINGS = {  # day → agenda, conclusions
    date(2024, 9, 20): (
        "Phân công công việc học kỳ I",
        """Nhà trường soạn tài liệu kỹ năng sử dụng mạng an toàn, xong trước 15/10.
Đoàn xã tổ chức buổi nói chuyện cho học sinh khối 8, 9 trong tháng 11.""",
    ),
    date(2025, 2, 14): (
        "Sơ kết học kỳ I, kế hoạch học kỳ II",
        """Đã làm 3 buổi nói chuyện, 412 lượt học sinh dự.
Công an xã hướng dẫn cách nhận biết trang giả mạo vào ngày 10/3.""",
    ),
}


def build_collaborators(*, at: datetime) -> int:
    """Enter them as the Department's administrator would; the answer is how many collaborators there are."""
    draw = random.Random(SEED)
    by = Account.objects.get(username="quantri.so")
    own = Membership.objects.select_related("unit").get(account__username="gv.demo").unit
    head = Membership.objects.select_related("account").get(account__username="ht.demo").account
    posts = Membership.objects.filter(role="teacher_in_charge").select_related("unit", "account").order_by("pk")
    made = 0
    for post in [*posts.filter(unit=own), *posts.exclude(unit=own)[: SCHOOLS - 1]]:
        teacher = Service(Somebody(post.account), Category.HOMEROOM_TEACHER, TERM, [Duty.ANSWER, Duty.WRITE])
        enrol(unit=post.unit, service=teacher, by=by, at=at)
        made += 1
        for category, _agency, agency_name in OUTSIDE[: draw.randint(1, len(OUTSIDE))]:
            who = _somebody(draw, agency_name)
            enrol(unit=post.unit, service=Service(who, category, TERM, [Duty.ADVISE]), by=by, at=at)
            made += 1
    past = Service(_somebody(draw, "Công an xã"), Category.LOCAL_AGENCY, LAST_TERM, [Duty.ADVISE])
    enrol(unit=own, service=past, by=by, at=at)
    _group(own, head, draw, by, at)
    return made + 1


def _group(unit: Unit, head: Account, draw: random.Random, by: Account, at: datetime) -> None:
    group = set_up_group(
        unit=unit, name="Tổ công tác quản lý, giáo dục học sinh trên môi trường mạng", decision="45/QĐ-THCS",
        decided_on=date(2024, 9, 3), term=TERM, by=by, at=at,
    )  # fmt: skip
    said: dict[str, Any] = {"group": group, "term": TERM, "by": by, "at": at}
    members: list[GroupMember] = [
        add_member(who=Somebody(head), agency=Agency.EDUCATION, role=GroupRole.CHAIR, **said),
        *(
            add_member(who=_somebody(draw, agency_name), agency=agency, role=GroupRole.MEMBER, **said)
            for _category, agency, agency_name in OUTSIDE
        ),
    ]
    for day, (agenda, conclusions) in MEETINGS.items():
        record_meeting(
            group=group, day=day, place="Phòng họp nhà trường", agenda=agenda, conclusions=conclusions,
            attended=members[: draw.randint(3, len(members))], by=by, at=at,
        )  # fmt: skip


def _somebody(draw: random.Random, agency_name: str) -> Somebody:
    return Somebody(None, f"{draw.choice(FAMILY)} {draw.choice(MIDDLE)} {draw.choice(GIVEN)}", agency_name)
